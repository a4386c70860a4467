"""llama-server, built from the llama.cpp inside the pinned llama-cpp-python source package, with equal flags.

The result is kept in the checkout's .cache under a key of all that it depends on.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from symbiote.core.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "server" / "llama.lock"
KEPT = ROOT / ".cache" / "llama-server"

CXX_FLAGS = "-fno-tree-dse -fno-dse"
"""As server/install/python.py builds the engine (a test compares)."""
CMAKE_FLAGS = (
    *("-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_OPENSSL=OFF"),
    *("-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_APP=OFF"),
    *("-DLLAMA_BUILD_UI=OFF", "-DLLAMA_USE_PREBUILT_UI=OFF"),
)
"""None of these touches the kernels. The last two keep the build from fetching the server's web page."""
INSIDE = "vendor/llama.cpp/"


def llama_server() -> Path:
    """The program, built now if need be: ten minutes on two cores. Raises `UserError` with what is missing."""
    if not LOCK.exists():
        raise UserError(
            f"{LOCK} is not there: --peer builds llama-server in a checkout of Symbiote."
        )
    compiler = _compiler()
    place = KEPT / _key(compiler)
    program = place / "llama-server"
    if not program.exists():
        cmake = _tool("cmake")
        place.mkdir(parents=True, exist_ok=True)
        say("building llama-server for this processor (about 10 minutes on 2 cores)")
        with tempfile.TemporaryDirectory(prefix="build-", dir=place) as work:
            built = _build(Path(work), cmake, place / "build.log")
            built.rename(program)
        say(f"built: {program}")
    return program


def _key(compiler: str) -> str:
    """A digest of what the program depends on."""
    version = subprocess.run(
        [compiler, "--version"], capture_output=True, text=True, check=False
    ).stdout
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else [platform.processor()]
    features = next((line for line in lines if line.startswith(("flags", "Features"))), lines[0])
    facts = (LOCK.read_text("utf-8"), CXX_FLAGS, *CMAKE_FLAGS, *_asked(), version, features)
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _asked() -> list[str]:
    """Flags that the user built the engine with, such as a GPU's."""
    return os.environ.get("SYMBIOTE_CMAKE_ARGS", "").split()


def _compiler() -> str:
    for name in (os.environ.get("CXX", ""), "c++", "g++", "clang++"):
        if name and (found := shutil.which(name)):
            return found
    raise UserError(
        "--peer compiles llama-server and finds no C++ compiler. Install one: apt-get install g++ (as root)."
    )


def _tool(name: str) -> str:
    """A program of the PATH or of this interpreter's environment."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name) or shutil.which(name, path=beside)
    if found is None:
        raise UserError(
            f"--peer builds llama-server and finds no {name}. Install it: "
            f"{sys.executable} -m pip install cmake ninja, or apt-get install cmake ninja-build (as root)."
        )
    return found


def _build(work: Path, cmake: str, log: Path) -> Path:
    """Fetch, unpack, configure and compile in `work`; the program."""
    _run(log, *_download(work))
    archive = next(work.glob("*.tar.gz"), None)
    if archive is None:
        raise UserError(f"pip brought no source package of llama-cpp-python. Log: {log}")
    source = _unpack(archive, work)
    build = work / "build"
    ninja = shutil.which("ninja") or shutil.which("ninja", path=str(Path(sys.executable).parent))
    generator = ["-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={ninja}"] if ninja else []
    flags = [*generator, *CMAKE_FLAGS, f"-DCMAKE_CXX_FLAGS={CXX_FLAGS}", *_asked()]
    _run(log, cmake, "-S", str(source), "-B", str(build), *flags)
    _run(log, cmake, "--build", str(build), "--target", "llama-server")
    program = next((path for path in build.rglob("llama-server") if path.is_file()), None)
    if program is None:
        raise UserError(f"The build of llama-server left no program. Log: {log}")
    return program


def _download(work: Path) -> list[str]:
    """Pinned and checked by its hash, from the index that pip is set up for."""
    return [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", "llama-cpp-python"),
        *("--require-hashes", "-r", str(LOCK), "-d", str(work)),
    ]


def _unpack(archive: Path, work: Path) -> Path:
    """llama.cpp's source out of the package."""
    with tarfile.open(archive) as package:
        members = [m for m in package.getmembers() if m.name.partition("/")[2].startswith(INSIDE)]
        package.extractall(work, members=members, filter="data")
    found = next(work.glob(f"*/{INSIDE}CMakeLists.txt"), None)
    if found is None:
        raise UserError(f"{archive.name} holds no {INSIDE}CMakeLists.txt: has its layout changed?")
    return found.parent


def _run(log: Path, *command: str) -> None:
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 2))
    with log.open("a", encoding="utf-8") as out:
        out.write(f"$ {' '.join(command)}\n")
        out.flush()
        code = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | {"CMAKE_BUILD_PARALLEL_LEVEL": jobs},
            check=False,
        ).returncode
    if code:
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise UserError(
            f"llama-server could not be built ({Path(command[0]).name}: {''.join(last)[:200]}). "
            f"The log says what was missing: {log}"
        )


def say(text: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"symbiote: {text}", file=sys.stderr, flush=True)
