"""Events of an editor are answered once they are on the disk, and may be told again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from symbiote.features.house import House, Window
from symbiote.features.reported import Told, reported
from unit.doubles import FakeEngine, house


def told(home: House, *events: Told) -> tuple[list[str], list[str]]:
    window = Window("w", task="login", project="p")
    return asyncio.run(reported(home, window, events))


def test_told_twice_they_are_noted_once(tmp_path: Path) -> None:
    home = house(tmp_path, FakeEngine())
    lost, back = Told("u1", "focus_lost", 90_000), Told("u2", "focus_back")
    assert told(home, lost, lost) == (["u1"], [])
    assert told(home, lost, back, Told("u3", "accepted", ask="a")) == (["u1", "u2", "u3"], [])
    rows = home.ledger._asked("SELECT uid, kind, task, project FROM events", lambda *row: row)
    assert [row[:2] for row in rows] == [
        ("u1", "focus_lost"),
        ("u2", "focus_back"),
        ("u3", "accepted"),
    ]
    assert {row[2:] for row in rows} == {("login", "p")}
    home.ledger.close()


@pytest.mark.parametrize(
    "bad",
    [
        Told("", "focus_lost"),
        Told("u", "invented"),
        Told("u", "accepted"),
        Told("u" * 65, "focus_lost"),
        Told("u", "interrupted", cause="c" * 65),
        Told("u", "focus_lost", -1.0),
        Told("u", "focus_lost", float("nan")),
    ],
)
def test_what_is_not_sound_is_refused_alone(tmp_path: Path, bad: Told) -> None:
    home = house(tmp_path, FakeEngine())
    assert told(home, bad, Told("good", "focus_back")) == (["good"], [bad.uid])
    home.ledger.close()


def test_what_cannot_be_kept_is_not_answered_for(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").mkdir()
    home = house(tmp_path, FakeEngine())
    assert told(home, Told("u1", "focus_lost")) == ([], [])
    home.ledger.close()
