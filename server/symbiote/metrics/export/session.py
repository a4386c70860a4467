"""The report of a flow session as Markdown."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from symbiote.core.flow import Cause

CAUSES = {
    Cause.SLOW: "An answer took too long",
    Cause.WRONG: "An answer was wrong",
    Cause.LONG: "There was too much to read",
    Cause.TROUBLE: "Something failed",
    Cause.AWAY: "The editor was left",
    Cause.SEARCH: "Something had to be looked up",
    Cause.PEOPLE: "Somebody came",
    Cause.OTHER: "Something else",
}
EVENTS = {
    "session_started": "Started",
    "session_paused": "Paused",
    "session_resumed": "Resumed",
    "session_ended": "Ended",
    "focus_lost": "Left the editor",
    "focus_back": "Came back to the editor",
}
FIGURES = {
    "lines_per_hour": "Lines per hour",
    "flow_interruptions": "Interruptions in half an hour",
    "minutes_worked": "Minutes worked",
    "feature_complete": "Share of features complete",
}
KINDS = {"assistance": "with help", "baseline": "baseline, without help"}
ANSWERS = {True: "yes", False: "no", None: "not said"}


def markdown(report: Mapping[str, Any]) -> str:
    """The whole page but its title."""
    parts = [_head(report), _timeline(report), _causes(report), _advice(report), _figures(report)]
    return "\n\n".join([*parts, _comparison(report["comparison"])]) + "\n"


def _head(report: Mapping[str, Any]) -> str:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(report["at"]))
    worked, planned = report["worked_s"] / 60, report["planned_s"] / 60
    paused = (
        f", {_minutes(report['paused_s'])} of pauses beside them" if report["paused_s"] >= 1 else ""
    )
    return "\n".join(
        [
            f"{day}, {KINDS[report['kind']]}. {worked:.1f} minutes of work of {planned:.4g} planned{paused}.",
            "",
            f"- Is the feature complete? **{ANSWERS[report['complete']]}**",
            f"- Has it tests? **{ANSWERS[report['tests']]}**",
            f"- Interruptions: **{report['interruptions']}**",
            f"- Session: `{report['session'][:8]}`",
        ]
    )


def _timeline(report: Mapping[str, Any]) -> str:
    rows = [
        (_minutes(one["after_s"]), _event(one), _seconds(one["seconds"]))
        for one in report["timeline"]
    ]
    return _section("Timeline", _table(("after", "what", "seconds"), rows))


def _event(one: Mapping[str, Any]) -> str:
    if one["event"] != "interrupted":
        return EVENTS.get(one["event"], str(one["event"]))
    how = "logged" if one["logged"] else "noticed"
    return f"**{_cause(one['cause'])}** ({how})"


def _cause(cause: str) -> str:
    if cause in CAUSES:
        return CAUSES[Cause(cause)]
    return _cell(cause.removeprefix(f"{Cause.OTHER.value}: "))


def _causes(report: Mapping[str, Any]) -> str:
    if not report["by_cause"]:
        return _section("Interruptions by cause", "None.")
    rows = [
        (CAUSES[Cause(one["cause"])], str(one["n"]), _seconds(one["seconds"]))
        for one in report["by_cause"]
    ]
    return _section("Interruptions by cause", _table(("cause", "times", "seconds"), rows))


def _advice(report: Mapping[str, Any]) -> str:
    said = [
        f"- **{CAUSES[Cause(one['cause'])]}**: {one['advice']}" for one in report["advice"]
    ] or ["Nothing that a rule would say: no cause came often enough."]
    return _section("What to change", "\n".join(said))


def _figures(report: Mapping[str, Any]) -> str:
    rows = [
        ("Lines added", str(report["lines"])),
        ("Lines per hour", _number(report["lines_per_hour"])),
        ("Interruptions in half an hour", _number(report["interruptions_per_half_hour"])),
        ("Turns by rewrite", _of(report["iterations"])),
        ("Share of suggestions accepted", _of(report["acceptance"])),
        ("Share of code written with help", _of(report["share_of_code"])),
    ]
    text = _table(("figure", "value"), rows)
    latency = report["latency"]
    if latency["rows"]:
        text += "\n\nLatency in milliseconds, of computed answers only:\n\n"
        text += _table(latency["columns"], [[_number(v) for v in row] for row in latency["rows"]])
    return _section("Figures", text)


def _of(figure: Mapping[str, Any]) -> str:
    if figure["value"] is None:
        return "–"
    between = ""
    if figure["low"] is not None:
        between = f" ({_number(figure['low'])} to {_number(figure['high'])})"
    return f"{_number(figure['value'])}{between}, n = {figure['n']}"


def _comparison(effects: Sequence[Mapping[str, Any]]) -> str:
    """All sessions up to this one, with help against without."""
    rows = [
        (
            FIGURES.get(one["name"], one["name"]),
            f"{_number(one['before'])} (n = {one['n_before']})",
            f"{_number(one['after'])} (n = {one['n_after']})",
            f"{_number(one['difference'])} ({_number(one['low'])} to {_number(one['high'])})"
            if one["difference"] is not None
            else "–",
            one["verdict"],
        )
        for one in effects
    ]
    head = ("median by session", "without help", "with help", "difference (95 %)", "says")
    why = "" if _enough(effects) else "There are **not enough sessions** to tell yet.\n\n"
    return _section("Beside sessions without help", why + _table(head, rows))


def _enough(effects: Sequence[Mapping[str, Any]]) -> bool:
    return any(
        not one["verdict"].startswith(("Not enough", "Nothing to compare")) for one in effects
    )


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """Somebody's own words, as words: no table and no markup comes of them."""
    return "".join(f"\\{c}" if c in "\\|`*_[]<>#!" else c for c in text)


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
