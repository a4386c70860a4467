"""Figures counted by hand, row by row: what SQL's are held against."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from symbiote.metrics.events import AskRow, Event
from symbiote.metrics.reading import Figure, Span
from symbiote.metrics.readout import percentile
from unit.metrics.history import LOOKS, REWRITTEN, History

AFTER = dict(zip(LOOKS, ("30s", "2m", "5m", "10m"), strict=True))
CHOICES = ("feature", "language", "engine", "model", "project", "task")


def held(row: Any, span: Span, *names: str) -> bool:
    """Whether a row is in the span, and is what `names` of it choose."""
    chosen = ((getattr(span, name), getattr(row, name)) for name in names or CHOICES)
    return span.since <= row.at < span.until and all(
        not want or want == has for want, has in chosen
    )


def shown(figure: Figure) -> list[dict[str, Any]]:
    return [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]


def share(hits: float, n: float) -> float | None:
    return round(hits / n, 4) if n else None


class Counted:
    """The rows of a history that a span holds, and what became of its asks."""

    def __init__(self, history: History, span: Span) -> None:
        self.asks = [row for row in history.asks if held(row, span)]
        self.shown = [row for row in self.asks if row.outcome == "shown"]
        self.computed = [row for row in self.shown if row.origin == "computed"]
        self.completions = [row for row in self.shown if row.feature == "complete"]
        whose = {row.id: row for row in history.asks}
        self.events = [event for event in history.events if _of(event, span, whose)]
        self.edits = [
            row for row in history.edits if held(row, span, "language", "project", "task")
        ]
        self.sessions = [
            one
            for one in history.sessions
            if span.since <= one[1] < span.until
            and one[2] is not None
            and not span.task
            and not span.project
        ]
        self.fates: dict[str, dict[str, float | None]] = defaultdict(dict)
        for event in history.events:
            if event.ask is not None:
                self.fates[event.ask][event.kind] = event.value

    def of(self, row: AskRow) -> dict[str, float | None]:
        return self.fates.get(row.id, {})

    def told(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    @property
    def hours(self) -> float:
        return len({row.at // 60 for row in self.edits}) / 60


def _of(event: Event, span: Span, whose: dict[str, AskRow]) -> bool:
    """Events have no language, engine and model of their own, but of their ask."""
    if not held(event, span, "feature", "project", "task"):
        return False
    wanted = [(name, getattr(span, name)) for name in ("language", "engine", "model")]
    row = whose.get(event.ask or "")
    return all(
        not want or (row is not None and getattr(row, name) == want) for name, want in wanted
    )


def _points(value: float | None) -> int:
    return math.floor((value or 0.0) * 10_000 + 0.5)


def saved(one: Counted, found: Figure) -> None:
    whole = [row for row in one.asks if "accepted" in one.of(row)]
    parts = [
        row
        for row in one.asks
        if one.of(row).get("accepted_part") and "accepted" not in one.of(row)
    ]
    by = {
        feature: [row.characters for row in whole if row.feature == feature]
        for feature in ("complete", "rewrite")
    }
    # only completions are taken in part
    pieces = [int(one.of(row)["accepted_part"] or 0) for row in parts if row.feature == "complete"]
    expected = [(len(these), sum(these)) for these in (by["complete"], pieces, by["rewrite"])]
    assert [(row["n"], row["characters"]) for row in shown(found)] == expected
    total = sum(characters for _, characters in expected)
    assert found.value == (total if sum(n for n, _ in expected) else None)


def retained(one: Counted, found: Figure) -> None:
    left, n = 0, 0
    for row in one.asks:
        looks = [one.of(row)[kind] for kind in LOOKS if kind in one.of(row)]
        n += bool(looks)
        left += _points(looks[-1]) * row.characters if looks else 0
    assert found.n == n
    assert found.value == (round(left / 10_000 / one.hours, 1) if one.hours else None)


def looked(one: Counted, found: Figure) -> None:
    for row in shown(found):
        kind = next(kind for kind, after in AFTER.items() if after == row["after"])
        points = [
            _points(one.of(ask)[kind])
            for ask in one.asks
            if ask.feature == row["feature"] and kind in one.of(ask)
        ]
        assert (row["n"], row["share"]) == (
            len(points),
            round(sum(points) / len(points) / 10_000, 4),
        )
    assert found.n == sum("still_10m" in one.of(row) for row in one.asks)


def code(one: Counted, found: Figure) -> None:
    typed, helped = (sum(getattr(row, name) for row in one.edits) for name in ("typed", "helped"))
    assert (found.n, found.value) == (len(one.edits), share(helped, typed + helped))
    for row in shown(found):
        these = [edit for edit in one.edits if edit.language == row["language"]]
        assert (row["typed"], row["helped"]) == (
            sum(e.typed for e in these),
            sum(e.helped for e in these),
        )


def iterations(one: Counted, found: Figure) -> None:
    begun = turns = 0
    for task in {row.task for row in one.asks if row.feature == "rewrite"}:
        asked = sum(row.feature == "rewrite" and row.task == task for row in one.asks)
        again = sum(event.task == task for event in one.told("iterated"))
        begun, turns = begun + max(1, asked - again), turns + asked
    assert (found.n, found.value) == (begun, round(turns / begun, 3) if begun else None)


def lines(one: Counted, found: Figure) -> None:
    total = sum(row.lines for row in one.edits)
    assert found.value == (round(total / one.hours, 1) if one.hours else None)


def interruptions(one: Counted, found: Figure) -> None:
    seconds = sum(ended - at - paused for _, at, ended, *_, paused in one.sessions)
    told = one.told("interrupted")
    assert found.n == len(one.sessions)
    assert found.value == (round(len(told) * 1_800 / seconds, 2) if one.sessions else None)
    for row in shown(found):
        assert row["seconds"] == sum(e.value or 0 for e in told if e.cause == row["cause"])


def cost(one: Counted, found: Figure) -> None:
    outside = [row for row in one.asks if row.attempts]
    assert found.n == len(outside)
    assert found.value == (sum(row.usd or 0.0 for row in outside) if outside else None)


def cache(one: Counted, found: Figure) -> None:
    outside = [row for row in one.asks if row.attempts and row.prompt_tokens]
    assert found.n == len(outside)
    cached, read = (
        sum(getattr(row, name) for row in outside) for name in ("cached_tokens", "prompt_tokens")
    )
    assert found.value == share(cached, read)


def resources(one: Counted, found: Figure) -> None:
    cpu = [event.value or 0.0 for event in one.told("cpu_seconds")]
    assert (found.n, found.value) == (len(cpu), sum(cpu) if cpu else None)
    kinds = ("cpu_seconds", "memory_mb", "vram_mb", "gpu_share")
    told = [[event.value or 0.0 for event in one.told(kind)] for kind in kinds]
    assert [(row["n"], row["most"]) for row in shown(found)] == [
        (len(v), max(v)) for v in told if v
    ]


def cold(one: Counted, found: Figure) -> None:
    ready = sorted(event.value or 0.0 for event in one.told("engine_ready"))
    assert (found.n, found.value) == (len(ready), percentile(ready, 0.5) if ready else None)


def lateness(one: Counted, found: Figure) -> None:
    known = [row.late for row in one.computed if row.late is not None]
    assert (found.n, found.value) == (len(known), share(sum(known), len(known)))


def rewritten(one: Counted, found: Figure) -> None:
    for kind in REWRITTEN:
        n = sum(event.feature == "rewrite" for event in one.told(kind))
        assert [row["n"] for row in shown(found) if row["event"] == kind] == ([n] if n else [])
    first = sorted(event.value or 0.0 for event in one.told("first_text"))
    assert (found.n, found.value) == (len(first), percentile(first, 0.5) if first else None)


def banded(one: Counted, found: Figure) -> None:
    these = [row for row in one.computed if row.feature == "complete"]
    assert found.n == len(these)
    for band in shown(found):
        within = [row for row in these if band["from"] <= row.total_ms < (band["to"] or math.inf)]
        taken = sum("accepted" in one.of(row) for row in within)
        assert (band["shown"], band["accepted"]) == (len(within), taken)


def speed(one: Counted, found: Figure) -> None:
    wrote = [row for row in one.computed if row.decode_ms > 0 and row.generated_tokens > 0]
    tokens, ms = sum(row.generated_tokens for row in wrote), sum(row.decode_ms for row in wrote)
    assert (found.n, found.value) == (len(wrote), round(1000 * tokens / ms, 1) if wrote else None)


def fate(kind: str, most: float = math.inf) -> Callable[[Counted, Figure], None]:
    def check(one: Counted, found: Figure) -> None:
        hits = sum(
            kind in one.of(row) and (one.of(row)[kind] or 0.0) < most for row in one.completions
        )
        assert (found.n, found.value) == (len(one.completions), share(hits, len(one.completions)))

    return check


def partly(one: Counted, found: Figure) -> None:
    hits = sum(
        "accepted_part" in one.of(row) and "accepted" not in one.of(row) for row in one.completions
    )
    assert (found.n, found.value) == (len(one.completions), share(hits, len(one.completions)))


CHECKS: dict[str, Callable[[Counted, Figure], None]] = {
    "characters_saved": saved,
    "retained_characters_per_hour": retained,
    "retention": looked,
    "share_of_code": code,
    "iterations": iterations,
    "lines_per_hour": lines,
    "flow_interruptions": interruptions,
    "cost": cost,
    "prompt_cache": cache,
    "resources": resources,
    "cold_start": cold,
    "context_lateness": lateness,
    "rewrites": rewritten,
    "acceptance_by_latency": banded,
    "tokens_per_second": speed,
    "blind_rejections": fate("ignored", 0.75),
    "dismissals": fate("dismissed"),
    "partial_acceptance": partly,
}


def check(history: History, span: Span, found: Iterable[Figure]) -> None:
    one = Counted(history, span)
    for figure in found:
        if (known := CHECKS.get(figure.name)) is not None:
            known(one, figure)
