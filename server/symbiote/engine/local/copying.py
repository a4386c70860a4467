"""The file as a predictor of itself: what followed the same text elsewhere in the prompt.

A small model does not know the file's names; the file does (nested-cache models: Hellendoorn & Devanbu, FSE 2017).
The longest text before the cursor that occurs elsewhere proposes the next token, and is mixed with the model as
p = (1 - w) p_model + w p_copy. The weight w is how often such a proposal was right in 1,800 holes cut from training
files, by the length of the match and by how many occurrences agree; the logistic below fits that table
(models/LOG.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

END = -1
"""Stands for a token: the line, or what is to be filled in of it, ends here."""

LONGEST = 80
"""Characters of a match; longer ones are no surer."""
MOST = 20
"""Occurrences looked at, the nearest first."""
AHEAD = 40
"""Characters that follow a match and are tokenised, enough for any first token."""


class Copying:
    """Proposals for one ask. `tokenize` turns text into token ids; `ends` marks the ids that end an answer."""

    def __init__(
        self,
        before: str,
        after: str,
        tokenize: Callable[[bytes], NDArray[np.int32]],
        ends: NDArray[np.bool_],
    ) -> None:
        self._before = before
        self._after = after
        self._rest = after.split("\n", 1)[0].rstrip()
        self._tokenize = tokenize
        self._ends = ends

    def choose(
        self, written: str, logits: NDArray[np.float32], token: int, log_probability: float
    ) -> tuple[int, float]:
        """The likelier of the model's `token` and the file's proposal, with its mixed log-probability."""
        proposal = self.propose(written)
        if proposal is None:
            return token, log_probability
        other, weight = proposal
        peak = math.exp(log_probability)
        if other == token or (other == END and self._ends[token]):
            return token, math.log((1 - weight) * peak + weight)
        own = 0.0 if other == END else peak * math.exp(float(logits[other] - logits[token]))
        if (mixed := (1 - weight) * own + weight) > (1 - weight) * peak:
            return other, math.log(mixed)
        return token, math.log((1 - weight) * peak)

    def propose(self, written: str) -> tuple[int, float] | None:
        """The next token by the file alone and how much to trust it; None when nothing like this occurs."""
        context = self._before[-LONGEST:] + written
        length = self._longest(context)
        if not length:
            return None
        ahead = list(self._following(context[len(context) - length :]))
        heads = Counter(self._head(text) for text in ahead)
        if not written.strip():
            del heads[END]
        if not heads:
            return None
        token, count = heads.most_common(1)[0]
        return token, trust(length, count / heads.total(), heads.total())

    def _longest(self, context: str) -> int:
        """The length of the longest end of `context` that occurs with something behind it."""
        low, high = 0, min(len(context), LONGEST)
        while low < high:
            middle = (low + high + 1) // 2
            if next(self._following(context[len(context) - middle :]), None) is None:
                high = middle - 1
            else:
                low = middle
        return low

    def _following(self, text: str) -> Iterator[str]:
        """What follows the occurrences of `text`, the nearest before the cursor first."""
        found, end = 0, len(self._before) - 1
        while found < MOST and (at := self._before.rfind(text, 0, max(0, end))) >= 0:
            yield self._before[at + len(text) : at + len(text) + AHEAD]
            found, end = found + 1, at + len(text) - 1
        start = 0
        while (
            found < MOST
            and (at := self._after.find(text, start, max(0, len(self._after) - 1))) >= 0
        ):
            yield self._after[at + len(text) : at + len(text) + AHEAD]
            found, start = found + 1, at + 1

    def _head(self, following: str) -> int:
        """The first token of what follows, or `END`."""
        line = following.split("\n", 1)[0]
        if not line.strip() or (self._rest and line.startswith(self._rest)):
            return END
        return int(self._tokenize(line.encode("utf-8", "replace"))[0])


def trust(length: int, share: float, occurrences: int) -> float:
    """How often a proposal is right after a match of `length` characters on which `share` of them agree."""
    if share < 0.99:
        return 0.4 * share
    surer = 1.0 if occurrences > 1 else 0.0
    return 1 / (1 + math.exp(1.35 - 0.43 * math.sqrt(length) - surer))
