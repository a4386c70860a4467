"""Boosted regression trees, evaluated: sums of small decision trees give log-odds (Friedman, 2001)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

ARRAYS = ("feature", "threshold", "left", "right", "value", "roots")
Floats = NDArray[np.float64]


class Trees:
    """All nodes of all trees in flat arrays. A leaf's children are itself, so that every walk can go on equally long."""

    def __init__(
        self,
        base: float,
        feature: Sequence[int],
        threshold: Sequence[float],
        left: Sequence[int],
        right: Sequence[int],
        value: Sequence[float],
        roots: Sequence[int],
        depth: int,
    ) -> None:
        self._base = base
        self._feature = np.array(feature, np.intp)
        self._threshold = np.array(threshold, np.float64)
        self._children = np.stack([np.array(right, np.intp), np.array(left, np.intp)])
        self._value = np.array(value, np.float64)
        self._roots = np.array(roots, np.intp)
        self._depth = depth
        self._check()

    def _check(self) -> None:
        nodes = len(self._value)
        if not len(self._feature) == len(self._threshold) == self._children.shape[1] == nodes:
            raise ValueError("the arrays of the trees differ in length")
        indices = np.concatenate([self._children.ravel(), self._roots])
        if len(indices) and not 0 <= indices.min() <= indices.max() < nodes:
            raise ValueError("a node of the trees points nowhere")

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Trees:
        """From what `models/train/rank.py` writes. Raises `ValueError`, `KeyError` or `TypeError`."""
        arrays = {name: raw[name] for name in ARRAYS}
        return cls(base=float(raw["base"]), depth=int(raw["depth"]), **arrays)

    def odds(self, rows: Floats) -> Floats:
        """Log-odds, shape (rows,), of feature vectors, shape (rows, features)."""
        count, width = rows.shape
        nodes = len(self._value)
        at = np.broadcast_to(self._roots, (count, len(self._roots)))
        row = np.arange(0, count * width, width)[:, None]
        flat, children = np.ascontiguousarray(rows).ravel(), self._children.ravel()
        # `take` from flat arrays is twice as fast as indexing with several arrays.
        for _ in range(self._depth):
            goes_left = flat.take(row + self._feature.take(at)) <= self._threshold.take(at)
            at = children.take(goes_left * nodes + at)
        sums: Floats = self._base + self._value.take(at).sum(axis=1)
        return sums
