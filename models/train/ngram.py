"""An n-gram model of code with a cache of the open file: the strongest rival that learns no weights.

Tokens are words and punctuation with the spaces before them; a line end is one of three, by whether the
next line is indented more, less or the same. Probabilities are interpolated by Witten-Bell (1991) up to
ORDER, and at every order first with the corpus and then with the open file, so that the file wins where
both know a context (nested cache: Hellendoorn & Devanbu, FSE 2017, where the file's model also is mixed
in over the corpus's; there whole models are mixed, here the orders one by one).
"""

import bisect
import math
import re
from array import array
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ORDER = 6
"""Tokens, the predicted one included. Five of context are what two 64-bit keys hold beside it."""
BITS = 21
LEAST = 2
"""Occurrences of a token in the corpus; rarer ones are one unknown token, never predicted."""
UNKNOWN = 0
LONGEST = 40
"""Tokens of an answer."""
LARGE = 20_000
"""Occurrences of a context above which its counts are kept once they have been made."""
LAST = chr(0x10FFFF)
NEWLINES = ("\n<", "\n=", "\n>")
TOKEN = re.compile(r"\n\s*|[ \t\f]*(?:\w+|[^\w\s])|\s+")

Ids = NDArray[np.int64]


class Counts(NamedTuple):
    """Which tokens followed a context (each once), and how often."""

    ids: Ids
    counts: Ids

    @classmethod
    def of(cls, tokens: Ids) -> "Counts":
        if len(tokens) > LARGE:
            every = np.bincount(tokens)
            found = np.flatnonzero(every)
            return cls(found, every[found])
        return cls(*np.unique(tokens, return_counts=True))


def lex(text: str) -> list[str]:
    """The text's tokens. Joined they are the text again, but for line ends and indentation."""
    tokens, depth = [], 0
    for token in TOKEN.findall(text):
        if token[0] != "\n":
            tokens.append(token)
            continue
        indent = len(token) - token.rfind("\n") - 1
        tokens.append(NEWLINES[1 + (indent > depth) - (indent < depth)])
        depth = indent
    return tokens


class Corpus:
    """All contexts of the corpus in one sorted array.

    Contexts are sorted by their nearest token first, so a longer context is a part of the range of each
    shorter one. `near` holds tokens 1 to 3 before a place, `far` tokens 4 and 5 and the one at the place.
    Memory: 30 bytes a token while sorting, 16 afterwards.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        numbers: dict[str, int] = {}
        stream, gap = array("i"), [-1] * (ORDER - 1)
        for text in texts:
            stream.extend(gap)
            stream.extend([numbers.setdefault(token, len(numbers)) for token in lex(text)])
        tokens = self._name(np.frombuffer(stream, np.int32), list(numbers))
        self.unigram = np.bincount(tokens, minlength=len(self.names)) / len(tokens)
        self.near, self.far = sort(tokens)
        self.known: dict[tuple[int, int], Counts] = {}
        self.size = len(tokens)

    def _name(self, stream: NDArray[np.int32], names: list[str]) -> Ids:
        """Number the frequent tokens alphabetically, so that those that begin alike stand together."""
        often = np.bincount(stream[stream >= 0], minlength=len(names)) >= LEAST
        kept = sorted({names[i] for i in np.flatnonzero(often)} | set(NEWLINES))
        self.names = ["", *kept]
        assert len(self.names) < 1 << BITS
        self.number = {name: i for i, name in enumerate(self.names)}
        renumber = np.array([self.number.get(name, UNKNOWN) for name in [*names, ""]], np.int64)
        return renumber[stream]  # -1, the gap between files, is the last entry

    def narrow(self, lo: int, hi: int, context: list[int], length: int) -> tuple[int, int]:
        """The range of the last `length` tokens of `context`, inside that of one token fewer."""
        keys, inside = (self.near, length) if length <= 3 else (self.far, length - 3)
        shift = BITS * (3 - inside)
        recent = context[::-1][length - inside : length]
        key = sum(token << (BITS * (2 - i)) for i, token in enumerate(recent))
        part = keys[lo:hi]
        first, last = np.searchsorted(part, [key, key + (1 << shift)])
        return lo + int(first), lo + int(last)

    def follow(self, lo: int, hi: int) -> Counts:
        found = self.known.get((lo, hi))
        if found is None:
            found = Counts.of(self.far[lo:hi] & ((1 << BITS) - 1))
            if hi - lo > LARGE:
                self.known[lo, hi] = found
        return found


def sort(tokens: Ids) -> tuple[Ids, Ids]:
    """Packed contexts and what follows them, of every place that has ORDER - 1 tokens before it."""
    count = len(tokens) - ORDER + 1

    def back(distance: int) -> Ids:
        start = ORDER - 1 - distance
        return tokens[start : start + count]

    near = back(1) << 2 * BITS | back(2) << BITS | back(3)
    far = back(4) << 2 * BITS | back(5) << BITS | back(0)
    keep = back(0) != UNKNOWN
    near, far = near[keep], far[keep]
    order = np.lexsort((far, near))
    return near[order], far[order]


class OpenFile:
    """What the file shows around the cursor; tokens the corpus lacks get numbers after its own."""

    def __init__(self, corpus: Corpus, before: list[str], after: str) -> None:
        self.corpus = corpus
        self.extra: list[str] = []
        self.number: dict[str, int] = {}
        head = [self.id(token) for token in before]
        tail = [self.id(token) for token in lex(after)]
        self.tokens = np.array([*head, -1, *tail], np.int64)
        self.context = head

    def id(self, token: str) -> int:
        found = self.corpus.number.get(token) or self.number.get(token)
        if found is None:
            found = self.number[token] = len(self.corpus.names) + len(self.extra)
            self.extra.append(token)
        return found

    def name(self, token: int) -> str:
        size = len(self.corpus.names)
        return self.corpus.names[token] if token < size else self.extra[token - size]

    def beginning(self, start: str) -> Ids:
        """The numbers of all tokens that begin with `start`."""
        names, size = self.corpus.names, len(self.corpus.names)
        lo, hi = bisect.bisect_left(names, start), bisect.bisect_right(names, start + LAST)
        extra = [size + i for i, name in enumerate(self.extra) if name.startswith(start)]
        return np.array([*range(lo, hi), *extra], np.int64)

    def follow(self, length: int, places: Ids) -> tuple[Ids, Counts]:
        """Places whose last `length` tokens are the context's, out of those of one fewer."""
        if length:
            places = places[places >= length]
            places = places[self.tokens[places - length] == self.context[-length]]
        tokens = self.tokens[places]
        return places, Counts.of(tokens[tokens >= 0])


def predict(corpus: Corpus, file: OpenFile, cache: bool) -> NDArray[np.float64]:
    """The probability of every token after the file's context."""
    chances = np.concatenate((corpus.unigram, np.zeros(len(file.extra))))
    size = len(corpus.names)
    context = [t if t < size else UNKNOWN for t in file.context[1 - ORDER :]]
    lo, hi, places = 0, len(corpus.near), np.arange(len(file.tokens))
    for length in range(min(ORDER, len(file.context) + 1)):
        if length and lo < hi:
            lo, hi = corpus.narrow(lo, hi, context, length)
            blend(chances, corpus.follow(lo, hi))
        if cache and len(places):
            places, found = file.follow(length, places)
            blend(chances, found)
    return chances


def blend(chances: NDArray[np.float64], found: Counts) -> None:
    """Witten-Bell: the share of the shorter context is that of the kinds among kinds and counts."""
    kinds, total = len(found.ids), int(found.counts.sum())
    if total:
        chances *= kinds / (kinds + total)
        chances[found.ids] += found.counts / (kinds + total)


class Writer:
    """Completes lines greedily; `cache` says whether it looks at the open file beyond the context."""

    def __init__(self, corpus: Corpus, cache: bool) -> None:
        self.corpus = corpus
        self.cache = cache
        self.ends = np.array([corpus.number[name] for name in NEWLINES])

    def complete(self, prefix: str, suffix: str, cut: "Cut") -> tuple[str, float]:
        """The rest of the line and the mean log-probability of its tokens, its end included.

        The token at the cursor may be half typed: it is taken back, and the first token is the likeliest
        of those that begin with it. `cut` may end the text before its line does.
        """
        before = lex(prefix)
        typed = before.pop() if before and before[-1] not in NEWLINES else ""
        file = OpenFile(self.corpus, before, suffix)
        written, scores = "", []
        if typed:
            token, score = self.heal(file, typed)
            file.context.append(token)
            written = file.name(token)[len(typed) :]
            scores += [score] if written else []
        for _ in range(LONGEST):
            token, score = self.next(file, bool(written.strip()))
            scores.append(score)
            if token in self.ends:
                break
            file.context.append(token)
            written += file.name(token)
            if (short := cut(written)) != written:
                written = short
                break
        return written, sum(scores) / len(scores)

    def heal(self, file: OpenFile, typed: str) -> tuple[int, float]:
        """The likeliest token that begins with `typed`; what was typed itself where none is known."""
        found = file.beginning(typed)
        chances = predict(self.corpus, file, self.cache)[found]
        if not chances.sum():
            return file.id(typed), 0.0
        return int(found[chances.argmax()]), math.log(chances.max() / chances.sum())

    def next(self, file: OpenFile, may_end: bool) -> tuple[int, float]:
        """The likeliest token; the three line ends are one event, UNKNOWN is none."""
        chances = predict(self.corpus, file, self.cache)
        end = chances[self.ends].sum()
        chances[self.ends] = 0.0
        chances[UNKNOWN] = 0.0
        best = int(chances.argmax())
        if may_end and end >= chances[best]:
            return int(self.ends[1]), math.log(end)
        return best, math.log(chances[best])


class Cut:
    """Ends a text where the rest of the cursor's line begins once more, brackets considered."""

    def __init__(self, suffix: str) -> None:
        rest = TOKEN.findall(suffix.split("\n", 1)[0].lstrip())
        self.stop = rest[0].strip() if rest else ""

    def __call__(self, text: str) -> str:
        depth, place = 0, 0
        for token in TOKEN.findall(text):
            bare = token.strip()
            if depth == 0 and bare and bare == self.stop and text[:place].strip():
                return text[:place].rstrip()
            depth = max(0, depth + (bare in tuple("([{")) - (bare in tuple(")]}")))
            place += len(token)
        return text
