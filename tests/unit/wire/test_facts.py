"""What a window says of its documents, read: any JSON at all gives facts of a bounded size, and says what was wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.facts import (
    CLIPBOARD,
    DEFINITIONS,
    DIAGNOSTICS,
    MESSAGE,
    NAME,
    TEXT,
    TEXT_LINES,
    Definition,
    Diagnostic,
    Facts,
)
from symbiote.wire.facts import read

PROBLEM = {"line": 3, "message": "no such\n name", "severity": 1, "source": "ts"}
SHOP = {"name": "Shop", "uri": "file:///shop.ts", "line": 2, "text": "class Shop {\n}\n"}
SAID = {"uri": "file:///a.ts", "diagnostics": [PROBLEM], "definitions": [SHOP], "clipboard": "x y"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
FIELDS = ("uri", "diagnostics", "definitions", "clipboard")
PARTS = ("line", "message", "severity", "source", "name", "uri", "text")
ENTRY = st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, JSON)) | JSON


def test_what_is_right_is_taken() -> None:
    uri, facts, complaints = read(SAID)
    assert (uri, complaints) == ("file:///a.ts", [])
    assert facts == Facts(
        (Diagnostic(3, "no such name", 1, "ts"),),
        (Definition("Shop", "file:///shop.ts", 2, "class Shop {\n}\n"),),
        "x y",
    )


def test_what_is_not_there_is_nothing() -> None:
    assert read({"uri": "u"}) == ("u", Facts(), [])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"uri": None}, "uri"),
        ({"clipboard": 5}, "clipboard"),
        ({"diagnostics": {}}, "diagnostics"),
        ({"definitions": "text"}, "definitions"),
        ({"diagnostics": [PROBLEM, 3]}, "diagnostics"),
        ({"diagnostics": [PROBLEM, {**PROBLEM, "line": -1}]}, "diagnostics"),
        ({"diagnostics": [PROBLEM, {**PROBLEM, "line": 10**30}]}, "diagnostics"),
        ({"diagnostics": [PROBLEM, {**PROBLEM, "line": True}]}, "diagnostics"),
        ({"diagnostics": [PROBLEM, {**PROBLEM, "severity": 5}]}, "diagnostics"),
        ({"diagnostics": [PROBLEM, {**PROBLEM, "source": []}]}, "diagnostics"),
        ({"definitions": [SHOP, {**SHOP, "uri": "x" * 5_000}]}, "definitions"),
        ({"definitions": [SHOP, {**SHOP, "name": ""}]}, "definitions"),
        ({"definitions": [SHOP, {**SHOP, "line": 1.5}]}, "definitions"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_taken(changed: dict[str, Any], says: str) -> None:
    _, facts, complaints = read({**SAID, **changed})
    assert len(complaints) == 1
    assert says in complaints[0]
    (name,) = changed
    whole = read(SAID)[1]
    for field in ("diagnostics", "definitions", "clipboard"):
        kept = getattr(facts, field)
        assert kept == getattr(whole, field) or (field == name and not kept)


def test_what_is_too_much_is_cut_without_a_word() -> None:
    problem, shop = {**PROBLEM, "message": "long " * 999}, {**SHOP, "text": "line\n" * 999}
    wide = {**SHOP, "text": "x" * 99_999}
    _, facts, complaints = read(
        {
            "uri": "u",
            "diagnostics": [problem] * 99,
            "definitions": [shop, wide] * 99,
            "clipboard": "copied " * 9_999,
        }
    )
    assert complaints == []
    assert len(facts.diagnostics) == DIAGNOSTICS
    assert len(facts.diagnostics[0].message) <= MESSAGE
    assert len(facts.definitions) == DEFINITIONS
    assert facts.definitions[0].text == "line\n" * TEXT_LINES
    assert len(facts.definitions[1].text) == TEXT
    assert len(facts.clipboard) == CLIPBOARD


@given(
    st.fixed_dictionaries({}, optional={name: st.lists(ENTRY) | JSON for name in FIELDS})
    | st.dictionaries(st.text(), JSON)
)
def test_any_object_at_all_is_read(raw: dict[str, Any]) -> None:
    uri, facts, complaints = read(raw)
    assert isinstance(uri, str)
    assert all("\n" not in d.message and len(d.source) <= NAME for d in facts.diagnostics)
    assert len(complaints) <= len(FIELDS)
    assert len(facts.diagnostics) <= DIAGNOSTICS
    assert len(facts.definitions) <= DEFINITIONS
    assert len(facts.clipboard) <= CLIPBOARD
