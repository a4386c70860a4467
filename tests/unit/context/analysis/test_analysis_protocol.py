"""Questions and findings arrive as they were sent; anything else is an error that the daemon expects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.analysis import protocol
from symbiote.context.analysis.protocol import (
    Call,
    Definition,
    EnclosingClass,
    Findings,
    Import,
    Member,
    Question,
)

ANY = st.text(st.characters(exclude_categories=()), max_size=20)
MEMBERS = st.lists(st.builds(Member, ANY, ANY, ANY), max_size=3).map(tuple)


def several(kind: Any, *fields: Any) -> Any:
    return st.lists(st.builds(kind, *fields), max_size=3).map(tuple)


FINDINGS = st.builds(
    Findings,
    call=several(Call, ANY, ANY, st.none() | st.integers(0, 9)),
    members=MEMBERS,
    enclosing=st.none() | st.builds(EnclosingClass, ANY, ANY, ANY, MEMBERS),
    definitions=several(Definition, ANY, ANY, ANY, ANY, ANY, ANY),
    imports=several(Import, ANY, st.lists(ANY, max_size=3).map(tuple)),
    cut=st.lists(ANY, max_size=2).map(tuple),
    faults=st.lists(ANY, max_size=2).map(tuple),
)


@given(st.builds(Question, ANY, ANY, st.integers(0, 9), st.integers(0, 9), ANY))
def test_a_question_arrives_as_it_was_sent(question: Question) -> None:
    line = protocol.pack(protocol.question_message(7, question, 1.5))
    assert line.count(b"\n") == 1
    message = protocol.unpack(line)
    assert (message["id"], message["seconds"]) == (7, 1.5)
    assert protocol.read_question(message) == question


@given(FINDINGS)
def test_findings_arrive_as_they_were_sent(findings: Findings) -> None:
    message = protocol.unpack(protocol.pack(protocol.findings_message(3, findings)))
    assert message["id"] == 3
    assert protocol.read_findings(message) == findings


@pytest.mark.parametrize(
    "changed",
    [
        {"members": None},
        {"members": [{"name": "a", "colour": "red"}]},
        {"call": [[]]},
        {"call": [{"name": "a"}]},
        {"enclosing": {"name": "a"}},
        {"imports": [{"names": []}]},
        {"cut": 5},
    ],
)
def test_what_are_no_findings_is_an_error(changed: dict[str, Any]) -> None:
    message = protocol.findings_message(1, Findings()) | changed
    with pytest.raises((KeyError, TypeError, ValueError)):
        protocol.read_findings(message)
    with pytest.raises(KeyError):
        protocol.read_findings({"is": "found", "id": 1})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\n" * 100, ""),
        ("x" * 1_000_001, "1,000,000 characters"),
        ("ok\n" + "x" * 4_001 + "\n", "line of more than 4,000"),
        ("x" * 4_000, ""),
        (("x" * 4_000 + "\r\n") * 2, ""),
    ],
)
def test_what_is_not_analysed_says_why(text: str, says: str) -> None:
    reason = protocol.why_not(text)
    assert says in reason
    assert bool(reason) == bool(says)
