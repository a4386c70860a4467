"""Trees that are carried on from edit to edit say what a fresh one says, of any text at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.text import Document, Encoding, Position, Span, opened
from symbiote.finish.chain import finish
from symbiote.grammar import places, trees
from symbiote.grammar.faults import faults
from symbiote.grammar.languages import GRAMMARS
from symbiote.grammar.places import enclosing, place
from unit.marked import moment

URI = "file:///a.py"
LANGUAGES = st.sampled_from(sorted(GRAMMARS))
PIECES = st.sampled_from(
    [
        *"ab01 \t\n()[]{}\"'`#*/\\:=,;.-_<>$@!|&%",
        *("\r\n", "\r", "\f", "\0", "\u2028", "ü", "😀", "\ud800", "\udfff"),
        *("    ", "if x {\n", "}\n", "def f():\n", "end\n", "fi\n", "then\n", "do\n", "/*", "*/"),
        *("<!--", "-->", '"""', "'''", "${", "<script>\n", "</script>\n", "<div>", "</div>"),
        *(
            "```py\n",
            "```\n",
            "<?php\n",
            "?>",
            "<<EOF\n",
            "EOF\n",
            'r#"',
            '"#',
            "=begin\n",
            "- a: |\n",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1), TEXTS)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    places.forget(URI)


def answers(document: Document) -> list[object]:
    return [
        (place(document, line, column), enclosing(document, line, column))
        for line, text in enumerate(document.lines)
        for column in {0, len(text.rstrip("\r\n")) // 2, len(text.rstrip("\r\n"))}
    ]


def held(document: Document) -> list[str]:
    """What holds each place."""
    return [
        place(document, line, column).state.kind
        for line, text in enumerate(document.lines)
        for column in range(len(text.rstrip("\r\n")) + 1)
    ]


def somewhere(document: Document, share: float) -> Position:
    line = round(share * (len(document.lines) - 1))
    return Position(line, round(share * len(document.lines[line].rstrip("\r\n"))))


@settings(max_examples=150, deadline=None)
@given(LANGUAGES, TEXTS, st.lists(SHARES, max_size=4))
def test_a_tree_that_was_edited_holds_the_text_it_is_of(
    language: str, text: str, edits: list[tuple[float, float, str]]
) -> None:
    """Bytes, points and lines: what the tree counts is what the document holds, wherever it was edited. It answers as a
    fresh tree does.
    """
    places.forget(URI)
    document = opened(URI, language, 1, text)
    trees.read(document)
    for one, other, put in edits:
        span = Span(somewhere(document, one), somewhere(document, other))
        document = document.edit(span, put, Encoding.UTF32, document.version + 1)
        known = trees.read(document)
        assert known is not None
        assert b"".join(known.data) == b"".join(map(trees.encoded, document.lines))
        root = known.tree.root_node
        assert root.end_byte <= sum(map(len, known.data))
        faults(document, len(document.lines) - 1, len(document.lines[-1]), put)
    carried = held(document)
    places.forget(URI)
    trees.read(document)
    assert carried == held(document)


WORDS = st.sampled_from(["x = 1\n", "if x:\n    y = 2\n", "def f(a):\n    return a\n", "# why\n"])
SOUND = {
    "python": WORDS,
    "javascript": st.sampled_from(
        ["f(1);\n", "if (x) {\n  y();\n}\n", "/* a\n b */\n", "const s = `a\n${b}`;\n"]
    ),
    "rust": st.sampled_from(["fn f() {\n    g();\n}\n", "// why\n", 'const S: &str = "a\nb";\n']),
    "ruby": st.sampled_from(
        ["def f\n  1\nend\n", "# why\n", "x = <<~A\n  b\nA\n", "f do |x|\n  x\nend\n"]
    ),
    "shellscript": st.sampled_from(["if x; then\n  y\nfi\n", "echo a\n", "cat <<E\n a\nE\n"]),
    "html": st.sampled_from(
        ["<p>ü</p>\n", "<!-- a\n b -->\n", "<script>\nlet a = 1; // b\n</script>\n"]
    ),
}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_of_sound_text_an_edited_tree_answers_as_a_fresh_one(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(sorted(SOUND)))
    parts = data.draw(st.lists(SOUND[language], min_size=1, max_size=8))
    places.forget(URI)
    document = opened(URI, language, 1, "".join(parts))
    trees.read(document)
    for version in range(2, 5):
        at = data.draw(st.integers(0, len(parts)))
        if data.draw(st.booleans()) and at < len(parts):
            del parts[at]
        else:
            parts.insert(at, data.draw(SOUND[language]))
        document = opened(URI, language, version, "".join(parts))
        trees.read(document)
        carried = answers(document)
        places.forget(URI)
        trees.read(document)
        assert carried == answers(document)


@settings(max_examples=100, deadline=None)
@given(st.one_of(LANGUAGES, st.just("zig")), st.text(), st.text(), TEXTS, st.booleans())
def test_any_text_at_all(language: str, before: str, after: str, raw: str, known: bool) -> None:
    before, after = before.replace("▮", ""), after.replace("▮", "")
    at = moment(f"{before}▮{after}".replace("\r", "\n"), language=language)
    places.forget(URI)
    if known:
        trees.read(at.document)
    finish(raw, at, cut=True)


def test_without_a_grammar_there_is_no_tree() -> None:
    assert trees.read(opened(URI, "zig", 1, "x")) is None
    assert faults(opened(URI, "zig", 1, "x"), 0, 0, "}") is None


def test_a_large_file_is_not_read() -> None:
    document = opened(URI, "python", 1, "x = 1\n" * (trees.LARGEST // 6 + 1))
    assert trees.read(document) is None
    assert place(document, 3, 2).state.kind == "code"


def test_what_takes_too_long_is_given_up() -> None:
    document = opened(URI, "python", 1, "x = [1, 2]\n" * 5_000)
    assert trees.parsed(document, within=0.0) is None
    assert trees.read(document) is not None


def test_only_so_many_are_kept() -> None:
    for number in range(trees.KEPT + 3):
        trees.read(opened(f"file:///{number}.py", "python", 1, "x = 1\n"))
    assert trees.known(opened("file:///0.py", "python", 1, "x = 1\n")) is None
    for number in range(trees.KEPT + 3):
        places.forget(f"file:///{number}.py")


def test_columns_are_code_points_and_not_bytes() -> None:
    at = moment("x = '🙂üñ▮' + y\n")
    trees.read(at.document)
    assert place(at.document, at.line, at.column).state.kind == "string"
    assert place(at.document, at.line, at.column + 1).state.kind == "code"


def test_no_grammar_is_loaded_before_a_document_is_read() -> None:
    """Start and memory of the daemon are as they were; of all the grammars only that of the language is loaded."""
    code = (
        "import sys, symbiote.app\n"
        "from symbiote.core.text import opened\n"
        "from symbiote.grammar import trees\n"
        "def loaded(): return {n.split('.')[0] for n in sys.modules if n.startswith('tree_sitter_')}\n"
        "assert 'tree_sitter' not in sys.modules\n"
        "trees.known(opened('a', 'go', 1, 'x'))\n"
        "assert not loaded()\n"
        "trees.read(opened('a', 'go', 1, 'x'))\n"
        "assert loaded() == {'tree_sitter_go'}, loaded()\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_every_grammar_loads_and_fits(language: str) -> None:
    assert trees.read(opened(URI, language, 1, "")) is not None
