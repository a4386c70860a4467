"""How much of the prompts providers had read before, by their own count."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", "asks.attempts > 0", "asks.prompt_tokens > 0")
    rows = base.rows(
        "SELECT engine, model, COUNT(*), SUM(prompt_tokens), SUM(cached_tokens), "
        "ROUND(1.0 * SUM(cached_tokens) / SUM(prompt_tokens), 4) "
        f"FROM asks WHERE {condition} GROUP BY engine, model ORDER BY 3 DESC, 1, 2",
        values,
    )
    read, cached = sum(row[3] for row in rows), sum(row[4] for row in rows)
    value = round(cached / read, 4) if read else None
    columns = ("engine", "model", "n", "prompt tokens", "cached", "share")
    n = sum(row[2] for row in rows)
    return Figure(
        "prompt_cache", "Prompts read before", "share", value, n, columns=columns, rows=tuple(rows)
    )
