"""The one place through which all text of a request goes before it leaves the machine: secrets stay here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from symbiote.core.pem import Span
from symbiote.core.redact import NAME, OURS, again, count, find, merged, replaced, restored
from symbiote.engine.remote.request import Request

ANY = f"{NAME}00000000"
LENGTH = len(ANY)
PART = 6
"""Characters of a stop that may be a part of a secret."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request without its secrets, how many there were, and which name stands for which."""

    request: Request
    count: int
    kept: Mapping[str, str] = field(repr=False, default_factory=dict)

    def restore(self, text: str) -> str:
        """An answer, whole, with what its names stand for."""
        return restored(text, dict(self.kept))


def outgoing(request: Request) -> Outgoing:
    """Every text of it: around the cursor, of each message, and what ends the answer.

    A secret is looked for on both sides of the cursor together, and, once found, in all other texts. A stop that says a part
    of one is left out.
    """
    kept: dict[str, str] = {}
    prefix, suffix, found = _around(request.prefix, request.suffix, kept)
    texts = [prefix, suffix]
    for message in request.messages:
        spans = find(message.text)
        found += count(spans)
        texts.append(replaced(message.text, spans, kept))
    for number, text in enumerate(texts):
        texts[number], times = again(text, kept)
        found += times
    turns = tuple(
        replace(message, text=text)
        for message, text in zip(request.messages, texts[2:], strict=True)
    )
    stop = tuple(one for one in request.stop if not _tells(one, kept))
    if not found and len(stop) == len(request.stop):
        return Outgoing(request, 0, {})
    sent = replace(request, prefix=texts[0], suffix=texts[1], messages=turns, stop=stop)
    return Outgoing(sent, found, kept)


def redact_request(request: Request) -> tuple[Request, int]:
    """The request as it may be sent, and how many secrets were taken out of it."""
    made = outgoing(request)
    return made.request, made.count


def _around(prefix: str, suffix: str, kept: dict[str, str]) -> tuple[str, str, int]:
    """Of a secret that the cursor stands in, its name stands before the cursor and nothing behind it."""
    at, whole = len(prefix), prefix + suffix
    apart = [*find(prefix), *((start + at, end + at, first) for start, end, first in find(suffix))]
    spans = merged(whole, [*find(whole), *apart])
    left: list[Span] = [span for span in spans if span[1] <= at]
    right = [(start - at, end - at, first) for start, end, first in spans if start >= at]
    over = [span for span in spans if span[0] < at < span[1]]
    cut = at
    for start, end, first in over:
        left.append((start, at, first))
        kept_half = whole[at:end]
        cut = at + len(kept_half)
    before = replaced(prefix, left, kept)
    after = replaced(
        suffix[cut - at :], [(s - (cut - at), e - (cut - at), f) for s, e, f in right], kept
    )
    return before, after, count(spans)


def _tells(stop: str, kept: Mapping[str, str]) -> bool:
    if find(stop):
        return True
    bare = stop.strip()
    return len(bare) >= PART and any(bare in secret or secret in bare for secret in kept.values())


class Restoring:
    """An answer on its way to `hear`, with what its names stand for; a name of which only a part has come is waited for."""

    def __init__(self, made: Outgoing, hear: Callable[[str], None]) -> None:
        self._made, self._hear = made, hear
        self._held = ""

    def feed(self, text: str) -> None:
        """The next piece."""
        if self._made.kept:
            text = self._held + text
            cut = _open(text)
            text, self._held = self._made.restore(text[:cut]), text[cut:]
        if text:
            self._hear(text)

    def end(self) -> None:
        """There is no more."""
        held, self._held = self._held, ""
        if held:
            self._hear(self._made.restore(held))


def _open(text: str) -> int:
    """Where the text ends in the beginning of a name."""
    for start in range(max(0, len(text) - LENGTH + 1), len(text)):
        tail = text[start:]
        if OURS.fullmatch(tail + ANY[len(tail) :]):
            return start
    return len(text)
