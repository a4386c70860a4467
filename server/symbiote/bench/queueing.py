"""How long requests wait for a server that many users share, and how many of them it takes: queueing theory. Pure.

The model is M/G/c: requests come at random times (Poisson), each takes a service time of any distribution, c are served at
once, the others wait in their order. M/M/c is exact (A. K. Erlang, 1917; L. Kleinrock, Queueing Systems I, 1975, section 3.5);
for other service times the wait is scaled by (1 + variation²) / 2 (A. O. Allen, Probability, Statistics, and Queueing Theory,
1990, section 5.4; exact for one server, Pollaczek and Khinchine).

Few users are another matter: who waits does not ask, and whether three or eight of them type just now makes a difference. The
closed model has that many users who think, ask and wait for the answer (M/M/c//N, "machine repair"; Kleinrock, section 3.8).
Of their thinking only the mean counts, however much it comes in stretches (F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios,
J. ACM 22, 1975). Times are in seconds, rates per second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_SERVERS = 1_000_000
"""Beyond that `servers_for` gives up."""


class Service(NamedTuple):
    """`mean` seconds; `variation` is the standard deviation by the mean (1 for exponential, 0 for constant times)."""

    mean: float
    variation: float = 1.0


def erlang_c(servers: int, load: float) -> float:
    """The probability that a request has to wait, with `load` = rate times mean service time (erlangs). 1 when overloaded.

    By the recurrence of Erlang's B, which neither overflows nor cancels. Raises ValueError for what is no queue.
    """
    if servers < 1 or load < 0 or not math.isfinite(load):
        raise ValueError(f"{servers} servers, {load} erlangs")
    if load >= servers:
        return 1.0
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    share = load / servers
    return blocked / (1 - share + share * blocked)


def mean_wait(rate: float, service: Service, servers: int) -> float:
    """Mean seconds before service; infinite where requests come faster than they can be served."""
    load = rate * service.mean
    if load >= servers:
        return math.inf
    spread = (1 + service.variation**2) / 2
    return erlang_c(servers, load) * service.mean / (servers - load) * spread


def wait_within(rate: float, service: Service, servers: int, share: float) -> float:
    """Seconds that a `share` of requests (0.95 for p95) waits at most: 0 where that many do not wait at all.

    The wait of those who wait is taken for exponential, as it is in M/M/c, with the mean of M/G/c.
    """
    waits = erlang_c(servers, rate * service.mean)
    if rate * service.mean >= servers:
        return math.inf
    if waits <= 1 - share:
        return 0.0
    return mean_wait(rate, service, servers) / waits * math.log(waits / (1 - share))


def servers_for(rate: float, service: Service, share: float, longest: float) -> int:
    """The fewest at which a `share` of requests waits at most `longest` seconds. Raises ValueError for more than a million."""
    low = max(1, math.floor(rate * service.mean) + 1)
    high = low
    while wait_within(rate, service, high, share) > longest:
        low, high = high + 1, high * 2
        if high > MOST_SERVERS:
            raise ValueError(f"more than {MOST_SERVERS} servers")
    while low < high:
        middle = (low + high) // 2
        if wait_within(rate, service, middle, share) > longest:
            low = middle + 1
        else:
            high = middle
    return high


def measured(seconds: Sequence[float]) -> Service:
    """The service time of a server that nobody else used. Raises ValueError without values."""
    if not seconds:
        raise ValueError("no service times")
    mean = sum(seconds) / len(seconds)
    variance = sum((one - mean) ** 2 for one in seconds) / max(len(seconds) - 1, 1)
    return Service(mean, math.sqrt(variance) / mean if mean else 0.0)


class Closed(NamedTuple):
    """Requests per second of all users, and the mean seconds of an answer."""

    rate: float
    response: float


def closed(users: int, think: float, service: Service, servers: int) -> Closed:
    """What so many users get who think for `think` seconds on average between an answer and the next ask.

    Exact for exponential service times; for others the wait is scaled as in `mean_wait`. Raises ValueError for what is no queue.
    """
    if users < 1 or servers < 1 or think <= 0 or service.mean <= 0:
        raise ValueError(f"{users} users, {servers} servers, {think} s, {service.mean} s")
    weight, weights = 0.0, [0.0]
    for n in range(
        1, users + 1
    ):  # logarithms: the weights of 10,000 users have no place in a float
        weight += math.log((users - n + 1) * service.mean / think / min(n, servers))
        weights.append(weight)
    most = max(weights)
    chances = [math.exp(one - most) for one in weights]
    whole = sum(chances)
    inside = sum(n * chance for n, chance in enumerate(chances)) / whole
    rate = (users - inside) / think
    wait = max(inside / rate - service.mean, 0.0)
    return Closed(rate, service.mean + wait * (1 + service.variation**2) / 2)


@dataclass(frozen=True, slots=True)
class Team:
    """`typing` is the share of users whose keys move at the busiest time, `asks` what each of those asks a minute, `reach` the
    share of asks that is not answered without the server."""

    users: int
    typing: float
    asks: float
    reach: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.users * self.typing * self.asks * self.reach / 60


class Size(NamedTuple):
    """What a team needs: slots (requests served at once), machines with so many slots each, and what each slot is used."""

    rate: float
    load: float
    slots: int
    machines: int
    used: float
    p95_wait: float


def size(team: Team, service: Service, slots_each: int, share: float, longest: float) -> Size:
    """The fewest machines, each with `slots_each`, for which a `share` of requests waits at most `longest` seconds.

    A router that keeps a user at one machine makes queues of their own out of one, so each machine gets its part of the
    requests and must hold the limit by itself.
    """
    rate = team.rate
    most = _rate_of_one(service, slots_each, share, longest)
    machines = max(1, math.ceil(rate / most))
    each = rate / machines
    load = each * service.mean
    wait = wait_within(each, service, slots_each, share)
    return Size(rate, rate * service.mean, machines * slots_each, machines, load / slots_each, wait)


def _rate_of_one(service: Service, slots: int, share: float, longest: float) -> float:
    """Requests per second at which one machine just holds the limit."""
    low, high = 0.0, slots / service.mean
    for _ in range(60):
        middle = (low + high) / 2
        if wait_within(middle, service, slots, share) <= longest:
            low = middle
        else:
            high = middle
    return low
