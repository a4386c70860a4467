"""Readings of a process, and of no process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symbiote.bench import meter


def test_this_process_can_be_read() -> None:
    found = meter.read(os.getpid())
    assert found is not None
    assert found.memory_mb > 5 and found.descriptors > 2 and found.cpu_s > 0
    assert meter.cpu_seconds(os.getpid(), os.getpid()) == pytest.approx(2 * found.cpu_s, abs=1)


def test_no_process_has_no_figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert meter.read(2**30) is None
    assert meter.cpu_seconds(os.getpid(), 2**30) is None
    assert meter.cpu_seconds() is None
    monkeypatch.setattr(meter, "PROC", tmp_path / "none")
    assert meter.read(os.getpid()) is None
    assert meter.with_home("x") == []


def test_processes_are_found_by_their_home(tmp_path: Path) -> None:
    home = str(tmp_path)
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, env=os.environ | {"SYMBIOTE_HOME": home}
    ) as child:
        assert meter.with_home(home) == [child.pid]
        assert meter.with_home(home + "x") == []
        child.communicate(b"\n")
    assert meter.with_home(home) == []
