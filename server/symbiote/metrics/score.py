"""How alike texts are: a hole and what it was filled with, lines of a rewrite and what is left of them. The only door to rapidfuzz.

Holes by the first-line protocol of Qwen2.5-Coder's `humaneval_fim.py`: the first line of the text, stripped, against the
first line of the answer, stripped. Exact match, and edit similarity as rapidfuzz's ratio (0 to 1), which is the normalised
indel similarity.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

PLACES = 3
"""Places that are compared letter by letter."""
FEW, MOST_LINES = 3, 5_000
MOST_ALIKE = 20
"""Of the same line; more says nothing about a place."""


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


def alike(one: str, other: str) -> float:
    """The normalised indel similarity of two texts, 0 to 1."""
    return ratio(one, other) / 100


def still_there(text: Sequence[str], document: Sequence[str]) -> float:
    """How much of lines that were put into a document stands there still, 0 to 1: their similarity with the lines that
    are in their place now, which is where most of them still follow each other. Where none is left as it was, a few
    lines are looked for everywhere; of more nothing is left.
    """
    now = "\n".join(line.rstrip("\r\n") for line in document)
    if "\n{}\n".format("\n".join(text)) in f"\n{now}\n":
        return 1.0
    wanted = [line.strip() for line in text]
    places: Counter[int] = Counter()
    where: dict[str, list[int]] = {}
    for number, line in enumerate(wanted):
        if line:
            where.setdefault(line, []).append(number)
    for at, line in enumerate(document):
        for number in where.get(line.strip(), ())[:MOST_ALIKE]:
            places[at - number] += 1
    found = [place for place, _ in places.most_common(PLACES)]
    if not found and len(text) <= FEW:
        found = list(range(min(len(document), MOST_LINES)))
    return max((_compared(text, document, place) for place in found), default=0.0)


def _compared(text: Sequence[str], document: Sequence[str], place: int) -> float:
    now = document[max(0, place) : max(0, place + len(text))]
    return alike("\n".join(text), "\n".join(line.rstrip("\r\n") for line in now))


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
