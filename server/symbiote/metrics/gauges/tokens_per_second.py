"""How fast models write: tokens of all computed answers over the time in which they were written."""

from __future__ import annotations

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", COMPUTED, "decode_ms > 0", "generated_tokens > 0")
    columns = "COUNT(*), SUM(generated_tokens), SUM(decode_ms)"
    said = f"FROM asks WHERE {condition}"
    n, tokens, ms = base.one(f"SELECT {columns} {said}", values)
    rows = base.rows(
        f"SELECT engine, model, COUNT(*), ROUND(1000.0 * SUM(generated_tokens) / SUM(decode_ms), 1) {said} "
        "GROUP BY engine, model ORDER BY 3 DESC, 1, 2",
        values,
    )
    value = round(1000 * tokens / ms, 1) if n else None
    return Figure(
        "tokens_per_second",
        "Tokens per second",
        "tokens/s",
        value,
        n,
        columns=("engine", "model", "n", "tokens/s"),
        rows=tuple(rows),
    )
