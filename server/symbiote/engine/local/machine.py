"""What identifies this machine to the engine: its processors, and the llama.cpp that is installed."""

from __future__ import annotations

import importlib.util
import os
import platform
from pathlib import Path

from symbiote.core.errors import ModelError


def cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def processor() -> str:
    """The processor's model and what it can do, as the kernel tells it."""
    found: dict[str, str] = {}
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in ("model name", "flags", "Features"):
                found.setdefault(name.strip(), value.strip())
    except OSError:
        pass
    return "\n".join(found.values()) or f"{platform.machine()} {platform.processor()}"


def library() -> str:
    """What identifies the installed llama.cpp without loading it: place, size and time of change.

    Raises `ModelError` when there is none.
    """
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise ModelError("llama-cpp-python is not installed. Run: python3 tasks.py start")
    own = os.environ.get("LLAMA_CPP_LIB_PATH")
    folder = Path(own) if own else Path(spec.origin).parent / "lib"
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return repr([(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files])
