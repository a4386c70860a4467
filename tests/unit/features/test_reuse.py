"""What pages remember, for how long, and what they make of typing."""

from __future__ import annotations

from dataclasses import replace

from symbiote.context.window import window as text_window
from symbiote.core.answer import Origin
from symbiote.core.moment import Moment
from symbiote.core.text import opened
from symbiote.engine.port import Done, End
from symbiote.features import reuse
from symbiote.features.around import around, identity
from symbiote.features.reuse import Drawn, Memory, Page
from unit.doubles import READY
from unit.marked import moment as marked


def answered(page: Page, at: Moment, raw: str, end: End = End.EOG, ahead: bool = False) -> Drawn:
    drawn = Drawn(key(at), at.line, at.column, raw, Done(end), ahead)
    page.put(drawn)
    return drawn


def key(at: Moment) -> bytes:
    return around(READY, at).key


def rest(page: Page, text: str) -> str | None:
    found = page.find(marked(text), key)
    return found and found.rest


def test_typing_through_words_lines_and_back() -> None:
    page = Page()
    answered(page, marked("def f(▮\n"), "self):\n    return 1\n")
    assert rest(page, "def f(▮\n") == "self):\n    return 1\n"
    assert rest(page, "def f(self▮\n") == "):\n    return 1\n"
    assert rest(page, "def f(self):▮\n") == "\n    return 1\n"
    assert rest(page, "def f(self):\n    ▮\n") == "return 1\n"
    assert rest(page, "def f(self):\n    return▮\n") == " 1\n"
    assert rest(page, "def f(se▮\n") == "lf):\n    return 1\n"


def test_what_is_not_typing_through() -> None:
    page = Page()
    answered(page, marked("x\ndef f(▮\ny\n"), "self):\n")
    for text in (
        "x\ndef f(s▮)\ny\n",  # the editor closed the bracket
        "x\ndef f(sa▮\ny\n",
        "x\ndef g(s▮\ny\n",
        "x2\ndef f(s▮\ny\n",
        "x\ndef f(s▮\nz\n",
        "x\ndef f▮\ny\n",
        "x\ndef f(self):▮\ny\n",  # all of it: the next line is another question
        "\nx\ndef f(s▮\ny\n",
    ):
        assert rest(page, text) is None, text
    assert page.find(replace(marked("x\ndef f(▮\ny\n", language="ruby")), key) is None


def test_line_ends_of_documents_do_not_matter() -> None:
    page = Page()
    at = marked("if x:▮\r\ny\r\n")
    answered(page, at, "\n    go()\n")
    document = opened("file:///a.py", "python", 2, "if x:\r\n    g\r\ny\r\n")
    found = page.find(replace(at, document=document, line=1, column=5), key)
    assert found is not None
    assert (found.typed, found.rest) == ("\n    g", "o()\n")


def test_surrogates_and_an_empty_document() -> None:
    page = Page()
    answered(page, marked("▮"), "s = '\ud83d🙂'")
    assert rest(page, "▮") == "s = '\ud83d🙂'"
    assert rest(page, "s = '\ud83d▮") == "🙂'"
    assert rest(page, "s = '\ude00▮") is None


def test_the_selected_entry_is_part_of_the_text() -> None:
    page = Page()
    at = replace(marked("item.pri▮"), selected=(5, "print"))
    drawn = Drawn(key(at), 0, 10, "(x)", Done(End.EOG))
    page.put(drawn)
    assert rest(page, "item.print▮") == "(x)"
    assert rest(page, "item.pri▮") is None
    assert page.find(replace(at, selected=(5, "println")), key) is None


def test_an_answer_cut_by_the_deadline_is_not_remembered() -> None:
    page = Page()
    answered(page, marked("x = ▮"), "1 + 2", End.DEADLINE)
    assert len(page) == 0


def test_computed_ahead_is_said_once() -> None:
    page = Page()
    answered(page, marked("x = ▮"), "1", ahead=True)
    origins = [page.find(marked("x = ▮"), key) for _ in range(2)]
    assert [o and o.origin for o in origins] == [Origin.PREFETCHED, Origin.REMEMBERED]


def test_the_nearest_place_decides() -> None:
    page = Page()
    answered(page, marked("▮"), "ab cd\n")
    answered(page, marked("ab▮"), " cd ef\n")
    assert rest(page, "ab ▮") == "cd ef\n"


def test_pages_are_bounded() -> None:
    page = Page()
    for number in range(2 * reuse.ENTRIES):
        answered(page, marked(f"x{number} = ▮"), "1")
    assert len(page) == reuse.ENTRIES
    assert rest(page, "x0 = ▮") is None
    assert rest(page, f"x{2 * reuse.ENTRIES - 1} = ▮") == "1"
    for number in range(20):
        answered(page, marked(f"y{number} = ▮"), "é" * 20_000)
        answered(page, marked(f"y{number} = ▮"), "é" * 20_000)  # again: counted once
    assert page.bytes <= reuse.BYTES
    assert len(page) == 6
    answered(page, marked("huge = ▮"), "x" * reuse.BYTES)
    assert (len(page), page.bytes) == (0, 0)


def test_documents_engines_and_settings_come_and_go() -> None:
    memory, own = Memory(), identity(READY)
    page = memory.page("a", own)
    answered(page, marked("x = ▮"), "1")
    assert memory.page("a", own) is page
    memory.forget("a")
    memory.forget("a")
    answered(page, marked("y = ▮"), "1")  # too late
    assert len(memory) == 0
    answered(memory.page("a", own), marked("x = ▮"), "1")
    assert len(memory.page("a", identity(replace(READY, model="other")))) == 0
    for number in range(2 * reuse.PAGES):
        answered(memory.page(str(number), own), marked("x = ▮"), "1")
    assert len(memory) == reuse.PAGES
    memory.clear()
    assert len(memory) == 0


def test_the_key_is_exactly_the_prompt() -> None:
    texts = ["a▮b", "▮ab", "ab▮", "a\n▮", "a▮\n"]
    assert len({key(marked(text)) for text in texts}) == len(texts)
    crlf = replace(marked("▮"), document=opened("file:///a.py", "python", 1, "a\r\n"), line=1)
    assert key(crlf) == key(marked("a\n▮"))  # what the engine reads is the same
    far = ["x\n" * lines + "y = ▮" for lines in (16_000, 16_016)]
    assert key(marked(far[0])) == key(
        marked(far[1])
    )  # what the engine does not read does not count
    cut = text_window(marked(far[0]), 4_915)
    assert around(READY, marked(far[0])).prefix == cut.prefix
    engines = [replace(READY, pid=n, model=m) for n in (1, 2) for m in ("a", "b")]
    assert len({around(engine, marked("x▮")).key for engine in engines}) == 4


def test_a_huge_line() -> None:
    """All of it is read, or looked up in."""
    page, line = Page(), "x = 1; " * 570
    answered(page, marked(f"{line}▮"), "y = 2\n")
    assert rest(page, f"{line}y =▮") == " 2\n"
    assert rest(page, f"z{line[1:]}y =▮") is None
    assert rest(page, f"{line[:-1]}\ty =▮") is None
