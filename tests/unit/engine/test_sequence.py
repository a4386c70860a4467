"""Reading a prompt in time: a model too slow for its deadline gets further with each ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from symbiote.core.timing import Cost
from symbiote.engine.local import sequence
from symbiote.engine.local.sequence import ABORTED, Late, Sequence
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import NO_TREE, Tree
from unit.engine.arithmetic import Arithmetic

DEADLINE = 0.6


@dataclass
class Slow(Arithmetic):
    """Takes `pace` seconds for a token; at the deadline it is interrupted, as llama.cpp is."""

    pace: float = 0.0
    clock: float = 0.0
    until: float = 0.0

    def decode(self, tokens: Ids, start: int, outputs: int, tree: Tree = NO_TREE) -> int:
        self.clock += self.pace * (len(tokens) + len(tree))
        if self.clock > self.until:
            self.clock = self.until
            return ABORTED
        return super().decode(tokens, start, outputs, tree)


class Flag:
    def begin(self, ask: int) -> bool:
        return True

    def cancelled(self, ask: int) -> bool:
        return False

    def clear(self) -> None:
        pass


def asks(model: Slow, monkeypatch: pytest.MonkeyPatch, most: int) -> list[int]:
    """How much of a prompt is held after each ask, until it is read."""
    monkeypatch.setattr(sequence.time, "monotonic", lambda: model.clock)
    prompt = np.arange(1_000, dtype=np.int32) % 256
    read, held = Sequence(model, Flag()), []
    for number in range(most):
        model.until = model.clock + DEADLINE
        try:
            read.read(number, prompt, model.until, Cost(), lambda: None)
        except Late:
            held.append(read.count)
        else:
            return held
    return held


@pytest.mark.parametrize("pace", [0.0055, 0.02, 0.06])
def test_a_model_whose_call_takes_longer_than_the_deadline_reads_on(
    monkeypatch: pytest.MonkeyPatch, pace: float
) -> None:
    model = Slow(context=1_024, chunk=128, pace=pace)
    held = asks(model, monkeypatch, 300)
    assert held == sorted(held) and len(held) < 300
    # at most two asks to learn how slow it is, and at most one lost call in each of the others
    assert len(held) < 3 + 1_000 * pace / (
        DEADLINE - 2 * max(sequence.PIECE, sequence.LEAST * pace / 2)
    )


def test_a_fast_model_is_called_as_seldom_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Slow(context=1_024, chunk=128, pace=0.0001)
    assert asks(model, monkeypatch, 2) == []
    assert model.calls == 8


def test_a_model_that_was_slow_for_once_is_called_with_more_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = Slow(context=1_024, chunk=128, pace=0.02)
    asks(model, monkeypatch, 4)
    model.pace = 0.0001
    before = model.calls
    asks(model, monkeypatch, 2)
    assert model.calls - before < 20
