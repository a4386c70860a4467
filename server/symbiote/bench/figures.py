"""From a replay to its figures (docs/protocol.md, `symbiote bench`). Pure.

Latency figures read computed answers only: a suggestion of origin `computed`, or a silence that cost decoding.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from symbiote.bench.intervals import estimate, ratio
from symbiote.bench.replay import Asked, Replayed
from symbiote.bench.screen import Fit
from symbiote.core.answer import Origin
from symbiote.metrics.readout import percentile

SHARES = (50, 90, 95, 99)
POINTS = 100
"""Steps of the distribution that is kept for the plot."""


def figures(done: Replayed, cpu_s: float | None) -> dict[str, Any]:
    """The figures of one contestant; `cpu_s` is what its processes used in CPU seconds."""
    asked, computed = done.asked, [one for one in done.asked if _computed(one)]
    latency = sorted(latencies(done))
    seen = sorted(one.seen * 1000 for one in asked if one.seen is not None)
    cancels = sorted(
        (one.ended - one.withdrawn) * 1000
        for one in asked
        if one.withdrawn is not None and one.ended is not None and one.reply is None
    )
    return {
        "keystrokes": len(asked),
        "latency_ms": percentiles(latency),
        "latency_ms_95": intervals(latency),
        "latency_at_least_ms": percentiles(sorted(at_least(done))),
        "ttft_ms": percentiles(sorted(_first(one) for one in computed)),
        "seen_ms": percentiles(seen),
        "evaluated_per_key": percentiles(sorted(_evaluated(computed)), (50, 95)),
        "evaluated_per_plain_key": percentiles(
            sorted(_evaluated(one for one in computed if one.plain)), (50, 95)
        ),
        "generated_per_key": percentiles(sorted(_generated(computed)), (50, 95)),
        "cancel_ms": percentiles(cancels, (50, 95)),
        "stale_rate": _share(sum(one.fit is Fit.STALE for one in asked), _count_replies(asked)),
        "unanswered": sum(one.ended is None for one in asked),
        "wasted_tokens": sum(_cost(one) for one in computed if not one.displayed),
        "cpu_s_per_1000_keys": round(1000 * cpu_s / len(asked), 2) if asked and cpu_s else None,
        "origins": _origins(asked),
        "n": _counts(asked, computed, len(seen)),
        "accepts": {"whole": done.whole, "words": done.words, "characters": done.taken},
        "shown": _share(len(seen), len(asked)),
        "stage_p50_ms": _stages(computed),
        "silences": dict(
            Counter(one.reply.reason for one in asked if one.reply and one.reply.reason)
        ),
        "late_ms": percentiles(sorted(1000 * late for late in done.late), (50, 99)),
        "distribution_ms": distribution(latency),
        "seen_distribution_ms": distribution(seen),
    }


def latencies(done: Replayed) -> list[float]:
    """Milliseconds of the computed answers, in the order of their keys."""
    return [_ms(one) for one in done.asked if _computed(one)]


def at_least(done: Replayed) -> list[float]:
    """The same, and how long cancelled requests had waited: their latency would have been more."""
    return [*latencies(done), *_cut_short(done.asked)]


def intervals(values: Sequence[float], shares: Sequence[int] = (50, 95)) -> dict[str, Any]:
    """The bootstrap intervals [low, high] of percentiles; None without values."""
    found = {share: estimate(values, share / 100) for share in shares}
    return {
        f"p{share}": [round(one.low, 2), round(one.high, 2)] if one else None
        for share, one in found.items()
    }


def ratios(over: Replayed, under: Replayed) -> dict[str, list[float] | None]:
    """How many times the latency of `under` that of `over` is, each with its interval: [ratio, low, high]."""
    found = {
        "p50": ratio(latencies(over), latencies(under), 0.5),
        "p95": ratio(latencies(over), latencies(under), 0.95),
        "at_least_p50": ratio(at_least(over), at_least(under), 0.5),
    }
    return {name: one.rounded() if one else None for name, one in found.items()}


def percentiles(
    ordered: Sequence[float], shares: Sequence[int] = SHARES
) -> dict[str, float | None]:
    """Nearest-rank percentiles of ascending values; None for an empty sequence."""
    return {
        f"p{share}": round(percentile(ordered, share / 100), 2) if ordered else None
        for share in shares
    }


def distribution(ordered: Sequence[float]) -> list[float]:
    """The 0th to the 100th percentile of ascending values, for a plot; empty for none."""
    if not ordered:
        return []
    last = len(ordered) - 1
    return [round(ordered[round(step * last / POINTS)], 2) for step in range(POINTS + 1)]


def _computed(one: Asked) -> bool:
    if one.reply is None or one.ended is None or not one.reply.generated:
        return False
    return one.reply.origin in ("", Origin.COMPUTED)


def _ms(one: Asked) -> float:
    assert one.ended is not None
    return (one.ended - one.sent) * 1000


def _first(one: Asked) -> float:
    assert one.reply is not None
    return max(0.0, _ms(one) - one.reply.after_first_ms)


def _cut_short(asked: Sequence[Asked]) -> list[float]:
    """How long asks without an answer had waited when they were withdrawn."""
    return [
        (one.withdrawn - one.sent) * 1000
        for one in asked
        if one.withdrawn is not None and one.reply is None
    ]


def _evaluated(asked: Iterable[Asked]) -> list[int]:
    return [one.reply.evaluated for one in asked if one.reply is not None]


def _generated(asked: Iterable[Asked]) -> list[int]:
    return [one.reply.generated for one in asked if one.reply is not None]


def _cost(one: Asked) -> int:
    return one.reply.evaluated + one.reply.generated if one.reply is not None else 0


def _count_replies(asked: Sequence[Asked]) -> int:
    return sum(one.reply is not None for one in asked)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _origins(asked: Sequence[Asked]) -> dict[str, float]:
    """The share of each origin among the suggestions."""
    found = Counter(one.reply.origin for one in asked if one.reply and one.reply.text)
    return {origin.value: _share(found[origin.value], found.total()) for origin in Origin}


def _counts(asked: Sequence[Asked], computed: Sequence[Asked], seen: int) -> dict[str, int]:
    withdrawn = [one for one in asked if one.withdrawn is not None and one.reply is None]
    return {
        "computed": len(computed),
        "plain": sum(one.plain for one in computed),
        "suggestions": sum(bool(one.reply and one.reply.text) for one in asked),
        "seen": seen,
        "cancelled": len(withdrawn),
        "unsent": sum(one.ended is not None and one.reply is None for one in asked)
        - sum(one.ended is not None for one in withdrawn),
        "stale": sum(one.fit is Fit.STALE for one in asked),
        "failed": sum(bool(one.lost) for one in asked),
    }


def _stages(computed: Sequence[Asked]) -> dict[str, float]:
    names = computed[0].reply.stages if computed and computed[0].reply else {}
    return {
        name: round(
            statistics.median(one.reply.stages.get(name, 0.0) for one in computed if one.reply), 2
        )
        for name in names
    }
