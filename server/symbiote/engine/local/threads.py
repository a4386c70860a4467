"""How many threads read a prompt: found by measuring, because it depends on who else is busy.

On a quiet machine the last core makes reading nearly twice as fast; beside one busy process it makes
it two to four times slower, since all threads wait for the slowest at every operation.
"""

from __future__ import annotations

LEAST_TOKENS = 32
"""Smaller batches are decoding and typing: they leave one core to the editor, and are not measured."""

EXPLORE_EVERY = 32
WEIGHT = 0.3


class Threads:
    """Chooses between `few` and `most` threads for each batch by what the last batches took."""

    def __init__(self, few: int, most: int) -> None:
        self.few, self.most = few, most
        self._cost: dict[int, float] = {}
        self._since = 0

    def pick(self, tokens: int) -> int:
        """The thread count for a batch of `tokens`."""
        if tokens < LEAST_TOKENS or self.few == self.most:
            return self.few
        for count in (self.most, self.few):
            if count not in self._cost:
                return count
        best, other = sorted((self.few, self.most), key=self._cost.__getitem__)
        return other if self._since >= EXPLORE_EVERY else best

    def took(self, count: int, tokens: int, seconds: float) -> None:
        """Learn that a batch of `tokens` took `seconds` with `count` threads."""
        if tokens < LEAST_TOKENS or self.few == self.most:
            return
        each = seconds / tokens
        known = self._cost.get(count)
        explored = known is not None and self._since >= EXPLORE_EVERY
        # A look at the other count after a long time says more than what was known of it.
        weight = 0.7 if explored else WEIGHT
        self._cost[count] = each if known is None else known + weight * (each - known)
        self._since = 0 if explored else self._since + 1
