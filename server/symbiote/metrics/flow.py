"""The report of one flow session: what happened when, what broke the flow, what to change, and how it compares with others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from symbiote.core.errors import UserError
from symbiote.core.flow import Cause, Kind
from symbiote.metrics.compare import Effect, compare
from symbiote.metrics.gauges import acceptance, iterations, latency, retention, share_of_code
from symbiote.metrics.reading import Base, Figure, Row, Span

SCHEMA = 1
HOUR, HALF_HOUR = 3_600.0, 1_800.0
SHORTEST = 60.0
"""Seconds of work below which nothing is said by the hour: one line in one second would be 3,600."""
_COLUMNS = "id, at, ended, kind, task, project, planned_s, paused_s, lines, complete, tests"


class Rule(NamedTuple):
    """What may be changed when `cause` came at least `times` often or took at least `seconds` in all."""

    cause: Cause
    times: int
    seconds: float
    advice: str


RULES = (
    Rule(
        Cause.SLOW,
        2,
        5,
        "Answers came late. `symbiote doctor` says whether 500 ms hold with this model on this machine; choose a "
        "smaller one in symbiote.model or in symbiote.rewriteModel, or take sources out of symbiote.context.",
    ),
    Rule(
        Cause.WRONG,
        2,
        60,
        "Answers had to be sent away and thought about. Set symbiote.eagerness to quiet, so that only sure ones "
        "appear; ask for less at once in a rewrite, and name the function it should use.",
    ),
    Rule(
        Cause.LONG,
        2,
        60,
        "There was too much to read. Accept by word (Ctrl+Right) or by line (Alt+End), select fewer lines for a "
        "rewrite, and keep or undo it change by change.",
    ),
    Rule(
        Cause.TROUBLE,
        1,
        0,
        "Something failed. `symbiote doctor` and the log (Symbiote: Show Log) say what; a model that keeps ending is "
        "often too large for the memory.",
    ),
    Rule(
        Cause.AWAY,
        2,
        120,
        "Work went on outside of the editor. If it was to look something up, open the documentation or the other "
        "file in the editor: open files are context for suggestions (symbiote.context).",
    ),
    Rule(
        Cause.SEARCH,
        2,
        60,
        "Things had to be looked up. Open the files that hold the answer beside the code, and let the rewrite "
        "“explain” tell what code does.",
    ),
    Rule(
        Cause.PEOPLE,
        2,
        120,
        "Somebody came. That is no fault of the tool: agree on quiet half hours, and pause the session when it "
        "cannot be helped.",
    ),
    Rule(
        Cause.OTHER,
        3,
        180,
        "Several interruptions have causes of their own. Read them in the timeline: is one of them the same each time?",
    ),
)


class Sat(NamedTuple):
    """A session as the ledger has it; `ended` is Unix seconds."""

    id: str
    at: float
    ended: float
    kind: str
    task: str
    project: str
    planned_s: float
    paused_s: float
    lines: int
    complete: int | None
    tests: int | None

    @property
    def worked_s(self) -> float:
        return max(0.0, self.ended - self.at - self.paused_s)

    @property
    def span(self) -> Span:
        """Of its rows. An event of the last moment belongs to it."""
        return Span(self.at, self.ended + 0.001, task=self.task)


def sessions(base: Base, span: Span | None = None) -> list[Sat]:
    """Those that have ended, the oldest first."""
    condition, values = (span or Span()).where("sessions", "sessions.ended IS NOT NULL")
    chosen = f"SELECT {_COLUMNS} FROM sessions WHERE {condition} ORDER BY at"  # noqa: S608
    found = base.rows(chosen, values)
    return [Sat(*row)._replace(lines=row[8] or 0) for row in found]


def session(base: Base, id: str = "") -> Sat:
    """The one whose id begins so; the last one with "". Raises `UserError` when there is none, or no single one."""
    found = [one for one in sessions(base) if one.id.startswith(id)]
    if not found:
        raise UserError(
            f"There is no flow session {id!r} that has ended."
            if id
            else "No flow session has ended."
        )
    if id and len(found) > 1:
        raise UserError(f"{id!r} is the beginning of {len(found)} sessions; write more of it.")
    return found[-1]


def report(base: Base, id: str = "") -> dict[str, Any]:
    """All of it, as plain JSON. Raises `UserError`."""
    one = session(base, id)
    events = base.rows(
        "SELECT at, kind, value, cause, part FROM events WHERE ask = ? AND feature = 'flow' ORDER BY part, at",
        (one.id,),
    )
    causes = by_cause(events)
    taken = acceptance.figure(base, one.span)
    return {
        "schema": SCHEMA,
        "session": one.id,
        "feature": one.task,
        "kind": one.kind,
        "at": one.at,
        "planned_s": one.planned_s,
        "worked_s": round(one.worked_s, 1),
        "paused_s": round(one.paused_s, 1),
        "complete": _said(one.complete),
        "tests": _said(one.tests),
        "timeline": _timeline(events, one),
        "interruptions": sum(cause["n"] for cause in causes),
        "by_cause": causes,
        "advice": advice(causes),
        "lines": one.lines,
        "lines_per_hour": lines_per_hour(one),
        "interruptions_per_half_hour": _rate(sum(cause["n"] for cause in causes), one, HALF_HOUR),
        "iterations": _plain(iterations.figure(base, one.span)),
        "acceptance": _plain(taken),
        "retention": _plain(retention.figure(base, one.span)),
        "share_of_code": _plain(share_of_code.figure(base, one.span)),
        "latency": _plain(latency.figure(base, one.span)),
        "comparison": [
            effect.as_dict() for effect in against_baseline(base, Span(until=one.at + 1))
        ],
    }


def by_cause(events: Sequence[Row]) -> list[dict[str, Any]]:
    """Interruptions by cause, the most first; those with words of their own together."""
    found: dict[str, dict[str, Any]] = {}
    for _, kind, value, cause, _ in events:
        if kind != "interrupted":
            continue
        name = known(cause)
        one = found.setdefault(name, {"cause": name, "n": 0, "seconds": 0.0})
        one["n"] += 1
        one["seconds"] = round(one["seconds"] + (value or 0.0), 1)
    return sorted(found.values(), key=lambda one: (-one["n"], -one["seconds"], one["cause"]))


def known(cause: str) -> str:
    """The cause without words of the user's own."""
    return cause if cause in Cause.__members__.values() else Cause.OTHER.value


def advice(causes: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """What the rules say about these, the most frequent first."""
    return [
        {"cause": one["cause"], "advice": rule.advice}
        for one in causes
        for rule in RULES
        if rule.cause == one["cause"]
        and (one["n"] >= rule.times or (rule.seconds and one["seconds"] >= rule.seconds))
    ]


def lines_per_hour(one: Sat) -> float | None:
    return _rate(one.lines, one, HOUR)


def against_baseline(base: Base, span: Span) -> list[Effect]:
    """Sessions with help against those without, of the same span: `before` is without."""
    found = sessions(base, span)
    counts: dict[str, int] = dict(
        base.rows("SELECT ask, COUNT(*) FROM events WHERE kind = 'interrupted' GROUP BY ask")
    )
    sides = {kind: [one for one in found if one.kind == kind.value] for kind in Kind}

    def both(name: str, value: Any) -> Effect:
        before, after = (
            [number for one in sides[kind] if (number := value(one)) is not None]
            for kind in (Kind.BASELINE, Kind.ASSISTANCE)
        )
        return compare(name, before, after)

    return [
        both("lines_per_hour", lines_per_hour),
        both("flow_interruptions", lambda one: _rate(counts.get(one.id, 0), one, HALF_HOUR)),
        both("minutes_worked", lambda one: round(one.worked_s / 60, 2)),
        both("feature_complete", lambda one: None if one.complete is None else float(one.complete)),
    ]


def _rate(count: int, one: Sat, per: float) -> float | None:
    return round(count / one.worked_s * per, 2) if one.worked_s >= SHORTEST else None


def _timeline(events: Sequence[Row], one: Sat) -> list[dict[str, Any]]:
    """`after_s` counts from the session's beginning, pauses included."""
    logged = {part - 1 for _, kind, _, _, part in events if kind == "logged"}
    return [
        {
            "after_s": round(max(0.0, at - one.at), 1),
            "event": kind,
            "cause": cause,
            "seconds": value if kind in ("interrupted", "session_resumed") else None,
            "logged": part in logged,
        }
        for at, kind, value, cause, part in events
        if kind != "logged"
    ]


def _plain(figure: Figure) -> dict[str, Any]:
    return figure.as_dict()


def _said(answer: int | None) -> bool | None:
    return None if answer is None else bool(answer)
