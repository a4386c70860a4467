"""The ledger as a whole: exported, deleted, kept for so long, looked over; as commands."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from symbiote.cli import main
from symbiote.metrics.events import Event
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.upkeep import KEEP_DAYS, kept_days
from unit.metrics.history import written, year


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMBIOTE_HOME", str(tmp_path))
    return tmp_path / "data" / "ledger.sqlite3"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["ledger", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_export_has_every_row(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = year(50)
    written(path, [*rows, Event(rows[0].at, "w", "accepted", rows[0].id)])
    target = tmp_path / "export.jsonl"
    code, out, _ = run(capsys, "export", str(target))
    head, *lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert code == 0 and "50 asks, 1 events" in out and head["symbiote"] == "ledger"
    assert [one["id"] for one in lines if one["table"] == "asks"] == [row.id for row in rows]
    assert target.stat().st_mode & 0o777 == 0o600
    code, _, err = run(capsys, "export", str(tmp_path / "nowhere" / "x"))
    assert code == 1 and "cannot be written" in err
    assert not list(tmp_path.glob("*.part"))


def test_delete_takes_everything_and_a_daemon_goes_on(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = year(20)
    written(path, [row._replace(engine="engine_canary") for row in rows])
    aside = path.with_name(f"{path.name}.corrupt-1")
    aside.write_text("engine_canary")
    salt = tmp_path / "state" / "salt"
    salt.parent.mkdir()
    salt.write_bytes(b"0" * 16)
    assert run(capsys, "delete")[0] == 1
    daemon = Ledger(path)
    assert len(daemon.outcomes()) == 20
    assert run(capsys, "delete", "--yes")[1].startswith("Deleted: 20 rows.")
    daemon.note(rows[0])
    assert len(daemon.outcomes()) == 1
    assert daemon._asked("SELECT SUM(n) FROM tallies", lambda n: n) == [1]
    daemon.close()
    assert not aside.exists() and not salt.exists()
    assert all(b"canary" not in file.read_bytes() for file in path.parent.iterdir())
    assert run(capsys, "check")[0] == 0


def test_keep_is_remembered_within_bounds(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kept_days() == KEEP_DAYS
    assert "90 days" in run(capsys, "keep", "90")[1] and kept_days() == 90
    assert run(capsys, "keep", "0")[0] == 1 and kept_days() == 90
    assert "90 days" in run(capsys, "keep")[1]
    (path.parent.parent / "state" / "ledger.json").write_text('{"keep_days": "many"}')
    assert kept_days() == KEEP_DAYS


def test_check_finds_what_is_amiss(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check")[0] == 1
    written(path, year(20))
    code, out, _ = run(capsys, "check", "--json")
    assert code == 0 and json.loads(out)["rows"]["asks"] == 20
    base = sqlite3.connect(path)
    base.execute("UPDATE tallies SET n = n + 1")
    base.commit()
    base.close()
    code, out, _ = run(capsys, "check")
    assert code == 1 and "daily sums" in out
