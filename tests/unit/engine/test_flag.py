"""The abort flag: a cancel reaches the ask it is meant for, and no other."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.flag import AbortFlag


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[AbortFlag, AbortFlag]]:
    daemon = AbortFlag.create(tmp_path / "state")
    worker = AbortFlag.open(daemon.path)
    yield daemon, worker
    daemon.close()
    worker.close()


def test_a_cancel_is_seen_on_the_other_side(pair: tuple[AbortFlag, AbortFlag]) -> None:
    daemon, worker = pair
    assert worker.begin(1)
    assert not worker.raised
    daemon.cancel(1)
    assert worker.raised
    assert worker.cancelled(1)
    assert not worker.cancelled(2)


def test_llama_reads_one_and_nought_through_strlen(pair: tuple[AbortFlag, AbortFlag]) -> None:
    daemon, worker = pair
    strlen = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None).strlen
    strlen.argtypes, strlen.restype = [ctypes.c_void_p], ctypes.c_size_t
    assert strlen(worker.address) == 0
    daemon.cancel(2**64 - 1)
    assert strlen(worker.address) == 1
    worker.clear()
    assert strlen(worker.address) == 0


def test_a_cancel_before_the_ask_begins_is_not_lost(pair: tuple[AbortFlag, AbortFlag]) -> None:
    daemon, worker = pair
    daemon.cancel(5)
    assert not worker.begin(5)


def test_a_late_cancel_stops_nobody_else(pair: tuple[AbortFlag, AbortFlag]) -> None:
    daemon, worker = pair
    daemon.cancel(5)
    assert worker.begin(6)
    daemon.cancel(5)
    assert worker.raised
    assert not worker.cancelled(6)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=30))
def test_any_order_of_cancels_and_beginnings(steps: list[tuple[bool, int]]) -> None:
    flag = AbortFlag.create(Path(os.environ.get("TMPDIR", "/tmp")))
    try:
        last = 0
        for cancels, ask in steps:
            if cancels:
                flag.cancel(ask)
                last = ask
            else:
                assert flag.begin(ask) is (last != ask)
                assert not flag.raised
    finally:
        flag.close()


def test_the_file_is_private_and_goes_away(tmp_path: Path) -> None:
    flag = AbortFlag.create(tmp_path)
    assert stat.S_IMODE(flag.path.stat().st_mode) == 0o600
    flag.unlink()
    assert not flag.path.exists()
    flag.cancel(1)
    assert flag.raised
    flag.close()
    flag.close()
    flag.cancel(1)
    assert not flag.raised
    assert list(tmp_path.iterdir()) == []


def test_a_flag_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        AbortFlag.open(tmp_path / "nothing")


def test_a_nudge_interrupts_without_cancelling(pair: tuple[AbortFlag, AbortFlag]) -> None:
    daemon, worker = pair
    assert worker.begin(1)
    daemon.nudge()
    assert worker.raised
    assert not worker.cancelled(1)
