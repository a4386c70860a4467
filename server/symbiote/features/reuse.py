"""What the engine said already and would say again: remembered answers, and when they are still true.

Remembered is the engine's own text, before finishing: what is shown is finished anew for the text as it is now.
An answer holds where the engine would read the very same prompt. After its beginning has been typed, its rest holds if
the prompt without what was typed is the very same; where it was shown with names put right, those count as its own. Any
other change makes it a different prompt, and a miss.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symbiote.core.answer import Origin
from symbiote.core.moment import Moment
from symbiote.engine.port import Done, End
from symbiote.features.around import Identity
from symbiote.features.typed import rewound, typed_since

PAGES = 16
"""Documents of a window whose answers are remembered; the one asked about longest ago gives way."""
ENTRIES = 256
"""Answers of one document."""
BYTES = 256 * 1024
"""Of answers per document, about 200 for each and its text on top."""
EACH = 200
LOOKS = 4
"""Rewindings per ask at most: each copies a document's list of lines and cuts a prompt (0.1 ms)."""

Key = Callable[[Moment], bytes]
"""The digest of what the engine would read at a moment."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the engine made of one state: its raw text (line ends `\\n`), where the cursor stood, how it ended."""

    key: bytes
    line: int
    column: int
    raw: str
    done: Done
    ahead: bool = False
    """Computed before anybody asked."""
    extended: bool = False
    """A whole block of answers, each to the state that those before it lead to; `done` is that of the first."""
    named: str = ""
    """What was shown of it, where names had to be put right (`finish/no_such_member.py`): typed, it holds as well."""

    def said(self, typed: str) -> str:
        """The text that `typed` may be the beginning of."""
        return self.named if typed and self.named.startswith(typed) else self.raw

    @property
    def lasting(self) -> bool:
        """Whether the engine would say just this again; a deadline cuts at a different place each time."""
        return self.done.end is not End.DEADLINE

    @property
    def cut(self) -> bool:
        """Whether it was stopped before it ended by itself."""
        return self.done.end in (End.DEADLINE, End.LIMIT)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer for a moment: `drawn`, of which `typed` has been typed already."""

    drawn: Drawn
    typed: str
    origin: Origin

    @property
    def rest(self) -> str:
        return self.drawn.said(self.typed)[len(self.typed) :]


class Page:
    """The answers of one document, the one used last at the end."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[bytes, Drawn] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._drawn)

    def __contains__(self, key: bytes) -> bool:
        return key in self._drawn

    def get(self, key: bytes) -> Drawn | None:
        """What was said to just that, without using it."""
        return self._drawn.get(key)

    def put(self, drawn: Drawn) -> None:
        """Remember an answer if it is lasting; the ones used longest ago give way."""
        if not drawn.lasting:
            return
        self._drop(drawn.key)
        self._drawn[drawn.key] = drawn
        self.bytes += _size(drawn)
        while len(self._drawn) > ENTRIES or self.bytes > BYTES:
            self._drop(next(iter(self._drawn)))

    def put_right(self, key: bytes, shown: str) -> None:
        """The answer to `key`, if it is remembered, was shown as `shown` (line ends `\\n`), with other names than its own."""
        if (drawn := self._drawn.get(key)) is not None:
            self.put(replace(drawn, named=shown))

    def find(self, moment: Moment, key: Key) -> Found | None:
        """An answer that is still true at `moment`, the one with the least typed of it first.

        One that was computed ahead is `prefetched` once, then `remembered`.
        """
        here = self._drawn.get(key(moment))
        if here is not None:
            self._drawn.move_to_end(here.key)
            self._drawn[here.key] = replace(here, ahead=False)
            return Found(here, "", Origin.PREFETCHED if here.ahead else Origin.REMEMBERED)
        for typed, drawn in sorted(self._begun(moment), key=lambda pair: len(pair[0]))[:LOOKS]:
            if key(rewound(moment, drawn.line, drawn.column)) == drawn.key:
                self._drawn.move_to_end(drawn.key)
                return Found(drawn, typed, Origin.TYPED_THROUGH)
        return None

    def _begun(self, moment: Moment) -> Iterator[tuple[str, Drawn]]:
        """Answers whose beginning stands before the cursor, where they were asked for."""
        before = moment.before
        for drawn in self._drawn.values():
            lines = moment.line - drawn.line
            typed: str | None = None
            if lines == 0:
                typed = before[drawn.column :]
            elif 0 < lines <= drawn.raw.count("\n"):
                typed = typed_since(drawn.line, drawn.column, moment)
            if typed and begins(drawn.said(typed), typed):
                yield typed, drawn

    def _drop(self, key: bytes) -> None:
        gone = self._drawn.pop(key, None)
        if gone is not None:
            self.bytes -= _size(gone)


class Memory:
    """A window's pages, by document. All of them are of one engine."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._identity: Identity | None = None

    def page(self, uri: str, identity: Identity) -> Page:
        """The page of a document. With another engine all pages begin anew."""
        if identity != self._identity:
            self.clear()
            self._identity = identity
        page = self._pages.setdefault(uri, Page())
        self._pages.move_to_end(uri)
        if len(self._pages) > PAGES:
            self._pages.popitem(last=False)
        return page

    def forget(self, uri: str) -> None:
        """The document was closed. Who still writes to its page writes to nobody."""
        self._pages.pop(uri, None)

    def clear(self) -> None:
        self._pages.clear()

    def __len__(self) -> int:
        return sum(map(len, self._pages.values()))


def begins(raw: str, typed: str) -> bool:
    """Whether `typed` is the beginning of `raw` and something worth showing may be left of it."""
    return raw.startswith(typed) and bool(raw[len(typed) :].strip())


def still(drawn: Drawn, moment: Moment, key: Key) -> str | None:
    """What has been typed of one answer at `moment`; None where it does not hold."""
    if key(moment) == drawn.key:
        return ""
    typed = typed_since(drawn.line, drawn.column, moment)
    if not typed or not begins(drawn.said(typed), typed):
        return None
    return typed if key(rewound(moment, drawn.line, drawn.column)) == drawn.key else None


def _size(drawn: Drawn) -> int:
    return EACH + len((drawn.raw + drawn.named).encode("utf-8", "surrogatepass"))
