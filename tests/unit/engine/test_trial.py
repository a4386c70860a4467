"""A calibration against a machine made of numbers, its stopwatch included."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.errors import ModelError
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.trial import KNOWN, SECONDS, Trial, counts, rival


@dataclass
class Machine:
    """`each` gives seconds per token of a prompt, `write` for one token, from (flash, threads, ubatch)."""

    each: Callable[[bool, int, int], float] = lambda flash, threads, ubatch: 0.0005
    write: Callable[[bool, int, int], float] = lambda flash, threads, ubatch: 0.002
    busy: Callable[[int], float] = lambda threads: 1.0
    flash: bool = False
    ubatch: int = 128
    context: int = 2048
    gpu_layers: int = 0
    code: int = 0
    now: float = 0.0
    threads: int = 0
    rivals: int = 0
    held: int = 0
    opened: list[tuple[bool, int]] = field(default_factory=list)

    @property
    def chunk(self) -> int:
        return min(256, self.ubatch)

    def reopen(self, flash: bool, ubatch: int) -> None:
        self.opened.append((flash, ubatch))
        self.flash, self.ubatch, self.held = flash, ubatch, 0

    def use_threads(self, few: int, most: int) -> None:
        self.few, self.most = few, most

    def decode(self, tokens: Ids, start: int, outputs: int) -> int:
        assert start == self.held
        assert 0 < len(tokens) <= self.chunk
        assert start + len(tokens) <= self.context
        self.held += len(tokens)
        threads = self.most if len(tokens) >= 32 else self.few
        cost = self.write if len(tokens) == 1 else self.each
        spent = cost(self.flash, threads, self.ubatch) * len(tokens)
        self.now += spent * (self.busy(threads) if self.rivals else 1.0)
        return self.code

    def forget(self, start: int) -> None:
        self.held = min(self.held, start)

    @contextlib.contextmanager
    def beside(self) -> Iterator[None]:
        self.rivals += 1
        yield
        self.rivals -= 1


def trial(machine: Machine, cores: int = 4) -> dict[str, object]:
    few = max(1, cores - 1)
    run = Trial(machine, few, cores, clock=lambda: machine.now, beside=machine.beside)
    return run.run()


def chosen(machine: Machine, cores: int = 4) -> tuple[bool, int, int]:
    told = trial(machine, cores)["chosen"]
    assert isinstance(told, dict)
    return told["flash"], told["threads"], told["ubatch"]


def test_where_nothing_differs_what_ships_stays() -> None:
    machine = Machine()
    told = trial(machine)
    assert chosen(Machine()) == (False, 3, 128)
    assert told["depth"] == KNOWN
    assert told["skipped"] == []
    assert told["chosen"] == told["shipped"]
    tried = [(f["flash"], f["threads"], f["ubatch"]) for f in told["measured"]]  # type: ignore[attr-defined]
    assert set(tried) == {
        *((False, count, 128) for count in (1, 2, 3, 4)),
        (True, 3, 128), (False, 3, 64), (False, 3, 256),
    }  # fmt: skip


def test_the_figures_are_those_of_the_stopwatch() -> None:
    told = trial(Machine())["chosen"]
    assert told == {
        "flash": False, "threads": 3, "ubatch": 128,
        "read_ms": 0.5, "add_ms": 25.0, "write_ms": 2.0, "ask_ms": 73.0,
    }  # fmt: skip


def test_flash_attention_is_taken_where_it_helps() -> None:
    assert chosen(Machine(write=lambda flash, t, u: 0.001 if flash else 0.002))[0]
    assert not chosen(Machine(write=lambda flash, t, u: 0.0099 if flash else 0.01))[0]
    assert not chosen(Machine(flash=True, write=lambda flash, t, u: 0.003 if flash else 0.001))[0]


def test_fewer_threads_are_taken_where_they_are_clearly_faster() -> None:
    assert chosen(Machine(write=lambda f, threads, u: 0.001 * threads))[1] == 1
    assert chosen(Machine(write=lambda f, threads, u: 0.01 + 0.0001 * threads))[1] == 3


def test_the_last_processor_is_left_to_the_editor() -> None:
    def write(flash: bool, threads: int, ubatch: int) -> float:
        return 0.006 / threads

    assert chosen(Machine(write=write, busy=lambda threads: 5.0 if threads == 4 else 1.0))[1] == 3
    assert chosen(Machine(write=write, busy=lambda threads: 1.0), cores=2)[1] == 2
    assert chosen(Machine(write=write), cores=1)[1] == 1


def test_another_batch_is_taken_when_it_reads_faster_and_a_typical_ask_is_no_slower() -> None:
    assert chosen(Machine(each=lambda f, t, ubatch: 0.1 / ubatch))[2] == 256
    assert chosen(Machine(each=lambda f, t, ubatch: 0.00001 * ubatch))[2] == 64
    dear = Machine(
        each=lambda f, t, ubatch: 0.1 / ubatch, write=lambda f, t, u: 0.002 if u == 128 else 0.02
    )
    assert chosen(dear)[2] == 128


def test_a_choice_that_does_not_win_twice_is_not_taken() -> None:
    machine = Machine()
    machine.write = lambda flash, t, u: (
        0.001 if flash and machine.opened.count((True, 128)) == 1 else 0.002
    )
    assert chosen(machine) == (False, 3, 128)


def test_a_slow_model_is_measured_behind_less_and_in_time() -> None:
    machine = Machine(each=lambda f, t, u: 0.03, write=lambda f, t, u: 0.3)
    told = trial(machine, cores=8)
    assert isinstance(told["depth"], int)
    assert 1 <= told["depth"] < 100
    assert machine.now < SECONDS + 10


@given(st.floats(1e-6, 5.0), st.floats(1e-6, 5.0), st.integers(1, 64), st.integers(600, 4096))
@settings(deadline=None, max_examples=50)
def test_a_trial_ends_in_time_whatever_the_machine(
    each: float, write: float, cores: int, context: int
) -> None:
    machine = Machine(each=lambda f, t, u: each, write=lambda f, t, u: write, context=context)
    told = trial(machine, cores)
    # One more setting may just have begun: its context, its prompt, two repeats.
    slack = 64 * each * 2 + 4 * 50 * each + 4 * write
    assert machine.now < SECONDS + slack
    assert told["depth"] <= min(KNOWN, context - 51)  # type: ignore[operator]
    assert told["chosen"]["threads"] <= cores  # type: ignore[index]


def test_on_a_graphics_card_threads_are_not_tried() -> None:
    told = trial(Machine(flash=True, gpu_layers=9, ubatch=256))
    assert {f["threads"] for f in told["measured"]} == {3}  # type: ignore[attr-defined]


def test_a_model_that_fails_on_the_way_is_an_error() -> None:
    with pytest.raises(ModelError, match="code -3"):
        trial(Machine(code=-3))


def test_many_processors_are_not_all_tried() -> None:
    assert counts(1) == [1]
    assert counts(6) == [1, 2, 3, 4, 5, 6]
    assert counts(48) == [1, 2, 4, 8, 16, 24, 32, 47, 48]


def test_the_rival_ends() -> None:
    with rival():
        pass
