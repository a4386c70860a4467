"""A model made of arithmetic, for tests of what stands above llama.cpp."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.generate import ABORTED, OK, Generator
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import NO_TREE, Tree
from symbiote.engine.port import Ask, Done

EOG, MIDDLE = 256, 257


@dataclass
class Arithmetic:
    """The next byte depends on all bytes before it, or on the last `order` of them: then it repeats itself.

    `aborts` are decode calls to interrupt.
    """

    context: int = 256
    chunk: int = 16
    outputs: int = 64
    vocabulary: int = 258
    begin: int = -1
    patterned: bool = True
    alphabet: bytes = b"abcdefgh \n"
    forced: dict[int, int] = field(default_factory=dict)
    controls: dict[str, int] = field(default_factory=lambda: {"<end>": EOG, "<mid>": MIDDLE})
    sequence: list[int] = field(default_factory=list)
    evaluated: int = 0
    calls: int = 0
    aborts: set[int] = field(default_factory=set)
    wanted: int = 0
    tree: Tree = NO_TREE
    nan: bool = False
    saved: int = 0
    deaf: bool = False
    large: bool = False
    order: int = 0

    def __post_init__(self) -> None:
        self.ends = np.zeros(self.vocabulary, np.bool_)
        self.ends[256:] = True

    def tokenize(self, text: bytes) -> Ids:
        return np.frombuffer(text, np.uint8).astype(np.int32)

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < EOG else b""

    def decode(self, tokens: Ids, start: int, outputs: int, tree: Tree = NO_TREE) -> int:
        assert start == len(self.sequence)
        assert len(tokens) > 0
        assert len(tokens) + len(tree) <= self.chunk
        assert start + len(tokens) + len(tree) <= self.context
        assert outputs + len(tree) <= self.outputs
        self.calls += 1
        if self.calls in self.aborts:
            return ABORTED
        self.sequence += tokens.tolist()
        self.evaluated += len(tokens)
        self.wanted = outputs
        self.tree = tree
        return OK

    def forget(self, start: int) -> None:
        del self.sequence[start:]

    def save(self, most: int) -> list[int] | None:
        self.saved += 1
        return None if self.large else list(self.sequence)

    def restore(self, state: list[int]) -> bool:
        self.sequence = [] if self.deaf else list(state)
        return not self.deaf

    def logits(self) -> NDArray[np.float32]:
        assert self.wanted
        assert not len(self.tree)
        return self._after(self.sequence)

    def rows(self, count: int) -> NDArray[np.float32]:
        assert count == self.wanted + len(self.tree)
        held = len(self.sequence)
        ends = range(held - self.wanted + 1, held + 1)
        texts = [self.sequence[:end] for end in ends]
        texts += [self.sequence + list(path) for path in self.tree.paths]
        return np.stack([self._after(text) for text in texts])

    def _after(self, text: Sequence[int]) -> NDArray[np.float32]:
        out = np.zeros(self.vocabulary, np.float32)
        if self.nan:
            return out * np.float32(math.nan)
        length = len(text)
        begin = max(0, length - self.order) if self.order else 0
        number = hash(tuple(text[begin:]))
        token = self.forced.get(length, self.alphabet[number % len(self.alphabet)])
        out[token] = 5
        return out


class Flag:
    def __init__(self) -> None:
        self.wanted = 0

    def begin(self, ask: int) -> bool:
        return self.wanted != ask

    def cancelled(self, ask: int) -> bool:
        return self.wanted == ask

    def clear(self) -> None:
        pass


def answer(generator: Generator, number: int, ask: Ask) -> tuple[str, Done]:
    """What the generator says, all of it, and how it ended."""
    said: list[str] = []
    done = generator.answer(number, ask, lambda text, _: said.append(text))
    return "".join(said), done
