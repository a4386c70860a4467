"""What is shown, and told, of names that are known not to exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbiote.context.analysis.protocol import Findings, NameSet
from symbiote.core.answer import Reason, Silence
from symbiote.features import findings
from symbiote.features.house import House, Window
from unit.clock import run
from unit.doubles import FakeEngine, house
from unit.editor import URI, Editor
from unit.features.test_why import asked, section
from unit.marked import moment as marked


@pytest.mark.parametrize(
    ("said", "shown"),
    [("header(1)", "headers(1)"), ("colour", Reason.NO_SUCH_MEMBER), ("url", "url")],
)
def test_names_that_do_not_exist_are_put_right_or_not_shown(
    tmp_path: Path, said: str, shown: str
) -> None:
    home, window = house(tmp_path, FakeEngine(tokens=[said])), Window("w")
    text = "class A:\n    def f(self):\n        return self.▮\n"
    at = marked(text)
    found = Findings(closed=(NameSet("members", ("self",), ("f", "headers", "url")),))
    made = findings.Found(at.document, at.line, found, findings.closed(found))
    window.prepared._found[at.document.uri] = made
    _, page, _ = asked(home, text, window)
    home.ledger.close()
    assert window.last is not None
    answer = window.last.answer
    assert (answer.reason if isinstance(answer, Silence) else answer.text) == shown
    [step] = [line for line in section(page, "What each filter did") if "no_such_member" in line]
    if said == shown:
        assert step == "- no_such_member: left as it was"
    elif isinstance(shown, Reason):
        assert step.startswith(f"- no_such_member: `{said!r}` → nothing (no_such_member). ")
    else:
        assert step == f"- no_such_member: `{said!r}` → `{shown!r}`"


METHOD = "class A:\n    def f(self):\n        return self."


@pytest.mark.parametrize(
    ("written", "line", "shown"),
    [
        ("header(1)", "headers(1)", "headers(1)"),
        ("f(self.header(1))", "f(self.headers(1))", "f(self.headers(1))"),
        ("header(\n    1)", "headers(", "headers(\n    1)"),
    ],
)
def test_a_name_that_was_put_right_is_typed_through(
    tmp_path: Path, written: str, line: str, shown: str
) -> None:
    engine = FakeEngine(tokens=[written])
    home = house(tmp_path, engine)

    async def typing() -> None:
        editor = _knowing(home)
        assert await editor.said() == f"computed: {shown}"
        for count, letter in enumerate(line[:-1], start=1):
            editor.type(letter)
            assert await editor.said() == f"typed_through: {shown[count:]}"
        editor.backspace(3)
        assert await editor.said() == f"typed_through: {shown[len(line) - 4 :]}"
        editor.backspace(len(line) - 4)
        assert await editor.said() == f"remembered: {shown}"

    run(typing())
    home.ledger.close()
    assert len(engine.asks) == 1


def test_the_name_as_it_was_said_may_be_typed_too(tmp_path: Path) -> None:
    engine = FakeEngine(tokens=["header(1)"])
    home = house(tmp_path, engine)

    async def typing() -> None:
        editor = _knowing(home)
        assert await editor.said() == "computed: headers(1)"
        editor.type("header(")
        assert await editor.said() == "typed_through: 1)"

    run(typing())
    home.ledger.close()


def _knowing(home: House) -> Editor:
    """In a method of a class that is known in full."""
    editor = Editor(home, METHOD)
    found = Findings(closed=(NameSet("members", ("self",), ("f", "headers", "url")),))
    made = findings.Found(editor.document, editor.line, found, findings.closed(found))
    editor.window.prepared._found[URI] = made
    return editor
