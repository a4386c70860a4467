"""Where the user did not want a suggestion: nothing is shown there by itself until the line changes.

Told by Escape, and by what is typed instead of the suggestion. Editors report no more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from symbiote.core.moment import Moment
from symbiote.core.text import Document, body

READ = 0.75
"""Seconds after which a suggestion was read (Cody counts it as shown then: `completions/analytics-logger.ts`). What is
typed sooner says nothing about it."""
AWAY = 3
"""Characters typed instead. One or two are a slip of the finger as likely as not."""
PLACES = 16
RECENT = 4
"""Suggestions that wait for what is typed; each key brings a new one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a line, with the line's text on both sides."""

    uri: str
    line: int
    before: str
    after: str

    def typed(self, document: Document) -> str | None:
        """What stands at the cursor now, "" where the line is as it was; None where something else happened to it."""
        if self.line >= len(document.lines):
            return None
        now = body(document.lines[self.line])
        end = len(now) - len(self.after)
        if end < len(self.before) or not now.startswith(self.before) or now[end:] != self.after:
            return None
        return now[len(self.before) : end]


class Proof(NamedTuple):
    """What a suggestion that appeared by itself proves once it is accepted or rejected: of which model, in which language,
    at which of `metrics.acceptance.PLACES`, at which confidence (nats). `id` is the suggestion's."""

    id: str
    model: str
    language: str
    place: str
    confidence: float


@dataclass(slots=True)
class Shown:
    """A suggestion's text and place, and when it was shown; `left` is when something else was typed first. `proof` is None
    where it did not appear by itself.

    Times are `time.monotonic()` in seconds.
    """

    place: Place
    text: str
    since: float
    proof: Proof | None = None
    left: float | None = None


class Rejected:
    """A window's places where a suggestion was rejected, and the suggestions that may still be."""

    def __init__(self) -> None:
        self._shown: list[Shown] = []
        self._places: dict[Place, bool] = {}  # whether the line is now as it was then
        self._open: dict[str, Proof] = {}

    def __contains__(self, moment: Moment) -> bool:
        return place(moment) in self._places

    def show(self, moment: Moment, text: str, now: float, proof: Proof | None = None) -> None:
        here = place(moment)
        others = [shown for shown in self._shown if shown.place != here]
        self._shown = [*others, Shown(here, text, now, proof)][-RECENT:]
        if proof is not None:
            self._open[proof.id] = proof
            if len(self._open) > PLACES:
                del self._open[next(iter(self._open))]

    def sent_away(self) -> Proof | None:
        """The suggestion shown last was dismissed. What that proves, once for each."""
        last = self._shown[-1] if self._shown else None
        self._shown = []
        if last is None:
            return None
        self._reject(last.place, here=True)
        return self._settled(last)

    def taken(self, id: str) -> Proof | None:
        """A suggestion was accepted. What that proves, once for each."""
        self._shown = []
        return self._open.pop(id, None)

    def edited(self, document: Document, now: float) -> list[Proof]:
        """Forget places whose line changes, and see what was typed instead of a suggestion: what that proves."""
        for at, here in list(self._places.items()):
            if at.uri == document.uri:
                back = at.typed(document) == ""
                if here and not back:
                    del self._places[at]
                else:
                    self._places[at] = back
        over: list[Proof] = []
        self._shown = [shown for shown in self._shown if self._waits(shown, document, now, over)]
        return over

    def lift(self, moment: Moment) -> None:
        """Somebody asks there by hand."""
        self._places.pop(place(moment), None)

    def forget(self, uri: str | None = None) -> None:
        """The document was closed; without one, everything."""
        if uri is None:
            self._open = {}
        self._places = {p: here for p, here in self._places.items() if uri not in (None, p.uri)}
        self._shown = [shown for shown in self._shown if uri not in (None, shown.place.uri)]

    def _waits(self, shown: Shown, document: Document, now: float, over: list[Proof]) -> bool:
        """Whether it is still to be seen what becomes of a suggestion; `over` gets the proof of one typed over."""
        if shown.place.uri != document.uri:
            return True
        typed = shown.place.typed(document)
        if typed is None:
            return False
        bare = typed.lstrip()
        if not bare:
            return True
        if shown.text.lstrip().startswith(bare[0]):
            return False
        shown.left = shown.left or now
        if shown.left - shown.since < READ:
            return False
        if len(bare) >= AWAY:
            self._reject(shown.place, here=False)
            if proof := self._settled(shown):
                over.append(proof)
        return len(bare) < AWAY

    def _settled(self, shown: Shown) -> Proof | None:
        return self._open.pop(shown.proof.id, None) if shown.proof is not None else None

    def _reject(self, at: Place, *, here: bool) -> None:
        self._places.pop(at, None)
        self._places[at] = here
        if len(self._places) > PLACES:
            del self._places[next(iter(self._places))]


def place(moment: Moment) -> Place:
    return Place(moment.document.uri, moment.line, moment.before, moment.after)
