"""The part of docs/performance.md that `bench gpu` writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Result = Mapping[str, Any]

PARTS = {
    "before": "before",
    "engine": "the engine alone",
    "typing": "typing",
    "idle": "after the last answer",
    "after": "the daemon stopped",
}


def part(result: Result) -> str:
    """The machine, what the card did, the engine alone, and typing."""
    return "\n\n".join(
        [_where(result), _card(result), _engine(result["engine"]), _typing(result["typing"])]
    )


def _where(result: Result) -> str:
    about, card, file = result["machine"], result["card"], result["file"]
    device = result["typing"]["device"]
    load = "" if about["load"] is None else f", load {about['load']:g} before"
    memory = f", {_cell(card['memory_mb'], 0)} MB" if card["memory_mb"] else ""
    made = ", random weights" if file["random"] else ""
    where = f"runs on {device}"
    if device == "CPU":
        where = "runs on the **CPU: the card was not used**"
    return (
        f"{card['name']}{memory} (driver {card['driver']}), with {about['processor'] or 'a processor not named'}, "
        f"{about['cores']} cores{load}. Model {file['name']} ({file['bytes'] / 1e6:,.0f} MB{made}) {where}, "
        f"{result['typing']['gpu_layers']} layers on the card, a context of {result['typing']['context']:,} tokens."
    )


def _card(result: Result) -> str:
    rows = [
        "| the card, by nvidia-smi | memory held MB | utilisation p50 / most | clock MHz p50 | watts p50 | looks |",
        "|---|---|---|---|---|---|",
    ]
    for name, title in PARTS.items():
        one = result["watch"][name]
        if name == "idle":
            title = f"{result['settle_s']:g} s {title}"
        busy = one["busy"]
        rows.append(
            f"| {title} | {_cell(one['held_mb'], 0)} | {_cell(busy['p50'], 0)} / {_cell(busy['max'], 0)} % "
            f"| {_cell(one['clock_mhz'], 0)} | {_cell(one['watts'], 0)} | {one['readings']} |"
        )
    return "\n".join(rows)


def _engine(result: Result) -> str:
    rows = [
        "| the engine alone, runs | load s | p50 ms | p95 | p99 | first token p50 | read tokens/s | write tokens/s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in result["series"]:
        total = one["total_ms"]
        rows.append(
            f"| {one['runs']:,}, {one['prompt_tokens']:.0f} tokens read, {one['generated_tokens']:.0f} written "
            f"| {one['load_s']:.2f} | {_cell(total['p50'])} | {_cell(total['p95'])} | {_cell(total['p99'])} "
            f"| {_cell(one['ttft_ms']['p50'])} | {one['prefill_tokens_per_s']:,.0f} "
            f"| {one['decode_tokens_per_s']:,.0f} |"
        )
    return "\n".join(rows)


def _typing(result: Result) -> str:
    rows = [
        "| typing | computed / cancelled | p50 ms | p95 | p99 | first token p50 | tokens read p50 | written p50 "
        "| CPU s per 1,000 keys |",
        "|---|---|---|---|---|---|---|---|---|",
        _contestant("**Symbiote**", result),
    ]
    rows += [_contestant(f"{one['name']}, {one['setup']}", one) for one in result["peers"]]
    cancel = result["cancel_ms"]
    return "\n".join(rows) + (
        f"\n\n{result['keystrokes']:,} keys of the trace “{result['trace']['name']}”, {result['unanswered']} unanswered. "
        f"Cancel to its confirmation: p50 {_cell(cancel['p50'])}, p95 {_cell(cancel['p95'])} ms. Cold start to the "
        f"first answer: {result['cold_start_s']:g} s. Memory of the engine's process: {result['memory_mb']:,.0f} MB."
    )


def _contestant(name: str, one: Result) -> str:
    latency = one["latency_ms"]
    cells = (
        name,
        f"{one['n']['computed']:,} / {one['n']['cancelled']:,}",
        *(_cell(latency[share]) for share in ("p50", "p95", "p99")),
        _cell(one["ttft_ms"]["p50"]),
        _cell(one["evaluated_per_key"]["p50"], 0),
        _cell(one["generated_per_key"]["p50"], 0),
        _cell(one["cpu_s_per_1000_keys"]),
    )
    return f"| {' | '.join(cells)} |"


def _cell(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
