"""Trying out settings of llama.cpp with a stopwatch: which make a typical ask fastest on this machine.

A typical ask has a prompt of 1,000 tokens of which 950 are known, and an answer of 24 tokens. One setting is tried
after the other: threads, flash attention, the batch. What ships is kept unless something else is clearly
better, because a figure taken once, on a machine that does other things too, is worth only so much.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np

from symbiote.core.errors import ModelError
from symbiote.engine.local.tokens import Ids

KNOWN, NEW, ANSWER = 950, 50, 24
"""Tokens of a typical ask: held from before, to be read, and to be written."""

SECONDS = 25.0
READING = 1 / 16
"""What of the time one reading of a prompt may take; there are up to six, and more than that for the rest."""
REPEATS, STEPS = 3, 8
UBATCHES = (64, 128, 256)
ALL_COUNTS = 8
"""Up to so many processors each number of threads is tried."""

FLASH_BETTER, THREADS_BETTER, UBATCH_BETTER = 0.95, 0.85, 0.92
"""The share of the present time that another setting must stay under to be chosen."""

RIVAL = "import time\nend = time.monotonic() + 5\nwhile time.monotonic() < end: pass"


@dataclass(frozen=True, slots=True)
class Choice:
    """`threads` decode; as many as there are may help to read. `ubatch` is in tokens."""

    flash: bool
    threads: int
    ubatch: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds with a choice: per token of a prompt read from nothing, for `NEW` tokens behind a known
    prompt, and per token written there.
    """

    choice: Choice
    read_ms: float
    add_ms: float
    write_ms: float

    @property
    def ask_ms(self) -> float:
        """What a typical ask takes."""
        return self.add_ms + ANSWER * self.write_ms

    def as_dict(self) -> dict[str, Any]:
        rounded = {
            n: round(getattr(self, n), 3) for n in ("read_ms", "add_ms", "write_ms", "ask_ms")
        }
        return asdict(self.choice) | rounded


class Subject(Protocol):
    """What is needed of `native.Native`; see there."""

    flash: bool
    ubatch: int
    chunk: int
    context: int
    gpu_layers: int

    def reopen(self, flash: bool, ubatch: int) -> None: ...
    def use_threads(self, few: int, most: int) -> None: ...
    def decode(self, tokens: Ids, start: int, outputs: int) -> int: ...
    def forget(self, start: int) -> None: ...


@contextlib.contextmanager
def rival() -> Iterator[None]:
    """A process that keeps one processor busy meanwhile, as an editor does; it ends by itself in any case."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", RIVAL],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


class Trial:
    """One calibration. `few` threads decode as shipped; there are `cores` processors. Times are in seconds."""

    def __init__(
        self,
        subject: Subject,
        few: int,
        cores: int,
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.perf_counter,
        beside: Callable[[], AbstractContextManager[None]] = rival,
    ) -> None:
        self._subject = subject
        self._few, self._cores = few, cores
        self._clock = clock
        self._beside = beside
        self._begun = clock()
        self._seconds = seconds
        self._read_ms = self._add_ms = 0.0
        self._depth = 0
        self.figures: list[Figure] = []
        self.skipped: list[str] = []

    def run(self) -> dict[str, Any]:
        """Measure, choose, and tell: the choice, every figure, the depth in tokens, what there was no time for.

        Raises `ModelError` when the model fails on the way.
        """
        shipped = Choice(self._subject.flash, self._few, self._subject.ubatch)
        self._depth = self._deep()
        self._open(shipped)
        best = self._figure(shipped)
        best = self._threads(best)
        best = self._flash(best)
        best = self._confirmed(self._ubatch(best))
        again = [figure for figure in self.figures if figure.choice == shipped]
        return {
            "chosen": best.as_dict(),
            "shipped": again[-1].as_dict(),
            "measured": [figure.as_dict() for figure in self.figures],
            "depth": self._depth,
            "skipped": self.skipped,
            "seconds": round(self._clock() - self._begun, 1),
        }

    # -- one setting after the other

    def _threads(self, best: Figure) -> Figure:
        shipped = best
        for count in [] if self._subject.gpu_layers else counts(self._cores):
            if count == self._few or self._late(f"{count} threads"):
                continue
            found = self._figure(replace(shipped.choice, threads=count))
            if found.write_ms >= min(best.write_ms, shipped.write_ms * THREADS_BETTER):
                continue
            if count < self._cores or self._shares(shipped.choice, found.choice):
                best = found
        return best

    def _shares(self, shipped: Choice, found: Choice) -> bool:
        """Whether taking the last processor still pays while somebody else uses one.

        All threads wait for the slowest: the shipped choice leaves one processor to the editor.
        """
        with self._beside():
            with_all, with_few = self._write(found.threads), self._write(shipped.threads)
        return with_all < with_few * THREADS_BETTER

    def _flash(self, best: Figure) -> Figure:
        other = replace(best.choice, flash=not best.choice.flash)
        if self._late(f"flash attention {'on' if other.flash else 'off'}"):
            return best
        self._open(other)
        found = self._figure(other)
        return found if found.ask_ms < best.ask_ms * FLASH_BETTER else best

    def _ubatch(self, best: Figure) -> Figure:
        shipped = best
        for size in UBATCHES:
            if size == shipped.choice.ubatch or self._late(f"a batch of {size}"):
                continue
            choice = replace(shipped.choice, ubatch=size)
            self._open(choice)
            found = self._figure(choice)
            cheaper = found.read_ms < min(best.read_ms, shipped.read_ms * UBATCH_BETTER)
            if cheaper and found.ask_ms <= shipped.ask_ms:
                best = found
        return best

    def _confirmed(self, best: Figure) -> Figure:
        """`best` if it wins again, both taken once more; otherwise what ships."""
        shipped = self.figures[0]
        if best.choice == shipped.choice:
            return shipped
        if self._late("a second look at the choice"):
            return shipped
        again = []
        for choice in (shipped.choice, best.choice):
            self._open(choice)
            again.append(self._figure(choice))
        before, after = again
        reads = after.read_ms < before.read_ms * UBATCH_BETTER and after.ask_ms <= before.ask_ms
        return after if reads or after.ask_ms < before.ask_ms * FLASH_BETTER else before

    # -- the stopwatch

    def _late(self, what: str) -> bool:
        left = self._seconds - (self._clock() - self._begun)
        late = left < 2 * self._seconds * READING
        if late:
            self.skipped.append(what)
        return late

    def _deep(self) -> int:
        """How many tokens of a known prompt there is time for: all, or fewer with a large model."""
        self._subject.use_threads(self._few, self._cores)
        sample = min(32, self._subject.chunk)
        for _ in range(2):  # the first call also loads what the later ones find loaded
            each = self._time(sample, 0) / sample
            self._subject.forget(0)
        room = self._subject.context - NEW - 1
        return max(1, min(KNOWN, room, int(self._seconds * READING / max(each, 1e-9))))

    def _open(self, choice: Choice) -> None:
        """A context with `choice`, and in it a prompt as long as the depth, read against the clock."""
        subject = self._subject
        subject.reopen(choice.flash, choice.ubatch)
        subject.use_threads(self._few, self._cores)
        self._time(min(32, subject.chunk), 0)
        subject.forget(0)
        each = []
        for start in range(0, self._depth, subject.chunk):
            count = min(subject.chunk, self._depth - start)
            each.append(self._time(count, start) / count)
        self._read_ms = statistics.median(each) * 1000
        self._add_ms = min(self._add(self._few), self._add(self._cores)) * 1000

    def _figure(self, choice: Choice) -> Figure:
        write = self._write(choice.threads) * 1000
        figure = Figure(choice, self._read_ms, self._add_ms, write)
        self.figures.append(figure)
        return figure

    def _add(self, threads: int) -> float:
        self._subject.use_threads(threads, threads)
        count = min(NEW, self._subject.chunk)
        return self._median(REPEATS, lambda: self._time(count, self._depth) * NEW / count)

    def _write(self, threads: int) -> float:
        self._subject.use_threads(threads, threads)
        self._time(1, self._depth)
        self._subject.forget(self._depth)
        return self._median(STEPS, lambda: self._time(1, self._depth))

    def _median(self, times: int, once: Callable[[], float]) -> float:
        """Of so many measurements, or fewer when they take long; each begins behind the known prompt."""
        until = self._clock() + self._seconds * READING / 2
        found: list[float] = []
        while len(found) < times and (not found or self._clock() < until):
            found.append(once())
            self._subject.forget(self._depth)
        return statistics.median(found)

    def _time(self, count: int, start: int) -> float:
        begun = self._clock()
        code = self._subject.decode(np.zeros(count, np.int32), start, 1)
        if code:
            raise ModelError(f"llama.cpp's decode failed with code {code} while calibrating.")
        return self._clock() - begun


def counts(cores: int) -> list[int]:
    """Numbers of threads to try on so many processors: all of them, or on a large machine a selection."""
    if cores <= ALL_COUNTS:
        return list(range(1, cores + 1))
    doubling = {1 << power for power in range(cores.bit_length())}
    return sorted({*(n for n in doubling if n < cores), cores // 2, cores - 1, cores})
