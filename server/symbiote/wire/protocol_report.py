"""The messages of the dashboard: `protocol.py` names them all, docs/protocol.md explains them."""

from __future__ import annotations

from dataclasses import dataclass, field

REPORT = "symbiote/report"


@dataclass(frozen=True, slots=True)
class ReportParams:
    """Window to server: what was measured from `since` up to, not including, `until` (Unix seconds; null: no bound).

    `filters` choose rows by `feature`, `language`, `engine`, `model`, `project` and `task`; `figures` are names of figures,
    none means all.
    """

    since: float | None = None
    until: float | None = None
    filters: dict[str, str] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """One figure: `value` in `unit` (null without any rows), of `n` rows, with its 95 % interval where it has one; its
    parts are `rows` under `columns`."""

    name: str
    title: str
    unit: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    columns: list[str]
    rows: list[list[str | float | None]]
    note: str


@dataclass(frozen=True, slots=True)
class ReportResult:
    """`problem` is "" or a sentence that says why there are no figures."""

    schema: int
    problem: str
    figures: list[ReportFigure]


METHODS: dict[str, tuple[type, type | None]] = {REPORT: (ReportParams, ReportResult)}
