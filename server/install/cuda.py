"""What a build of llama.cpp for an NVIDIA card needs, looked for before anything is compiled."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from install.python import ASKED

TOOLKIT = Path("/usr/local/cuda")
"""Where NVIDIA's own packages put CUDA; they leave the PATH alone."""
SYSTEM = Path("/usr")
HEADER = "include/cublas_v2.h"
STUBS = (
    *("lib64/stubs/libcuda.so", "lib/stubs/libcuda.so", "targets/*/lib/stubs/libcuda.so"),
    *("lib/*/libcuda.so", "lib/*/stubs/libcuda.so", "lib64/libcuda.so"),
)
NEXT = "then run the command again."


def prepare() -> None:
    """Set the variables for such a build, unless the user has. Ends the command with what is missing."""
    if not shutil.which("nvidia-smi"):
        raise SystemExit(
            "nvidia-smi is not on the PATH: this job needs Linux, an NVIDIA card and its driver."
        )
    nvcc = os.environ.get("CUDACXX") or shutil.which("nvcc") or _present(TOOLKIT / "bin" / "nvcc")
    if not nvcc:
        raise SystemExit(
            "CUDA's compiler nvcc is not on the PATH. Install it: apt-get install nvidia-cuda-toolkit (as root), "
            f"or NVIDIA's own packages; {NEXT} CUDACXX=PATH says where it lies."
        )
    os.environ["CUDACXX"] = nvcc
    if ASKED not in os.environ:
        places = (Path(nvcc).resolve().parents[1], TOOLKIT, SYSTEM)
        os.environ[ASKED] = " ".join(["-DGGML_CUDA=on", *_cublas(places), *_driver(places)])


def _present(path: Path) -> str:
    return str(path) if path.exists() else ""


def _cublas(places: tuple[Path, ...]) -> Iterator[str]:
    """Nothing where CUDA has cuBLAS, else where its package for Python lies: small images have CUDA without it."""
    if any((place / HEADER).exists() for place in places):
        return
    # nvidia-cublas has its files in nvidia/cu13, nvidia-cublas-cu12 in nvidia/cublas.
    found = [file for folder in sys.path for file in Path(folder).glob(f"nvidia/*/{HEADER}")]
    if not found:
        raise SystemExit(
            f"CUDA is here without cuBLAS ({HEADER}). Install it: apt-get install libcublas-dev (as root), or for "
            f"CUDA 13 {sys.executable} -m pip install nvidia-cublas, for 12 nvidia-cublas-cu12; {NEXT}"
        )
    root = found[0].parents[1]
    for name in ("cublas", "cublasLt"):
        yield f"-DCUDA_{name}_LIBRARY={next((root / 'lib').glob(f'lib{name}.so*'))}"
    yield f"-DCMAKE_CUDA_FLAGS=-I{root / 'include'}"
    known = os.environ.get("LD_LIBRARY_PATH")
    os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [str(root / "lib"), known]))


def _driver(places: tuple[Path, ...]) -> Iterator[str]:
    """ggml links the driver's library for its pool of memory, and does without where only libcuda.so.1 is there."""
    if not any(next(place.glob(stub), None) for place in places for stub in STUBS):
        yield "-DGGML_CUDA_NO_VMM=on"
