"""How good one filled hole is, by the first-line protocol of Qwen2.5-Coder's `humaneval_fim.py`.

The first line of the text, stripped, against the first line of the answer, stripped: exact match, and edit
similarity as rapidfuzz's ratio (0 to 1), which is the normalised indel similarity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio


@dataclass(frozen=True, slots=True)
class Interval:
    """A share and its 95 % Wilson interval."""

    share: float
    low: float
    high: float

    def as_list(self) -> list[float]:
        return [round(self.low, 4), round(self.high, 4)]


def exact(text: str, answer: str) -> bool:
    return first_line(text) == first_line(answer)


def similarity(text: str, answer: str) -> float:
    return ratio(first_line(text), first_line(answer)) / 100


def first_line(text: str) -> str:
    """The first line that says something; a leading line end is not counted."""
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


def wilson(hits: int, n: int) -> Interval:
    """Wilson's score interval at 95 % (Wilson 1927); empty samples give the whole range."""
    if n == 0:
        return Interval(0.0, 0.0, 1.0)
    z, p = 1.959964, hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(p, max(0.0, centre - half), min(1.0, centre + half))
