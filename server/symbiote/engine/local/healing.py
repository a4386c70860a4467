"""Token healing: a half-typed word is taken back from the prompt, and the answer must begin with it.

A model has rarely seen the tokens of "retu" with "rn" to follow; after the line's indentation it finds "return" at
once. While a word is being typed the prompt stays the same, so its cache does too. After guidance
(github.com/guidance-ai/guidance, "token healing") and JetBrains' Full Line (arXiv 2405.08704).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.sampling import log_sum
from symbiote.engine.port import Keep, Piece, Text

LONGEST = 32
"""Characters of a word that is taken back."""
WORD = re.compile(rf"(?<!\w)[^\W\d]\w{{0,{LONGEST - 1}}}\Z")

Floats = NDArray[np.float32]


def take_back(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], str]:
    """The pieces without the word that the text before the cursor ends in, and that word, or "".

    That text is the last of those kept by their end. One alone is not taken back whole: nothing would be left.
    """
    before = [
        (index, piece.text)
        for index, piece in enumerate(pieces)
        if isinstance(piece, Text) and piece.keep is Keep.END
    ]
    if not before:
        return tuple(pieces), ""
    index, text = before[-1]
    found = WORD.search(text, max(0, len(text) - LONGEST - 1))
    if found is None or (found.start() == 0 and len(before) == 1):
        return tuple(pieces), ""
    kept = (Text(text[: found.start()], Keep.END),) if found.start() else ()
    return (*pieces[:index], *kept, *pieces[index + 1 :]), found[0]


class Words(Protocol):
    """What healing needs of a model's vocabulary."""

    vocabulary: int

    def piece(self, token: int) -> bytes: ...


class Beginnings:
    """Finds the tokens with which a given text can begin."""

    def __init__(self, words: Words) -> None:
        pieces = ((words.piece(token), token) for token in range(words.vocabulary))
        ordered = sorted(pair for pair in pieces if pair[0])
        self._pieces = [piece for piece, _ in ordered]
        self._tokens = np.array([token for _, token in ordered], np.int32)

    def of(self, text: bytes) -> NDArray[np.int32]:
        """Tokens that begin with `text`, and tokens `text` begins with; shape (n,)."""
        spans = [range(*self._span(text[:end], exact=True)) for end in range(1, len(text))]
        spans.append(range(*self._span(text, exact=False)))
        return self._tokens[np.array([index for span in spans for index in span], np.intp)]

    def _span(self, text: bytes, *, exact: bool) -> tuple[int, int]:
        start = bisect_left(self._pieces, text)
        if exact:
            end = start
            while end < len(self._pieces) and self._pieces[end] == text:
                end += 1
            return start, end
        after = _next(text)
        return start, bisect_left(self._pieces, after) if after else len(self._pieces)


def _next(text: bytes) -> bytes:
    """The first text behind all that begin with `text`; b"" when there is none."""
    kept = text.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else b""


class Fragment:
    """The half-typed word an answer has to begin with, while it is being written again."""

    def __init__(self, word: str, beginnings: Beginnings) -> None:
        self.rest = word.encode("utf-8", "replace")
        self.word = word
        self._beginnings = beginnings
        self._fresh = True

    def choose(self, logits: Floats) -> tuple[int, float]:
        """The likeliest token that fits, with its log-probability (the first: given that one fits)."""
        fitting = self._beginnings.of(self.rest)
        chosen = logits[fitting]
        total = log_sum(chosen if self._fresh else logits)
        self._fresh = False
        best = int(chosen.argmax())
        return int(fitting[best]), float(chosen[best]) - total

    def take(self, piece: bytes) -> bytes:
        """What of a token's bytes is new; the rest has been typed already."""
        known = min(len(piece), len(self.rest))
        self.rest = self.rest[known:]
        return piece[known:]

    def likelihood(self, logits: Floats) -> float:
        """The log-probability that the next token fits; 0 when anything does."""
        if not self.rest:
            return 0.0
        return log_sum(logits[self._beginnings.of(self.rest)]) - log_sum(logits)
