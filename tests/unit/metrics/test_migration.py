"""A ledger of an older version is brought up to date with everything that is in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from symbiote.metrics.events import Event
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.schema import STEPS, VERSION


def old(path: Path) -> None:
    """A file as version 1 left it."""
    base = sqlite3.connect(path)
    for statement in STEPS[0]:
        base.execute(statement)
    base.execute("PRAGMA user_version=1")
    base.execute(
        "INSERT INTO asks (id, at, window, feature, language, trigger, outcome, engine, model, total_ms)"
        " VALUES ('a', 1.0, 'w', 'complete', 'python', 'automatic', 'shown', 'local', 'm', 12.5)"
    )
    for kind, ask in (("accepted", "a"), ("dismissed", None), ("dismissed", None)):
        base.execute(
            "INSERT INTO events (at, window, kind, ask) VALUES (2.0, 'w', ?, ?)", (kind, ask)
        )
    base.commit()
    base.close()


def rows(path: Path) -> list[tuple[object, ...]]:
    base = sqlite3.connect(path)
    found = base.execute(
        "SELECT kind, ask, value, feature, part FROM events ORDER BY id"
    ).fetchall()
    assert base.execute("PRAGMA user_version").fetchone()[0] == VERSION
    base.close()
    return found


def test_a_file_of_version_1_keeps_its_rows_and_takes_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    old(path)
    ledger = Ledger(path)
    ledger.note(Event(3.0, "w", "accepted", "a"))  # known already
    ledger.note(Event(3.0, "w", "still_30s", "r", 0.75, "rewrite"))
    ledger.note(Event(3.0, "w", "hunks_kept", "r", 2.0, "rewrite", 1))
    ledger.note(Event(3.0, "w", "hunks_kept", "r", 1.0, "rewrite", 2))
    ledger.note(Event(3.0, "w", "hunks_kept", "r", 1.0, "rewrite", 2))  # sent again
    assert [row.id for row in ledger.outcomes()] == ["a"]
    assert ledger.told("rewrite") == [
        ("r", "still_30s", 0.75),
        ("r", "hunks_kept", 2.0),
        ("r", "hunks_kept", 1.0),
    ]
    assert (ledger.trouble, ledger.dropped) == ("", 0)
    ledger.close()
    assert rows(path)[:3] == [
        ("accepted", "a", None, "complete", 0),
        ("dismissed", None, None, "complete", 0),
        ("dismissed", None, None, "complete", 0),
    ]
    assert not list(tmp_path.glob("*.corrupt-*"))


def test_a_daemon_of_version_1_may_go_on_writing_to_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger(path).close()
    base = sqlite3.connect(path)
    base.execute(
        "INSERT OR IGNORE INTO events (at, window, kind, ask) VALUES (1.0, 'w', 'accepted', 'b')"
    )
    base.commit()
    base.close()
    assert rows(path) == [("accepted", "b", None, "complete", 0)]


def test_a_file_of_a_later_version_stays_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    Ledger(path).close()
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version=99")
    base.commit()
    base.close()
    was = path.read_bytes()
    ledger = Ledger(path)
    told: list[bool] = []
    ledger.note(Event(1.0, "w", "accepted", "a"), told.append)
    assert ledger.events() == [("a", "accepted")]
    assert "version 99" in ledger.trouble and "memory" in ledger.trouble
    ledger.close()
    assert told == [False]
    assert path.read_bytes() == was
    assert not list(tmp_path.glob("*.corrupt-*"))
