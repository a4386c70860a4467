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
from symbiote.engine.local.payoff import LONGEST, Payoff
from symbiote.engine.local.sampling import greedy
from symbiote.engine.local.sequence import OK, Model
from symbiote.engine.local.tokens import Ids

WINDOW = 512
"""Tokens before the cursor that it reads at most: what it has to guess stands in the last lines."""
CONTEXT = 4 * WINDOW
SURE = math.log(0.5)
"""The log-probability (nats) of a token under which a draft ends: what it is not sure of is refused more often than not."""
READING = 12
"""Calls of the large model that reading the text before a first draft may take; where it takes longer there is none."""
MEASURED, TIMES = 32, 2
"""Tokens that are read at first to know how long that takes, and how often."""
FORGIVING = 0.05
"""Of that time is forgotten each time that it was too long."""
PART = 1 / 32
"""Of the time for reading that is still to be accounted for, what each draft is charged with: short answers pay for it too."""
EVERY, GAIN = 256, 0.95
"""How often it is tried again where it did not pay, in calls, and what share of a plain token's time one of its may take."""


TRIALS = 16
"""Drafts before the first verdict: where the text proposes nothing the next token is often hard to guess, and a few say little."""


class Drafting(Protocol):
    """What is needed of `Drafter`."""

    @property
    def payoff(self) -> Payoff: ...
    @property
    def seconds(self) -> float: ...
    @property
    def says(self) -> str: ...
    def propose(self, text: Ids, most: int) -> Ids: ...
    def was(self, drafted: int, right: int) -> None: ...


class Drafter:
    """`model` is the second one, `shared` how many tokens, from 0 on, mean the same in both, `name` what it is called.

    `proposed` and `right` count its tokens, and those that the large model agreed to; `seconds` are what the last draft cost,
    with a part of what reading the text before the first one did.
    """

    def __init__(self, model: Model, shared: int, name: str) -> None:
        self.payoff = Payoff(every=EVERY, gain=GAIN, trials=TRIALS)
        self.proposed = self.right = 0
        self.seconds = self._owed = 0.0
        self._model = model
        self._shared = shared
        self._window = min(WINDOW, model.context // 2)
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
        begun = time.perf_counter()
        read = self._follow(text)
        draft = self._write(most) if read is not None else []
        self._owed += read or 0.0
        part = self._owed * PART
        self._owed -= part
        self.seconds = time.perf_counter() - begun - (read or 0.0) + part
        return np.array(draft, np.int32) if draft else NONE

    def _write(self, most: int) -> list[int]:
        draft: list[int] = []
        while len(draft) < most:
            token, sure = greedy(self._model.logits()[: self._shared], self._scratch)
            if not sure >= SURE or self._model.ends[token]:
                break
            draft.append(token)
            if len(draft) < most and not self._read(np.array([token], np.int32)):
                break
        return draft

    def was(self, drafted: int, right: int) -> None:
        """Of so many tokens that were checked so many were right."""
        self.proposed += drafted
        self.right += right

    def _follow(self, text: Ids) -> float | None:
        """Have it read `text`, so that its logits are those behind the last token: the seconds that this took where it was much,
        which serves all drafts of an answer; None where it is not worth it, or was interrupted.
        """
        same = common(self._held[: self._count], text[self._from :])
        behind = len(text) - self._from
        full = behind + LONGEST > self._model.context
        if full or same == 0 or behind - same > self._window:
            self._from, same = max(0, len(text) - self._window), 0
        start = min(same, len(text) - self._from - 1)
        new = text[self._from + start :]
        if new.max() >= self._shared:
            return None
        if len(new) * self._pace > READING * self.payoff.plain_seconds:
            self._pace *= 1 - FORGIVING  # it was measured once, and maybe in a bad moment
            return None
        self._model.forget(start)
        self._count = start
        begun = time.perf_counter()
        chunk = self._model.chunk
        if not all(self._read(new[at : at + chunk]) for at in range(0, len(new), chunk)):
            return None
        if len(new) < MEASURED:
            return 0.0
        taken = time.perf_counter() - begun
        self._pace = taken / len(new)
        return taken

    def _read(self, tokens: Ids) -> bool:
        """False where it was interrupted: whoever asked is asked to stop, and will see so."""
        end = self._count + len(tokens)
        if end > self._model.context or self._model.decode(tokens, self._count, 1) != OK:
            return False
        self._held[self._count : end] = tokens
        self._count = end
        return True

    def _measure(self) -> float:
        """Seconds that it takes to read a token; the first call, which makes room for all others, does not count."""
        count, taken = min(MEASURED, self._model.chunk), []
        for _ in range(1 + TIMES):
            begun = time.perf_counter()
            self._model.decode(np.zeros(count, np.int32), 0, 1)
            self._model.forget(0)
            taken.append((time.perf_counter() - begun) / count)
        return min(taken[1:])
