"""What is known of names holds for the text as it is now, and says what was written since."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.analysis.protocol import Findings, NameSet
from symbiote.core.known import NOTHING
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import Document, opened
from symbiote.features.findings import Found, closed
from symbiote.features.house import Window
from symbiote.features.known import changed, known

URI = "file:///a.py"
TEXT = "import os\n\nclass A:\n    def f(self):\n        a = 1\n        b = 2\n\n    def g(self):\n        c = 3\n"
FOUND = Findings(
    closed=(NameSet("members", ("self", "a"), ("f", "g")), NameSet("keywords", ("f",), ("x",)))
)


def text(content: str, language: str = "python") -> Document:
    return opened(URI, language, 1, content)


def at(document: Document, line: int) -> Moment:
    return Moment(document, line, 0, "w", Trigger.AUTOMATIC, 0.0)


def window(document: Document, line: int, findings: Findings = FOUND) -> Window:
    made = Window("w")
    made.prepared._found[URI] = Found(document, line, findings, closed(findings))
    return made


def test_sets_by_expression() -> None:
    found = closed(FOUND)
    assert found.members == {"self": {"f", "g"}, "a": {"f", "g"}}
    assert found.keywords == {"f": {"x"}}
    assert closed(Findings()) is NOTHING


def test_the_same_text_and_line() -> None:
    document = text(TEXT)
    found = known(window(document, 4), at(document, 4))
    assert found.members["self"] == {"f", "g"}
    assert found.told == ()


def test_nothing_was_found() -> None:
    assert known(Window("w"), at(text(TEXT), 4)) is NOTHING
    assert known(window(text(TEXT), 4, Findings()), at(text(TEXT), 4)) is NOTHING


def test_other_languages() -> None:
    document = text(TEXT, "rust")
    assert known(window(document, 4), at(document, 4)) is NOTHING


def test_lines_written_since_are_told() -> None:
    new = text(TEXT.replace("b = 2\n", "b = 2\n        self.c = 4\n        \n"))
    found = known(window(text(TEXT), 5), at(new, 7))
    assert found.told == ("        b = 2", "        self.c = 4")


def test_lines_written_above_move_the_place() -> None:
    new = text("# a\n# b\n" + TEXT)
    found = known(window(text(TEXT), 5), at(new, 7))
    assert found.members
    assert found.told == ("# a", "# b")


@pytest.mark.parametrize("line", [0, 1, 2, 3, 7, 8])
def test_it_ends_with_the_function(line: int) -> None:
    document = text(TEXT)
    assert known(window(document, 4), at(document, line)) is NOTHING


def test_a_text_that_is_another_one() -> None:
    assert known(window(text(TEXT), 4), at(text("x\n" * 200), 100)) is NOTHING


LINES = st.lists(st.sampled_from(["a\n", "b\n", "  c\n", "def f():\n", "\n"]), max_size=12)


@given(LINES, LINES)
def test_what_changed_is_all_that_changed(old: list[str], new: list[str]) -> None:
    start, end = changed(old, new)
    assert 0 <= start <= end <= len(new)
    gone = len(old) - len(new)
    assert old[:start] == new[:start]
    assert old[end + gone :] == new[end:]


@given(LINES, LINES, st.integers(0, 12), st.integers(0, 12))
def test_any_two_texts(old: list[str], new: list[str], before: int, now: int) -> None:
    a, b = text("".join(old)), text("".join(new))
    found = known(window(a, min(before, len(a.lines) - 1)), at(b, min(now, len(b.lines) - 1)))
    assert found is NOTHING or found.members
