"""Answers to rewrites and explanations, remembered: the same code asked for the same thing gets the same answer at once.

The same thing is the same words, or words that `alike` finds nothing against and whose vectors are close. The same code is
the same digest of all that a prompt is made of but for the wish. Completions are none of this: theirs are remembered exactly
(`features/reuse.py`).
"""

from __future__ import annotations

import asyncio
import hashlib
from array import array
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from operator import mul
from typing import Protocol, TypeVar

from symbiote.features.rewrite.alike import alike, plain
from symbiote.features.rewrite.kept import Entry, Kept

T = TypeVar("T")

FIND_SECONDS = 0.25
"""For the vector of a wish when somebody waits; a model that must be loaded first takes longer, and is there the next time."""
PUT_SECONDS = 20.0
LONGEST = 64_000
"""Characters of an answer. Longer ones are not remembered: a thousand of them would be a burden."""


class Embeds(Protocol):
    """Words to a vector of length one; None where there is none in so many seconds (`engine/local/embedding`)."""

    async def embed(self, text: str, seconds: float) -> tuple[float, ...] | None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked in which words, of whom: `namespace` is mode and model, `place` a digest of the code and what is around
    it, `document` one of its URI. `instead` is the entry that a new answer takes the place of, or 0.
    """

    namespace: str
    place: str
    words: str
    document: str
    instead: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """What was answered: all that the model said, and how it is to be read. `words` were asked then, `cosine` is 1 for the same."""

    id: int
    answer: str
    bare: bool
    engine: str
    model: str
    words: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to remember: all that a model said, how it is to be read, and whose it is."""

    answer: str
    bare: bool
    engine: str
    model: str


class Remembered:
    """Belongs to one event loop, which it never blocks. Nothing here raises: what cannot be had is not remembered."""

    def __init__(self, kept: Kept, embeds: Embeds | None, threshold: float) -> None:
        self._kept = kept
        self._embeds = embeds
        self._threshold = threshold
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="remembered")
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone: set[str] = set()
        self.hits = self.misses = 0

    async def find(self, asked: Question) -> Hit | None:
        """The newest answer to the same words, else that to the words which are closest and mean the same."""
        found = await self._look(asked, FIND_SECONDS)
        self.hits += found is not None
        self.misses += found is None
        if found is not None:
            self._pool.submit(self._kept.use, found.id)
        return found

    async def _look(self, asked: Question, seconds: float) -> Hit | None:
        entries = await self._run(lambda: self._kept.find(asked.namespace, asked.place))
        words = plain(asked.words)
        for entry in entries:
            if entry.words == words:
                return _hit(entry, 1.0)
        near = [entry for entry in entries if entry.vector and alike(entry.words, words)]
        if not near or self._embeds is None:
            return None
        vector = await self._embeds.embed(words, seconds)
        if vector is None:
            return None
        close, entry = max(((cosine(vector, one.vector), one) for one in near), key=_first)
        return _hit(entry, close) if close >= self._threshold else None

    def put(self, asked: Question, said: Said) -> None:
        """Remember it, in a while: nobody waits for that."""
        if len(said.answer) > LONGEST:
            return
        self._gone.discard(asked.document)
        task = asyncio.create_task(self._put(asked, said))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _put(self, asked: Question, said: Said) -> None:
        words = plain(asked.words)
        entry = Entry(
            asked.namespace,
            asked.place,
            words,
            b"",
            said.answer,
            said.bare,
            said.engine,
            said.model,
            asked.document,
        )
        await self._run(lambda: self._kept.put(entry, asked.instead))
        if words and self._embeds is not None:
            vector = await self._embeds.embed(words, PUT_SECONDS)
            if vector is not None:
                with_vector = replace(entry, vector=array("f", vector).tobytes())
                await self._run(lambda: self._kept.add_vector(with_vector))

    async def ready(self, asked: Question) -> None:
        """Have the vector of a wish that is being typed, where an answer might be found by it."""
        await self._look(asked, PUT_SECONDS)

    async def settled(self) -> None:
        """Wait until all that was put is there."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def forget(self, document: str | None = None) -> int:
        """All, or what is about a document; how many answers there were."""
        return await self._run(lambda: self._kept.forget(document))

    def leave(self, uri: str) -> None:
        """No model may read the document any more: what was answered about it goes."""
        left = document(uri)
        if left not in self._gone:
            self._gone.add(left)
            self._pool.submit(self._kept.forget, left)

    async def count(self) -> int:
        return await self._run(self._kept.count)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._embeds is not None:
            await self._embeds.close()
        await self._run(self._kept.close)
        self._pool.shutdown(wait=False)

    async def _run(self, job: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, job)


def document(uri: str) -> str:
    """A digest of a document's URI."""
    return hashlib.sha256(uri.encode("utf-8", "replace")).hexdigest()


def cosine(one: Iterable[float], other: bytes) -> float:
    """Of two vectors of length one; the other as 32-bit floats. 0 where their widths differ."""
    a, b = tuple(one), array("f")
    b.frombytes(other)
    return sum(map(mul, a, b)) if len(a) == len(b) else 0.0


def _hit(entry: Entry, close: float) -> Hit:
    said = (entry.answer, bool(entry.bare), entry.engine, entry.model, entry.words)
    return Hit(entry.id, *said, close)


def _first(pair: tuple[float, Entry]) -> float:
    return pair[0]
