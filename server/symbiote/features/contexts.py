"""What was gathered for a window's documents, and which of it an ask reads.

A line is to be written with one context from its first key on, for a prompt that changes is read anew and what was
remembered of the old one no longer holds. So what is gathered while somebody thinks does not go into use at once, but
where nothing remembered answers any more (`complete.py` asks for it there), and then only if another line has begun,
the engine has read it ahead of time, or it costs nothing to read.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from symbiote.context.hunks import Edit
from symbiote.context.scene import Visit
from symbiote.core.chunk import NOTHING, Context
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import Document

DOCUMENTS = 16


@dataclass(frozen=True, slots=True)
class Gathered:
    """For a line of a document. `read`: going over to it costs the engine nothing that it has not done already."""

    line: int
    context: Context
    read: bool = False


class Contexts:
    """A window's, by document; those gathered longest ago give way.

    `seen` are documents as they were gathered for, `visits` those cut into slices, `edits` the places known last: what a
    next gathering goes on from.
    """

    def __init__(self) -> None:
        self._fresh: OrderedDict[str, Gathered] = OrderedDict()
        self._used: OrderedDict[str, Gathered] = OrderedDict()
        self.seen: dict[str, Document] = {}
        self.visits: dict[str, Visit] = {}
        self.edits: tuple[Edit, ...] = ()

    def into(self, moment: Moment) -> Moment:
        """With the context in use for its document."""
        used = self._used.get(moment.document.uri)
        return replace(moment, context=used.context) if used is not None else moment

    def turn(self, moment: Moment) -> Moment | None:
        """With what was gathered since; None where there is nothing, or where it is better left for later."""
        uri, line = moment.document.uri, moment.line
        fresh, used = self._fresh.get(uri), self._used.get(uri)
        if fresh is None or fresh.context == moment.context:
            return None
        here = used is not None and used.line == line
        if here and not fresh.read and moment.trigger is Trigger.AUTOMATIC:
            return None
        _keep(self._used, uri, replace(fresh, line=line))
        return replace(moment, context=fresh.context)

    def stays(self, moment: Moment) -> None:
        """What the moment was asked with is in use for its line."""
        _keep(self._used, moment.document.uri, Gathered(moment.line, moment.context))

    def of(self, uri: str) -> Context:
        """What was gathered last."""
        fresh = self._fresh.get(uri)
        return fresh.context if fresh is not None else NOTHING

    def at(self, moment: Moment) -> Context | None:
        """What was gathered for the moment's line; None where nothing was."""
        fresh = self._fresh.get(moment.document.uri)
        return fresh.context if fresh is not None and fresh.line == moment.line else None

    def put(self, document: Document, line: int, context: Context) -> None:
        """What was gathered for a line of the document as it is."""
        uri = document.uri
        self.seen[uri] = document
        used = self._used.get(uri)
        same = (used.context if used is not None else NOTHING).prompt == context.prompt
        _keep(self._fresh, uri, Gathered(line, context, read=same))

    def settled(self, uri: str) -> bool:
        """Whether the engine knows the prompt with what was gathered last."""
        fresh = self._fresh.get(uri)
        return fresh is None or fresh.read

    def was_read(self, uri: str, context: Context) -> None:
        """The engine knows the prompt with it."""
        fresh = self._fresh.get(uri)
        if fresh is not None and fresh.context == context:
            self._fresh[uri] = replace(fresh, read=True)

    def forget(self, uri: str) -> None:
        """The document was closed, or excluded: it has no context, and is in none."""
        self.seen.pop(uri, None)
        self.visits.pop(uri, None)
        self.edits = tuple(edit for edit in self.edits if edit.uri != uri)
        for kept in (self._fresh, self._used):
            kept.pop(uri, None)
            for other, one in kept.items():
                kept[other] = replace(one, context=one.context.without(uri))

    def clear(self) -> None:
        """Other settings: everything is gathered anew."""
        self._fresh.clear()
        self._used.clear()
        self.seen.clear()
        self.visits.clear()
        self.edits = ()


def _keep(kept: OrderedDict[str, Gathered], uri: str, what: Gathered) -> None:
    kept[uri] = what
    kept.move_to_end(uri)
    if len(kept) > DOCUMENTS:
        kept.popitem(last=False)
