"""The stream of a rewrite over golden files, and whatever pieces the text comes in.

A case has the region's `old` lines, those `above` and `below`, the `language`, the `raw` text, and the lines that come of
it, or the `reason` why it ended early, or both.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.credential import secrets
from symbiote.finish.rewrite.step import Region
from symbiote.finish.rewrite.stream import Stream
from symbiote.finish.rewrite.talk import talk

GOLDEN = Path(__file__).parents[2] / "golden" / "rewrite"


def cases() -> dict[str, dict[str, Any]]:
    return {
        f"{file.stem}:{name}": case
        for file in sorted(GOLDEN.glob("*.toml"))
        for name, case in tomllib.loads(file.read_text("utf-8")).items()
    }


def region(case: dict[str, Any]) -> Region:
    above, below = (
        tuple(case[key].split("\n")) if key in case else () for key in ("above", "below")
    )
    return Region(case.get("language", "python"), tuple(case["old"].split("\n")), above, below)


def streamed(where: Region, pieces: list[str], *, bare: bool = False) -> Stream:
    stream = Stream(where, bare=bare)
    for piece in pieces:
        before = list(stream.lines)
        stream.feed(piece)
        assert stream.lines[: len(before)] == before, "lines are final"
    stream.end()
    return stream


@pytest.mark.parametrize("name", cases())
def test_golden(name: str) -> None:
    case = cases()[name]
    stream = streamed(region(case), [case["raw"]])
    assert case.keys() <= {"old", "above", "below", "language", "raw", "expected", "reason"}
    assert "\n".join(stream.lines) == case.get("expected", "")
    assert (stream.reason.value if stream.reason else None) == case.get("reason")


CASES = st.sampled_from(list(cases().values()))
PIECES = st.sampled_from(
    [
        *"ab \t\n(){}:;=`.",
        *(
            "    ",
            "\n\n",
            "```python\n",
            "\n```\n",
            "\r\n",
            "def f(a):\n",
            "    return a\n",
            "\u202e",
        ),
        *("Here is the code:\n", "<|im_end|>", "AKIAIOSFODNN7EXAMPLE", '"""', "print(a)\n", "ü😀"),
    ]
)


@given(CASES, st.lists(PIECES, max_size=30), st.data(), st.booleans())
def test_where_the_text_is_cut_makes_no_difference(
    case: dict[str, Any], parts: list[str], data: st.DataObject, bare: bool
) -> None:
    raw = "".join(parts) if parts else case["raw"]
    places = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=12)))
    pieces = [raw[a:b] for a, b in zip([0, *places], [*places, len(raw)], strict=True)]
    once = streamed(region(case), [raw], bare=bare)
    cut = streamed(region(case), pieces, bare=bare)
    assert (cut.lines, cut.reason) == (once.lines, once.reason)


@given(CASES, st.lists(PIECES, max_size=30))
def test_nothing_is_added_but_indentation(case: dict[str, Any], parts: list[str]) -> None:
    raw, where = "".join(parts), region(case)
    said = {line.strip() for line in raw.replace("\r", "\n").split("\n")}
    for line in streamed(where, list(raw)).lines:
        bare = line.strip()
        assert not bare or any(bare in other for other in said)
        assert "\u202e" not in line and not any(c in line for c in "\r\n")


@given(CASES, st.lists(PIECES, max_size=30))
def test_a_preview_is_of_one_line_and_never_unsafe(case: dict[str, Any], parts: list[str]) -> None:
    stream = Stream(region(case))
    for part in parts:
        stream.feed(part)
        shown = stream.preview
        assert not shown or (shown[-1].strip() and not any(line.strip() for line in shown[:-1]))
        assert not any("\u202e" in line or list(secrets(line, code=True)) for line in shown)
    stream.end()
    assert stream.preview == []


def test_the_first_line_is_seen_before_it_is_whole() -> None:
    stream = Stream(Region("python", ("    return 1",), ("def f():",)))
    stream.feed("```python\nretur")
    assert (stream.lines, stream.preview) == ([], ["    retur"])
    stream.feed("n 2\n")
    assert (stream.lines, stream.preview) == (["    return 2"], [])


@pytest.mark.parametrize("end", ["\r", "<|im_end|>", "<|im_"])
def test_what_ends_a_line_or_the_answer_is_no_part_of_the_line(end: str) -> None:
    stream = Stream(Region("python", ("a = 1",)), bare=True)
    stream.feed(f"a = 2{end}")
    assert stream.preview == ["a = 2"]


@pytest.mark.parametrize(
    "line",
    [
        "Here is the updated code:",
        "Sure! Here's what I changed.",
        "This function now returns a list of names.",
        "I apologize for the confusion.",
        "**Explanation** of the change in short words",
    ],
)
def test_talk(line: str) -> None:
    assert talk(line)


@pytest.mark.parametrize(
    "line",
    [
        "return value",
        "import os",
        "x = Here is",
        "class Name(Base):",
        "raise ValueError(name)",
        "# This is a comment about the code below",
        "@dataclass",
        "Name",
        "",
        "for name in names:",
        "fmt.Println(a)",
        "Point(1, 2).move()",
    ],
)
def test_code_is_no_talk(line: str) -> None:
    assert not talk(line)
