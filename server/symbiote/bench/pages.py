"""Results as parts of pages of docs/, most of performance.md: each between two marks, so that only figures that were taken anew change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from symbiote.bench import gpu_page, provider_page, team_page
from symbiote.bench.plot import Line, plot
from symbiote.bench.rows import table
from symbiote.core.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGE = "performance.md"
PLACES = {
    "providers": "providers.md",
    "providers-simulated": "providers.md",
    "queueing": "scale.md",
    **dict.fromkeys(team_page.NAMES, "scale.md"),
}
"""Of results that are not in `PAGE`."""
PICTURE = "images/typing.svg"
BEGIN, END = "<!-- bench {name}: written by a command -->", "<!-- /bench {name} -->"

Result = Mapping[str, Any]


def write(result: Result, page: Path | None = None) -> None:
    """Put a result into its part of its page, or of `page`, and the plot beside it. Raises `UserError`."""
    name = str(result.get("bench"))
    if name not in PARTS:
        raise UserError(f"A result of {', '.join(PARTS)} is needed, not of {name}.")
    page = page or DOCS / PLACES.get(name, PAGE)
    try:
        text = page.read_text("utf-8")
        page.write_text(replaced(text, name, PARTS[name](result)), "utf-8")
        if name == "typing":
            picture = page.parent / PICTURE
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_text(picture_of(result), "utf-8")
    except OSError as error:
        raise UserError(f"{page} cannot be written: {error.strerror}.") from error


def read(file: Path) -> Result:
    """A result that a benchmark printed with --json. Raises `UserError`."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{file} is not a result of `symbiote bench … --json`: {error}.") from error
    if not isinstance(found, dict) or "bench" not in found:
        raise UserError(f"{file} is not a result of `symbiote bench … --json`.")
    return found


def replaced(text: str, name: str, part: str) -> str:
    """The page with `part` between the marks of `name`. Raises `UserError` when the marks are not there."""
    begin, end = BEGIN.format(name=name), END.format(name=name)
    before, found, rest = text.partition(begin)
    _, also, after = rest.partition(end)
    if not (found and also):
        raise UserError(f"The page lacks the marks {begin} and {end}.")
    return f"{before}{begin}\n\n{part.strip()}\n\n{end}{after}"


def picture_of(result: Result) -> str:
    """The plot of a typing result. A client that cancels slow answers looks faster without them, so the legend counts them."""
    lines = [_line("Symbiote", result)]
    lines += [_line(f"{peer['name']}, {peer['setup']}", peer) for peer in result["peers"]]
    return plot("From the key to the computed answer", lines)


def _line(name: str, one: Result) -> Line:
    counts = f"{one['n']['computed']:,} answers, {one['n']['cancelled']:,} cancelled before"
    return Line(f"{name} ({counts})", one["distribution_ms"])


def typing(result: Result) -> str:
    rows = [_contestant("**Symbiote**", result)]
    rows += [_contestant(f"{peer['name']}, {peer['setup']}", peer) for peer in result["peers"]]
    head = (
        "| contestant | computed / cancelled | p50 ms (95 %) | p90 | p95 (95 %) | p99 | p50 by Symbiote's (95 %) "
        "| first token p50 | any suggestion p50 / p95 | tokens evaluated p50 / p95 | stale | seen after "
        "| CPU s per 1,000 keys |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    counts, accepts, origins = result["n"], result["accepts"], result["origins"]
    trace = result["trace"]
    told = (
        f"{trace['keys']:,} keys of the trace “{trace['name']}” at {trace['speed']:g}×, {result['keystrokes']:,} of them "
        f"pressed, {counts['computed']:,} answers computed, {counts['cancelled']:,} cancelled by the next key, "
        f"{result['unanswered']} unanswered; {accepts['whole']} suggestions and {accepts['words']} words accepted. "
        f"Suggestions: "
        + ", ".join(f"{name} {share:.0%}" for name, share in origins.items())
        + ". "
        f"Tokens for nothing: {result['wasted_tokens']:,}. Cancel to its confirmation: p50 {_cell(result['cancel_ms']['p50'])}, "
        f"p95 {_cell(result['cancel_ms']['p95'])} ms. Cold start to the first answer: {result['cold_start_s']:g} s."
    )
    stages = ", ".join(
        f"{name} {ms:g}" for name, ms in result["stage_p50_ms"].items() if ms >= 0.05
    )
    return "\n\n".join(
        [
            _where(result),
            "\n".join([head, *rows]),
            told,
            f"Where the median goes (ms): {stages}.",
            *_turns(result),
            f"![Distribution of latencies]({PICTURE})",
        ]
    )


def _contestant(name: str, one: Result) -> str:
    latency, seen, evaluated = one["latency_ms"], one["seen_ms"], one["evaluated_per_key"]
    around = one["latency_ms_95"]
    cells = [
        name,
        f"{one['n']['computed']:,} / {one['n']['cancelled']:,}",
        _cell(latency["p50"]) + _within(around["p50"]),
        _cell(latency["p90"]),
        _cell(latency["p95"]) + _within(around["p95"]),
        _cell(latency["p99"]),
        _times(one["ratio"]["p50"]) if "ratio" in one else "1",
        _cell(one["ttft_ms"]["p50"]),
        f"{_cell(seen['p50'])} / {_cell(seen['p95'])}",
        f"{_cell(evaluated['p50'])} / {_cell(evaluated['p95'])}",
        f"{one['stale_rate']:.1%}",
        f"{one['shown']:.0%} of keys",
        _cell(one["cpu_s_per_1000_keys"]),
    ]
    return f"| {' | '.join(cells)} |"


def _turns(result: Result) -> list[str]:
    """How the contestants took turns, and the ratios that leave out neither slow nor cancelled answers."""
    if not result["peers"]:
        return []
    parts = [
        f"{_times(peer['ratio']['p95'])} / {_times(peer['ratio']['at_least_p50'])} ({peer['setup']})"
        for peer in result["peers"]
    ]
    idle = [one["idle_cpu_share"] for one in (result, *result["peers"])]
    most = max((share for share in idle if share is not None), default=None)
    waited = "" if most is None else f" Who waited used at most {most:.1%} of one core."
    return [
        f"The contestants took turns, {result['trace']['rounds']} each, so that a change of the machine's speed met all."
        f"{waited} By Symbiote's, the peer's p95 / its p50 with cancelled requests at the time they had waited on both "
        f"sides: {', '.join(parts)}."
    ]


def goals(result: Result) -> str:
    head = f"{_where(result)} Bootstrap 95 % intervals in brackets; milliseconds where no unit is given."
    return f"{head}\n\n{table(result['rows'])}"


def engine(result: Result) -> str:
    rows = [
        "| runs | load s | first ms | p50 ms (95 %) | p95 (95 %) | p99 | least–most | mean ± deviation (variation) "
        "| first token p50 | tokens read | written, of them drafted | read tokens/s | write tokens/s |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in result["series"]:
        total, around = one["total_ms"], one["total_ms_95"]
        low, high = one["range_ms"]
        rows.append(
            f"| {one['runs']:,} | {one['load_s']:.2f} | {one['first_ms']:.1f} ({one['first_to_warm']:.2f}× warm) "
            f"| {_cell(total['p50'])}{_within(around['p50'])} | {_cell(total['p95'])}{_within(around['p95'])} "
            f"| {_cell(total['p99'])} | {low:.1f}–{high:.1f} "
            f"| {one['mean_ms']:.1f} ± {one['stdev_ms']:.1f} ({one['variation']:.1%}) | {_cell(one['ttft_ms']['p50'])} "
            f"| {one['prompt_tokens']:.0f}, {one['evaluated_share']:.1%} evaluated "
            f"| {one['generated_tokens']:.1f}, {one['drafted_share']:.0%} "
            f"| {one['prefill_tokens_per_s']:,.0f} | {one['decode_tokens_per_s']:,.0f} |"
        )
    about = result["series"][0] if result["series"] else {}
    named = {"model": about.get("model"), "device": about.get("device")}
    return f"{_where({**result, **named})}\n\n" + "\n".join(rows)


def soak(result: Result) -> str:
    rows = [
        "| process | starts | memory MB, first → last | MB per hour | descriptors, first → last (most) |"
    ]
    rows.append("|---|---|---|---|---|")
    for name in ("daemon", "worker"):
        one = result[name]
        if one:
            memory, handles = one["memory_mb"], one["descriptors"]
            rows.append(
                f"| {name} | {one['starts']} | {memory[0]} → {memory[1]} | {_cell(one['memory_mb_per_hour'])} "
                f"| {handles[0]} → {handles[1]} ({handles[2]}) |"
            )
    latency = result["latency_ms"]
    told = (
        f"{result['windows']} windows for {result['minutes']:g} minutes: {result['keystrokes']:,} keys, "
        f"{result['unanswered']} unanswered, {result['n']['failed']} failed, {_cell(result['orphans'])} processes left behind; "
        f"latency p50 {_cell(latency['p50'])}, p95 {_cell(latency['p95'])}, p99 {_cell(latency['p99'])} ms."
    )
    return f"{_where(result)}\n\n" + "\n".join(rows) + f"\n\n{told}"


def _where(result: Result) -> str:
    """The machine, and how busy it was before: a figure taken beside other work says so."""
    about = result["machine"]
    load = about["load"]
    busy = "" if load is None else f", load {load:g} before"
    device = f" on {result['device']}" if result.get("device") else ""
    model = f", model {result['model']}{device}" if result.get("model") else ""
    return f"{about['processor'] or 'Processor not named'}, {about['cores']} cores{busy}{model}."


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, int) else f"{value:.1f}"


def _within(bounds: Sequence[float] | None) -> str:
    return f" ({_cell(bounds[0])}–{_cell(bounds[1])})" if bounds else ""


def _times(ratio: Sequence[float] | None) -> str:
    """A ratio with its interval."""
    if ratio is None:
        return "–"
    value, low, high = ratio
    return f"{value:.2f}× ({low:.2f}–{high:.2f})"


def rewrite(result: Result) -> str:
    return goals(result)


def drafts(result: Result) -> str:
    told = [_where(result), table(result["rows"])]
    if result["verdict"]:
        told.append(result["verdict"])
    if result["differ"]:
        told.append(f"{result['differ']} answers differ.")
    return "\n\n".join(told)


PARTS = {
    "typing": typing,
    "engine": engine,
    "soak": soak,
    "goals": goals,
    "rewrite": rewrite,
    "drafts": drafts,
    "gpu": gpu_page.part,
    "providers": provider_page.real,
    "providers-simulated": provider_page.simulated,
    "queueing": team_page.queueing,
    **dict.fromkeys(team_page.NAMES, team_page.team),
}
