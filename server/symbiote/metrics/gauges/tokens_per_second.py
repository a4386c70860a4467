"""How fast models write: tokens of all computed answers over the time in which they were written."""

from __future__ import annotations

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", COMPUTED, "decode_ms > 0", "generated_tokens > 0")
    found = base.rows(
        "SELECT engine, model, COUNT(*), SUM(generated_tokens), SUM(decode_ms) "
        f"FROM asks WHERE {condition} GROUP BY engine, model ORDER BY 3 DESC, 1, 2",
        values,
    )
    rows = tuple((*who, n, round(1000 * tokens / ms, 1)) for *who, n, tokens, ms in found)
    n, tokens, ms = (sum(row[at] for row in found) for at in (2, 3, 4))
    value = round(1000 * tokens / ms, 1) if n else None
    return Figure(
        "tokens_per_second",
        "Tokens per second",
        "tokens/s",
        value,
        n,
        columns=("engine", "model", "n", "tokens/s"),
        rows=rows,
    )
