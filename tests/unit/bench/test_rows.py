"""A row says what was aimed at and whether it was reached, and never more than was measured."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from symbiote.bench import goals, pages
from symbiote.bench.crowd import Crowd
from symbiote.bench.engine_rows import Beside
from symbiote.bench.figures import figures
from symbiote.bench.goals import (
    PEERS,
    absent,
    beside_rows,
    crowd_row,
    trip_rows,
    typing_rows,
)
from symbiote.bench.roundtrip import Trips
from symbiote.bench.rows import LEAST, Row, compared, held, measured, table, times, unmeasured
from symbiote.bench.typist import standard
from symbiote.core.errors import UserError
from symbiote.engine.local.catalogue import find
from unit.bench.test_figures import DONE

DONE_UNANSWERED = 2


@pytest.mark.parametrize(
    ("figures", "limits", "sense", "holds"),
    [
        ({"p50": 3.0}, {"p50": 3.0}, "≤", True),
        ({"p50": 3.1}, {"p50": 3.0}, "≤", False),
        ({"p50": 1.0, "p95": 9.0}, {"p50": 3.0, "p95": 8.0}, "≤", False),
        ({"p50": 5.0}, {"p50": 5.0}, "≥", True),
        ({"p50": 4.9}, {"p50": 5.0}, "≥", False),
        ({"p50": None}, {"p50": 5.0}, "≥", None),
        ({"p50": 1.0}, {}, "≤", None),
    ],
)
def test_a_goal_holds_when_every_limit_is_kept(
    figures: dict[str, float | None], limits: dict[str, float], sense: str, holds: bool | None
) -> None:
    assert held("x", figures, limits, sense=sense).holds is holds


def test_an_unanswered_request_breaks_a_goal_that_is_kept_otherwise() -> None:
    good, bad = (measured("x", [1.0], {"p99": 20.0}, unanswered=n) for n in (0, 2))
    assert (good.holds, bad.holds) == (True, False)
    assert good.goal == "p99 ≤ 20 ms, 0 unanswered"
    assert bad.note == "2 unanswered"


def test_measured_and_compared_rows_have_their_figures_and_intervals() -> None:
    row = measured("x", [3.0, 1.0, 2.0], {"p95": 15.0})
    assert row.figures == {"p50": 2.0, "p95": 3.0, "p99": 3.0}
    assert (row.n, row.unit, row.goal) == (3, "ms", "p95 ≤ 15 ms")
    assert row.interval["p50"] == [1.0, 3.0]
    row = compared("x", [30.0] * 5, [10.0] * 4, {"p50": 1.2}, places=("p50", "p95"))
    assert row.figures == {"p50": 3.0, "p95": 3.0}
    assert (row.n, row.unit, row.goal, row.holds) == (4, "×", "p50 ≤ 1.2×", False)


def test_a_table_is_legible_whatever_was_measured() -> None:
    rows = [
        measured("typing", [20.0, 21.46, 1_234.5], {"p50": 30.0}),
        times("peer", {"p50": (5.25, 4.9, 5.61)}, {"p50": 5.0}, sense=LEAST, n=7),
        held("tokens read", {"p50": 1, "p95": 3.0}, {"p50": 8.0}, unit="tokens", n=3),
        measured("nothing came", [], {"p50": 1.0}),
        unmeasured("rewrites", "p50 ≥ 3×", "there are none"),
    ]
    lines = table([row.as_dict() for row in rows]).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2] == (
        "| typing | p50 ≤ 30 ms | 3 | 21.5 (20–1,234) | 1,234 (20–1,234) | 1,234 | yes |"
    )
    assert lines[3] == "| peer | p50 ≥ 5× | 7 | 5.25× (4.9–5.61) | – | – | yes |"
    assert lines[4] == "| tokens read, tokens | p50 ≤ 8 | 3 | 1 | 3 | – | yes |"
    assert lines[5] == "| nothing came | p50 ≤ 1 ms | – | – | – | – | – |"
    assert lines[6] == "| rewrites (not measured: there are none) | p50 ≥ 3× | – | – | – | – | – |"


def typed(peers: list[dict[str, Any]]) -> dict[str, Any]:
    return {**figures(DONE, None), "peers": peers}


def test_without_the_peer_its_rows_point_to_the_command() -> None:
    answer, read, documented, tuned = typing_rows(typed([]))
    assert (answer.n, answer.figures["p95"], answer.holds) == (4, 40.0, True)
    assert (read.n, read.figures["p50"], read.holds) == (4, 2, True)
    for row, limit in ((documented, "5×"), (tuned, "2×")):
        assert row.goal == f"p50 ≥ {limit}"
        assert (row.holds, row.n) == (None, 0)
        assert "bench typing --peer" in row.note


def test_with_the_peer_every_client_of_a_setup_has_a_row() -> None:
    peers = [
        {
            "setup": f"{setup}, {client} client",
            "n": {"computed": 9, "cancelled": cancelled},
            "ratio": {"p50": ratio, "at_least_p50": [7.5, 7.0, 8.0]},
        }
        for setup in PEERS
        for client, cancelled, ratio in (
            ("llama.vim", 0, [6.0, 5.5, 6.5]),
            ("ideal", 20, [1.5, 1.2, 1.8]),
        )
    ]
    rows = typing_rows(typed(peers))[2:]
    assert [row.holds for row in rows] == [True, False, True, False]
    assert [row.figures["p50"] for row in rows] == [6.0, 1.5, 6.0, 1.5]
    assert rows[1].interval["p50"] == [1.2, 1.8]
    assert "documented, ideal client" in rows[1].what
    assert [row.note for row in rows[:2]] == ["", "20 cancelled: 7.50× with them"]


def test_completions_beside_a_rewrite_are_held_against_idle_ones() -> None:
    both = Beside([20.0] * 9 + [50.0], [10.0] * 10, pieces=300, answers=3, seconds=2.0)
    ratio, busy, idle = beside_rows(both)
    assert ratio.figures == {"p50": 2.0, "p95": 5.0}
    assert ratio.holds is False
    assert "150 tokens/s" in ratio.note and "100 in each answer" in ratio.note
    assert (busy.figures["p95"], idle.figures["p95"]) == (50.0, 10.0)
    assert beside_rows(Beside())[0].holds is None


def test_the_crowd_must_be_answered_to_the_last_request() -> None:
    row = crowd_row(Crowd([5.0] * 100, [0.5] * 100, unanswered=1, shown=99), 8)
    assert row.holds is False
    assert "8 windows × 30 keys/s" in row.what and "1 unanswered" in row.note
    assert crowd_row(Crowd([5.0] * 100, [0.5] * 100), 8).holds is True


def test_the_forwarder_is_judged_by_what_it_adds() -> None:
    *_, added = trip_rows(Trips([0.3, 0.3, 0.3], [0.5, 0.5, 0.5]))
    assert added.figures["p50"] == pytest.approx(0.2)
    assert added.holds is True
    *_, added = trip_rows(Trips([0.3], [0.7]))
    assert added.holds is False


def test_what_cannot_be_measured_says_why() -> None:
    assert all(row.note.startswith("not measured: ") and row.goal for row in absent())


def test_a_measurement_that_fails_is_told_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def typing(*_: Any, **__: Any) -> dict[str, Any]:
        return {**typed([]), "device": "CPU"}

    def broken(_: Any) -> list[Row]:
        raise UserError("The daemon did not end.")

    monkeypatch.setattr(goals.contest, "typing", typing)
    monkeypatch.setattr(goals, "_apart", asyncio.run)
    kept = {"new windows": broken, "cancels": lambda _: [measured("cancel", [1.0], {"p95": 15.0})]}
    monkeypatch.setattr(goals, "MEASURES", kept)
    asked = goals.Asked(find("embedded"), None, standard(), [], goals.QUICK)
    found = goals.goals(asked)
    assert found["failed"] == [
        f"{DONE_UNANSWERED} requests were not answered.",
        "new windows could not be measured: The daemon did not end.",
    ]
    named = {row["what"]: row for row in found["rows"]}
    assert named["new windows"]["note"] == "not measured: The daemon did not end."
    assert named["cancel"]["holds"] is True
    assert "The daemon did not end." in pages.goals(found)
