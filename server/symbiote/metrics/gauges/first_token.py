"""Time to the first token of computed suggestions: all stages up to the end of the prompt's reading. Last ten thousand."""

from __future__ import annotations

from symbiote.metrics.gauges.stages import last
from symbiote.metrics.reading import Base, Figure, Span
from symbiote.metrics.readout import percentile

UNTIL = "wait_ms + context_ms + prompt_ms + queue_ms + prefill_ms"


def figure(base: Base, span: Span) -> Figure:
    """`value` is the p50."""
    found = sorted(time for (time,) in last(base, span, UNTIL))
    ranks = tuple(percentile(found, share) for share in (0.5, 0.95, 0.99)) if found else ()
    return Figure(
        "first_token",
        "Time to first token",
        "ms",
        ranks[0] if ranks else None,
        len(found),
        columns=("p50", "p95", "p99"),
        rows=(ranks,) if ranks else (),
    )
