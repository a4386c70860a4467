"""How much memory this process takes and how much more it may take, in bytes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SHARE = 0.5
"""What of the memory that is left the engine's cache may take: the editor and its servers live there too."""

STATM = Path("/proc/self/statm")


def resident() -> int:
    """The process's resident memory; 0 where it cannot be told."""
    try:
        with STATM.open("rb", buffering=0) as file:  # after each answer, so without layers
            pages = int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def available() -> int | None:
    """What is left of the machine's memory or of the control group's limit; None: unknown."""
    left = [value for value in (_machine(), _group()) if value is not None]
    return min(left, default=None)


def fitting(size: int, each: int, left: int | None, least: int) -> int:
    """`size` halved until that many pieces of `each` bytes take a fair share of what is `left`."""
    while left is not None and size > least and size * each > left * SHARE:
        size = max(size // 2, least)
    return size


def _machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None


def _group() -> int | None:
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            most = (Path("/sys/fs/cgroup") / limit).read_text("ascii").strip()
            now = (Path("/sys/fs/cgroup") / used).read_text("ascii").strip()
            if most != "max":
                return max(0, int(most) - int(now))
        except (OSError, ValueError):
            continue
    return None
