"""The finish chain over golden files: one per past annoyance.

A file holds `▮` at the cursor in a document, the raw model text, and what is expected: text, or `! reason`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.answer import Reason
from symbiote.finish.chain import finish
from unit.marked import moment

GOLDEN = Path(__file__).parents[2] / "golden"


def cases() -> list[tuple[str, dict[str, str]]]:
    return [
        (f"{file.stem}:{name}", case)
        for file in sorted(GOLDEN.glob("*.toml"))
        for name, case in tomllib.loads(file.read_text("utf-8")).items()
    ]


@pytest.mark.parametrize(("name", "case"), cases(), ids=[name for name, _ in cases()])
def test_golden(name: str, case: dict[str, str]) -> None:
    got = finish(case["raw"], moment(case["document"]))
    shown = f"! {got.value}" if isinstance(got, Reason) else got
    assert shown == case["expected"]


def test_there_are_golden_files_for_every_filter() -> None:
    filters = {p.stem for p in (GOLDEN.parents[1] / "server/symbiote/finish").glob("*.py")}
    assert {p.stem for p in GOLDEN.glob("*.toml")} >= filters - {"__init__", "chain"}


@given(st.text(), st.text(alphabet="ab()[]\"' \n\t:=."), st.text(alphabet="ab()]\"' \n\t:"))
def test_what_is_shown_is_never_blank_and_never_longer(raw: str, before: str, after: str) -> None:
    got = finish(raw, moment(before + "▮" + after))
    if not isinstance(got, Reason):
        assert got.strip()
        assert len(got) <= len(raw)
        assert not set(got) & set("\u202e\u200b\ufeff\x00\x1b\ufffd")
