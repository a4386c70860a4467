"""The ledger's tables, as the steps that lead to them: a file of an older version is brought up to date by the rest.

A step is never changed once it was released. Columns that come later have a default, so that an older daemon that runs
beside a newer one can write to the same file.
"""

from __future__ import annotations

from symbiote.metrics import tallies

_ASKS_AND_EVENTS = (
    """CREATE TABLE asks (
        id TEXT PRIMARY KEY, at REAL NOT NULL, window TEXT NOT NULL, feature TEXT NOT NULL,
        language TEXT NOT NULL, trigger TEXT NOT NULL, outcome TEXT NOT NULL, origin TEXT,
        engine TEXT NOT NULL, model TEXT NOT NULL,
        wait_ms REAL, context_ms REAL, prompt_ms REAL, queue_ms REAL, prefill_ms REAL,
        decode_ms REAL, finish_ms REAL, total_ms REAL,
        prompt_tokens INTEGER, evaluated_tokens INTEGER, generated_tokens INTEGER,
        characters INTEGER, lines INTEGER, confidence REAL)""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, window TEXT NOT NULL, kind TEXT NOT NULL,
        ask TEXT, UNIQUE (ask, kind))""",
    "CREATE INDEX asks_at ON asks (at)",
)
_EVENTS_OF_EVERY_FEATURE = (
    "ALTER TABLE events RENAME TO events_1",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, window TEXT NOT NULL, kind TEXT NOT NULL,
        ask TEXT, value REAL, feature TEXT NOT NULL DEFAULT 'complete',
        part INTEGER NOT NULL DEFAULT 0, UNIQUE (ask, kind, part))""",
    "INSERT INTO events (id, at, window, kind, ask) SELECT id, at, window, kind, ask FROM events_1",
    "DROP TABLE events_1",
    "CREATE INDEX events_at ON events (at)",
)

_ANSWERS_FROM_OUTSIDE = (
    "ALTER TABLE asks ADD COLUMN cached_tokens INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE asks ADD COLUMN usd REAL",
    "ALTER TABLE asks ADD COLUMN saved_usd REAL",
    "ALTER TABLE asks ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE asks ADD COLUMN redacted INTEGER NOT NULL DEFAULT 0",
)
_TASKS_AND_SESSIONS = (
    "ALTER TABLE asks ADD COLUMN task TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE asks ADD COLUMN project TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE asks ADD COLUMN late INTEGER",
    "ALTER TABLE events ADD COLUMN task TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE events ADD COLUMN project TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE events ADD COLUMN cause TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE events ADD COLUMN uid TEXT",
    "CREATE UNIQUE INDEX events_uid ON events (uid) WHERE uid IS NOT NULL",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, at REAL NOT NULL, ended REAL, kind TEXT NOT NULL,
        task TEXT NOT NULL, project TEXT NOT NULL, planned_s REAL NOT NULL,
        paused_s REAL NOT NULL DEFAULT 0, lines INTEGER, complete INTEGER, tests INTEGER)""",
    """CREATE TABLE edits (
        at REAL NOT NULL, window TEXT NOT NULL, project TEXT NOT NULL, task TEXT NOT NULL,
        language TEXT NOT NULL, typed INTEGER NOT NULL, helped INTEGER NOT NULL,
        lines INTEGER NOT NULL, UNIQUE (at, window, language))""",
    """CREATE INDEX asks_computed ON asks (feature, engine, model, total_ms, at)
        WHERE outcome = 'shown' AND origin = 'computed'""",
    "CREATE INDEX asks_outcome ON asks (outcome, feature, model, origin, at)",
    "CREATE INDEX events_kind ON events (kind, feature, at, ask, value)",
)

STEPS = (
    _ASKS_AND_EVENTS,
    _EVENTS_OF_EVERY_FEATURE,
    _ANSWERS_FROM_OUTSIDE,
    _TASKS_AND_SESSIONS,
    tallies.STATEMENTS,
)
"""STEPS[n] leads from version n to version n + 1."""
VERSION = len(STEPS)
