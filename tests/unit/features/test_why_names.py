"""What is shown, and told, of names that are known not to exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbiote.context.analysis.protocol import Findings, NameSet
from symbiote.core.answer import Reason, Silence
from symbiote.features import findings
from symbiote.features.house import Window
from unit.doubles import FakeEngine, house
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
