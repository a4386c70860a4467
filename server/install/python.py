"""The virtual environment, llama.cpp built for this processor, and Symbiote itself."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from install import minilm
from install.steps import PYTHON, ROOT, VENV, SetupFailed, Step, apt, key_of

STAMPS = VENV / ".stamps"
CXX_FLAGS = "-fno-tree-dse -fno-dse"
"""GCC 12 deletes most of the AMX tile configuration as dead stores; the first decode then dies
(https://github.com/ggml-org/llama.cpp/issues/20824). Harmless elsewhere, so they are always on."""
ASKED = "SYMBIOTE_CMAKE_ARGS"
"""The variable with the user's own flags for llama.cpp, such as a graphics card's."""
KEPT_FLAGS = STAMPS / "llama-flags"


def environment(dev: bool) -> None:
    """`.venv` with everything pinned in server/requirements*.lock, llama.cpp and Symbiote."""
    compiler()
    _venv()
    lock = ROOT / "server" / ("requirements-dev.lock" if dev else "requirements.lock")
    if not (not dev and _locked("requirements-dev.lock").fresh):
        step = _locked(lock.name)
        step.run([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock])
    _llama()
    _symbiote()
    minilm.model()


def compiler() -> None:
    """A C++ compiler, for llama.cpp; everything else comes as wheels."""
    if shutil.which("c++") or shutil.which("g++") or shutil.which("clang++"):
        return
    step = Step(
        "C++ compiler",
        key="1",
        result=Path("/usr/bin/g++"),
        hint="Install a C++ compiler: apt-get install g++ make (as root), then run the command again.",
    )
    with step.shown():
        apt(step, "g++", "make", "libc6-dev")


def llama_flags() -> str:
    """The user's flags for llama.cpp; those of the last build where none are given, so that a build for a graphics
    card lasts until another is asked for.
    """
    asked = os.environ.get(ASKED)
    if asked is None:
        return KEPT_FLAGS.read_text("utf-8") if KEPT_FLAGS.exists() else ""
    return asked.strip()


def _venv() -> None:
    hint = "Install Python's venv module: apt-get install python3-venv (as root), then run the command again."
    key = f"{platform.python_version()} {ROOT}"  # an environment does not survive being moved
    step = Step("Python environment", key=key, result=PYTHON, hint=hint, stamps=STAMPS)
    if step.fresh or _running_in_it():
        return
    with step.shown():
        if not _has_ensurepip():
            apt(step, "python3-venv")
        shutil.rmtree(VENV, ignore_errors=True)
        step.call([sys.executable, "-m", "venv", VENV])
    step.done()


def _running_in_it() -> bool:
    """Under invoke the environment is the one that runs this: it is not to be replaced."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def _has_ensurepip() -> bool:
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _locked(name: str) -> Step:
    return Step(
        f"Python packages ({name})",
        key=key_of(ROOT / "server" / name, platform.python_version()),
        result=VENV / ("Lib" if os.name == "nt" else "lib"),
        stamps=STAMPS,
        hint="Check that pip reaches its package index (pip download six), then run the command again.",
    )


def _llama() -> None:
    key = key_of(ROOT / "server" / "llama.lock", CXX_FLAGS, *_machine())
    step = Step(
        "llama.cpp for this processor (about 4 minutes on 2 cores)",
        key=key,
        result=VENV,
        stamps=STAMPS,
        hint="The log above says what the compiler missed. It needs a C++17 compiler and 2 GB of memory.",
    )
    if step.fresh:
        return
    kept = _wheels() / key[:16]
    with step.shown():
        wheel = next(kept.glob("*.whl"), None) or _built(step, kept)
        step.call(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--no-index",
                "--force-reinstall",
                wheel,
            ]
        )
        step.call([PYTHON, "-c", "import llama_cpp; llama_cpp.llama_backend_init()"])
    step.done()
    KEPT_FLAGS.write_text(llama_flags(), "utf-8")


def _built(step: Step, kept: Path) -> Path:
    """Build from source, never from pip's cache: a wheel lying there may have been built without the flags."""
    flags = f'-DCMAKE_CXX_FLAGS="{CXX_FLAGS}" -DLLAVA_BUILD=OFF {llama_flags()}'
    fresh = kept.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    step.call(
        [
            *(
                PYTHON,
                "-m",
                "pip",
                "wheel",
                "--no-cache-dir",
                "--no-deps",
                "--no-binary",
                "llama-cpp-python",
            ),
            *("--require-hashes", "-r", ROOT / "server" / "llama.lock", "-w", fresh),
        ],
        env={"CMAKE_ARGS": flags.strip(), "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 2)},
    )
    shutil.rmtree(kept, ignore_errors=True)
    fresh.rename(kept)
    return next(kept.glob("*.whl"))


def _machine() -> list[str]:
    """What a native build depends on: processor features, compiler, Python, asked-for backends.

    Python by its number alone: `sys.version` names the build too, and installing python3-venv may
    have just brought a newer one.
    """
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else [platform.processor()]
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), lines[0])
    version = subprocess.run(
        ["c++", "--version"], capture_output=True, text=True, check=False
    ).stdout
    return [
        flags,
        version,
        platform.python_version(),
        platform.machine(),
        llama_flags(),
    ]


def _wheels() -> Path:
    """Outside the checkout, so that another clone on this machine need not compile again."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "symbiote" / "wheels"


def _symbiote() -> None:
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    step = Step(
        "Symbiote's server",
        key=digest,
        result=VENV / ("Scripts/symbiote.exe" if os.name == "nt" else "bin/symbiote"),
        stamps=STAMPS,
        hint="Run `git status`: pyproject.toml or server/ may be damaged.",
    )
    step.run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "-e",
            ROOT,
        ]
    )


def reexecute(script: Path, arguments: list[str]) -> None:
    """Go on inside the environment, under invoke."""
    if not PYTHON.exists():
        raise SetupFailed("Python environment", "Delete .venv and run the command again.")
    os.chdir(ROOT)
    command = [str(PYTHON), "-m", "invoke", "--search-root", str(script.parent), *arguments]
    if os.name == "nt":
        raise SystemExit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)
