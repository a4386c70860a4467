"""Drafts: what followed the last tokens where they stood before, proposed for the model to check.

Code repeats itself. Where the end of the prompt and the answer so far occur earlier in them, in the file, or in text
that was just deleted, the tokens that followed there are a guess at what comes next. The model reads all of a guess in
one call, which costs it little more than one token, and what it would not have written itself is dropped: the answer
is the same, sooner. After "prompt lookup decoding" (github.com/apoorvumang/prompt-lookup-decoding).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.tokens import Ids

LEAST, MOST = 3, 10
"""Tokens that have to occur again; shorter phrases are followed by anything."""
LEAST_DELETED, MOST_DELETED = 12, 8_000
"""Characters. Less is a correction; more is another place or another file."""
REMEMBERED = 8

NONE = np.empty(0, np.int32)


class Lookup:
    """What may follow, for one answer. `more` gives the tokens of further texts; it is called once, when needed.

    `stops[token]` says that a token is never drafted: control tokens.
    """

    def __init__(
        self,
        prompt: Ids,
        room: int,
        stops: NDArray[np.bool_],
        more: Callable[[], Iterable[Ids]],
    ) -> None:
        self._own = np.empty(len(prompt) + room, np.int32)
        self._own[: len(prompt)] = prompt
        self._count = len(prompt)
        self._stops = stops
        self._more = more
        self._others: list[Ids] | None = None

    def add(self, token: int) -> None:
        """The answer goes on with `token`."""
        self._own[self._count] = token
        self._count += 1

    def propose(self, most: int) -> Ids:
        """At most `most` tokens that may come next, shape (n,); the longest match decides, then the latest."""
        recent = self._own[max(0, self._count - MOST) : self._count]
        best, length = NONE, LEAST - 1
        for text in self._texts(length):
            at, found = find(text, recent, length + 1)
            if found > length:
                best, length = text[at : at + most], found
            if length == MOST:
                break
        stops = np.flatnonzero(self._stops[best])
        return best[: stops[0]] if len(stops) else best

    def _texts(self, length: int) -> Iterator[Ids]:
        yield self._own[: self._count]
        if self._others is None:
            self._others = list(self._more())
        yield from self._others


def find(text: Ids, recent: Ids, least: int) -> tuple[int, int]:
    """Where in `text` the last tokens of `recent` occurred before: the place behind them, and how many they are.

    The longest occurrence counts, of those the last; (0, 0) when none has `least` tokens. One at the very end of
    `text` is none: nothing follows it.
    """
    if not len(recent):
        return 0, 0
    places, length = np.flatnonzero(text[:-1] == recent[-1]) + 1, 1
    while len(places) and length < len(recent):
        kept = places[places > length]
        kept = kept[text[kept - 1 - length] == recent[len(recent) - 1 - length]]
        if not len(kept):
            break
        places, length = kept, length + 1
    return (int(places[-1]), length) if len(places) and length >= least else (0, 0)


class Deleted:
    """Text that vanished from the file between one ask and the next: the last few, the newest first.

    It knows files only by what the asks show of them: another file, or a far jump, is not taken for a deletion.
    """

    def __init__(self) -> None:
        self._file = ""
        self._texts: deque[str] = deque(maxlen=REMEMBERED)

    def see(self, file: str) -> None:
        """Take notice of the file's text around the cursor as it is now."""
        old, self._file = self._file, file
        start = shared(old, file)
        end = shared(old[start:][::-1], file[start:][::-1])
        gone = old[start : len(old) - end]
        fitting = LEAST_DELETED <= len(gone) <= MOST_DELETED and start + end >= len(gone)
        if fitting and gone not in self._texts:
            self._texts.appendleft(gone)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self._texts)


def shared(one: str, other: str) -> int:
    """How many characters the two begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
