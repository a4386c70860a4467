"""Setting up: what llama.cpp was built with lasts, and a build for a card that is not there is refused in one sentence."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """`install.python` of an environment that has nothing yet, on a machine without CUDA."""
    monkeypatch.syspath_prepend(str(ROOT / "server"))
    module = importlib.import_module("install.python")
    monkeypatch.setattr(module, "STAMPS", tmp_path)
    monkeypatch.setattr(module, "KEPT_FLAGS", tmp_path / "llama-flags")
    monkeypatch.setattr(module, "NVCC", tmp_path / "nvcc")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("CUDACXX", module.ASKED):
        monkeypatch.delenv(name, raising=False)
    return module


def program(path: Path) -> None:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_a_build_for_a_card_is_kept_until_another_is_asked_for(
    python: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built: list[str] = []

    def build(step: object, kept: Path) -> Path:
        built.append(python.llama_flags())
        return tmp_path / "a.whl"

    monkeypatch.setattr(python, "_built", build)
    monkeypatch.setattr(python, "_machine", lambda: [python.llama_flags()])
    monkeypatch.setattr(python, "VENV", tmp_path)
    monkeypatch.setattr(python.Step, "call", lambda *_, **__: None)
    for flags in ("-DGGML_CUDA=on", None, ""):
        if flags is None:
            monkeypatch.delenv(python.ASKED)
        else:
            monkeypatch.setenv(python.ASKED, flags)
        python._llama()
    assert built == ["-DGGML_CUDA=on", ""], (
        "set up again without the variable, the card's build stays"
    )


def test_without_a_card_or_its_compiler_what_is_missing_is_said(
    python: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="nvidia-smi is not on the PATH"):
        python.cuda()
    program(tmp_path / "nvidia-smi")
    with pytest.raises(SystemExit, match="nvcc is not on the PATH"):
        python.cuda()
    assert python.ASKED not in os.environ


def test_with_both_the_build_is_for_the_card_unless_the_user_says_how(
    python: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "nvidia-smi")
    program(tmp_path / "nvcc")
    # set through monkeypatch first, so that what `cuda` sets is taken back
    monkeypatch.setenv("CUDACXX", "")
    monkeypatch.setenv(python.ASKED, "-DGGML_CUDA=on -DCMAKE_CUDA_ARCHITECTURES=90")
    python.cuda()
    assert os.environ["CUDACXX"] == str(tmp_path / "nvcc")
    assert python.llama_flags() == "-DGGML_CUDA=on -DCMAKE_CUDA_ARCHITECTURES=90"
    monkeypatch.delenv(python.ASKED)
    python.cuda()
    assert os.environ[python.ASKED] == "-DGGML_CUDA=on"


def test_the_job_ends_at_once_on_a_machine_without_a_card(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "tasks.py", "gpu"],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1 and "NVIDIA card" in run.stderr
