"""What was learned stays, is counts only, and can be forgotten."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from symbiote.metrics.acceptance import BANDS
from symbiote.metrics.learned import MOST, SOON, Learned
from unit.clock import run


def learn(learned: Learned, times: int = 3) -> None:
    for _ in range(times):
        learned.see("m", "python", -0.5)
        learned.note("m", "python", "end", -0.5, accepted=True)


def test_it_is_written_soon_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "learned.json"

    async def play() -> None:
        learn(Learned(path))
        assert not path.exists()
        await asyncio.sleep(SOON)

    run(play())
    assert Learned(path).of("m", "python").total == pytest.approx(3, abs=0.1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["learned.json"]
    kept = json.loads(path.read_text())
    assert set(kept["pairs"][0]) == {"model", "language", "places", "seen"}


def test_closing_writes_what_is_left_and_forgetting_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "learned.json"

    async def play() -> None:
        learned = Learned(path)
        learn(learned)
        learned.close()
        assert path.exists()
        learn(learned)
        learned.forget()
        learned.close()
        assert not path.exists()
        assert learned.outcomes == {}
        await asyncio.sleep(SOON)
        assert not path.exists()

    run(play())


HUGE = {"model": "m", "language": "c", "places": {}, "seen": [10**400] * BANDS}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 2}',
        '{"schema": 1, "pairs": [3]}',
        '{"schema": 1, "pairs": [{}]}',
        json.dumps({"schema": 1, "pairs": [HUGE]}),
        "[" * 100_000,
    ],
)
def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "learned.json"
    path.write_text(text)
    assert Learned(path).outcomes == {}


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        learned = Learned(tmp_path / "nowhere" / "learned.json")
        learn(learned)
        learned.close()
        assert learned.of("m", "python").total > 2

    run(play())


def test_there_are_only_so_many_pairs() -> None:
    learned = Learned()
    for number in range(MOST + 5):
        learned.note("m", f"language{number}", "end", -1.0, accepted=True)
    assert len(learned.outcomes) == MOST
    assert ("m", "language0") not in learned.outcomes
