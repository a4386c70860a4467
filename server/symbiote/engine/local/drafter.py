"""Drafts by a second model: a smaller one with the same tokens writes ahead, and the large one checks it in one call.

Where nothing of the text repeats itself, a model of a tenth of the size still says most of the next tokens right. What it says
goes the way of all drafts: the large one keeps what it would have chosen itself, so that the answer stays as it is. After
"Fast Inference from Transformers via Speculative Decoding" (arXiv 2211.17192), for greedy decoding.
"""

from __future__ import annotations

import math
import time
from typing import Protocol

import numpy as np

from symbiote.engine.local.drafts import NONE
from symbiote.engine.local.parking import common
from symbiote.engine.local.payoff import Payoff
from symbiote.engine.local.sampling import greedy
from symbiote.engine.local.sequence import OK, Model
from symbiote.engine.local.tokens import Ids

WINDOW = 512
"""Tokens before the cursor that it reads at most: what it has to guess stands in the last lines."""
CONTEXT = 4 * WINDOW
SURE = math.log(0.5)
"""The log-probability (nats) of a token under which a draft ends: what it is not sure of is refused more often than not."""
READING = 24
"""Calls of the large model that reading the text before a first draft may take; where it takes longer there is none."""
MEASURED = 32
"""Tokens that are read once to know how long that takes."""
EVERY, GAIN = 128, 0.95
"""How often it is tried again where it did not pay, in calls, and what share of a plain token's time one of its may take."""


class Drafting(Protocol):
    """What is needed of `Drafter`."""

    @property
    def payoff(self) -> Payoff: ...
    @property
    def says(self) -> str: ...
    def propose(self, text: Ids, most: int) -> Ids: ...
    def was(self, drafted: int, right: int) -> None: ...


class Drafter:
    """`model` is the second one, `shared` how many tokens, from 0 on, mean the same in both, `name` what it is called.

    `proposed` and `right` count its tokens, and those that the large model agreed to.
    """

    def __init__(self, model: Model, shared: int, name: str) -> None:
        self.payoff = Payoff(every=EVERY, gain=GAIN)
        self.proposed = self.right = 0
        self._model = model
        self._shared = shared
        self._name = name
        self._held = np.zeros(model.context, np.int32)
        self._count = 0
        self._from = 0
        self._scratch = np.empty(shared, np.float32)
        self._verdict: bool | None = None
        self._said = ""
        self._pace = self._measure()

    @property
    def says(self) -> str:
        """A sentence about whether it pays, as of the last time that this changed; "" while nobody knows."""
        if not self.payoff.tried or not self.proposed:
            return ""
        if self._verdict is not self.payoff.pays:
            self._verdict = self.payoff.pays
            share = f"{100 * self.right / self.proposed:.0f} % of its tokens were right"
            pays = "make long answers faster" if self._verdict else "do not pay here and are off"
            self._said = f"Drafts by {self._name} {pays}: {share}."
        return self._said

    def propose(self, text: Ids, most: int) -> Ids:
        """At most `most` tokens that may follow `text` (prompt and answer so far), shape (n,)."""
        if most < 1 or not self._follow(text):
            return NONE
        draft: list[int] = []
        while len(draft) < most:
            token, sure = greedy(self._model.logits()[: self._shared], self._scratch)
            if not sure >= SURE or self._model.ends[token]:
                break
            draft.append(token)
            if len(draft) < most and not self._read(np.array([token], np.int32)):
                break
        return np.array(draft, np.int32)

    def was(self, drafted: int, right: int) -> None:
        """Of so many tokens that were checked so many were right."""
        self.proposed += drafted
        self.right += right

    def _follow(self, text: Ids) -> bool:
        """Have it read `text`, so that its logits are those behind the last token; False where that is not worth it."""
        same = common(self._held[: self._count], text[self._from :])
        behind = len(text) - self._from
        if behind - same > WINDOW or behind + MEASURED > self._model.context or same == 0:
            self._from, same = max(0, len(text) - WINDOW), 0
        start = min(same, len(text) - self._from - 1)
        new = text[self._from + start :]
        if len(new) * self._pace > READING * self.payoff.plain_seconds or new.max() >= self._shared:
            return False
        self._model.forget(start)
        self._count = start
        begun = time.perf_counter()
        chunk = self._model.chunk
        whole = all(self._read(new[at : at + chunk]) for at in range(0, len(new), chunk))
        if whole and len(new) >= MEASURED:
            self._pace = (time.perf_counter() - begun) / len(new)
        return whole

    def _read(self, tokens: Ids) -> bool:
        """False where it was interrupted: whoever asked is asked to stop, and will see so."""
        end = self._count + len(tokens)
        if end > self._model.context or self._model.decode(tokens, self._count, 1) != OK:
            return False
        self._held[self._count : end] = tokens
        self._count = end
        return True

    def _measure(self) -> float:
        """Seconds that it takes to read a token."""
        begun = time.perf_counter()
        count = min(MEASURED, self._model.chunk)
        self._model.decode(np.zeros(count, np.int32), 0, 1)
        self._model.forget(0)
        return (time.perf_counter() - begun) / count
