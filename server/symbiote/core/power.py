"""Whether this machine runs on its battery. Standard library only."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
"""Linux: one folder per supply, one small file per property (kernel, Documentation/ABI/testing/sysfs-class-power).
Elsewhere there is no such folder, and the answer is False: nothing is held back for what is not known."""

EVERY = 30.0
"""Seconds an answer is good for: some machines ask their controller for tens of ms for each file."""


class Battery:
    """Looks at most every `EVERY` seconds. A look may take tens of ms: not for the event loop."""

    def __init__(
        self, supplies: Path = SUPPLIES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._supplies = supplies
        self._clock = clock
        self._looked = float("-inf")
        self._on = False

    def in_use(self) -> bool:
        """True only when a battery of the machine itself feeds it; False whenever that is not known."""
        if self._clock() - self._looked >= EVERY:
            self._on = _discharging(self._supplies)
            self._looked = self._clock()
        return self._on


def _discharging(supplies: Path) -> bool:
    try:
        folders = sorted(supplies.iterdir())
    except OSError:
        return False
    draining = False
    for folder in folders:
        if _word(folder, "type") != "Battery":
            if _word(folder, "online") == "1" and _word(folder, "scope") != "Device":
                return False
        elif _word(folder, "scope") != "Device":  # a mouse has a battery too
            draining = draining or _word(folder, "status") == "Discharging"
    return draining


def _word(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text("ascii", "replace").strip()
    except OSError:
        return ""
