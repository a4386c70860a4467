"""What processes cost, read from /proc. On systems without it every figure is None."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds since the process began, resident memory in MB (10^6 bytes), open file descriptors."""

    cpu_s: float
    memory_mb: float
    descriptors: int


def read(pid: int) -> Reading | None:
    """None for a process that is gone, or on a system without /proc."""
    try:
        fields = _stat(pid)
        descriptors = len(list((PROC / str(pid) / "fd").iterdir()))
    except (OSError, IndexError):
        return None
    # The state is field 3 of proc(5), utime 14, stime 15, rss 24.
    ticks = int(fields[11]) + int(fields[12])
    pages = int(fields[21])
    return Reading(
        ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, descriptors
    )


def cpu_seconds(*pids: int) -> float | None:
    """CPU seconds of all of them; None when one cannot be read."""
    readings = [read(pid) for pid in pids]
    if not readings or None in readings:
        return None
    return sum(reading.cpu_s for reading in readings if reading is not None)


def alive(pid: int) -> bool:
    """Whether a process runs: one that nobody has waited for yet does not. False without /proc."""
    try:
        return _stat(pid)[0] != "Z"
    except (OSError, IndexError):
        return False


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) after the name in brackets, from the state on."""
    text = (PROC / str(pid) / "stat").read_text("ascii", "replace")
    return text.rsplit(")", 1)[1].split()


def with_home(home: str) -> list[int]:
    """The living processes, this one aside, whose SYMBIOTE_HOME is `home`."""
    wanted = f"SYMBIOTE_HOME={home}".encode()
    found = []
    for folder in PROC.iterdir() if PROC.is_dir() else ():
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name)
            mine = wanted in (folder / "environ").read_bytes().split(b"\0")
            if mine and pid != os.getpid() and alive(pid):
                found.append(pid)
    return sorted(found)


def slope(points: list[tuple[float, float]]) -> float | None:
    """The least-squares slope through (x, y) points; None for fewer than two different x."""
    n = len(points)
    if n < 2:
        return None
    mean_x, mean_y = (sum(point[axis] for point in points) / n for axis in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if spread == 0:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
