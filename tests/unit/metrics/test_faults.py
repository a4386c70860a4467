"""What may happen to the ledger's file, and to those who write to it."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from symbiote.metrics.events import AskRow, Event, Worked
from symbiote.metrics.ledger import DAY, Ledger
from symbiote.metrics.reading import Span, reading
from symbiote.metrics.report import figures
from symbiote.metrics.tallies import UNTRUE
from unit.metrics.history import year

KILLS = 60


def event(uid: str, at: float = 1.0) -> Event:
    return Event(at, "w", "accepted", uid, uid=uid)


def asked(path: Path, sql: str) -> list[tuple[object, ...]]:
    base = sqlite3.connect(path)
    found = base.execute(sql).fetchall()
    base.close()
    return found


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed.py")
    words = [sys.executable, str(script), str(tmp_path / "ledger.sqlite3"), str(KILLS)]
    said = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    assert said["killed"] == KILLS and said["acknowledged"] >= KILLS
    assert (said["lost"], said["corrupt"]) == (0, 0)


def test_rows_are_acknowledged_once_they_are_committed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    told: list[tuple[bool, int]] = []

    def done(there: bool) -> None:
        [(count,)] = asked(path, "SELECT COUNT(*) FROM events")
        told.append((there, int(str(count))))

    for uid in "aab":
        ledger.note(event(uid), done)
    ledger.note(event("c"), lambda _: 1 / 0)  # who asked is gone
    ledger.close()
    assert [there for there, _ in told] == [True] * 3
    assert min(count for _, count in told) >= 1
    assert asked(path, "SELECT uid FROM events") == [("a",), ("b",), ("c",)]


def test_a_row_that_no_table_takes_keeps_no_other_away(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    told: list[bool] = []
    ledger.note(event("a"), told.append)
    ledger.note(event("b")._replace(window={}), told.append)  # type: ignore[arg-type]
    ledger.note(event("c"), told.append)
    ledger.close()
    assert sorted(told) == [False, True, True] and ledger.dropped == 1
    assert len(asked(ledger.path, "SELECT uid FROM events")) == 2


@contextmanager
def full(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_rows_wait_for_room(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    ledger.note(event("a"))
    ledger.flush()
    told: list[bool] = []
    with full(1_024):
        ledger.note(event("b"))
        ledger.note(event("c"), told.append)
        ledger.flush()
        assert told == [False] and "ledger.sqlite3" in ledger.trouble
    ledger.note(event("c"), told.append)  # sent again
    ledger.flush()
    assert (told, ledger.trouble, ledger.dropped) == ([False, True], "", 0)
    assert {uid for (uid,) in ledger._asked("SELECT uid FROM events", lambda *row: row)} == set(
        "abc"
    )
    ledger.close()


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """As a user without rights to it sees it; root may write everywhere, so the file is a directory's name."""
    (tmp_path / "ledger.sqlite3").mkdir()
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    told: list[bool] = []
    ledger.note(event("a"), told.append)
    assert ledger.events() == [("a", "accepted")]
    ledger.close()
    assert told == [False] and "in memory only" in ledger.trouble
    assert list(tmp_path.iterdir()) == [tmp_path / "ledger.sqlite3"]


def test_two_daemons_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    both = [Ledger(path), Ledger(path)]
    told: list[bool] = []
    for number in range(300):
        both[number % 2].note(event(f"{number}"), told.append)
    for one in both:
        one.close()
    assert told == [True] * 300 and not any(one.trouble for one in both)
    assert asked(path, "SELECT COUNT(*) FROM events") == [(300,)]


def test_a_migration_that_fails_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE asks (something_else TEXT)")
    base.execute("PRAGMA user_version=1")
    base.execute("INSERT INTO asks VALUES ('kept')")
    base.commit()
    base.close()
    ledger = Ledger(path)
    ledger.flush()
    assert "in memory only" in ledger.trouble
    ledger.close()
    assert asked(path, "SELECT * FROM asks") == [("kept",)]


def old_and_new(path: Path, now: float) -> None:
    ledger = Ledger(path)
    ask = year(1)[0]._replace(outcome="shown", origin="computed")
    for days in range(0, 2_000, 2):
        at = now - days * DAY
        ledger.note(ask._replace(id=f"{days}", at=at))
        ledger.note(event(f"{days}", at + 1))
        ledger.note(Worked(at, "w", "p", "t", "python", 1, 1, 1))
    ledger.close()
    assert not ledger.trouble


def pruned(path: Path, keep: float) -> None:
    """Let it forget what is too old, which it does when there is nothing else to do."""
    ledger = Ledger(path, keep_days=keep)
    deadline = time.monotonic() + 60
    before = -1
    while time.monotonic() < deadline:
        counted = ledger._asked("SELECT COUNT(*) FROM edits", lambda n: n)[0]
        if counted == before:
            break
        before = counted
        time.sleep(0.3)
    ledger.close()


def test_what_is_too_old_is_forgotten_and_sums_stay_true(tmp_path: Path) -> None:
    path, now = tmp_path / "ledger.sqlite3", time.time()
    old_and_new(path, now)
    pruned(path, 730.5)
    for table in ("asks", "events", "edits"):
        assert asked(path, f"SELECT COUNT(*) FROM {table}") == [(366,)]
    assert asked(path, UNTRUE) == [(0,)]
    assert asked(path, "SELECT SUM(n), SUM(accepted), COUNT(*) FROM tallies") == [(366, 366, 366)]


def test_a_clock_that_is_ahead_forgets_nothing_and_one_set_back_adds_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = tmp_path / "ledger.sqlite3", time.time()
    old_and_new(path, now)
    monkeypatch.setattr("symbiote.metrics.ledger.time.time", lambda: now + 20_000 * DAY)
    pruned(path, 2_100)
    assert asked(path, "SELECT COUNT(*) FROM asks") == [(1_000,)]
    ledger = Ledger(path)
    ledger.note(Worked(60.0, "w", "p", "t", "python", 5, 0, 1))
    ledger.note(Worked(60.0, "w", "p", "t", "python", 2, 1, 1))
    ledger.close()
    told = asked(path, "SELECT typed, helped, lines FROM edits WHERE at = 60")
    assert told == [(7, 1, 2)]


def test_ten_years_come_to_the_same_figures(tmp_path: Path) -> None:
    path, rows = tmp_path / "ledger.sqlite3", [_spread(row) for row in year(4_000)]
    ledger = Ledger(path)
    for row in rows:
        ledger.note(row)
    ledger.close()
    since = rows[0].at + 1_000.3 * DAY
    with reading(path) as base:
        for span in (Span(), Span(since=since), Span(since=since, until=since + 99.7 * DAY)):
            of = [row for row in rows if span.since <= row.at < span.until]
            found = {figure.name: figure for figure in figures(base, span)}
            assert found["days"].n == len(of) and found["days"].rows
            assert found["acceptance"].n == sum(row.outcome == "shown" for row in of)
            assert found["silences"].n == sum(row.outcome != "shown" for row in of)
        assert base.one(UNTRUE) == (0,)


def _spread(row: AskRow) -> AskRow:
    return row._replace(at=1.4e9 + (row.at - 1.7e9) * 10)
