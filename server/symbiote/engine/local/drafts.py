"""Drafts: what followed the last tokens where they stood before, proposed for the model to check.

Code repeats itself. Where the end of the prompt and the answer so far occur earlier in them, in the file, or in text
that was just deleted, the tokens that followed there are a guess at what comes next. The model reads all of a guess in
one call, which costs it little more than one token, and what it would not have written itself is dropped: the answer
is the same, sooner. After "prompt lookup decoding" (github.com/apoorvumang/prompt-lookup-decoding).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.tokens import Ids

LEAST, MOST = 3, 10
"""Tokens that have to occur again; shorter phrases are followed by anything."""
LEAST_DELETED, MOST_DELETED = 12, 8_000
"""Characters. Less is a correction; more is another place or another file."""
REMEMBERED = 8
AGAIN = 2
"""Tokens in common after which the text that is repeated is followed again."""

NONE = np.empty(0, np.int32)


class Alongside:
    """A text that the answer probably repeats: where in its tokens `text` the answer is.

    After a change it is found again by what both have in common behind it, the nearest place that is further on. `said` are the
    answer's tokens before a pause.
    """

    def __init__(self, text: Ids, said: Sequence[int] = ()) -> None:
        self._text = text
        self._at = 0
        self._lost = False
        for end in range(1, len(said) + 1):
            self.add(np.array(said[:end][-AGAIN:], np.int32))

    def add(self, answer: Ids) -> None:
        """The answer, whose last tokens are `answer`, has a new last one."""
        if self._at < len(self._text) and self._text[self._at] == answer[-1]:
            self._at += 1
            self._lost = False
            return
        self._lost = True
        if len(answer) < AGAIN:
            return
        ahead = self._text[self._at :]
        same = np.ones(max(0, len(ahead) - AGAIN + 1), np.bool_)
        for place, token in enumerate(answer[-AGAIN:]):
            same &= ahead[place : place + len(same)] == token
        found = np.flatnonzero(same)
        if len(found):
            self._at += int(found[0]) + AGAIN
            self._lost = False

    def propose(self, most: int) -> Ids:
        """At most `most` tokens that follow there; none where the two have parted."""
        return NONE if self._lost else self._text[self._at : self._at + most]


class Lookup:
    """What may follow, for one answer. `more` gives the tokens of further texts; it is called once, when needed.

    `stops[token]` says that a token is never drafted: control tokens. `alongside` is asked first.
    """

    def __init__(
        self,
        prompt: Ids,
        room: int,
        stops: NDArray[np.bool_],
        more: Callable[[], Iterable[Ids]],
        alongside: Alongside | None = None,
    ) -> None:
        self._own = np.empty(len(prompt) + room, np.int32)
        self._own[: len(prompt)] = prompt
        self._count = len(prompt)
        self._alongside = alongside
        self._stops = stops
        self._more = more
        self._others: list[Ids] | None = None

    @property
    def text(self) -> Ids:
        """Prompt and answer so far; a view."""
        return self._own[: self._count]

    def add(self, token: int) -> None:
        """The answer goes on with `token`."""
        self._own[self._count] = token
        self._count += 1
        if self._alongside is not None:
            self._alongside.add(self._own[max(0, self._count - AGAIN) : self._count])

    def propose(self, most: int) -> Ids:
        """At most `most` tokens that may come next, shape (n,); the longest match decides, then the latest."""
        if self._alongside is not None and len(along := self._alongside.propose(most)):
            return self._allowed(along)
        recent = self._own[max(0, self._count - MOST) : self._count]
        best, length = NONE, LEAST - 1
        for text in self._texts(length):
            at, found = find(text, recent, length + 1)
            if found > length:
                best, length = text[at : at + most], found
            if length == MOST:
                break
        return self._allowed(best)

    def _allowed(self, draft: Ids) -> Ids:
        stops = np.flatnonzero(self._stops[draft])
        return draft[: stops[0]] if len(stops) else draft

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
