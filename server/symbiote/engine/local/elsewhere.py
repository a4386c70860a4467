"""Other files as predictors: the rests of their lines that follow the same text, and names that may stand here.

The same idea as in `candidates.py`, over the texts of `Ask.elsewhere`, and over `Ask.names`, which the analysis found. Of the
places that agree with the text before the cursor only those are looked at that agree the longest, so that a key costs little
however long the texts are.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.candidates import LONGEST, Candidate, Cursor, cut, line_above, words

SEEDS = (24, 14, 9, 6, 4, 3)
"""Characters that must agree before a place is looked at, longest first."""
ENOUGH, EACH = 16, 12
"""Places after which no shorter seed is tried; places in one text."""
KEPT, NAMED, WORDS = 10, 10, 4
"""Proposals at most: rests of lines, names that may stand here, other names that begin like the half-typed one."""
HALF = 2
"""Characters of a half-typed name that is looked for among all names."""

FEATURES = (
    "match",  # square root of the longest match's characters
    "places",  # log of the places that propose it
    "previous",  # how alike the lines above are (Jaccard)
    "goes_on",  # square root of the characters that go on there as they do behind the cursor
    "likely",  # 1 in the likeliest text, 1/2 in the one before it, ...
    "lead",  # match minus the best other proposal's, tens of characters
    "in_file",  # the file proposes it as well
    "named",  # 1 for the likeliest of the names, 1/2 for the next, ...; 0 for a name that is none of them
    "names",  # log of the names
    "new",  # names in it that the texts do not know
    "known",  # names in it that they know
    "length",  # log of its characters
    "line_start",  # nothing but indentation stands before the cursor
    "half_word",  # the cursor follows a letter, digit or underscore
    "member",  # a dot stands before the name at the cursor
    "rest",  # the line goes on behind the cursor
    "characters",  # log of the texts' characters
)

NAME = re.compile(r"[^\W\d]\w*")
PART = re.compile(r"\w*\Z")
NOTHING = (0.0,) * len(FILE_FEATURES)


@dataclass(slots=True)
class _Found:
    match: int = 0
    places: int = 0
    previous: float = 0.0
    goes_on: int = 0
    likely: float = 0.0


class Elsewhere:
    """What `texts` of other files, the likeliest last, and `names`, the likeliest first, say of a place."""

    def __init__(
        self, before: str, after: str, texts: Sequence[str], names: Sequence[str] = ()
    ) -> None:
        self._cursor = cursor = Cursor(before, after)
        self._texts = tuple(reversed(texts))
        match = PART.search(cursor.typed)
        self.part = match[0] if match else ""
        stem = cursor.typed[: len(cursor.typed) - len(self.part)].rstrip()
        self._member = stem.endswith(".")
        self._ranks = {name: rank for rank, name in reversed([*enumerate(names)])}
        self._known = names_of(self._texts)
        self._characters = sum(map(len, texts))
        self._found = self._places()
        self._longest = sorted((one.match for one in self._found.values()), reverse=True)[:2]

    def joined(self, proposals: Sequence[Candidate]) -> list[Candidate]:
        """The file's proposals with what is known of them here, and behind them those that it does not make."""
        own = {candidate.text for candidate in proposals}
        made = [replace(one, elsewhere=self.features(one.text, in_file=True)) for one in proposals]
        ranked = sorted(self._found, key=lambda text: -self._found[text].match)
        new = dict.fromkeys([*ranked[:KEPT], *self._named(), *self._words()])
        made += [Candidate(t, NOTHING, 0.0, self.features(t)) for t in new if t not in own]
        return made

    def features(self, text: str, *, in_file: bool = False) -> tuple[float, ...]:
        """`FEATURES` of any answer, proposed or not."""
        cursor, found = self._cursor, self._found.get(text) or _Found()
        names = NAME.findall(self.part + text)
        known = sum(name in self._known for name in names)
        rank = self._ranks.get(names[0]) if names else None
        top = self._longest
        rival = 0
        if top:
            rival = (top[1] if len(top) > 1 else 0) if found.match == top[0] else top[0]
        return (
            math.sqrt(found.match),
            math.log1p(found.places),
            found.previous,
            math.sqrt(found.goes_on),
            found.likely,
            max(-20, min(20, found.match - rival)) / 10,
            float(in_file),
            0.0 if rank is None else 1 / (1 + rank),
            math.log1p(len(self._ranks)),
            float(min(5, len(names) - known)),
            float(min(5, known)),
            math.log1p(len(text)),
            float(cursor.line_start),
            float(bool(self.part)),
            float(self._member),
            float(bool(cursor.rest)),
            math.log1p(self._characters),
        )

    def _places(self) -> dict[str, _Found]:
        found: dict[str, _Found] = {}
        cursor, seen = self._cursor, set[tuple[int, int]]()
        least = len(cursor.typed) + 1 if cursor.line_start else 0
        for size in SEEDS:
            seed = cursor.before[-least - size :]
            if len(seed) < least + size:
                continue
            for index, text in enumerate(self._texts):
                for end in _ends(text, seed):
                    if (index, end) not in seen:
                        seen.add((index, end))
                        self._note(found, index, end)
            if len(seen) >= ENOUGH:
                break
        return found

    def _note(self, found: dict[str, _Found], index: int, end: int) -> None:
        text, cursor = self._texts[index], self._cursor
        stop = text.find("\n", end, end + LONGEST + 1)
        if stop < 0:
            if len(text) > end + LONGEST:
                return
            stop = len(text)
        line, goes_on = text[end:stop].rstrip(), 0
        if cursor.rest:
            stop, goes_on = cut(line, cursor.rest)
            line = line[:stop].rstrip()
        if not line.strip() or (cursor.line_start and line[0].isspace()):
            return
        one = found.setdefault(line, _Found())
        one.match = max(one.match, _match(text, end, cursor.before))
        one.places += 1
        above = words(line_above(text, end))
        every = len(above | cursor.words)
        one.previous = max(one.previous, len(above & cursor.words) / every if every else 0.0)
        one.goes_on = max(one.goes_on, goes_on)
        one.likely = max(one.likely, 1 / (1 + index))

    def _named(self) -> Iterator[str]:
        """The rests of the names that may stand here; of what is called without arguments the call too."""
        fitting = [name for name in self._ranks if name.startswith(self.part) and name != self.part]
        fitting.sort(key=lambda name: self._ranks[name])
        for name in fitting[:NAMED]:
            rest = name[len(self.part) :]
            yield rest
            if any(bare in text for text in self._texts for bare in _calls(name)):
                yield f"{rest}()"

    def _words(self) -> Iterator[str]:
        """Names of the texts that begin like the half-typed one."""
        if len(self.part) < HALF:
            return
        names, left = ordered(self._texts), WORDS
        at = bisect_left(names, self.part)
        while left and at < len(names) and names[at].startswith(self.part):
            if names[at] != self.part:
                left -= 1
                yield names[at][len(self.part) :]
            at += 1


def _calls(name: str) -> tuple[str, str]:
    return f"def {name}(self)", f"def {name}()"


def _ends(text: str, seed: str) -> Iterator[int]:
    at, left = text.find(seed), EACH
    while at >= 0 and left:
        left -= 1
        yield at + len(seed)
        at = text.find(seed, at + 1)


def _match(text: str, end: int, before: str) -> int:
    match, most = 0, min(LONGEST, len(before), end)
    while match < most and text[end - match - 1] == before[-match - 1]:
        match += 1
    return match


@lru_cache(maxsize=8)
def names_of(texts: tuple[str, ...]) -> frozenset[str]:
    """The names in the texts, which are the same for many keys."""
    return frozenset(name for text in texts for name in NAME.findall(text))


@lru_cache(maxsize=8)
def ordered(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names_of(texts)))
