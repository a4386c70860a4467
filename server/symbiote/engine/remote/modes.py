"""Modes: who answers a completion or a rewrite, and how, as data (`modes.toml`), which the user's own file may change."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

from symbiote.core import paths
from symbiote.core.errors import SettingError
from symbiote.engine.port import LOCAL
from symbiote.engine.remote.chosen import NAME
from symbiote.engine.remote.presets import TASKS

DEFAULT = "build"
FILE = "modes.toml"
MOST_BYTES = 100_000
_FIELDS = {"title", "says", *TASKS}
_TITLE = re.compile(r"[^\x00-\x1f\x7f]{1,40}")


@dataclass(frozen=True, slots=True)
class Policy:
    """How a feature is answered; `modes.toml` says what the fields mean."""

    order: tuple[str, ...] = (LOCAL,)
    hedge: bool = False
    strip: bool = False
    review: bool = False
    first_line: bool = False

    def within(self, *, local_only: bool) -> Policy:
        """The policy of a workspace; one that never leaves this machine is answered by this machine alone."""
        return replace(self, order=(LOCAL,), hedge=False) if local_only else self


@dataclass(frozen=True, slots=True)
class Mode:
    """`says` is a sentence for the menu."""

    name: str
    title: str
    says: str
    complete: Policy
    rewrite: Policy

    def policy(self, task: str) -> Policy:
        return self.complete if task == "complete" else self.rewrite


def mode(name: str) -> Mode:
    """A mode by its name. Raises `SettingError` that names those there are."""
    known, _ = modes()
    if name not in known:
        raise SettingError(f"There is no mode {name[:40]!r}; there are {', '.join(known)}.")
    return known[name]


def modes(own: Path | None = None) -> tuple[dict[str, Mode], list[str]]:
    """All modes by name, and a sentence for each thing in the user's own file that cannot be used.

    `own` is that file, by default the one among the user's settings.
    """
    own = own or paths.config() / FILE
    try:
        stat = own.stat()
    except OSError:
        return dict(_shipped()), []
    known, complaints = _with(own, stat.st_mtime_ns, stat.st_size)
    return dict(known), list(complaints)


def parse(text: str, base: Mapping[str, Mode], where: str) -> tuple[dict[str, Mode], list[str]]:
    """`base` with what a file says; a mode that is wrong in it stays as it was."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return dict(base), [f"{where}: {error}."]
    found, complaints = dict(base), []
    for name, entry in raw.items():
        try:
            found[name] = _mode(name, entry, base.get(name))
        except SettingError as error:
            complaints.append(f"{where}: {error}")
    return found, complaints


@functools.cache
def _shipped() -> dict[str, Mode]:
    text = (resources.files("symbiote.engine.remote") / FILE).read_text("utf-8")
    found, complaints = parse(text, {}, FILE)
    if complaints:
        raise SettingError(complaints[0])
    return found


@functools.lru_cache(maxsize=4)
def _with(own: Path, _changed: int, size: int) -> tuple[dict[str, Mode], list[str]]:
    if size > MOST_BYTES:
        return _shipped(), [f"{own} is too large for a list of modes; it is not read."]
    try:
        text = own.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _shipped(), [f"{own} cannot be read: {error}."]
    return parse(text, _shipped(), str(own))


def _mode(name: str, entry: object, base: Mode | None) -> Mode:
    """`base` is the mode of the same name that the entry changes."""
    if not isinstance(entry, dict):
        raise SettingError(f"the mode {name!r} is not a table.")
    if not NAME.fullmatch(name):
        raise SettingError(
            f"the mode {name[:40]!r} must be named with small letters, digits and -."
        )
    if unknown := sorted(set(entry) - _FIELDS):
        raise _wrong(name, f"has {unknown[0]!r}, which means nothing; known are {sorted(_FIELDS)}")
    said = base or Mode(name, name, "", Policy(), Policy())
    if base is None and (missing := [task for task in TASKS if task not in entry]):
        raise _wrong(name, f"says nothing of {missing[0]!r}")
    for field in ("title", "says"):
        if field in entry and not isinstance(entry[field], str):
            raise _wrong(name, f"needs a text for {field!r}")
    if not _TITLE.fullmatch(title := entry.get("title", said.title)):
        raise _wrong(name, "needs a title of one line, at most 40 characters")
    return Mode(
        name,
        title,
        entry.get("says", said.says),
        _policy(name, "complete", entry.get("complete", {}), said.complete),
        _policy(name, "rewrite", entry.get("rewrite", {}), said.rewrite),
    )


def _policy(name: str, task: str, entry: object, base: Policy) -> Policy:
    if not isinstance(entry, dict):
        raise _wrong(name, f"needs a table for {task!r}")
    known = {field.name for field in fields(Policy)}
    if unknown := sorted(set(entry) - known):
        raise _wrong(
            name, f"has {unknown[0]!r} in {task!r}, which means nothing; known are {sorted(known)}"
        )
    changed: dict[str, Any] = {}
    for key, value in entry.items():
        if key == "order":
            changed[key] = _order(name, task, value)
        elif isinstance(value, bool):
            changed[key] = value
        else:
            raise _wrong(name, f"needs true or false for {key!r} in {task!r}")
    return replace(base, **changed)


def _order(name: str, task: str, value: object) -> tuple[str, ...]:
    places = value if isinstance(value, list) else []
    good = all(isinstance(place, str) and NAME.fullmatch(place) for place in places)
    if not places or not good or len(set(places)) != len(places):
        raise _wrong(
            name,
            f"needs an order for {task!r}: a list of 'local', 'fastest' and names of providers, each once",
        )
    return tuple(places)


def _wrong(name: str, what: str) -> SettingError:
    return SettingError(f"the mode {name!r} {what}.")
