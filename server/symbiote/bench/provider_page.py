"""Results of `symbiote bench providers` as parts of docs/providers.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]


def real(result: Result) -> str:
    head = [
        "provider",
        "model",
        "task",
        "n",
        "failures",
        *("first token p50 ms (95 %)", "p95", "p99", "tokens/s p50", "p95", "p99"),
    ]
    rows = [_cells(one) for one in result["rows"]]
    costs = [one["usd"] for one in result["rows"] if one["usd"] is not None]
    paid = f" It cost {sum(costs):.4f} USD where prices are known." if costs else ""
    reused = sum(one["reused"] for one in result["rows"])
    left = (
        f" Left out: {reused} answers to prompts that a provider had read before." if reused else ""
    )
    return f"Measured on {result['date']}, from one place, over its network.{paid}{left}\n\n{table(head, rows)}"


def simulated(result: Result) -> str:
    head = [
        "simulated",
        "kind",
        "task",
        "set to: first token ms, tokens/s",
        "n",
        "failures",
        *("first token p50 ms (95 %)", "p95", "p99", "tokens/s p50", "p95", "p99"),
    ]
    rows = []
    for one in result["rows"]:
        told = one["set_to"]
        guess = ", assumed" if told["assumed"] else ""
        name, _, task, *rest = _cells(one)
        rows.append(
            [name, one["kind"], task, f"{told['first_ms']:g}, {told['rate']:g}{guess}", *rest]
        )
    about = result["machine"]
    where = f"{about['processor'] or 'Processor not named'}, {about['cores']} cores"
    return (
        f"**Simulated**: {where}, {result['date']}. Nobody outside was asked: the delays are those in the third column, which a "
        f"server on this machine keeps.\n\n{table(head, rows)}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _cells(one: Result) -> list[str]:
    first, around, rate = one["first_ms"], one["first_ms_95"], one["tokens_per_s"]
    within = around["p50"]
    low_high = f" ({within[0]:.0f}–{within[1]:.0f})" if within else ""
    return [
        one["title"],
        one["model"],
        one["task"],
        str(one["n"]),
        str(sum(one["failures"].values())),
        number(first["p50"]) + low_high,
        *(number(first[place]) for place in ("p95", "p99")),
        *(number(rate[place]) for place in ("p50", "p95", "p99")),
    ]


def number(value: float | None) -> str:
    """Whole, or three digits."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
