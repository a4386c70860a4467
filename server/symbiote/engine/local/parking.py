"""Sequences that are not in use but may be again: another file, another window, the place before.

Copying one to memory and back takes a hundredth of the time of reading its prompt again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symbiote.engine.local.tokens import Ids

MOST_BYTES = 128 * 1024 * 1024
MOST_STATES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Parked:
    """The tokens of a sequence and llama.cpp's copy of their keys and values."""

    ids: Ids
    state: Any


class Parking:
    """Holds the sequences used last, up to a number and a size in bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._states: list[Parked] = []

    def put(self, ids: Ids, state: Any) -> None:
        """Keep a sequence; the ones put first give way, and one that is too large by itself."""
        self._states.append(Parked(ids, state))
        while len(self._states) > MOST_STATES or self.bytes > self._most_bytes:
            del self._states[0]

    def take(self, prompt: Ids, least: int) -> Parked | None:
        """The sequence that shares most of `prompt`'s beginning, if that is `least` tokens or more."""
        best = max(self._states, key=lambda parked: common(parked.ids, prompt), default=None)
        if best is None or common(best.ids, prompt) < least:
            return None
        self._states.remove(best)
        return best

    @property
    def bytes(self) -> int:
        return sum(len(parked.state) for parked in self._states)


def common(one: Ids, other: Ids) -> int:
    """How many tokens the two begin with in common."""
    length = min(len(one), len(other))
    differing = np.flatnonzero(one[:length] != other[:length])
    return int(differing[0]) if len(differing) else length
