"""Choosing an answer: what the model wrote, or one of the file's proposals the model finds likelier to be right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.candidates import Candidate, candidates
from symbiote.engine.local.ranking import Place, Ranking, Scored
from symbiote.engine.local.tokens import Ids

MOST = 4
"""Proposals shown to the model. The right one is among the first 4 nearly as often as among all 20."""
LONGEST = 16
"""Tokens of a proposal; one call of llama.cpp gives logits for that many."""

OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")

Floats = NDArray[np.float32]


class Words(Protocol):
    """What choosing needs of a model's vocabulary."""

    vocabulary: int
    ends: NDArray[np.bool_]

    def tokenize(self, text: bytes) -> Ids: ...
    def piece(self, token: int) -> bytes: ...


@dataclass(slots=True)
class Written:
    """What the model wrote by itself: its text, and the log-probabilities of its tokens and of ending there."""

    text: str = ""
    tokens: list[float] = field(default_factory=list)
    end: float = 0.0
    visible: bool = False
    """The line holds more than blanks."""


class Chooser:
    """Weighs answers of one line. `score` has the model read tokens behind the prompt, see `Generator`."""

    def __init__(self, words: Words, ranking: Ranking) -> None:
        self._words = words
        self._ranking = ranking
        pieces = (words.piece(token) for token in range(words.vocabulary))
        self.stops = words.ends | np.array([piece.startswith(b"\n") for piece in pieces])
        """Tokens before which a line's answer ends."""

    def proposals(self, before: str, after: str) -> list[Candidate]:
        """The file's proposals, the likeliest first."""
        return self._ranking.by_file(candidates(before, after))

    def weigh(
        self,
        proposals: Sequence[Candidate],
        written: Written,
        rest: str,
        word: str,
        fits: float,
        first: Floats,
        score: Callable[[Ids], Floats],
    ) -> list[Scored]:
        """The model's own answer and the first of the file's, each with the model's log-probabilities.

        `rest` is what the line holds behind the cursor. `word` was taken back from the prompt and begins with log-probability `fits`, which is given here.
        `first` are the logits behind the prompt, shape (vocabulary,); `score` gives those behind each
        of the tokens it is handed, shape (tokens, vocabulary).
        """
        own = without_rest(written.text.strip("\n").rstrip(), rest)
        by_text = {candidate.text: candidate for candidate in proposals}
        made = []
        if own.strip():
            made.append(Scored(own, tuple(written.tokens), written.end, by_text.get(own), True))
        for candidate in proposals[:MOST]:
            ids = self._words.tokenize((word + candidate.text).encode("utf-8", "replace"))
            if candidate.text == own or not 0 < len(ids) <= LONGEST:
                continue
            rows = np.vstack([first[None, :], score(ids)])
            logs = rows - _log_sums(rows)[:, None]
            tokens = [float(logs[index, token]) for index, token in enumerate(ids)]
            tokens[0] = min(0.0, tokens[0] - fits)
            made.append(Scored(candidate.text, tuple(tokens), self.ending(logs[-1]), candidate))
        return made

    def ending(self, logs: Floats) -> float:
        """The log-probability that the answer ends, from the log-probabilities of all tokens."""
        return float(_log_sums(logs[None, self.stops])[0])

    def best(
        self, scored: Sequence[Scored], before: str, after: str
    ) -> tuple[Scored, float] | None:
        """The likeliest answer and its log-probability of being right; None when there is none."""
        if not scored:
            return None
        odds = self._ranking.by_both(scored, Place.of(before, after))
        index = int(odds.argmax())
        return scored[index], -math.log1p(math.exp(-float(odds[index])))


def without_rest(text: str, rest: str) -> str:
    """`text` up to where it says again what already stands behind the cursor."""
    rest = rest.strip()
    if rest[:1] not in CLOSING:
        return text.removesuffix(rest).rstrip()
    depth = 0
    for index, character in enumerate(text):
        if character in OPENING:
            depth += 1
        elif character in CLOSING:
            if depth == 0:
                return text[:index].rstrip() if character == rest[0] else text
            depth -= 1
    return text


def _log_sums(rows: Floats) -> Floats:
    peaks = rows.max(axis=1)
    sums: Floats = peaks + np.log(np.exp(rows - peaks[:, None]).sum(axis=1))
    return sums
