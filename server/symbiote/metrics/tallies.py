"""What became of each ask, in its own row, and the sums of all rows by day: what figures over long times are read from.

Triggers keep both, so they hold whoever writes to the file, and are there with the very commit that made them. Sums are of
whole numbers only, so that taking rows away again gives exactly what counting the rest would: `counted` is one ask in
the shape of a tally, and a tally is the sum of those of its day. Shares that are left of a text have four decimals.
"""

from __future__ import annotations

LOOKS = {"still_30s": "30s", "still_2m": "2m", "still_5m": "5m", "still_10m": "10m"}
"""Kinds of events that say how much of a text is there still (0 to 1), the first look first; their columns have the same names."""
BLIND = 0.75
"""Seconds somebody needs to read a suggestion, as in `features/rejected.py`."""
TEN_THOUSANDTHS = 10_000

KEYS = (
    *("day", "feature", "language", "engine", "model", "project", "task"),
    *("outcome", "origin"),
)
"""What rows are tallied by; `day` counts days of UTC since 1970, `origin` is "" where there is none."""
_LAST = f"COALESCE({', '.join(reversed(LOOKS))})"
_PART = "(taken > 0 AND NOT accepted)"


def _points(share: str) -> str:
    return f"CAST(ROUND({share} * {TEN_THOUSANDTHS}) AS INTEGER)"


SUMS = {
    "n": "1",
    "accepted": "accepted",
    "parts": _PART,
    "dismissed": "dismissed",
    "blind": f"(ignored_s IS NOT NULL AND ignored_s < {BLIND})",
    "saved": "accepted * COALESCE(characters, 0)",
    "saved_parts": f"{_PART} * taken",
    "looked": f"({_LAST} IS NOT NULL)",
    "kept": f"COALESCE({_points(_LAST)} * characters, 0)",
    **{f"n_{look}": f"({kind} IS NOT NULL)" for kind, look in LOOKS.items()},
    **{f"left_{look}": f"COALESCE({_points(kind)}, 0)" for kind, look in LOOKS.items()},
}
"""A tally's column, and what one ask adds to it: asks, what was accepted (in part: and not whole later), dismissed, typed over at
once; characters saved; texts that were looked at again, what was left of their characters at the last look, and of all
of it look by look (ten thousandths)."""

_NAMES = ", ".join(KEYS)
_VALUES = ", ".join(SUMS)
_ADDED = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
_TAKEN = ", ".join(f"-{name}" for name in SUMS)


def _tally(values: str, row: str) -> str:
    return f"""INSERT INTO tallies ({_NAMES}, {_VALUES})
        SELECT {_NAMES}, {values} FROM counted WHERE id = {row}.id
        ON CONFLICT DO UPDATE SET {_ADDED}"""  # noqa: S608


_FATE = f"""accepted = accepted OR {{0}}.kind = 'accepted',
    dismissed = dismissed OR {{0}}.kind = 'dismissed',
    taken = CASE {{0}}.kind WHEN 'accepted_part' THEN CAST(COALESCE({{0}}.value, 0) AS INTEGER) ELSE taken END,
    ignored_s = CASE {{0}}.kind WHEN 'ignored' THEN {{0}}.value ELSE ignored_s END,
    {", ".join(f"{k} = CASE {{0}}.kind WHEN '{k}' THEN ROUND({{0}}.value, 4) ELSE {k} END" for k in LOOKS)}"""
KINDS = ("accepted", "accepted_part", "dismissed", "ignored", *LOOKS)
_ONE_OF = f"kind IN ({', '.join(map(repr, KINDS))})"
CHANGING = ("accepted", "dismissed", "taken", "ignored_s", *LOOKS, "characters")
"""Columns of an ask that become something else after it was noted."""


def _early(kind: str, value: str) -> str:
    """What an event that was noted before its ask says of it. The plus keeps SQLite from looking through all of a kind."""
    said = f"SELECT {value} FROM events WHERE ask = NEW.id AND +kind = '{kind}'"  # noqa: S608
    return f"({said} LIMIT 1)"


_EARLY = ", ".join(
    (
        f"accepted = {_early('accepted', '1')} IS NOT NULL",
        f"dismissed = {_early('dismissed', '1')} IS NOT NULL",
        f"taken = COALESCE({_early('accepted_part', 'CAST(value AS INTEGER)')}, 0)",
        f"ignored_s = {_early('ignored', 'value')}",
        *(f"{kind} = {_early(kind, 'ROUND(value, 4)')}" for kind in LOOKS),
    )
)

TRIGGERS = {
    "asks_counted": f"""AFTER INSERT ON asks BEGIN {_tally(_VALUES, "NEW")};
        UPDATE asks SET {_EARLY} WHERE id = NEW.id
        AND EXISTS (SELECT 1 FROM events WHERE ask = NEW.id AND +{_ONE_OF}); END""",  # noqa: S608
    "asks_before": f"BEFORE UPDATE OF {', '.join(CHANGING)} ON asks BEGIN {_tally(_TAKEN, 'OLD')}; END",
    "asks_after": f"AFTER UPDATE OF {', '.join(CHANGING)} ON asks BEGIN {_tally(_VALUES, 'NEW')}; END",
    "asks_gone": f"BEFORE DELETE ON asks BEGIN {_tally(_TAKEN, 'OLD')}; END",
    "events_told": f"""AFTER INSERT ON events WHEN NEW.ask IS NOT NULL AND NEW.{_ONE_OF}
        BEGIN UPDATE asks SET {_FATE.format("NEW")} WHERE id = NEW.ask; END""",  # noqa: S608
}
CREATE_TRIGGERS = tuple(f"CREATE TRIGGER {name} {what}" for name, what in TRIGGERS.items())
DROP_TRIGGERS = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS)

_COLUMNS = (
    *("accepted INTEGER NOT NULL DEFAULT 0", "dismissed INTEGER NOT NULL DEFAULT 0"),
    *("taken INTEGER NOT NULL DEFAULT 0", "ignored_s REAL"),
    *(f"{kind} REAL" for kind in LOOKS),
)
ONE_BY_ONE = ", ".join(f"{what} AS {name}" for name, what in SUMS.items())
FILL = (
    f"""UPDATE asks SET {_EARLY.replace("NEW.id", "asks.id")}
        WHERE id IN (SELECT ask FROM events WHERE {_ONE_OF})""",  # noqa: S608
    f"""INSERT INTO tallies SELECT {_NAMES}, {", ".join(f"SUM({name})" for name in SUMS)}
        FROM counted GROUP BY {_NAMES}""",  # noqa: S608
)
"""Both of rows that were written without triggers."""
STATEMENTS = (
    *(f"ALTER TABLE asks ADD COLUMN {column}" for column in _COLUMNS),
    f"""CREATE VIEW counted AS SELECT id, at, CAST(at / 86400 AS INTEGER) AS day, feature, language, engine,
        model, project, task, outcome, COALESCE(origin, '') AS origin, {ONE_BY_ONE} FROM asks""",  # noqa: S608
    f"""CREATE TABLE tallies ({", ".join(f"{name} NOT NULL" for name in (*KEYS, *SUMS))},
        PRIMARY KEY ({_NAMES})) WITHOUT ROWID""",
    *FILL,
    *CREATE_TRIGGERS,
    "DROP INDEX asks_computed",
    """CREATE INDEX asks_computed ON asks (feature, engine, model, total_ms, at, language, project, task,
        accepted, late, generated_tokens, decode_ms, outcome, origin) WHERE outcome = 'shown' AND origin = 'computed'""",
    """CREATE INDEX asks_computed_at ON asks (at) WHERE outcome = 'shown' AND origin = 'computed'""",
    "DROP INDEX asks_outcome",
    """CREATE INDEX asks_outside ON asks (engine, model, feature, at, usd, prompt_tokens, cached_tokens,
        language, project, task, attempts) WHERE attempts > 0""",
)
"""The step of the schema that brings all of this."""
UNTRUE = f"""SELECT COUNT(*) FROM (
    SELECT * FROM (SELECT {_NAMES}, {_VALUES} FROM tallies WHERE n <> 0
        EXCEPT SELECT {_NAMES}, {", ".join(f"SUM({name})" for name in SUMS)} FROM counted GROUP BY {_NAMES})
    UNION ALL
    SELECT * FROM (SELECT {_NAMES}, {", ".join(f"SUM({name})" for name in SUMS)} FROM counted GROUP BY {_NAMES}
        EXCEPT SELECT {_NAMES}, {_VALUES} FROM tallies))"""  # noqa: S608
"""How many tallies are not what counting the rows gives."""
