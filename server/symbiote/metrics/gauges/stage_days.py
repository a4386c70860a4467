"""Day by day (UTC), where the time of computed completions goes: means by stage, which add up to the mean of all."""

from __future__ import annotations

from symbiote.metrics.gauges.stages import STAGES
from symbiote.metrics.reading import COMPUTED, Base, Figure, Span

DAY = "CAST(asks.at / 86400 AS INTEGER)"


def figure(base: Base, span: Span) -> Figure:
    """Rows: the day's first second (Unix), computed completions, the mean of each stage in ms."""
    condition, values = span.where("asks", COMPUTED, "asks.feature = 'complete'")
    means = ", ".join(f"ROUND(AVG({stage}_ms), 3)" for stage in STAGES)
    found = base.rows(
        f"SELECT {DAY} * 86400, COUNT(*), {means} FROM asks WHERE {condition} GROUP BY 1 ORDER BY 1",
        values,
    )
    n = sum(row[1] for row in found)
    columns = ("day", "n", *STAGES)
    title = "Stages day by day"
    return Figure("stage_days", title, "ms", None, n, columns=columns, rows=tuple(found))
