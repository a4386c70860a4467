"""How long models take to load: of the engine's starts, and before a rewrite."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

KINDS = "events.kind IN ('loaded', 'engine_ready')"


def figure(base: Base, span: Span) -> Figure:
    n, (p50, p95) = base.ranks("value", "events", span.where("events", KINDS), (0.5, 0.95))
    rows = ((p50, p95),) if n else ()
    return Figure("cold_start", "Cold start", "ms", p50, n, columns=("p50", "p95"), rows=rows)
