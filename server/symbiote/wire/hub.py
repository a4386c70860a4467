"""What the sessions of one daemon share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import symbiote
from symbiote.core.settings import MachineSettings
from symbiote.features.house import House
from symbiote.features.state import state
from symbiote.wire import protocol


@dataclass(slots=True)
class Hub:
    """The house, who is connected, and how to end it all."""

    house: House
    stop: Callable[[], None]
    started: float = field(default_factory=time.monotonic)
    sessions: set[str] = field(default_factory=set)
    machine: MachineSettings | None = None

    def configure(self, machine: MachineSettings) -> None:
        """Apply machine settings; the window that spoke last decides, for there is one engine."""
        if machine != self.machine:
            self.machine = machine
            self.house.configure(machine)

    def state(self) -> dict[str, Any]:
        """The whole state, for `symbiote status` (docs/protocol.md)."""
        daemon = {
            "pid": os.getpid(),
            "version": symbiote.__version__,
            "uptime_s": round(time.monotonic() - self.started, 1),
            "sessions": len(self.sessions),
        }
        return {"schema": protocol.SCHEMA, "daemon": daemon, **state(self.house)}
