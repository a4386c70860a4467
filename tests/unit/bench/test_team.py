"""Many users against one server: what they saw adds up, what was overtaken is told, and theory stands beside it."""

from __future__ import annotations

import pytest

from symbiote.bench import pages
from symbiote.bench import team as module
from symbiote.bench.delay_server import Delays, delay_server
from symbiote.bench.outside import Sample
from symbiote.bench.team import Plan, team
from symbiote.bench.team_figures import Seen, against_model, figures, together
from symbiote.core.errors import UserError

SECOND = 1 / 60


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ALONE", 3)


@pytest.mark.asyncio
async def test_patient_users_get_every_answer_and_the_model_is_asked() -> None:
    plan = Plan(8, 2 * SECOND, 1.0, patient=True, delays=Delays(0.03, 2_000.0, 0.1, slots=2))
    found = await team(plan)
    assert found["bench"] == "team-simulated-patient"
    assert found["asked"] == found["answered"] > 0
    assert found["overtaken"] == 0
    assert found["errors"] == {}
    assert found["requests_per_ask"] == 1.0
    queue = found["queue"]
    assert queue["servers"] == 2
    assert queue["predicted_ms"] >= queue["service_ms"]
    assert queue["holds"] in (True, False)
    assert queue["measured_wait_ms"]["p95"] is not None
    told = pages.PARTS["team-simulated-patient"](found)
    assert "8 users who type 100% of the time and wait for each answer" in told
    assert "in the server's queue" in told


@pytest.mark.asyncio
async def test_users_who_type_on_overtake_their_own_asks() -> None:
    plan = Plan(6, 3 * SECOND, 1.0, delays=Delays(0.6, 1_000.0, 0.0, slots=6))
    found = await team(plan)
    assert found["overtaken"] > 0
    assert found["answered"] + found["overtaken"] <= found["asked"]
    assert found["queue"]["holds"] is None
    assert "Not held against the model" in pages.PARTS["team-simulated"](found)


@pytest.mark.asyncio
async def test_a_server_of_ones_own_can_be_measured() -> None:
    async with delay_server({"a": Delays(0.01, 3_000.0)}) as server:
        plan = Plan(3, SECOND, 1.0, patient=True, url=server.url("a"), slots=4)
        found = await team(plan)
    assert found["bench"] == "team-patient"
    assert found["slots"] == 4
    assert found["answered"] == found["asked"]


@pytest.mark.asyncio
async def test_a_server_that_does_not_answer_is_a_mistake() -> None:
    with pytest.raises(UserError, match="does not answer"):
        await team(Plan(1, SECOND, url="http://127.0.0.1:9/v1"))


def seen() -> Seen:
    good = [Sample(100.0, 200.0, 5, attempts=1) for _ in range(3)]
    return Seen([*good, Sample(whole_ms=400.0, fault="Gone.")], [0.1], asked=6, overtaken=2)


def test_errors_and_asks_without_an_answer_count_as_requests() -> None:
    found = figures(seen(), None)
    assert found["answered"] == 3
    assert found["errors"] == {"Gone.": 1}
    assert found["requests_per_ask"] == 1.0
    assert figures(seen(), 9)["requests_per_ask"] == 1.5


def test_parts_add_up() -> None:
    whole = together([seen(), seen()])
    assert (whole.asked, whole.overtaken, len(whole.samples)) == (12, 4, 8)


@pytest.mark.parametrize(("alone", "holds"), [(0.25, True), (0.02, False)])
def test_the_model_holds_where_it_is_near(alone: float, holds: bool) -> None:
    found = against_model([alone] * 5, seen(), 60.0, users=2, slots=4, patient=True)
    assert found["measured_ms"] == 250.0
    assert found["think_s"] == pytest.approx((2 * 60 - 1.0) / 6, abs=0.001)
    assert found["holds"] is holds


def test_nothing_asked_is_no_figure() -> None:
    found = against_model([0.1], Seen(), 1.0, users=2, slots=0, patient=True)
    assert found["servers"] == 2
    assert found["predicted_ms"] is None
    assert found["holds"] is None
    assert figures(Seen(), None)["requests_per_ask"] is None
