"""The steps of an answer: one token per call of llama.cpp, or several when a draft turns out right."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symbiote.core.timing import Tokens
from symbiote.engine.local.drafter import Drafting
from symbiote.engine.local.drafts import NONE, Lookup
from symbiote.engine.local.payoff import Payoff
from symbiote.engine.local.sequence import Model, Sequence
from symbiote.engine.local.tokens import Ids


class Steps:
    """The logits of an answer's places, one after the other; a view, valid until the next `go`.

    It begins behind the prompt, which has been read. `lookup` None means no drafts; with `one_line` they stop
    before a line end. `tokens` counts what was drafted and what of it the model agreed to. `drafter` is asked where the text
    proposes nothing.
    """

    def __init__(
        self,
        model: Model,
        read: Callable[[Ids, int], None],
        sequence: Sequence,
        lookup: Lookup | None,
        payoff: Payoff,
        tokens: Tokens,
        one_line: bool,
        drafter: Drafting | None = None,
    ) -> None:
        self._model = model
        self._read = read
        self._sequence = sequence
        self._lookup = lookup
        self._payoff = payoff
        self._tokens = tokens
        self._one_line = one_line
        self._drafter = drafter
        self._by: Drafting | None = None
        self._draft = NONE
        self._used = 0
        self._seconds = 0.0
        self.logits: NDArray[np.float32] = model.logits()

    def took(self, token: int) -> None:
        """The answer has `token` here."""
        if self._lookup is not None:
            self._lookup.add(token)
        self._tokens.accepted += int(self._right(token))

    def go(self, token: int, left: int) -> None:
        """Step behind `token`, which was taken here. `left` is how many more the answer may have (1 or more);
        0 for no draft. Raises what reading raises.
        """
        if self._right(token):
            self._used += 1
            self.logits = self._model.rows(len(self._draft) + 1)[self._used]
            return
        self.close()
        draft = self._proposed(left)
        begun = time.perf_counter()
        self._read(np.concatenate((np.array([token], np.int32), draft)), len(draft) + 1)
        seconds = time.perf_counter() - begun
        self._seconds += seconds
        if len(draft):
            self._draft, self._used = draft, 0
            self._tokens.drafted += len(draft)
            self.logits = self._model.rows(len(draft) + 1)[0]
        else:
            self._plain(seconds)
            self.logits = self._model.logits()

    def close(self) -> None:
        """Have the sequence forget what was drafted and not used; learn whether the draft paid."""
        drafted = len(self._draft)
        if drafted:
            self._sequence.forget(self._sequence.count - (drafted - self._used))
            payoff = self._payoff
            if self._by is not None:
                self._by.was(drafted, self._used)
                payoff = self._by.payoff
            payoff.drafted(drafted, self._used + 1, self._seconds)
            self._draft, self._used = NONE, 0

    def _right(self, token: int) -> bool:
        return self._used < len(self._draft) and int(self._draft[self._used]) == token

    def _plain(self, seconds: float) -> None:
        """A call for one token took this long; whoever was asked for a draft in vain took the rest."""
        self._payoff.plain(seconds)
        if self._drafter is not None:
            self._drafter.payoff.plain(seconds)
        if self._by is not None:
            self._by.payoff.drafted(0, 1, self._seconds)

    def _proposed(self, left: int) -> Ids:
        """What the text proposes, else what the second model does, which takes time of its own."""
        self._by, self._seconds = None, 0.0
        draft, drafter = self._propose(left), self._drafter
        most = min(left - 1, self._model.chunk - 1, self._model.outputs - 1)
        if drafter is None or len(draft) or most < 1 or self._lookup is None:
            return draft
        if not (wanted := drafter.payoff.length()):
            return draft
        draft = self._within(drafter.propose(self._lookup.text, min(wanted, most)))
        self._by, self._seconds = drafter, drafter.seconds
        return draft

    def _propose(self, left: int) -> Ids:
        # The last token of an answer is never read, so a draft of all that is left would read one too many.
        most = min(left - 1, self._model.chunk - 1)
        if self._lookup is None or most < 1:
            return NONE
        wanted = self._payoff.length()
        return self._within(self._lookup.propose(min(wanted, most))) if wanted else NONE

    def _within(self, draft: Ids) -> Ids:
        if self._one_line:
            for index, token in enumerate(draft.tolist()):
                if b"\n" in self._model.piece(token):
                    return draft[:index]
        return draft
