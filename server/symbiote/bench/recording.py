"""`symbiote bench ledger`: what recording costs on a keystroke's path, and how long figures take over a large ledger."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from symbiote.bench.history import DAY, build
from symbiote.core.answer import Reason, Silence
from symbiote.core.text import opened
from symbiote.features.house import Window
from symbiote.features.minutes import Minute
from symbiote.features.rejected import Place
from symbiote.metrics.events import AskRow, Event, Worked, ask_row
from symbiote.metrics.gauges import ALL
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.reading import Span, reading
from symbiote.metrics.readout import percentile

EVERY = 0.0005
"""Seconds between two keys: the writer's thread shares the interpreter, so it is to have its turns in between."""
URI = "file:///project/a.py"
TEXT = "sum(item.price for item in items if item.count > 0)"


async def recording(path: Path, keys: int) -> dict[str, Any]:
    """Milliseconds of each part of what a key does, and of all together: the ask's row, an event, what became of the
    suggestion on the screen, the minute, the look at what rows belong to. `key_cpu` is the thread's own time for all
    of them, which a busy machine does not stretch."""
    ledger, window = Ledger(path), Window("w", roots=("file:///nowhere",))
    times: dict[str, list[float]] = {
        name: [] for name in ("note", "watch", "minutes", "work", "key", "key_cpu")
    }
    for number in range(keys):
        await asyncio.sleep(EVERY)
        line = TEXT[: number % len(TEXT)]
        document = opened(URI, "python", number, f"def f():\n    total = {line}\n")
        if not line:
            place = Place(URI, 1, "    total = ", "")
            window.watch.shows(f"{number}", place, TEXT, "python", time.monotonic())
        own, marks = time.thread_time(), [time.perf_counter()]
        window.work.touch(window)
        marks.append(time.perf_counter())
        window.watch.edited(document, time.monotonic())
        marks.append(time.perf_counter())
        minutes = window.minutes.edited(document)
        marks.append(time.perf_counter())
        ledger.note(_row(number))
        ledger.note(Event(time.time(), "w", "ignored", f"{number}", 1.0))
        for one in minutes:
            ledger.note(_worked(one))
        marks.append(time.perf_counter())
        for name, begun, ended in zip(
            ("work", "watch", "minutes", "note"), marks, marks[1:], strict=False
        ):
            times[name].append((ended - begun) * 1000)
        times["key_cpu"].append((time.thread_time() - own) * 1000)
        times["key"].append((marks[-1] - marks[0]) * 1000)
    ledger.close()
    return {
        name: {
            "n": len(ms),
            "ms": {f"p{at}": round(percentile(sorted(ms), at / 100), 4) for at in (50, 95, 99)},
        }
        for name, ms in times.items()
    }


def _row(number: int) -> AskRow:
    answer = Silence(f"{number}", Reason.BLANK)
    return ask_row(
        answer,
        at=time.time(),
        window="w",
        feature="complete",
        language="python",
        trigger="automatic",
    )


def _worked(one: Minute) -> Worked:
    return Worked(one.at, "w", "", "", one.language, one.typed, one.helped, one.lines)


def figures(path: Path, asks: int) -> dict[str, Any]:
    """Seconds for every figure over a made-up year of `asks` asks: the last 30 days, and all of it; `cpu` is this process's
    own time, which a busy machine does not stretch."""
    now = time.time()
    rows, seconds = build(path, asks, now), dict[str, float]()
    with reading(path) as base:
        started, worked = time.perf_counter(), time.process_time()
        for gauge in ALL:
            gauge.figure(base, Span(since=now - 30 * DAY))
        month, month_cpu = time.perf_counter() - started, time.process_time() - worked
        worked = time.process_time()
        for gauge in ALL:
            started = time.perf_counter()
            name = gauge.figure(base, Span()).name
            seconds[name] = time.perf_counter() - started
        worked = time.process_time() - worked
    slowest = sorted(seconds, key=lambda name: -seconds[name])[:5]
    return {
        "rows": rows,
        "month_s": round(month, 3),
        "month_cpu_s": round(month_cpu, 3),
        "all_s": round(sum(seconds.values()), 3),
        "all_cpu_s": round(worked, 3),
        "slowest": {name: round(seconds[name], 3) for name in slowest},
    }
