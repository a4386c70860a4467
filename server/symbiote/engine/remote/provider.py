"""What all providers share: one request, one stream, one end, within the time there is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from symbiote.core.timing import Cost
from symbiote.engine.port import Delta, Done, End, EngineStatus, State
from symbiote.engine.remote import caching, http
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.request import LONGEST, SESSION, Request
from symbiote.engine.remote.sse import Event, Reader
from symbiote.engine.remote.stops import Cut

SETTLE = 0.05
"""Seconds that an answer which is whole may take to end in form: that brings the token counts, and lets the connection be
used again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A provider's model. `extra` is sent with each request as it is; `name` is what messages call the provider. `cache_key` is
    whether requests that begin alike are told so by name (`caching.py`)."""

    name: str
    base_url: str
    model: str
    extra: dict[str, Any] = field(default_factory=dict)
    cache_key: bool = False


@dataclass(slots=True)
class Part:
    """What one event says. `last` when nothing worth waiting for follows; counts are in tokens, None where not told: `cached`
    are those of the prompt that the provider had read before, `written` those that it keeps now and charges for keeping."""

    text: str = ""
    end: End | None = None
    prompt: int | None = None
    cached: int | None = None
    generated: int | None = None
    written: int | None = None
    last: bool = False


class _Said:
    """The answer so far."""

    def __init__(self, request: Request) -> None:
        self.begun = time.monotonic()
        self.until = min(request.deadline, self.begun + LONGEST)
        self.limit = request.limit
        self.cut = Cut(request.stop)
        self.end: End | None = None
        self.last = self.whole = False
        self.pieces = 0
        self.first = 0.0
        self.cost = Cost()

    def take(self, part: Part) -> str:
        """The text of `part` that can be shown. Ends the answer at a stop, and where a limit is ignored."""
        tokens = self.cost.tokens
        if part.prompt is not None:
            tokens.prompt = part.prompt
            tokens.cached = min(part.cached or 0, part.prompt)
            tokens.written = min(part.written or 0, part.prompt - tokens.cached)
            tokens.evaluated = part.prompt - tokens.cached
        if part.generated is not None:
            tokens.generated = part.generated
        text = ""
        if part.text and self.end is None:
            if self.pieces >= self.limit:  # a piece is a token at least
                self.end, self.last = End.LIMIT, True
                return ""
            self.first = self.first or time.monotonic()
            self.pieces += 1
            text = self.cut.feed(part.text)
        if self.cut.found:
            self.end, self.last = End.LINE, True
        elif part.end is not None:
            self.end, self.whole = self.end or part.end, True
        self.last = self.last or part.last
        return text

    def done(self, end: End) -> Done:
        now, timing = time.monotonic(), self.cost.timing
        timing.prefill = ((self.first or now) - self.begun) * 1000
        timing.decode = (now - (self.first or now)) * 1000
        timing.total = (now - self.begun) * 1000
        self.cost.tokens.generated = self.cost.tokens.generated or self.pieces
        return Done(end, cost=self.cost)


class Provider(ABC):
    """A provider's model behind the port's words: `Delta`s, then exactly one `Done`; closing the stream hangs up.

    Raises `Fault`. At the deadline the answer so far is an answer (`End.DEADLINE`); without any it is a fault. The
    likelihood of an answer is not known: `Done.confidence` stays 0. `prefill` is the time to the first text.
    """

    path: str

    def __init__(self, place: Place, key: Key | None) -> None:
        self.place = place
        self._key = key
        self._http = http.client(place.base_url)

    @property
    def status(self) -> EngineStatus:
        return EngineStatus(
            State.READY, name=self.place.name, model=self.place.model, device="remote"
        )

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Done, None]:
        """Answer `request`."""
        said, reader = _Said(request), Reader()
        try:
            async with contextlib.aclosing(self._chunks(request)) as source:
                while not said.last and (chunk := await self._next(source, said)):
                    for event in reader.feed(chunk):
                        if text := said.take(self._read(event)):
                            yield Delta(text)
                        if said.last:
                            break
                if said.end is None:
                    raise Fault(Kind.PROTOCOL, "the answer ended before its end")
                if rest := said.cut.rest():
                    yield Delta(rest)
                if said.whole:
                    await self._settle(source)
                yield said.done(said.end)
        except Fault as fault:
            fault.who = self.place.name
            raise

    async def warm(self) -> bool:
        """Open a connection while nobody waits. Nothing of the user is sent. Whether it worked."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5.0):
                return await http.warm(self._http, self.place.base_url)
        return False

    async def close(self) -> None:
        await self._http.aclose()

    def _chunks(self, request: Request) -> AsyncGenerator[bytes, None]:
        url = self.place.base_url + self.path
        headers = self._headers(self._key.reveal(url) if self._key else "")
        if request.session:
            headers[SESSION] = request.session
        body = {"model": self.place.model, "stream": True, **self._body(request)}
        if self.place.cache_key and (name := caching.name(request)):
            body["prompt_cache_key"] = name
        return http.chunks(self._http, url, headers, {**body, **self.place.extra})

    async def _next(self, source: AsyncIterator[bytes], said: _Said) -> bytes:
        """The next chunk, empty at the end. An answer that is whole is not waited for until the deadline."""
        now = time.monotonic()
        until = min(said.until, now + SETTLE) if said.end else said.until
        if now >= said.until:
            return self._late(said)
        try:
            async with asyncio.timeout(until - now):
                return await anext(source, b"")
        except TimeoutError:
            return self._late(said)

    def _late(self, said: _Said) -> bytes:
        if said.end is None:
            if not said.pieces:
                raise Fault(Kind.TIMEOUT)
            said.end = End.DEADLINE
        return b""

    async def _settle(self, source: AsyncIterator[bytes]) -> None:
        """Read the few bytes that end the answer in HTTP's terms; without them the connection is of no more use."""
        with contextlib.suppress(TimeoutError, Fault):
            async with asyncio.timeout(SETTLE):
                await anext(source, b"")

    def _headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @abstractmethod
    def _body(self, request: Request) -> dict[str, Any]:
        """What is sent but the model, in the provider's terms."""

    @abstractmethod
    def _read(self, event: Event) -> Part:
        """What an event of this provider says. Raises `Fault`."""


def parsed(event: Event) -> dict[str, Any]:
    """The JSON object of an event. Raises `Fault`."""
    try:
        found = json.loads(event.data)
    except (ValueError, RecursionError):
        raise Fault(Kind.PROTOCOL, "an event that is no JSON") from None
    if not isinstance(found, dict):
        raise Fault(Kind.PROTOCOL, "an event that is no JSON object")
    return found


def table(value: object) -> dict[str, Any]:
    """`value` if it is an object, else an empty one: what providers leave out they also send as null."""
    return value if isinstance(value, dict) else {}


def count(value: object) -> int | None:
    """`value` if it can be a number of tokens."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
