"""Where the time of computed suggestions goes, stage by stage, of the last ten thousand."""

from __future__ import annotations

from symbiote.metrics.reading import COMPUTED, Base, Figure, Row, Span
from symbiote.metrics.readout import percentile

STAGES = ("wait", "context", "prompt", "queue", "prefill", "decode", "finish")
MOST = 10_000
"""So many rows come here; sorting each of their columns in SQL would read them once for each rank."""


def last(base: Base, span: Span, columns: str) -> list[Row]:
    """These columns of the last computed suggestions."""
    condition, values = span.where("asks", COMPUTED)
    said = f"SELECT {columns} FROM asks WHERE {condition} ORDER BY at DESC LIMIT {MOST}"
    return base.rows(said, values)


def figure(base: Base, span: Span) -> Figure:
    """Rows: stage, p50, p95, p99 (ms) and its share of all time."""
    found = last(base, span, ", ".join(f"{stage}_ms" for stage in STAGES))
    columns = [sorted(column) for column in zip(*found, strict=True)]
    total = sum(map(sum, columns))
    rows = tuple(
        (
            stage,
            *(percentile(times, share) for share in (0.5, 0.95, 0.99)),
            round(sum(times) / total, 4) if total else None,
        )
        for stage, times in zip(STAGES, columns, strict=False)
    )
    names = ("stage", "p50", "p95", "p99", "share")
    note = f"of the last {MOST:,}" if len(found) == MOST else ""
    return Figure("stages", "Stages", "ms", None, len(found), columns=names, rows=rows, note=note)
