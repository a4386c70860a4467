"""What a window says of its documents beside their text. Taken as far as it is usable; the rest is complained of once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from symbiote.core.facts import (
    CLIPBOARD,
    DEFINITIONS,
    DIAGNOSTICS,
    MESSAGE,
    NAME,
    TEXT,
    TEXT_LINES,
    URI,
    Definition,
    Diagnostic,
    Facts,
)
from symbiote.core.text import split
from symbiote.features.facts import keep
from symbiote.features.house import House, Window
from symbiote.wire.log import where
from symbiote.wire.mirror import Mirror
from symbiote.wire.protocol import FACTS

log = logging.getLogger("symbiote.facts")

LAST_LINE = 2_000_000
SEVERITIES = range(1, 5)

Thing = TypeVar("Thing")


class Telling:
    """One window's. `complain` is told what is wrong with a message; it says no text of it."""

    def __init__(
        self, house: House, window: Window, mirror: Mirror, complain: Callable[[str], None]
    ) -> None:
        self._house = house
        self._window = window
        self._mirror = mirror
        self._complain = complain
        self._said: set[str] = set()
        self._keeping: dict[str, asyncio.Task[None]] = {}

    def take(self, raw: dict[str, Any]) -> None:
        """The newest facts of a document take the place of older ones, also of those still being looked at."""
        uri, facts, complaints = read(raw)
        for complaint in complaints:
            if complaint not in self._said:
                self._said.add(complaint)
                self._complain(complaint)
        if not self._open(uri):
            return
        if older := self._keeping.pop(uri, None):
            older.cancel()
        self._keeping[uri] = asyncio.create_task(self._keep(uri, facts))

    def close(self) -> None:
        """The window is going."""
        for task in self._keeping.values():
            task.cancel()

    async def _keep(self, uri: str, facts: Facts) -> None:
        try:
            await keep(self._house, self._window, uri, facts, self._open)
        except Exception as error:
            log.error("facts were not kept: %s", where(error))  # a trace can hold text
        if self._keeping.get(uri) is asyncio.current_task():
            del self._keeping[uri]

    def _open(self, uri: str) -> bool:
        return self._mirror.get(uri) is not None


def read(raw: Mapping[str, Any]) -> tuple[str, Facts, list[str]]:
    """`FactsParams` as sent: the document's URI, what is usable, and what is wrong with the rest."""
    complaints: list[str] = []
    uri, clipboard = raw.get("uri"), raw.get("clipboard", "")
    if not isinstance(uri, str):
        uri = ""
        complaints.append(f"{FACTS}: uri must be a text.")
    if not isinstance(clipboard, str):
        clipboard = ""
        complaints.append(f"{FACTS}: clipboard must be a text.")
    facts = Facts(
        tuple(_entries(raw, "diagnostics", DIAGNOSTICS, _diagnostic, complaints)),
        tuple(_entries(raw, "definitions", DEFINITIONS, _definition, complaints)),
        clipboard[:CLIPBOARD],
    )
    return uri, facts, complaints


def _entries(
    raw: Mapping[str, Any],
    field: str,
    most: int,
    entry: Callable[[Mapping[str, Any]], Thing | None],
    complaints: list[str],
) -> Iterator[Thing]:
    """Of the first `most` entries of a list those that are what they should be."""
    given = raw.get(field, [])
    if not isinstance(given, list):
        complaints.append(f"{FACTS}: {field} must be a list.")
        return
    bad = False
    for one in given[:most]:
        made = entry(one) if isinstance(one, Mapping) else None
        if made is None:
            bad = True
        else:
            yield made
    if bad:
        complaints.append(f"{FACTS}: an entry of {field} is not what docs/protocol.md says.")


def _diagnostic(raw: Mapping[str, Any]) -> Diagnostic | None:
    match raw:
        case {"line": int(line), "message": str(message), "severity": int(severity)}:
            source = raw.get("source", "")
            if not _line(line) or severity not in SEVERITIES or not isinstance(source, str):
                return None
            return Diagnostic(line, _short(message, MESSAGE), int(severity), _short(source, NAME))
    return None


def _definition(raw: Mapping[str, Any]) -> Definition | None:
    match raw:
        case {"name": str(name), "uri": str(uri), "line": int(line), "text": str(text)}:
            if not _line(line) or not 0 < len(name) <= NAME or not 0 < len(uri) <= URI:
                return None
            return Definition(name, uri, line, "".join(split(text[:TEXT])[:TEXT_LINES]))
    return None


def _line(number: int) -> bool:
    return not isinstance(number, bool) and 0 <= number < LAST_LINE


def _short(text: str, most: int) -> str:
    """On one line, so that it fits into a comment."""
    return " ".join(text[: 2 * most].split())[:most]
