"""Whatever order requests, crashes and clocks come in: a limit is passed by one request at most."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from symbiote.engine.remote.book import Book, Period, day_of

DAY = 86_400.0
CAP, MONTH = 100, 250
USDS = st.integers(1, 60)


def allowed(nano: int) -> object:
    return lambda period: period.spent_day + nano <= CAP and period.spent_month + nano <= MONTH


class Daemons(RuleBasedStateMachine):
    """Two daemons with one file. `billed` is what providers really asked, by the day that counted when the request was sent.

    Requests one at a time may cost three times what was reserved; of requests beside each other, and of those whose daemon
    was killed, the reservation is as much as they may cost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = 1_795_262_400.0
        self.books = [self.book(), self.book()]
        self.open: dict[int, tuple[int, int, str]] = {}
        self.billed: dict[str, int] = {}

    def book(self) -> Book:
        return Book(self.folder / "spend.sqlite3", lambda: self.now)

    @initialize(single=st.booleans())
    def how(self, single: bool) -> None:
        self.single = single

    @rule(daemon=st.integers(0, 1), nano=USDS)
    def reserve(self, daemon: int, nano: int) -> None:
        if self.single and self.open:
            return
        number, period = self.books[daemon].reserve(("p", "m", "t"), nano, allowed(nano))  # type: ignore[arg-type]
        days = [*self.billed, *(day for _, _, day in self.open.values()), day_of(self.now)]
        assert period.day >= max(days)
        if number is not None:
            self.open[number] = (daemon, nano, period.day)

    @rule(which=st.integers(0, 9), tenths=st.integers(0, 30), unsaid=st.booleans())
    def settle(self, which: int, tenths: int, unsaid: bool) -> None:
        if self.open:
            number = list(self.open)[which % len(self.open)]
            daemon, nano, day = self.open.pop(number)
            cost = nano * (tenths if self.single else min(tenths, 10)) // 10
            self.bill(day, min(cost, nano) if unsaid else cost)
            for _ in range(2):
                self.books[daemon].settle(number, None if unsaid else cost)

    @rule(which=st.integers(0, 9))
    def release(self, which: int) -> None:
        if self.open:
            number = list(self.open)[which % len(self.open)]
            daemon, _, _ = self.open.pop(number)
            self.books[daemon].release(number)

    @rule(daemon=st.integers(0, 1))
    def crash(self, daemon: int) -> None:
        for number, (whose, nano, day) in list(self.open.items()):
            if whose == daemon:
                del self.open[number]
                self.bill(day, nano)
        self.books[daemon].close()
        self.books[daemon] = self.book()

    @rule(days=st.sampled_from([-4000, -31, -1, 0.1, 0.5, 1, 31]))
    def jump(self, days: float) -> None:
        self.now += days * DAY

    def bill(self, day: str, cost: int) -> None:
        self.billed[day] = self.billed.get(day, 0) + cost

    @invariant()
    def at_most_one_request_too_many(self) -> None:
        more = 2 * 60 if self.single else 0
        months: dict[str, int] = {}
        for day, cost in self.billed.items():
            months[day[:7]] = months.get(day[:7], 0) + cost
        assert all(cost <= CAP + more for cost in self.billed.values())
        assert all(cost <= MONTH + more for cost in months.values())

    @invariant()
    def what_is_written_is_at_least_what_was_billed(self) -> None:
        period: Period = self.books[0].period()
        month = sum(cost for day, cost in self.billed.items() if day[:7] == period.day[:7])
        under_way = sum(nano for _, nano, day in self.open.values() if day == period.day)
        assert period.spent_day >= self.billed.get(period.day, 0) + under_way
        assert period.spent_month >= month

    def teardown(self) -> None:
        for book in self.books:
            book.close()
        shutil.rmtree(self.folder)


Daemons.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestDaemons = Daemons.TestCase
