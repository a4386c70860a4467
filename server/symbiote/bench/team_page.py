"""Results of `symbiote bench team` and `bench queueing` as parts of docs/scale.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbiote.bench.provider_page import number, table

Result = Mapping[str, Any]
NAMES = ("team", "team-patient", "team-simulated", "team-simulated-patient")


def team(result: Result) -> str:
    about, queue, memory = result["machine"], result["queue"], result["memory_mb"]
    busy = "" if about["load"] is None else f", load {about['load']:g} before"
    slots = result["slots"] or "no limit of"
    how = (
        "wait for each answer"
        if result["patient"]
        else "type on, a newer ask in place of the older"
    )
    rows = [
        ["first token", *_places(result["first_ms"], result["first_ms_95"])],
        ["whole answer", *_places(result["whole_ms"], result["whole_ms_95"])],
    ]
    if queue["measured_wait_ms"]["p50"] is not None:
        rows.append(["of that in the server's queue", *_places(queue["measured_wait_ms"], {})])
    errors = sum(result["errors"].values())
    told = (
        f"{result['users']} users who type {result['typing']:.0%} of the time and {how}, for {result['seconds']:.0f} s: "
        f"{result['asked']:,} asks, {result['answered']:,} answers, {result['overtaken']:,} overtaken, {errors} errors; "
        f"{_text(result['requests_per_ask'])} requests per ask. Memory, MB: "
        + ", ".join(f"{name} {most:g}" for name, (_, most) in memory.items())
        + f". Asks went out {number(result['late_ms']['p99'])} ms late at p99."
    )
    where = f"{about['processor'] or 'Processor not named'}, {about['cores']} cores{busy}, {result['date']}"
    head = ["ms", "p50 (95 %)", "p95 (95 %)", "p99 (95 %)"]
    return "\n\n".join(
        [
            f"Server: {result['server']}, {slots} slot{'' if slots == 1 else 's'}. {where}.",
            told,
            table(head, rows),
            _theory(queue, result["patient"]),
        ]
    )


def _theory(queue: Result, patient: bool) -> str:
    alone = (
        f"Alone, an answer takes {number(queue['service_ms'])} ms (variation {queue['variation']:.2f}); "
        f"{queue['rate']:.1f} asks a second are {queue['load']:.2f} erlangs."
    )
    if not patient or queue["predicted_ms"] is None:
        return f"{alone} Not held against the model: what was overtaken is in no mean."
    verdict = "holds" if queue["holds"] else "**does not hold**"
    return (
        f"{alone} With {queue['think_s']:.2f} s between an answer and the next ask the closed model says "
        f"{number(queue['predicted_ms'])} ms for the mean answer at {queue['predicted_rate']:.1f} asks a second; measured "
        f"{number(queue['measured_ms'])} ms. Within {queue['within']:.0%}: {verdict}."
    )


def queueing(result: Result) -> str:
    head = [
        "typing at the busiest time",
        "service ms",
        "asks per typing minute",
        "requests/s",
        "erlangs",
        f"machines of {result['slots']} slots",
        "slots used",
        f"p{100 * result['share']:.0f} wait ms",
    ]
    rows = [
        [
            f"{one['typing']:.0%}",
            number(one["service_ms"]),
            number(one["asks_per_minute"]),
            number(one["rate"]),
            number(one["load"]),
            str(one["machines"]),
            f"{one['used']:.0%}",
            number(one["wait_p95_ms"]),
        ]
        for one in result["rows"]
    ]
    return (
        f"{result['users']:,} users, {result['reach']:.0%} of the asks reach a server, variation of the service time "
        f"{result['variation']:g}; {100 * result['share']:.0f} % of the requests are to wait at most {result['longest_ms']:g} ms."
        f"\n\n{table(head, rows)}"
    )


def _places(figures: Result, around: Result) -> list[str]:
    cells = []
    for place in ("p50", "p95", "p99"):
        within = around.get(place)
        low_high = f" ({number(within[0])}–{number(within[1])})" if within else ""
        cells.append(number(figures[place]) + low_high)
    return cells


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
