"""Choosing the next token, and seeing when an answer should end."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST_LOOP = 4
LOOP_TOKENS = 16


def greedy(logits: Floats, scratch: Floats) -> tuple[int, float]:
    """The likeliest token and its log-probability (nats); `nan` when the model computed no numbers.

    `logits` and `scratch` have the vocabulary's length; `scratch` is overwritten.
    """
    token = int(logits.argmax())
    peak = logits[token]
    np.subtract(logits, peak, out=scratch)
    np.exp(scratch, out=scratch)
    total = float(scratch.sum())
    return token, -math.log(total) if math.isfinite(total) and total > 0 else math.nan


def log_sum(logits: Floats) -> float:
    """The logarithm of the summed exponentials: what turns logits into log-probabilities."""
    peak = float(logits.max())
    return peak + math.log(float(np.exp(logits - peak).sum()))


def loops(tokens: Sequence[int]) -> bool:
    """Whether the last tokens are one short phrase over and over: nothing new will follow."""
    if len(tokens) < LOOP_TOKENS:
        return False
    tail = list(tokens[-LOOP_TOKENS:])
    return any(tail[n:] == tail[:-n] for n in range(1, LONGEST_LOOP + 1))


class Lines:
    """Counts line ends of lines that hold visible text, and says where to cut.

    `wanted` 0 never cuts; `visible` says that the first line holds some already.
    """

    def __init__(self, wanted: int, visible: bool = False) -> None:
        self._left = wanted
        self._visible = visible

    def take(self, text: str) -> tuple[str, bool]:
        """`text` as far as it belongs to the answer, its last line end included, and whether to end."""
        if self._left <= 0:
            return text, False
        start = 0
        for index in _ends(text):
            self._visible = self._visible or bool(text[start:index].strip())
            start = index + 1
            if self._visible:
                self._left -= 1
                self._visible = False
                if self._left == 0:
                    return text[:start], True
        self._visible = self._visible or bool(text[start:].strip())
        return text, False


def _ends(text: str) -> list[int]:
    return [index for index, character in enumerate(text) if character == "\n"]
