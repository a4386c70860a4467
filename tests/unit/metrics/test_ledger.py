"""The ledger keeps what it was told, survives what happens to its file, and never holds source text."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.answer import SENTENCES, Origin, Reason, Silence, Suggestion
from symbiote.core.timing import Cost, Timing
from symbiote.features.complete import complete
from symbiote.features.house import Window
from symbiote.metrics.events import Event, ask_row
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.readout import Readout, percentile, shares
from unit.doubles import FakeEngine, house
from unit.marked import moment


def row(id: str) -> object:
    return ask_row(
        Silence(id, Reason.BLANK),
        at=time.time(),
        window="w",
        feature="complete",
        language="python",
        trigger="automatic",
    )


def test_rows_are_there_after_a_new_start(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.sqlite3"
    ledger = Ledger(path)
    ledger.note(row("a"))  # type: ignore[arg-type]
    ledger.note(row("a"))  # type: ignore[arg-type]  sent again
    ledger.close()
    again = Ledger(path)
    assert [r.id for r in again.outcomes()] == ["a"]
    again.close()
    assert path.stat().st_mode & 0o77 == 0


def test_a_corrupt_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    ledger = Ledger(path)
    ledger.note(row("a"))  # type: ignore[arg-type]
    assert [r.id for r in ledger.outcomes()] == ["a"]
    assert "set aside" in ledger.trouble
    ledger.close()
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 1


def test_without_a_place_it_measures_in_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    ledger = Ledger(blocked / "ledger.sqlite3")
    ledger.note(row("a"))  # type: ignore[arg-type]
    assert [r.id for r in ledger.outcomes()] == ["a"]
    assert "memory" in ledger.trouble
    ledger.close()


def test_no_source_text_reaches_the_file(tmp_path: Path) -> None:
    canary = "canary_7f3a"
    home = house(tmp_path, FakeEngine(tokens=[canary, "(", canary, ")"]))
    asked = replace(moment(f"{canary} = ▮ # {canary}"), asked_at=time.monotonic())
    asyncio.run(complete(home, Window("w"), asked))
    home.ledger.close()
    for file in tmp_path.iterdir():
        assert canary.encode() not in file.read_bytes()


def test_events_have_their_place(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    ledger.note(Event(1.0, "w", "accepted", "a"))
    ledger.close()
    base = sqlite3.connect(path)
    assert base.execute("SELECT kind, ask FROM events").fetchall() == [("accepted", "a")]
    base.close()


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_percentile_is_nearest_rank(values: list[float], share: float) -> None:
    values.sort()
    got = percentile(values, share)
    assert sum(v <= got for v in values) >= share * len(values)
    assert got in values


def test_reused_answers_never_enter_the_latency_readout() -> None:
    readout = Readout()
    for origin, ms in ((Origin.COMPUTED, 30.0), (Origin.REMEMBERED, 0.1), (Origin.PREFETCHED, 0.2)):
        cost = Cost(timing=Timing(total=ms))
        readout.note(Suggestion("i", "t", 0, 0, origin, "local", "m", cost=cost))
    assert (readout.computed, readout.shown, readout.percentile(0.5)) == (1, 3, 30.0)


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith((".", ").")) for sentence in SENTENCES.values())


def test_origins_stay_apart() -> None:
    readout = Readout()
    for number, origin in enumerate(Origin):
        for _ in range(number + 1):
            cost = Cost(Timing(total=100.0 * (number + 1)))
            readout.note(Suggestion("i", "x", 0, 0, origin, "e", "m", 0.0, cost))
    assert (readout.shown, readout.computed) == (10, 1)
    assert (readout.last_ms, readout.percentile(0.99)) == (100.0, 100.0)
    assert shares(readout.origins) == {
        "computed": 0.1,
        "typed_through": 0.2,
        "prefetched": 0.3,
        "remembered": 0.4,
    }
    assert set(shares(Readout().origins).values()) == {0.0}
