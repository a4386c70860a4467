"""How likely an answer is the right one, from what the file and the model say of it.

Two logistic regressions. The first sees the file only and picks the few proposals worth the model's time; the
second sees both. It has one set of weights for each way an answer came about: written by the model, found in the
file, or both. `models/train/rank.py` fits them on code that neither the model nor any measure has seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import ModelError
from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.candidates import Candidate

SCHEMA = 1
WAYS = ("model", "file", "both")
FEATURES = (
    "total",  # log-probability of the answer and its end, by the model
    "mean",  # per token
    "first",  # of the first token
    "least",  # of the unlikeliest token
    "end",  # of its end
    "tokens",
    "lead",  # total minus the best other answer's
    "file",  # what the first regression says, in log-odds; 0 for an answer that is not in the file
    "length",  # log of the characters
    "line_start",  # nothing but indentation stands before the cursor
    "half_word",  # the cursor follows a letter, digit or underscore
    "rest",  # the line goes on behind the cursor
    "repeats_previous",
    "repeats_next",
    "share",  # the file's share for it, see candidates.py
    "below",
)


@dataclass(frozen=True, slots=True)
class Scored:
    """An answer with the model's log-probabilities: of each token, and of ending after the last."""

    text: str
    tokens: tuple[float, ...]
    end: float
    candidate: Candidate | None = None
    written: bool = False
    """The model wrote it (greedily); it may be in the file all the same."""

    @property
    def total(self) -> float:
        return sum(self.tokens) + self.end

    @property
    def way(self) -> str:
        if not self.written:
            return "file"
        return "model" if self.candidate is None else "both"


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around the cursor, as far as the second regression looks at it."""

    typed: str
    rest: str
    previous: str
    next: str

    @classmethod
    def of(cls, before: str, after: str) -> Place:
        lines = before.rsplit("\n", 40)
        rest, _, below = after.partition("\n")
        previous = next((line.strip() for line in reversed(lines[:-1]) if line.strip()), "")
        following = below.lstrip("\n").split("\n", 1)[0].strip()
        return cls(lines[-1], rest.strip(), previous, following)


class Ranking:
    """The weights of both regressions; `file` and `ways[way]` start with the constant."""

    def __init__(
        self, file: Sequence[float], ways: Mapping[str, Sequence[float]], name: str = ""
    ) -> None:
        self._file = np.array(file, np.float64)
        self._ways = {way: np.array(ways[way], np.float64) for way in WAYS}
        if len(file) != len(FILE_FEATURES) + 1:
            raise ModelError(f"{name} holds weights for other features of the file.")
        if any(len(weights) != len(FEATURES) + 1 for weights in ways.values()):
            raise ModelError(f"{name} holds weights for other features of the answer.")

    @classmethod
    def load(cls, path: Path) -> Ranking:
        """Raises `ModelError` when the file is missing or made for another version."""
        try:
            raw = json.loads(path.read_text("utf-8"))
            if raw["schema"] != SCHEMA:
                raise ModelError(f"{path} was made for another version of Symbiote.")
            file = [raw["file"][name] for name in ("constant", *FILE_FEATURES)]
            ways = {
                way: [raw["ways"][way][name] for name in ("constant", *FEATURES)] for way in WAYS
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} cannot be used to rank answers: {error!r}.") from error
        return cls(file, ways, str(path))

    def by_file(self, candidate: Candidate) -> float:
        """Log-odds that the file's proposal is right, before the model has seen it."""
        return float(self._file[0] + self._file[1:] @ np.array(candidate.features))

    def by_both(self, scored: Sequence[Scored], place: Place) -> NDArray[np.float64]:
        """Log-odds that each answer is right, shape (answers,)."""
        made = []
        for answer, features in zip(scored, self.features(scored, place), strict=True):
            weights = self._ways[answer.way]
            made.append(float(weights[0] + weights[1:] @ features))
        return np.array(made)

    def features(self, scored: Sequence[Scored], place: Place) -> list[NDArray[np.float64]]:
        """`FEATURES` of each answer, shape (features,) each."""
        totals = [answer.total for answer in scored]
        return [self._features(scored, totals, index, place) for index in range(len(scored))]

    def _features(
        self, scored: Sequence[Scored], totals: list[float], index: int, place: Place
    ) -> NDArray[np.float64]:
        answer, total = scored[index], totals[index]
        rivals = totals[:index] + totals[index + 1 :]
        candidate = answer.candidate
        known = dict(zip(FILE_FEATURES, candidate.features, strict=True)) if candidate else {}
        line = place.typed.strip() + answer.text.strip()
        last = place.typed[-1:]
        return np.array(
            (
                max(total, -40.0),
                max(total / (len(answer.tokens) + 1), -10.0),
                max(answer.tokens[0] if answer.tokens else 0.0, -15.0),
                max(min(answer.tokens, default=0.0), -15.0),
                max(answer.end, -15.0),
                len(answer.tokens),
                max(-10.0, min(10.0, total - max(rivals))) if rivals else 0.0,
                self.by_file(candidate) if candidate else 0.0,
                math.log1p(len(answer.text)),
                float(not place.typed.strip()),
                float(last.isalnum() or last == "_"),
                float(bool(place.rest)),
                float(line == place.previous),
                float(line == place.next),
                known.get("share", 0.0),
                known.get("below", 0.0),
            )
        )
