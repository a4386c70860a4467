"""Choosing an answer: what the model wrote, or one of the file's proposals the model finds likelier to be right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.candidates import Candidate, candidates
from symbiote.engine.local.elsewhere import Elsewhere
from symbiote.engine.local.ranking import Place, Ranking, Scored
from symbiote.engine.local.sampling import log_sum
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import Floats, Known, Path
from symbiote.engine.port import Ask

MOST = 4
"""Proposals shown to the model. The right one is among the first 4 nearly as often as among all 20."""
LONGEST = 16
"""Tokens of a proposal."""
UNLIKELY = -4.0
"""Log-odds by the file alone. Four in five proposals are below; of 500 answers shown while typing, none was."""
HOPELESS, BEHIND = -6.0, 4.0
"""The model's own answer is given up once its log-probability is below the one, and by the other behind the best
proposal's. It saves a third of the tokens; one of 250 own answers shown while typing was lost by it."""

SHORT_REST = 3

OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")


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
    floor: float = -math.inf
    """Log-probability under which it is given up."""

    @property
    def total(self) -> float:
        return sum(self.tokens)


class Chooser:
    """Weighs answers of one line, as `Generator` has them read."""

    def __init__(self, words: Words, ranking: Ranking) -> None:
        self._words = words
        self._ranking = ranking
        pieces = (words.piece(token) for token in range(words.vocabulary))
        self.stops = words.ends | np.array([piece.startswith(b"\n") for piece in pieces])
        """Tokens before which a line's answer ends."""
        self._stopping = np.flatnonzero(self.stops)

    def elsewhere(self, ask: Ask) -> Elsewhere | None:
        """What other files say of the ask's place; None where there are none, or where they are not weighed."""
        if not (ask.elsewhere or ask.names) or not self._ranking.knows_elsewhere:
            return None
        return Elsewhere(ask.before, ask.after, ask.elsewhere, ask.names)

    def proposals(
        self, before: str, after: str, elsewhere: Elsewhere | None = None
    ) -> list[Candidate]:
        """The proposals of the file, and of others, the likeliest first."""
        found = candidates(before, after)
        return self._ranking.by_file(elsewhere.joined(found) if elsewhere else found)

    def few(self, proposals: Sequence[Candidate], *, likely: bool) -> list[Candidate]:
        """Those worth the model's time; `likely` leaves out what is very unlikely."""
        return [one for one in proposals[:MOST] if one.odds >= UNLIKELY or not likely]

    def paths(self, proposals: Sequence[Candidate], word: str) -> list[tuple[Candidate, Path]]:
        """Proposals with their tokens behind the prompt, from which `word` was taken back."""
        found = []
        for candidate in proposals:
            ids = self._words.tokenize((word + candidate.text).encode("utf-8", "replace"))
            if 0 < len(ids) <= LONGEST:
                found.append((candidate, tuple(ids.tolist())))
        return found

    def own(self, written: Written, rest: str, proposals: Sequence[Candidate]) -> Scored | None:
        """What the model wrote, as an answer; None when it is blank. `rest` is what the line holds behind the cursor."""
        text = without_rest(written.text.strip("\n").rstrip(), rest)
        if not text.strip():
            return None
        known = next((candidate for candidate in proposals if candidate.text == text), None)
        return Scored(text, tuple(written.tokens), written.end, known, True)

    def proposed(
        self, paths: Sequence[tuple[Candidate, Path]], known: Known, fits: float
    ) -> list[Scored]:
        """Proposals with the model's log-probabilities, as far as all of their tokens are `known`.

        The word that was taken back begins with log-probability `fits`, which is given here.
        """
        made = []
        for candidate, path in paths:
            if path not in known:
                continue
            tokens = [float(known[path[:end]][token]) for end, token in enumerate(path)]
            tokens[0] = min(0.0, tokens[0] - fits)
            made.append(Scored(candidate.text, tuple(tokens), self.ending(known[path]), candidate))
        return made

    def floor(self, proposed: Sequence[Scored]) -> float:
        """The log-probability under which an answer of the model's own will not be the likeliest, or not be shown."""
        return min([HOPELESS, *(answer.total - BEHIND for answer in proposed)])

    def ending(self, logs: Floats) -> float:
        """The log-probability that the answer ends, from the log-probabilities of all tokens."""
        return log_sum(logs[self._stopping])

    def best(
        self,
        scored: Sequence[Scored],
        before: str,
        after: str,
        elsewhere: Elsewhere | None = None,
        *,
        unread: bool = False,
    ) -> tuple[Scored, float] | None:
        """The likeliest answer and its log-probability of being right; None when there is none.

        `unread`: `few` left some out.
        """
        if not scored:
            return None
        odds = self._ranking.by_both(scored, Place.of(before, after, elsewhere), unread=unread)
        index = int(odds.argmax())
        return scored[index], -math.log1p(math.exp(-float(odds[index])))


def meets(text: str, rest: str) -> bool:
    """Whether an answer has arrived at what stands behind the cursor. One or two letters are no sign of it."""
    rest = rest.strip()
    if rest[:1] not in CLOSING and len(rest) < SHORT_REST:
        return False
    return without_rest(text, rest).rstrip() != text.rstrip()


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


def without_doubles(own: Scored | None, proposed: list[Scored]) -> list[Scored]:
    """The model's own answer first, and the others that are not the same."""
    if own is None:
        return proposed
    return [own, *(answer for answer in proposed if answer.text != own.text)]
