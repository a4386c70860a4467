"""Whether drafts pay on this machine with this model: decided by what the last calls gave and took."""

from __future__ import annotations

START, LONGEST = 4, 15
"""Tokens of a draft at first, and at most: with the one before it a call of llama.cpp gives logits for 16."""
TRIALS = 4
"""Drafts after which the first verdict falls."""
EXPLORE_EVERY = 32
"""Calls after which the other choice is looked at: whether drafts pay by now, or what one token costs by now."""
WEIGHT, EXPLORING = 0.1, 0.5


class Payoff:
    """Compares the time of an answer's token with drafts and without. Times are in seconds.

    A call that checks a draft gives as many tokens as were used of its logits; a plain call gives one. The other choice is
    looked at after `every` calls; `gain` is the share of a plain token's time that one with drafts may take, and the first
    verdict falls after `trials` drafts.
    """

    def __init__(
        self, *, every: int = EXPLORE_EVERY, gain: float = 1.0, trials: int = TRIALS
    ) -> None:
        self._every, self._gain, self._least = every, gain, trials
        self._length = float(START)
        self._plain = 0.0
        self._spent = self._used = 0.0
        self._trials = 0
        self._since = 0

    @property
    def pays(self) -> bool:
        """Whether drafts make answers faster, as far as is known."""
        if self._trials < self._least:
            return True
        return self._spent < self._gain * self._plain * self._used

    @property
    def tried(self) -> bool:
        """Whether a verdict has fallen."""
        return self._trials >= self._least

    @property
    def plain_seconds(self) -> float:
        """What a call for one token takes; 0 while that is not known."""
        return self._plain

    def length(self) -> int:
        """Tokens to draft now; 0 for a plain call. Every so often the other choice is tried."""
        if not self._plain:
            return 0
        self._since += 1
        if self._since > self._every:
            return 0 if self.pays else int(self._length)
        return int(self._length) if self.pays else 0

    def plain(self, seconds: float) -> None:
        """A call for one token took this long."""
        if self.pays:
            self._since = 0
        self._plain += (seconds - self._plain) * (WEIGHT if self._plain else 1)

    def drafted(self, tokens: int, used: int, seconds: float) -> None:
        """A call that checked `tokens` drafted ones gave `used` tokens (1 to tokens + 1) and took this long.

        With 0 tokens: a draft was looked for in vain.
        """
        exploring = self._since > self._every and not self.pays
        kept = 1 - (EXPLORING if exploring else WEIGHT)
        self._spent = self._spent * kept + seconds
        self._used = self._used * kept + used
        self._trials += 1
        if exploring:
            self._since = 0
        if not tokens:
            return
        # A draft taken whole may be longer the next time; one refused at once wastes what it is long.
        if used > tokens:
            self._length = min(LONGEST, self._length * 1.5)
        elif used <= 1 + tokens // 4:
            self._length = max(2.0, self._length * 0.75)


class Never(Payoff):
    """One token a call whatever it takes: what drafts are measured against."""

    def length(self) -> int:
        return 0
