"""Scores of filled holes: pure arithmetic over what the daemon answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symbiote.core.errors import UserError
from symbiote.evaluate import Filled, Hole, add, read, scores, spread, summary


def filled(number: int, text: str, confidence: float | None = -1.0, answer: str = "b)") -> Filled:
    hole = Hole(f"{'line_end' if number % 2 else 'mid'}-{number:04}", "f(a, ", "\n", answer)
    return Filled(hole, text, None if text else "blank", 10.0 * number, 1, confidence)


def test_a_silence_is_wrong_but_not_shown() -> None:
    found = scores([filled(1, "b)"), filled(2, "c)"), filled(3, "", None), filled(4, "b)")])
    assert (found["n"], found["exact_match"], found["shown"]) == (4, 0.5, 0.75)
    assert found["show_precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["silence_rate"] == 0.25
    assert found["characters_saved"] == 4
    assert found["kinds"] == {
        "line_end": {"n": 2, "exact_match": 0.5},
        "mid": {"n": 2, "exact_match": 0.5},
    }


def test_the_surest_come_first() -> None:
    made = [filled(n, "b)" if n < 3 else "x", -float(n)) for n in range(1, 11)]
    found = scores(made)["precision_at_shown"]
    assert (found["10%"], found["20%"], found["40%"]) == (1.0, 1.0, 0.5)


def test_a_perfect_line_needs_no_more_typing() -> None:
    assert filled(1, "b)").perfect
    assert filled(1, "b) ").perfect
    assert not filled(1, " b)").perfect
    assert filled(1, " b)").exact


def test_no_holes_are_no_scores() -> None:
    found = scores([])
    assert (found["n"], found["shown"], found["precision_at_shown"]) == (0, 0.0, {})


@pytest.mark.parametrize("limit", [None, 0, 1, 3, 7, 10, 50])
def test_a_limit_takes_holes_from_everywhere(limit: int | None) -> None:
    holes = [filled(number, "").hole for number in range(10)]
    taken = spread(holes, limit)
    assert len(taken) == (10 if limit is None else min(limit, 10))
    assert sorted({hole.id for hole in taken}, key=lambda name: name[-4:]) == [h.id for h in taken]
    if limit == 3:
        assert [hole.id[-4:] for hole in taken] == ["0000", "0003", "0006"]


def test_a_hole_without_an_answer_is_told_but_not_scored() -> None:
    made = [filled(1, "b)"), filled(2, "anything", answer=""), filled(3, "", None, answer="")]
    found = scores(made)
    assert (found["n"], found["compared"], found["exact_match"]) == (3, 1, 1.0)
    assert (found["edit_similarity"], found["show_precision"], found["perfect_line_rate"]) == (
        1,
        1,
        1,
    )
    assert found["shown"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["characters_saved"] == 2
    assert found["kinds"] == {"line_end": {"n": 1, "exact_match": 1.0}}
    assert [hole["exact"] for hole in found["per_hole"]] == [True, None, None]
    told = summary(found)
    assert told.startswith(
        "mid-0002: 'anything', 20 ms\nline_end-0003: nothing (blank), 30 ms\n1 holes"
    )
    alone = summary(scores(made[1:]))
    assert "exact" not in alone
    assert "latency p50" in alone


def test_figures_for_a_human() -> None:
    told = summary(scores([filled(1, "b)"), filled(2, "c)")]))
    assert told.startswith("2 holes: exact 50.0% (")
    assert told.endswith("latency p50 10, p95 20, p99 20 ms")
    assert summary(scores([])).startswith("0 holes: exact 0.0%")


def test_a_hole_is_added_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "holes.jsonl"
    hole = json.dumps({"id": "why-1", "prefix": "x = ", "suffix": "\n", "answer": ""})
    add(file, hole)
    file.write_text(file.read_text().rstrip("\n"))  # as some editors leave it
    add(file, hole)
    assert file.read_text() == f"{hole}\n{hole}\n"
    assert list(read(file)) == [Hole("why-1", "x = ", "\n", "")] * 2
    for bad in (tmp_path, tmp_path / "no" / "where"):
        with pytest.raises(UserError, match="cannot be added to"):
            add(bad, hole)
