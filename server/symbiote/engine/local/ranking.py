"""How likely an answer is the right one, from what the file and the model say of it.

Two sets of boosted trees. The first sees the file only and picks the few proposals worth the model's time; the second
sees both. JetBrains' Full Line decides in the same way what to show (arXiv 2601.20223). `models/train/rank.py` fits
them on code that neither the model nor any measure has seen.
"""

from __future__ import annotations

import builtins
import json
import keyword
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import ModelError
from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.candidates import Candidate
from symbiote.engine.local.elsewhere import FEATURES as ELSEWHERE_FEATURES
from symbiote.engine.local.elsewhere import Elsewhere
from symbiote.engine.local.trees import Trees

SCHEMA = 1
UNREAD = -9.5
"""What the model says of the best of the unlikely proposals: the median over 460 places in typing where its own answer
was any good."""
FEATURES = (
    "total",  # log-probability of the answer and its end, by the model
    "mean",  # per token
    "first",  # of the first token
    "least",  # of the unlikeliest token
    "end",  # of its end
    "tokens",
    "lead",  # total minus the best other answer's
    "file",  # log-odds by the first trees; 0 for an answer the file does not propose
    "written",  # the model wrote it
    "proposed",  # the file proposes it
    "length",  # log of the characters
    "line_start",  # nothing but indentation stands before the cursor
    "half_word",  # the cursor follows a letter, digit or underscore
    "rest",  # the line goes on behind the cursor
    "repeats_previous",
    "repeats_next",
    "unknown",  # names in it that neither the file nor the language knows
    *(f"file_{name}" for name in FILE_FEATURES),
)

FILE_AND_ELSEWHERE = ("file", *ELSEWHERE_FEATURES)
"""`file` are the log-odds by the file alone, which say nothing of what is not `in_file`."""
BY_MODEL = 10
"""The first so many of `FEATURES` are looked at again."""
ALL = ("both", *FEATURES[:BY_MODEL], *ELSEWHERE_FEATURES)
"""Where texts of other files, or names from the analysis, came with the ask; `both` are the log-odds without them."""

SETS = {
    "file": FILE_FEATURES,
    "both": FEATURES,
    "file_elsewhere": FILE_AND_ELSEWHERE,
    "both_elsewhere": ALL,
}

NAME = re.compile(r"[^\W\d]\w*")
LANGUAGE = frozenset([*keyword.kwlist, *dir(builtins), "self", "cls"])
"""Python's own names. Other languages get by with the file's."""


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


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around the cursor, as far as the second trees look at it."""

    typed: str
    rest: str
    previous: str
    next: str
    file: str = ""
    elsewhere: Elsewhere | None = None

    @classmethod
    def of(cls, before: str, after: str, elsewhere: Elsewhere | None = None) -> Place:
        lines = before.rsplit("\n", 40)
        rest, _, below = after.partition("\n")
        previous = next((line.strip() for line in reversed(lines[:-1]) if line.strip()), "")
        following = below.lstrip("\n").split("\n", 1)[0].strip()
        file = before + "\n" + after
        return cls(lines[-1], rest.strip(), previous, following, file, elsewhere)

    def unknown(self, text: str) -> int:
        """How many names of an answer are new to the file."""
        word = re.search(r"\w*\Z", self.typed)
        names = set(NAME.findall((word[0] if word else "") + text)) - LANGUAGE
        return sum(name not in self.file for name in names)


class Ranking:
    """Both sets of trees: over `candidates.FEATURES`, and over `FEATURES`.

    And two more that go on from their odds for asks that came with texts of other files (`FILE_AND_ELSEWHERE`, `ALL`), so
    that these change nothing where there are none. Without them other files are not looked into.
    """

    def __init__(
        self,
        file: Trees,
        both: Trees,
        file_elsewhere: Trees | None = None,
        both_elsewhere: Trees | None = None,
    ) -> None:
        self._file = file
        self._both = both
        self._file_elsewhere = file_elsewhere or file
        self._both_elsewhere = both_elsewhere or both
        self.knows_elsewhere = file_elsewhere is not None and both_elsewhere is not None

    @classmethod
    def load(cls, path: Path) -> Ranking:
        """Raises `ModelError` when the file is missing or made for another version."""
        try:
            raw = json.loads(path.read_text("utf-8"))
            given = {name: features for name, features in SETS.items() if name in raw}
            known = raw["schema"], *(raw[name]["features"] for name in given)
            if known != (SCHEMA, *map(list, given.values())):
                raise ModelError(f"{path} was made for another version of Symbiote.")
            file, both = Trees.read(raw["file"]), Trees.read(raw["both"])
            others = {name: Trees.read(raw[name]) for name in given if name.endswith("_elsewhere")}
            return cls(file, both, **others)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} cannot be used to rank answers: {error!r}.") from error

    def by_file(self, proposals: Sequence[Candidate]) -> list[Candidate]:
        """The files' proposals with their odds, the likeliest first; the model has not seen them."""
        if not proposals:
            return []
        odds = self._file.odds(np.array([candidate.features for candidate in proposals]))
        if proposals[0].elsewhere:
            odds = self._file_elsewhere.odds(self.elsewhere(proposals, odds))
        order = np.argsort(-odds, kind="stable")
        return [replace(proposals[index], odds=float(odds[index])) for index in order]

    def by_both(
        self, scored: Sequence[Scored], place: Place, *, unread: bool = False
    ) -> NDArray[np.float64]:
        """Log-odds that each answer is right, shape (answers,). `unread`: there are rivals the model has not read."""
        features = self.features(scored, place, unread=unread)
        odds = self._both.odds(features)
        if place.elsewhere is None:
            return odds
        return self._both_elsewhere.odds(self.all(scored, place.elsewhere, features, odds))

    def elsewhere(
        self, proposals: Sequence[Candidate], odds: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """`FILE_AND_ELSEWHERE` of each proposal; `odds` are those by the file, shape (proposals,)."""
        others = np.array([candidate.elsewhere for candidate in proposals])
        return np.column_stack([odds, others])

    def all(
        self,
        scored: Sequence[Scored],
        elsewhere: Elsewhere,
        features: NDArray[np.float64],
        odds: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """`ALL` of each answer, of which `FEATURES` and the odds by them are known."""
        others = [
            answer.candidate.elsewhere if answer.candidate else elsewhere.features(answer.text)
            for answer in scored
        ]
        known = features[:, :BY_MODEL]
        return np.column_stack([odds, known, np.array(others).reshape(len(scored), -1)])

    def features(
        self, scored: Sequence[Scored], place: Place, *, unread: bool = False
    ) -> NDArray[np.float64]:
        """`FEATURES` of each answer, shape (answers, features)."""
        totals = [answer.total for answer in scored] + [UNREAD] * unread
        rows = [self._features(scored, totals, index, place) for index in range(len(scored))]
        return np.stack(rows) if rows else np.zeros((0, len(FEATURES)))

    def _features(
        self, scored: Sequence[Scored], totals: list[float], index: int, place: Place
    ) -> NDArray[np.float64]:
        answer, total = scored[index], totals[index]
        rivals = totals[:index] + totals[index + 1 :]
        candidate = answer.candidate
        known = candidate.features if candidate else (0.0,) * len(FILE_FEATURES)
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
                candidate.odds if candidate else 0.0,
                float(answer.written),
                float(candidate is not None),
                math.log1p(len(answer.text)),
                float(not place.typed.strip()),
                float(last.isalnum() or last == "_"),
                float(bool(place.rest)),
                float(line == place.previous),
                float(line == place.next),
                min(3, place.unknown(answer.text)),
                *known,
            )
        )
