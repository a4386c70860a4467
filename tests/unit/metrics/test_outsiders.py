"""What answers from outside cost and what a provider's cache saved, in the ledger."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from symbiote.core.answer import Origin, Reason, Silence, Suggestion
from symbiote.core.timing import Cost, Tokens
from symbiote.engine.port import By
from symbiote.metrics.events import AskRow, ask_row
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.schema import STEPS, VERSION

OLD = [
    "id",
    *("at", "window", "feature", "language", "trigger", "outcome", "engine", "model"),
]


def row(
    id: str, by: By | None, prompt: int = 100, engine: str = "groq", at: float = 10.0
) -> AskRow:
    tokens = Tokens(prompt=prompt, evaluated=prompt - (by.cached if by else 0), generated=7)
    answer = Suggestion(id, "x", 0, 0, Origin.COMPUTED, engine, "m", cost=Cost(tokens=tokens))
    return ask_row(
        answer,
        at=at,
        window="w",
        feature="complete",
        language="python",
        trigger="automatic",
        by=by,
    )


def by(**told: float | int | None) -> By:
    return By("groq", "Groq", "m", **told)  # type: ignore[arg-type]


def test_a_row_says_who_answered_outside_and_for_how_much(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    ledger.note(row("a", by(usd=0.25, saved=0.125, cached=64, attempts=2, redacted=3)))
    ledger.note(row("b", by()))
    ledger.note(row("c", None))
    ledger.close()
    base = sqlite3.connect(path)
    found = base.execute(
        "SELECT cached_tokens, usd, saved_usd, attempts, redacted FROM asks ORDER BY id"
    ).fetchall()
    base.close()
    assert found == [(64, 0.25, 0.125, 2, 3), (0, None, None, 1, 0), (0, None, None, 0, 0)]


def test_hit_rate_tokens_and_money_saved(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    for number, cached in enumerate((0, 80, 80)):
        bill = by(usd=0.5, saved=cached / 160, cached=cached, attempts=1 + number, redacted=number)
        ledger.note(row(f"a{number}", bill))
    ledger.note(row("unpriced", by(cached=60)))
    ledger.note(row("other", by(usd=0.0), engine="mine"))
    ledger.note(row("here", None, engine="local"))
    ledger.note(row("old", by(usd=9.0), at=1.0))
    groq, mine = ledger.outsiders(since=10.0)
    assert groq[:6] == ("groq", "m", 4, 400, 220, 28)
    assert (groq.usd, groq.saved_usd, groq.unpriced) == (1.5, 1.0, 1)
    assert (groq.attempts, groq.redacted) == (7, 3)
    assert groq.hit_rate == pytest.approx(0.55)
    assert (mine.engine, mine.usd, mine.hit_rate) == ("mine", 0.0, 0.0)
    assert ledger.outsiders()[0].usd == 10.5
    ledger.close()


def test_a_silence_may_have_cost_something_too() -> None:
    told = ask_row(
        Silence("s", Reason.BLANK),
        at=1.0,
        window="w",
        feature="complete",
        language="python",
        trigger="automatic",
        by=by(usd=0.25),
    )
    assert (told.usd, told.attempts) == (0.25, 1)


@pytest.mark.parametrize("version", range(1, VERSION))
def test_rows_of_older_versions_are_of_this_machine(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.sqlite3"
    base = sqlite3.connect(path)
    for step in STEPS[:version]:
        for statement in step:
            base.execute(statement)
    base.execute(f"PRAGMA user_version={version}")
    values = ("old", 1.0, "w", "complete", "python", "automatic", "shown", "local", "m")
    sql = f"INSERT INTO asks ({', '.join(OLD)}) VALUES ({', '.join('?' * len(OLD))})"
    base.execute(sql, values)
    base.commit()
    Ledger(path).close()
    base.execute(sql, ("older daemon", *values[1:]))  # which runs beside this one
    base.commit()
    base.close()
    ledger = Ledger(path)
    ledger.note(row("new", by(usd=0.25)))
    assert [one.id for one in ledger.outcomes()] == ["old", "older daemon", "new"]
    assert [(one.engine, one.usd) for one in ledger.outsiders()] == [("groq", 0.25)]
    assert (ledger.trouble, ledger.dropped) == ("", 0)
    ledger.close()
