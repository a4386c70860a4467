"""A reused answer is the one that would be computed; where that is not certain, there is none."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from symbiote.core.answer import Origin
from symbiote.core.chunk import NOTHING, Chunk, Context, Names, sealed
from symbiote.core.moment import Moment
from symbiote.core.text import Encoding, Position, Span, opened
from symbiote.engine.port import Done, End
from symbiote.features.around import LIMIT, Around, around
from symbiote.features.reuse import Drawn, Found, Page
from unit.chain import LETTERS, says
from unit.doubles import READY
from unit.marked import moment as marked

CONTEXTS = [
    NOTHING,
    *(
        sealed(Context((Chunk("open", "file:///b.py", "b.py", text),), (), (), "a.py", "shop"))
        for text in ("def a(b): ...", "a(b)\n" * 12)
    ),
    sealed(Context((), (), (Names("", ("ab",)),))),
]


def told(cut: Around) -> str:
    """What an engine reads beside the text before the cursor."""
    chunks = "".join(chunk.text for chunk in cut.context.prompt)
    return "".join((cut.suffix, chunks, *cut.context.elsewhere, *cut.names))


class Typist:
    """A document, a cursor, and the page of what was answered.

    `small` leaves room for few lines in a prompt: where it begins and ends moves now and then while an answer is
    typed, and by design the rest of that answer still holds.
    """

    def __init__(self, text: str, small: bool) -> None:
        self.small = small
        self.engine = replace(READY, context=LIMIT + 64 if small else 4096)
        self.document = opened("file:///a.py", "python", 1, text)
        self.line = self.column = 0
        self.page = Page()
        self.origins: list[Origin] = []
        self.rest = "a"
        self.context = NOTHING

    def moment(self) -> Moment:
        at = replace(marked("▮"), document=self.document, line=self.line, column=self.column)
        return replace(at, context=self.context)

    def key(self, at: Moment) -> bytes:
        return around(self.engine, at).key

    def edit(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        span = Span(Position(*start), Position(*end))
        self.document = self.document.edit(span, text, Encoding.UTF32, self.document.version + 1)

    def type(self, text: str) -> None:
        self.edit((self.line, self.column), (self.line, self.column), text)
        *above, last = text.split("\n")
        self.column = len(last) if above else self.column + len(last)
        self.line += len(above)

    def backspace(self) -> None:
        if self.column or self.line:
            column, line = self.column - 1, self.line
            if column < 0:
                line, column = line - 1, len(self.document.lines[line - 1]) - 1
            self.edit((line, column), (self.line, self.column), "")
            self.line, self.column = line, column

    def elsewhere(self, chance: random.Random) -> None:
        """An edit that is not at the cursor, which stays where it is in the text."""
        line = chance.randrange(len(self.document.lines))
        if line != self.line:
            before = len(self.document.lines)
            self.edit((line, 0), (line, 0), chance.choice(["a", "\n", "b\n\n"]))
            self.line += len(self.document.lines) - before if line < self.line else 0

    def jump(self, chance: random.Random) -> None:
        self.line = chance.randrange(len(self.document.lines))
        self.column = chance.randint(0, len(self.document.lines[self.line].rstrip("\n")))

    def ask(self) -> None:
        """Compare with the engine asked anew; what is missing is computed and remembered."""
        at = self.moment()
        cut = around(self.engine, at)
        raw, end = says(cut.prefix, told(cut))
        found = self.page.find(at, self.key)
        if found is None:
            self.page.put(Drawn(cut.key, self.line, self.column, raw, Done(end)))
            self.rest = raw
            return
        self.origins.append(found.origin)
        self.rest = found.rest
        assert (found.typed == "") == (found.origin is Origin.REMEMBERED)
        then = self.depends(found, at)
        if found.typed:  # names that may follow were those of where the answer began
            before = then.prefix + found.typed if self.small else cut.prefix
            raw, _ = says(before, told(then))
        if found.drawn.done.end is End.LIMIT:
            assert raw.startswith(found.rest[: len(raw)])
        else:
            assert found.rest == raw

    def depends(self, found: Found, at: Moment) -> Around:
        """The text it was computed for, found by taking back key by key; it is there, to the last character."""
        typist = Typist("", self.small)
        typist.context = at.context
        typist.document, typist.line, typist.column = at.document, at.line, at.column
        for _ in found.typed:
            typist.backspace()
        then = around(self.engine, typist.moment())
        assert then.key == found.drawn.key
        return then


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
@example(0, True)
def test_reused_is_what_would_be_computed(seed: int, small: bool) -> None:
    chance = random.Random(seed)
    lines = ["ab(" * chance.randint(0, 6) for _ in range(chance.choice([0, 3, 60]))]
    typist = Typist("\n".join(lines), small)
    for _ in range(40):
        match chance.randrange(10):
            case 0 | 1 | 2 | 3:
                typist.type(typist.rest[: chance.randint(1, 5)] or "a")
            case 4:
                typist.type(chance.choice(LETTERS))
            case 5 | 6:
                typist.backspace()
            case 7:
                typist.elsewhere(chance)
            case 8:
                typist.jump(chance)
            case 9:
                typist.context = chance.choice(CONTEXTS)
        typist.ask()


def test_the_random_edits_reuse_in_both_ways() -> None:
    """Else the test above proves nothing."""
    found: list[Origin] = []
    for seed in range(20):
        typist = Typist("ab(\nab\n", False)
        chance = random.Random(seed)
        for _ in range(30):
            if chance.random() < 0.7:
                typist.type(typist.rest[:2] or "a")
            else:
                typist.backspace()
            typist.ask()
        found += typist.origins
    assert found.count(Origin.TYPED_THROUGH) > 50
    assert found.count(Origin.REMEMBERED) > 20
