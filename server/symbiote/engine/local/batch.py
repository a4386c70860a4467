"""llama.cpp's batch: the tokens of one call, where they stand, and to which sequences they belong."""

from __future__ import annotations

from typing import Any

import numpy as np

from symbiote.engine.local import library
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import Tree

BRANCHES = 4
SEQUENCES = 1 + BRANCHES
"""Number 0 is the one that stays."""


class Batch:
    """Room for `size` tokens. `raw` is what llama_decode takes."""

    def __init__(self, lib: Any, size: int) -> None:
        self._lib = lib
        self.raw = lib.llama_batch_init(size, 0, SEQUENCES)
        self._token = library.view(self.raw.token, size)
        self._position = library.view(self.raw.pos, size)
        self._output = library.view(self.raw.logits, size)
        self._counts = library.view(self.raw.n_seq_id, size)
        self._sequences = [library.view(self.raw.seq_id[i], SEQUENCES) for i in range(size)]
        self._counts[:] = 1
        for row in self._sequences:
            row[:] = range(SEQUENCES)

    def fill(self, tokens: Ids, start: int, outputs: int, tree: Tree) -> None:
        """`tokens` at positions from `start`, the last `outputs` with logits, and behind them `tree`, all with logits.

        The tokens belong to sequence 0 and to the tree's branches.
        """
        count, end = len(tokens), len(tokens) + len(tree)
        self.raw.n_tokens = end
        self._token[:count] = tokens
        self._position[:count] = np.arange(start, start + count, dtype=np.int32)
        self._output[:count] = 0
        self._output[count - outputs : end] = 1
        self._counts[:count] = 1 + tree.width
        if end > count:
            self._token[count:end] = tree.tokens
            self._position[count:end] = tree.depths + (start + count - 1)
            for index, branches in enumerate(tree.branches, count):
                self._counts[index] = len(branches)
                self._sequences[index][: len(branches)] = branches

    def tidy(self, tokens: int, tree: Tree) -> None:
        """After a call with a tree: its rows belong to sequence 0 again."""
        for index in range(tokens, tokens + len(tree)):
            self._sequences[index][:] = range(SEQUENCES)

    def free(self) -> None:
        """It must not be used any more."""
        self._lib.llama_batch_free(self.raw)
