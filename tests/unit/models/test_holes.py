"""Holes are cut where their kind says, and what is kept around them is the file."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from unit.models.scripts import script

holes = script("holes")

SOURCE = '''\
import sys


class Shape:
    """Has sides."""

    def __init__(self, name, sides=4):
        self.name = name
        self.sides = sum(sides, start(1))

    def area(self):
        for side in self.sides:
            print(side, file=sys.stderr)
        return None
'''


@pytest.fixture(scope="module")
def cuts() -> dict[str, list[tuple[str, str, str]]]:
    """By kind: what stands before the cut, the cut, and what follows."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for seed in range(20):
        for kind, made in holes.cuts(SOURCE, Random(seed)).items():
            parts = [(SOURCE[: c.start], SOURCE[c.start : c.end], SOURCE[c.end :]) for c in made]
            found.setdefault(kind, []).extend(parts)
    return found


Cuts = dict[str, list[tuple[str, str, str]]]


def test_every_kind_is_found_in_one_line(cuts: Cuts) -> None:
    assert set(cuts) == set(holes.KINDS)
    for kind, made in cuts.items():
        assert made, kind
        assert all("\n" not in middle for _, middle, _ in made), kind


@pytest.mark.parametrize("kind", ["line_end", "after_paren", "empty_body", "block_line"])
def test_what_runs_to_the_end_of_the_line_does(cuts: Cuts, kind: str) -> None:
    assert all(after.startswith("\n") for _, _, after in cuts[kind])


def test_after_paren_follows_a_bracket(cuts: Cuts) -> None:
    assert all(before.endswith("(") for before, _, _ in cuts["after_paren"])


def test_inside_call_leaves_the_bracket_that_closes_it(cuts: Cuts) -> None:
    assert all(after.startswith(")") for _, _, after in cuts["inside_call"])
    assert any("start(1)" in middle for _, middle, _ in cuts["inside_call"])


def test_mid_line_is_one_name_number_or_text(cuts: Cuts) -> None:
    found = {middle for _, middle, _ in cuts["mid_line"]}
    assert {"self", "name", "4", '"""Has sides."""'} <= found
    assert "(" not in found


def test_empty_body_opens_a_block_and_block_line_does_not(cuts: Cuts) -> None:
    assert all(before.rstrip().endswith(":") for before, _, _ in cuts["empty_body"])
    assert {middle for _, middle, _ in cuts["empty_body"]} >= {
        "self.name = name",
        '"""Has sides."""',
    }
    for before, _, _ in cuts["block_line"]:
        assert not before.rpartition("\n")[2].strip()
        assert not before.rstrip().endswith(":")


@pytest.mark.parametrize("answer", ["x", " x ", "x" * 81, "one\ntwo", ""])
def test_an_answer_that_is_none_makes_no_hole(answer: str) -> None:
    text = f"before\n{answer}\nafter\n"
    assert holes.hole(text, holes.Cut(7, 7 + len(answer))) is None


def test_a_hole_is_an_excerpt_cut_at_line_starts() -> None:
    text = "".join(f"line {n:05}\n" for n in range(4_000))
    start = text.index("line 02000")
    made = holes.hole(text, holes.Cut(start + 2, start + 10))
    assert made["answer"] == "ne 02000"
    assert made["prefix"] + made["answer"] + made["suffix"] in text
    assert made["prefix"].startswith("line ")
    assert made["suffix"].endswith("\n")
    assert holes.BEFORE - 20 < len(made["prefix"]) <= holes.BEFORE
    assert holes.AFTER - 20 < len(made["suffix"]) <= holes.AFTER


def test_spaces_at_the_end_of_a_line_are_not_asked_for() -> None:
    made = holes.hole("a = one  \nb\n", holes.Cut(4, 9))
    assert (made["answer"], made["suffix"]) == ("one", "  \nb\n")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    file = tmp_path / "heldout.jsonl"
    names = [(package, f"{package}/{n}.py") for package in "abc" for n in range(4)]
    lines = [json.dumps({"package": p, "path": n, "text": SOURCE}) for p, n in names]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_kinds_and_packages_take_turns(corpus: Path) -> None:
    made = [hole for _, hole in holes.holes(corpus, 24)]
    kinds = [hole["id"].rpartition("-")[0] for hole in made]
    assert kinds == [*holes.KINDS] * 4
    assert len({hole["id"] for hole in made}) == 24
    assert {hole["package"] for hole in made} == set("abc")


def test_no_place_is_asked_for_twice_and_a_seed_says_it_all(corpus: Path) -> None:
    made = list(holes.holes(corpus, 60))
    assert len({(hole["path"], start) for start, hole in made}) == len(made)
    assert made == list(holes.holes(corpus, 60))
