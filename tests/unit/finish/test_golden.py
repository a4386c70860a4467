"""The finish chain over golden files: one per past annoyance.

A file holds `▮` at the cursor in a document, the raw model text, and what is expected: text, or `! reason`. It may
hold the document's `language`, `cut`: the model was stopped there, and what is `known` of names.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.answer import Reason
from symbiote.core.known import NOTHING, Known
from symbiote.finish.blank import blank
from symbiote.finish.bracket_balance import bracket_balance
from symbiote.finish.chain import CUT, FITTED, LAST, RAW, Filter, finish
from symbiote.finish.code_fence import code_fence
from symbiote.finish.comment_loop import comment_loop
from symbiote.finish.credential import credential
from symbiote.finish.leading_space import leading_space
from symbiote.finish.no_such_member import no_such_member
from symbiote.finish.repeats_line import repeats_line
from symbiote.finish.repetition import repetition
from symbiote.finish.restarts_line import restarts_line
from symbiote.finish.special_tokens import special_tokens
from symbiote.finish.trailing_space import trailing_space
from symbiote.finish.unsafe_text import unsafe_text
from unit.marked import moment

GOLDEN = Path(__file__).parents[2] / "golden"
NOT_FILTERS = {"__init__", "chain", "inside", "syntax"}
FILTERS = tuple(dict.fromkeys((*RAW, *CUT, *FITTED, no_such_member, *LAST)))

PIECES = st.sampled_from(
    [
        *"ab01 \t\n()[]{}\"'`#*/\\:=,;.-_<|>",
        *(
            "    ",
            "# a b",
            "// a b",
            "return ",
            "def f():",
            "\n)",
            "\n}",
            "```",
            '"""',
            "'''",
            "f'",
        ),
        *(
            "<|endoftext|>",
            "password = '",
            "AKIAIOSFODNN7EXAMPLE",
            "\u202e",
            "\u200d",
            "\u00a0",
            "ü😀",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=24).map("".join)
LANGUAGES = st.sampled_from(["python", "rust", "javascript", "makefile", "markdown", "yaml", ""])


def cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.stem}:{name}", case)
        for file in sorted(GOLDEN.glob("*.toml"))
        for name, case in tomllib.loads(file.read_text("utf-8")).items()
    ]


@pytest.mark.parametrize(("name", "case"), cases(), ids=[name for name, _ in cases()])
def test_golden(name: str, case: dict[str, Any]) -> None:
    assert case.keys() <= {"document", "language", "raw", "cut", "known", "expected"}
    at = moment(case["document"], language=case.get("language", "python"))
    known = names(case["known"]) if "known" in case else NOTHING
    got = finish(case["raw"], at, cut=case.get("cut", False), known=known)
    shown = f"! {got.value}" if isinstance(got, Reason) else got
    assert shown == case["expected"]


def names(known: dict[str, Any]) -> Known:
    sets = [
        {of: frozenset(all_names) for of, all_names in known.get(kind, {}).items()}
        for kind in ("members", "keywords")
    ]
    return Known(*sets, tuple(known.get("told", ())))


def test_there_are_golden_files_for_every_filter() -> None:
    files = {p.stem for p in (GOLDEN.parents[1] / "server/symbiote/finish").glob("*.py")}
    filters = files - NOT_FILTERS
    assert {step.__name__ for step in FILTERS} == filters
    assert {p.stem for p in GOLDEN.glob("*.toml")} >= filters


def visible(text: str) -> str:
    """Text without what only indents its lines."""
    return "\n".join(line.lstrip(" \t") for line in text.split("\n"))


@given(TEXTS, TEXTS, TEXTS, LANGUAGES, st.booleans())
def test_what_is_shown_is_a_part_of_what_was_said(
    raw: str, before: str, after: str, language: str, cut: bool
) -> None:
    """Nothing is added but indentation; what is shown is never blank, and never unsafe."""
    got = finish(raw, moment(before + "▮" + after, language=language), cut=cut)
    if not isinstance(got, Reason):
        assert got.strip()
        assert visible(got) in visible(raw)
        assert not set(got) & set("\u202e\u200b\ufeff\x00\x1b\ufffd")


@given(st.text(), st.text(alphabet="ab()[]\"' \n\t:=."), st.text(alphabet="ab()]\"' \n\t:"))
def test_any_text_at_all(raw: str, before: str, after: str) -> None:
    got = finish(raw, moment(before + "▮" + after), cut=True)
    assert isinstance(got, Reason) or got.strip()


ONCE: tuple[Filter, ...] = (
    special_tokens,
    code_fence,
    unsafe_text,
    blank,
    repetition,
    restarts_line,
    leading_space,
    bracket_balance,
    repeats_line,
    comment_loop,
    credential,
    trailing_space,
)
"""Filters whose work is done once. Of a bracket or a line that stands twice too often, and of a word before a half one,
the others take one away at a time."""


@pytest.mark.parametrize("step", ONCE)
@given(text=TEXTS, before=TEXTS, after=TEXTS, language=LANGUAGES)
def test_what_one_filter_leaves_it_leaves_again(
    step: Filter, text: str, before: str, after: str, language: str
) -> None:
    at = moment(before + "▮" + after, language=language)
    once = step(text, at)
    assert isinstance(once, Reason) or step(once, at) == once


NAMES = st.sampled_from(["self", "os", "a", "os.path", "self.a", "f"])
KNOWN = st.builds(
    Known,
    st.dictionaries(NAMES, st.frozensets(st.sampled_from(["a", "ab", "path", "f"]))),
    st.dictionaries(NAMES, st.frozensets(st.sampled_from(["a", "ab", "b"]))),
    st.tuples(st.text(alphabet="selfa.=:\n os")),
)
CODE = st.lists(
    st.sampled_from(
        ["self", "os", ".", "a", "b", "ab", "(", ")", "=", ",", " ", "\n", '"', "f", "#"]
    ),
    max_size=20,
).map("".join)


@given(CODE, CODE, CODE, KNOWN)
def test_checked_names_are_right_or_gone(raw: str, before: str, after: str, known: Known) -> None:
    """Checking again finds nothing more, and without anything known nothing is checked."""
    at = moment(before + "▮" + after)
    got = no_such_member(raw, at, known)
    assert no_such_member(raw, at, Known()) == raw
    if not isinstance(got, Reason):
        assert got.strip() or got == raw
        assert no_such_member(got, at, known) == got
