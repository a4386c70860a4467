"""Money: reserved before anything is sent, settled afterwards, within a limit a day and a month that all daemons share.

A request that may go over a limit is not sent. What is over one in the end is what requests under way cost more than was
reserved for them; a process that is killed frees nothing. Days and months are those of UTC.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from symbiote.engine.remote.book import COLUMNS, MOST, NANO, Book, BookError, Period

log = logging.getLogger("symbiote.spend")

CLOSED = "Symbiote is shutting down."


class Limits(Protocol):
    """What may be spent, in USD; None is no limit, 0 nothing."""

    @property
    def usd_per_day(self) -> float | None: ...
    @property
    def usd_per_month(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money that is set aside. Ends with `settle` or `release`; `number` is None for what costs nothing."""

    number: int | None
    usd: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing may be sent; the sentence says why and what to do."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Totals:
    """USD spent or reserved today and this month, and the limits. `trouble` is a sentence where the file cannot be read; the
    amounts are then the last that were known."""

    day: float = 0.0
    month: float = 0.0
    cap_day: float | None = None
    cap_month: float | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """What was spent for one value of each column that was asked for. USD; reservations count as requests."""

    key: tuple[str, ...]
    requests: int
    usd: float


class Spend:
    """One per daemon. A thread of its own does the reading and writing, so that the event loop waits for no disk.

    `told` is called in that thread when what was spent is another amount.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.time,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self.recent = Totals()
        """As of the last reservation, settlement or look: reading it costs nothing."""
        self._book = Book(path, clock)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spend")
        self._closed = False
        self._tell = told

    async def reserve(
        self, provider: str, model: str, task: str, usd_estimate: float, limits: Limits
    ) -> Reservation | Refused:
        """Set aside what a request may cost at most. What costs nothing is never refused, and not written down.

        Raises ValueError for an amount that is none. Cancelled, it leaves no reservation.
        """
        if not math.isfinite(usd_estimate) or usd_estimate < 0:
            raise ValueError(f"{usd_estimate} USD")
        if usd_estimate == 0:
            return Reservation(None, 0.0)
        if self._closed:
            return Refused(CLOSED)
        who = (provider, model, task)
        asked = self._thread.submit(self._reserve, who, usd_estimate, limits)
        try:
            return await asyncio.shield(asyncio.wrap_future(asked))
        except asyncio.CancelledError:
            asked.add_done_callback(self._abandon)
            raise

    def settle(self, reservation: Reservation, usd: float | None) -> None:
        """What it cost, as the provider counted; None where it did not say: then it cost what was reserved. Returns at once."""
        nano = None if usd is None or not usd >= 0 else nanos(usd)
        if reservation.number is not None:
            self._later(self._book.settle, reservation.number, nano)

    def release(self, reservation: Reservation) -> None:
        """Nothing was sent, or nothing that is billed. Returns at once."""
        if reservation.number is not None:
            self._later(self._book.release, reservation.number)

    async def totals(self, limits: Limits | None = None) -> Totals:
        """What is spent by now, by all daemons."""
        if not self._closed:
            look = self._thread.submit(self._told, self._book.period)
            await asyncio.shield(asyncio.wrap_future(look))
        if limits is not None:
            self._limit(limits)
        return self.recent

    async def sums(self, by: Sequence[str] = ("day",)) -> list[Sum]:
        """Requests and money by any of day, month, provider, model and task. Raises `BookError`, and ValueError for others."""
        if not by or not set(by) <= set(COLUMNS):
            raise ValueError(f"{by}: known are {', '.join(COLUMNS)}")
        found = await asyncio.wrap_future(self._thread.submit(self._book.sums, tuple(by)))
        return [Sum(key, requests, nano / NANO) for key, requests, nano in found]

    async def close(self) -> None:
        """Write what is still to be written, and let go of the file."""
        if not self._closed:
            self._closed = True
            last = self._thread.submit(self._book.close)
            self._thread.shutdown(wait=False)  # nothing opens the file again behind it
            await asyncio.wrap_future(last)

    def _reserve(
        self, who: tuple[str, str, str], usd: float, limits: Limits
    ) -> Reservation | Refused:
        nano, refusal = nanos(usd), ""

        def allowed(period: Period) -> bool:
            nonlocal refusal
            refusal = _over(period, nano, limits, self._book.path)
            return not refusal

        self._limit(limits)
        try:
            number, period = self._book.reserve(who, nano, allowed)
        except BookError as error:
            return Refused(self._fail(error))
        self._know(period, nano if number is not None else 0)
        return Refused(refusal) if number is None else Reservation(number, usd)

    def _abandon(self, asked: Future[Reservation | Refused]) -> None:
        if not asked.cancelled() and asked.exception() is None:
            found = asked.result()
            if isinstance(found, Reservation):
                self.release(found)

    def _later(self, end: Callable[..., Period], *values: int | None) -> None:
        try:
            self._thread.submit(self._told, end, *values)
        except RuntimeError:  # closed: the reservation stays, which is the careful side
            log.warning("a request ended after the end; what was reserved for it stays spent")

    def _told(self, ask: Callable[..., Period], *values: int | None) -> None:
        try:
            self._know(ask(*values))
        except BookError as error:
            self._fail(error)

    def _fail(self, error: BookError) -> str:
        if self.recent.trouble != str(error):
            log.warning("%s", error)
        self.recent = replace(self.recent, trouble=str(error))
        return str(error)

    def _know(self, period: Period, more: int = 0) -> None:
        day, month = ((spent + more) / NANO for spent in (period.spent_day, period.spent_month))
        before, self.recent = self.recent, replace(self.recent, day=day, month=month, trouble="")
        if self.recent != before:
            self._tell()

    def _limit(self, limits: Limits) -> None:
        self.recent = replace(
            self.recent, cap_day=limits.usd_per_day, cap_month=limits.usd_per_month
        )


def nanos(usd: float) -> int:
    """Billionths of a dollar, rounded up; what is left of a float's own inexactness is not a billionth."""
    return min(math.ceil(min(usd, MOST / NANO) * NANO - 1e-6), MOST)


def _over(period: Period, nano: int, limits: Limits, path: Path) -> str:
    """The sentence of the limit that a request over `nano` might break, "" if none."""
    for name, setting, cap, spent in (
        ("day", "usdPerDay", limits.usd_per_day, period.spent_day),
        ("month", "usdPerMonth", limits.usd_per_month, period.spent_month),
    ):
        if cap is None or spent + nano <= cap * NANO + 1e-6:
            continue
        again = f"There is more when the {name} ends (UTC), or with a higher limits.{setting}"
        if period.ahead:
            again = (
                f"The clock is behind {path}, in which it was {period.day} already: "
                "that day counts until it is over, or until the file is deleted"
            )
        return (
            f"Of the ${cap:g} a {name} that providers may cost (symbiote.providers), ${spent / NANO:.4f} are "
            f"spent or reserved, and this request may cost ${nano / NANO:.4f}. {again}."
        )
    return ""
