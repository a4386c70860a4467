"""Continuations of a prompt that the model reads in one call, and what it says behind each of their tokens.

Those that begin alike share their beginning: a tree, of which each branch is a sequence of llama.cpp's. The model's own
answer then costs nothing as far as it follows a branch. After SpecInfer's token trees (Miao et al., arXiv 2305.09781).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.tokens import Ids

Floats = NDArray[np.float32]
Path = tuple[int, ...]
"""Tokens behind the prompt."""

MOST_ROWS = 128
"""Rows remembered for one prompt; of the embedded model's vocabulary they take 4 MB."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Tokens behind a prompt, parents before children. `branches[i]` are the numbers, from 1, of those through node i."""

    paths: tuple[Path, ...] = ()
    branches: tuple[tuple[int, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def width(self) -> int:
        """How many branches it has; they must not be more than `batch.BRANCHES`."""
        return max((max(branches) for branches in self.branches), default=0)

    @property
    def tokens(self) -> Ids:
        return np.array([path[-1] for path in self.paths], np.int32)

    @property
    def depths(self) -> Ids:
        """1 for what follows the prompt."""
        return np.array([len(path) for path in self.paths], np.int32)


NO_TREE = Tree()


def tree(continuations: Iterable[Path], known: Container[Path], room: int) -> Tree:
    """What of `continuations` has to be read: those not `known` to their end, as long as there are `room` nodes."""
    through: dict[Path, list[int]] = {}
    number = 0
    for path in continuations:
        if path in known:
            continue
        steps = [path[:end] for end in range(1, len(path) + 1)]
        if len(through.keys() | set(steps)) > room:
            continue
        number += 1
        for step in steps:
            through.setdefault(step, []).append(number)
    ordered = sorted(through, key=len)
    return Tree(tuple(ordered), tuple(tuple(through[path]) for path in ordered))


class Known:
    """Log-probabilities of every token behind a prompt, and behind what was read after it."""

    def __init__(self) -> None:
        self._prompt = np.empty(0, np.int32)
        self._rows: dict[Path, Floats] = {}

    def begin(self, prompt: Ids) -> None:
        """Forget everything unless it is the same prompt again: a word that is being typed is no part of it."""
        if not np.array_equal(prompt, self._prompt) or len(self._rows) > MOST_ROWS:
            self._rows.clear()
        self._prompt = prompt

    def __contains__(self, path: object) -> bool:
        return path in self._rows

    def __getitem__(self, path: Path) -> Floats:
        """Shape (vocabulary,)."""
        return self._rows[path]

    def get(self, path: Path) -> Floats | None:
        return self._rows.get(path)

    def learn(self, paths: Sequence[Path], logits: Floats) -> None:
        """`logits`, shape (paths, vocabulary), are those behind each path."""
        logs = logits - log_sums(logits)[:, None]
        self._rows.update(zip(paths, logs, strict=True))


class Walk:
    """The logits of an answer's places, one after the other, from what is known and else from the model.

    It begins behind the prompt, which has been read; `read` reads tokens that follow what the sequence holds, the
    logits of the last are then `logits()`.
    """

    def __init__(
        self, known: Known, read: Callable[[Ids, int], None], logits: Callable[[], Floats]
    ) -> None:
        self._known = known
        self._read = read
        self._logits = logits
        self._path: Path = ()
        self._held = 0
        self.logits = known[()]

    def took(self, token: int) -> None:
        """The answer has `token` here."""
        self._path += (token,)

    def go(self, token: int, left: int) -> None:
        """Step behind the token that was taken last. Raises what reading raises."""
        row = self._known.get(self._path)
        if row is None:
            self._read(np.array(self._path[self._held :], np.int32), 1)
            self._held = len(self._path)
            self._known.learn([self._path], self._logits()[None, :])
            row = self._known[self._path]
        self.logits = row

    def close(self) -> None:
        """Nothing to give back: the sequence holds what was taken."""


def log_sums(rows: Floats) -> Floats:
    """The logarithms of the summed exponentials, shape (rows,)."""
    peaks = rows.max(axis=1)
    sums: Floats = peaks + np.log(np.exp(rows - peaks[:, None]).sum(axis=1))
    return sums
