"""What the model's one sequence holds: reading a prompt, reusing what is known of it, stopping in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from symbiote.core.timing import Cost
from symbiote.engine.local.parking import MOST_BYTES, Parking, common
from symbiote.engine.local.tokens import Ids, Vocabulary
from symbiote.engine.local.tree import NO_TREE, Tree

OK, ABORTED = 0, 2

PIECE = 0.15
"""Seconds that one call may take, as far as that is known: what a deadline or a cancel interrupts of it is lost, and a
model whose call takes longer than that would never come to the end of its prompt.
"""
LEAST = 8
"""Tokens that are read at once however slow the model is: fewer cost nearly as much."""

WORTH = 64
"""Tokens whose reading costs more than parking a sequence and fetching it back."""


class Cancelled(Exception):
    """The ask was withdrawn."""


class Late(Exception):
    """The deadline passed in the middle of a call of llama.cpp."""


class Broken(Exception):
    """llama.cpp failed in a way that leaves the context in doubt; the process should be replaced."""


class Model(Vocabulary, Protocol):
    """What is needed of `native.Native`; see there."""

    context: int
    chunk: int
    outputs: int
    vocabulary: int
    ends: NDArray[np.bool_]

    def decode(self, tokens: Ids, start: int, outputs: int, tree: Tree = NO_TREE) -> int: ...
    def logits(self) -> NDArray[np.float32]: ...
    def rows(self, count: int) -> NDArray[np.float32]: ...
    def forget(self, start: int) -> None: ...
    def save(self, most: int) -> Any | None: ...
    def restore(self, state: Any) -> bool: ...
    def piece(self, token: int) -> bytes: ...


class Flag(Protocol):
    """What is needed of `flag.AbortFlag`."""

    def begin(self, ask: int) -> bool: ...
    def cancelled(self, ask: int) -> bool: ...
    def clear(self) -> None: ...


class Sequence:
    """The tokens whose keys and values the model holds, and those parked in memory."""

    def __init__(self, model: Model, flag: Flag, worth: int = WORTH) -> None:
        self._model = model
        self._flag = flag
        self._worth = worth
        self._parking = Parking()
        self._held = np.zeros(model.context, np.int32)
        self.count = 0
        self._pace = 0.0

    @property
    def held(self) -> Ids:
        """Shape (count,); a view."""
        return self._held[: self.count]

    def read(
        self,
        number: int,
        prompt: Ids,
        deadline: float,
        cost: Cost,
        beat: Callable[[], None],
        tree: Tree = NO_TREE,
    ) -> None:
        """Evaluate what of `prompt` is not held yet; at least its last token, for the logits, and `tree` with it."""
        start = self._recall(prompt)
        while len(prompt) - start > max(1, (whole := self._most()) - len(tree)):
            chunk = prompt[start : min(start + whole, len(prompt) - 1)]
            start += len(chunk)
            self.evaluate(number, chunk, 0, deadline)
            cost.tokens.evaluated += len(chunk)
            beat()
        self.evaluate(number, prompt[start:], 1, deadline, tree)
        cost.tokens.evaluated += len(prompt) - start

    def evaluate(
        self, number: int, tokens: Ids, outputs: int, deadline: float, tree: Tree = NO_TREE
    ) -> None:
        """One call of llama.cpp, repeated when a cancel meant for an earlier ask interrupted it.

        Raises `Cancelled`, `Late` or `Broken`; the sequence is then as it was. Nothing of `tree` is held afterwards.
        """
        while True:
            if self._flag.cancelled(number):
                raise Cancelled
            if time.monotonic() >= deadline:
                raise Late
            begun = time.monotonic()
            code = self._model.decode(tokens, self.count, outputs, tree)
            self._note(len(tokens) + len(tree), time.monotonic() - begun, code == OK)
            if code == OK:
                self._held[self.count : self.count + len(tokens)] = tokens
                self.count += len(tokens)
                return
            if code != ABORTED:
                raise Broken(f"llama.cpp's decode failed with code {code}")
            self._flag.clear()

    def _most(self) -> int:
        """How many tokens are read at once."""
        wanted = PIECE / self._pace if self._pace else self._model.chunk
        return min(self._model.chunk, max(LEAST, int(wanted)))

    def _note(self, count: int, seconds: float, whole: bool) -> None:
        """Learn the seconds that a token of a prompt takes: at least this much, where the call was interrupted."""
        if count >= LEAST:
            self._pace = seconds / count if whole else max(self._pace, seconds / count)

    def forget(self, start: int) -> None:
        """Drop what is held from position `start` on."""
        self._model.forget(start)
        self.count = min(self.count, start)

    def _recall(self, prompt: Ids) -> int:
        """Make the sequence hold as much of `prompt` as is known, and nothing else; how much that is."""
        last = len(prompt) - 1
        start = min(common(self.held, prompt), last)
        parked = None
        if last - start >= self._worth:
            parked = self._parking.take(prompt, start + self._worth)
        if self.count - start >= self._worth:
            self._park()
        if parked is not None:
            self.count = len(parked.ids) if self._model.restore(parked.state) else 0
            self._held[: self.count] = parked.ids[: self.count]
            start = min(common(self.held, prompt), last)
        self.forget(start)
        return start

    def _park(self) -> None:
        state = self._model.save(MOST_BYTES)
        if state is not None:
            self._parking.put(self.held.copy(), state)
