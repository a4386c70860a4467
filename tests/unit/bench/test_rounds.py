"""Contestants take turns: equal parts, everybody first in turn, and each pays for its own work only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.bench import rounds
from symbiote.bench.replay import Replay
from symbiote.bench.rounds import Seat, alternate, calm, ends, order


@given(st.integers(1, 5_000), st.integers(1, 9))
def test_parts_are_equal_and_none_is_empty(keys: int, count: int) -> None:
    found = ends(keys, count)
    lengths = [end - start for start, end in zip([0, *found], found, strict=False)]
    assert found[-1] == keys
    assert len(found) == min(keys, count)
    assert min(lengths) >= 1
    assert max(lengths) - min(lengths) <= 1


def test_everybody_comes_first_in_turn() -> None:
    seats = ["a", "b", "c"]
    assert [order(seats, number) for number in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]


class Played:
    """Stands in for a replay: keeps who played what."""

    def __init__(self, name: str, log: list[tuple[str, int]]) -> None:
        self.name, self.log = name, log

    async def open(self) -> None:
        self.log.append((self.name, 0))

    async def play(self, end: int) -> None:
        self.log.append((self.name, end))


async def mine() -> Sequence[int]:
    return (1,)


def seats(log: list[tuple[str, int]], names: str) -> list[Seat]:
    return [Seat(name, cast(Replay, Played(name, log)), mine) for name in names]


def played(monkeypatch: pytest.MonkeyPatch, cpu: Any, names: str = "ab") -> tuple[Any, list[Seat]]:
    async def at_once(_: Sequence[int]) -> None:
        return

    monkeypatch.setattr(rounds, "calm", at_once)
    monkeypatch.setattr(rounds, "cpu_seconds", cpu)
    log: list[tuple[str, int]] = []
    made = seats(log, names)
    asyncio.run(alternate(made, 10, 2))
    return log, made


def test_every_part_is_played_by_all_before_the_next_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log, _ = played(monkeypatch, lambda *_: 0.0, "abc")
    assert log == [
        *(("a", 0), ("b", 0), ("c", 0)),
        *(("a", 5), ("b", 5), ("c", 5)),
        *(("b", 10), ("c", 10), ("a", 10)),
    ]


def test_the_cpu_time_of_its_own_turns_is_a_contestants_and_the_rest_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # a: 1 s in its first turn, 0.5 s while b plays twice, 2 s in its second; b the same way.
    readings = iter([0.0, 1.0, 10.0, 11.0, 11.0, 13.0, 1.5, 3.5])
    _, (a, b) = played(monkeypatch, lambda *_: next(readings))
    assert (a.cpu_s, b.cpu_s) == (3.0, 3.0)
    assert [used for _, used in a.idle] == [0.5]
    assert [used for _, used in b.idle] == [0.0]
    assert a.idle_share is not None and a.idle_share > 0
    assert b.idle_share == 0.0


def test_what_cannot_be_read_is_not_known_rather_than_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, (a, _) = played(monkeypatch, lambda *_: None)
    assert a.cpu_s is None
    assert a.idle_share is None


def test_other_processes_than_before_are_not_counted_as_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def at_once(_: Sequence[int]) -> None:
        return

    numbers = iter([(1,), (2,)])

    async def another() -> Sequence[int]:
        return next(numbers)

    monkeypatch.setattr(rounds, "calm", at_once)
    monkeypatch.setattr(rounds, "cpu_seconds", lambda *_: 1.0)
    seat = Seat("a", cast(Replay, Played("a", [])), another)
    asyncio.run(alternate([seat], 4, 2))
    assert seat.idle == []
    assert seat.cpu_s == 0.0


def test_calm_waits_for_a_busy_process_and_no_longer_than_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings: list[float] = []

    def used(*_: int) -> float:
        readings.append(min(len(readings), 4.0))
        return readings[-1]

    monkeypatch.setattr(rounds, "CALM", 0.001)
    monkeypatch.setattr(rounds, "cpu_seconds", used)
    asyncio.run(calm([1]))
    assert readings == [0.0, 1.0, 2.0, 3.0, 4.0, 4.0], "one look more than it worked"
    monkeypatch.setattr(rounds, "CALM_MOST", 0.0)
    asyncio.run(calm([1]))
    assert len(readings) == 7, "no patience, no wait"
