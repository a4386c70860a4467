"""What the analysis found around a cursor, prepared while somebody thinks, so that a keystroke finds it ready or not at all.

It is asked after a pause, at the place of the last ask or edit. Its findings hold for the line they were made for:
in another line there are none, which is counted (`context_late`).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from symbiote.context.analysis.client import Analysis
from symbiote.context.analysis.protocol import Findings, Question
from symbiote.core.known import NOTHING, Known
from symbiote.core.moment import Moment, Trigger
from symbiote.core.place import innermost, place
from symbiote.core.text import Document, Position, body
from symbiote.features.pause import Pause

PYTHON = "python"
PATIENCE = 3.0
"""Seconds the analysis may take. Nobody waits for it; what it has found by then is kept."""
REST = 10.0
"""Seconds until a window asks again after time ran out: what takes long once takes long each time."""
DOCUMENTS = 16

Kept = TypeVar("Kept")
May = Callable[[Moment], Awaitable[bool]]
"""Whether a place may be looked at, as far as is known when the pause is over."""


@dataclass(frozen=True, slots=True)
class Found:
    """Findings, the text and the line they were made for, and what they say of names."""

    document: Document
    line: int
    findings: Findings
    known: Known


class Prepared:
    """A window's findings, by document, for the last line they were made for; the oldest documents give way."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, Found] = OrderedDict()
        self._read: OrderedDict[str, Document] = OrderedDict()
        self._asking = ""
        self._pause = Pause()

    def plan(
        self,
        analysis: Analysis,
        roots: tuple[str, ...],
        may: May,
        document: Document,
        place: Position | None = None,
        opened: Document | None = None,
    ) -> None:
        """Have `document` looked at in the next pause: the newest plan is the one that counts.

        `place` is the cursor's, where it is known; else the end of what was edited, at first since it was `opened`. `may` has the last word,
        `roots` are the URIs of its folders.
        """
        if document.language != PYTHON:
            return
        if opened is not None and document.uri not in self._read:
            _keep(self._read, document.uri, opened)
        self._pause.plan(partial(self._prepare, analysis, roots, may), document, place)

    def at(self, moment: Moment) -> Findings | None:
        """What is known for the line of `moment`."""
        found = self._found.get(moment.document.uri)
        return found.findings if found is not None and found.line == moment.line else None

    def newest(self, uri: str) -> Found | None:
        """What was found last in a document, for whatever line."""
        return self._found.get(uri)

    @property
    def busy(self) -> bool:
        """Whether something is being looked at, or is to be."""
        return self._pause.busy

    async def settled(self, seconds: float) -> None:
        """Wait until nothing is being looked at, at most so long."""
        await self._pause.settled(seconds)

    def forget(self, uri: str) -> None:
        """The document is closed."""
        self._found.pop(uri, None)
        self._read.pop(uri, None)
        self._pause.forget(uri)
        if self._asking == uri:
            self._asking = ""

    def leave(self) -> None:
        """The window is gone."""
        self._pause.leave()
        self._found.clear()
        self._read.clear()

    async def _prepare(
        self,
        analysis: Analysis,
        roots: tuple[str, ...],
        may: May,
        document: Document,
        place: Position | None,
    ) -> None:
        uri = document.uri
        at = place or edited_at(self._read.get(uri), document)
        now, self._asking = time.monotonic(), uri
        may_be = await may(Moment(document, at.line, at.character, "", Trigger.INVOKED, now))
        if not may_be or self._asking != uri:  # closed in the meantime
            return
        _keep(self._read, uri, document)
        found = await analysis.ask(question(document, at, roots), PATIENCE)
        if found is None or self._asking != uri:
            return
        _keep(self._found, uri, Found(document, at.line, found, closed(found)))
        if found.cut:
            self._pause.rest(REST)


def closed(found: Findings) -> Known:
    """The sets of names that are known in full."""
    if not found.closed:
        return NOTHING
    sets: dict[str, dict[str, frozenset[str]]] = {"members": {}, "keywords": {}}
    for one in found.closed:
        names = frozenset(one.names)
        sets.setdefault(one.kind, {}).update(dict.fromkeys(one.of, names))
    return Known(sets["members"], sets["keywords"])


def question(document: Document, at: Position, roots: tuple[str, ...]) -> Question:
    """Of the folders at `roots` (URIs) the innermost one around the document is where imports start."""
    path = place(document.uri).path
    root = innermost(path, roots).rstrip("/")
    return Question(path, document.text, at.line, at.character, root)


def edited_at(old: Document | None, new: Document) -> Position:
    """The end of what differs between two versions: where somebody was typing. At first, the text's beginning."""
    if old is None:
        return Position(0, 0)
    same, most = 0, min(len(old.lines), len(new.lines))
    while same < most and old.lines[-1 - same] == new.lines[-1 - same]:
        same += 1
    line = max(len(new.lines) - 1 - same, 0)
    if same == most:  # whole lines came or went
        return Position(line, len(body(new.lines[line])))
    before, after = body(old.lines[len(old.lines) - 1 - same]), body(new.lines[line])
    end = 0
    while end < min(len(before), len(after)) and before[-1 - end] == after[-1 - end]:
        end += 1
    return Position(line, len(after) - end)


def _keep(kept: OrderedDict[str, Kept], uri: str, what: Kept) -> None:
    kept[uri] = what
    kept.move_to_end(uri)
    if len(kept) > DOCUMENTS:
        kept.popitem(last=False)
