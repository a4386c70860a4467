"""Queueing theory against known values, against a simulation, and against itself."""

from __future__ import annotations

import heapq
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.bench.queueing import (
    Service,
    Team,
    closed,
    erlang_c,
    mean_wait,
    measured,
    servers_for,
    size,
    wait_within,
)
from symbiote.bench.sizing import sizing

LOADS = st.floats(0.01, 0.99)
SERVERS = st.integers(1, 300)


@pytest.mark.parametrize(
    ("servers", "load", "chance"),
    [
        (1, 0.5, 0.5),
        (2, 1.0, 1 / 3),
        (3, 2.0, 4 / 9),
        # by the sum of its definition, with exact fractions
        (10, 8.0, 0.40918015079644),
        (1, 0.0, 0.0),
        (4, 4.0, 1.0),
        (4, 9.0, 1.0),
    ],
)
def test_erlang_c_has_the_values_of_its_tables(servers: int, load: float, chance: float) -> None:
    assert erlang_c(servers, load) == pytest.approx(chance)


def test_thousands_of_servers_neither_overflow_nor_lose_digits() -> None:
    assert 0.0 < erlang_c(10_000, 9_900.0) < 1.0
    assert erlang_c(10_000, 5_000.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("servers", "load"), [(0, 1.0), (1, -1.0), (1, math.nan), (1, math.inf)])
def test_what_is_no_queue_is_refused(servers: int, load: float) -> None:
    with pytest.raises(ValueError, match="servers"):
        erlang_c(servers, load)


@given(LOADS)
def test_one_server_waits_as_pollaczek_and_khinchine_say(load: float) -> None:
    exponential = mean_wait(load, Service(1.0, 1.0), 1)
    assert exponential == pytest.approx(load / (1 - load))
    assert mean_wait(load, Service(1.0, 0.0), 1) == pytest.approx(exponential / 2)


@given(SERVERS, LOADS, st.floats(0.5, 0.99), st.floats(0.001, 1.0))
def test_the_fewest_servers_are_enough_and_one_less_is_not(
    servers: int, used: float, share: float, longest: float
) -> None:
    service = Service(1.0)
    rate = servers * used
    found = servers_for(rate, service, share, longest)
    assert wait_within(rate, service, found, share) <= longest
    if found > 1:
        assert wait_within(rate, service, found - 1, share) > longest


def test_too_many_requests_wait_for_ever() -> None:
    assert mean_wait(2.0, Service(1.0), 2) == math.inf
    assert wait_within(2.0, Service(1.0), 2, 0.95) == math.inf


def simulated(users: int, think: float, service: float, servers: int, asks: int) -> float:
    """The mean seconds of an answer, by playing it."""
    rng = random.Random(7)
    free = [0.0] * servers
    coming = [rng.expovariate(1 / think) for _ in range(users)]
    heapq.heapify(coming)
    heapq.heapify(free)
    whole = 0.0
    for _ in range(asks):
        at = heapq.heappop(coming)
        began = max(at, heapq.heappop(free))
        end = began + rng.expovariate(1 / service)
        heapq.heappush(free, end)
        heapq.heappush(coming, end + rng.expovariate(1 / think))
        whole += end - at
    return whole / asks


@pytest.mark.parametrize(("users", "think", "servers"), [(10, 2.0, 4), (50, 5.0, 4), (3, 0.1, 2)])
def test_the_closed_model_is_what_a_simulation_measures(
    users: int, think: float, servers: int
) -> None:
    found = closed(users, think, Service(0.4), servers)
    assert found.response == pytest.approx(simulated(users, think, 0.4, servers, 100_000), rel=0.05)
    # Little's law: everybody thinks or is being answered
    assert found.rate * (found.response + think) == pytest.approx(users)


def test_many_users_who_think_long_are_an_open_queue() -> None:
    rate, service = 9.0, Service(0.1, 1.0)
    found = closed(20_000, 20_000 / rate, service, 1)
    assert found.response == pytest.approx(service.mean + mean_wait(rate, service, 1), rel=0.02)


@pytest.mark.parametrize("wrong", [(0, 1.0, 1), (1, 0.0, 1), (1, 1.0, 0)])
def test_a_closed_queue_needs_users_time_and_servers(wrong: tuple[int, float, int]) -> None:
    with pytest.raises(ValueError, match="users"):
        closed(wrong[0], wrong[1], Service(1.0), wrong[2])


def test_service_times_have_a_mean_and_a_variation() -> None:
    assert measured([1.0, 1.0]) == Service(1.0, 0.0)
    assert measured([1.0, 3.0]).variation == pytest.approx(math.sqrt(2) / 2)
    with pytest.raises(ValueError, match="no service times"):
        measured([])


@given(st.integers(1, 100_000), st.floats(0.01, 1.0), st.integers(1, 128))
def test_a_team_gets_machines_that_hold_the_limit(users: int, typing: float, slots: int) -> None:
    team, service = Team(users, typing, 60.0, 0.9), Service(0.2, 0.5)
    found = size(team, service, slots, 0.95, 0.05)
    assert found.p95_wait <= 0.05 + 1e-6
    assert found.used < 1
    assert found.machines * found.used * slots == pytest.approx(team.rate * service.mean)


def test_the_published_table_is_that_of_the_formulas() -> None:
    rows = sizing()["rows"]
    assert len(rows) == 9
    assert all(row["wait_p95_ms"] <= 50 and row["used"] < 1 for row in rows)
    twice = {row["typing"]: row["machines"] for row in rows if row["service_ms"] == 200}
    assert twice[0.2] == pytest.approx(2 * twice[0.1], abs=1)
