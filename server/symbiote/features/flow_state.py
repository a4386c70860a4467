"""The flow session of all windows, and the file in which it outlives the daemon."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from symbiote.core.flow import Kind
from symbiote.features.disturbed import Senses
from symbiote.features.sitting import Sitting, restored

if TYPE_CHECKING:
    from symbiote.features.house import Window

log = logging.getLogger("symbiote.flow")

BEAT = 30.0
"""Seconds between two times that a running session is kept."""


SPEED = "SYMBIOTE_FLOW_SPEED"
"""For tests only: sessions pass so many times as fast, waits for answers do not."""


def clock() -> Callable[[], float]:
    """Seconds that never go back."""
    try:
        speed = float(os.environ.get(SPEED, "1"))
    except ValueError:
        speed = 1.0
    return (lambda: time.monotonic() * speed) if speed > 1 else time.monotonic


@dataclass(slots=True)
class Flow:
    """The session, if there is one. `clock` never goes back (tests make it faster), `wall` is the day's; `keep` is the file.

    `windows` are those connected, by id, with what tells them of a change; `tasks` what their tasks were before.
    """

    keep: Path | None = None
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sitting: Sitting | None = None
    senses: Senses | None = None
    windows: dict[str, tuple[Window, Callable[[], None]]] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    beat: asyncio.TimerHandle | None = None

    def restore(self) -> None:
        """Go on with a session that a daemon before has kept."""
        if self.keep is None:
            return
        try:
            kept = json.loads(self.keep.read_text("utf-8"))
        except (OSError, ValueError):
            return
        now = self.clock()
        self.sitting = restored(kept, now, self.wall()) if isinstance(kept, dict) else None
        if self.sitting is None:
            log.warning("the flow session in %s cannot be read", self.keep.name)
            return
        self.senses = Senses(now)
        self.save()

    def save(self) -> None:
        """Whole or not at all, now and every so often while the session runs. Needs a running event loop."""
        if self.beat is not None:
            self.beat.cancel()
            self.beat = None
        if self.keep is None:
            return
        try:
            if self.sitting is None:
                self.keep.unlink(missing_ok=True)
                return
            self.sitting.look(self.clock())
            self.keep.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = self.keep.with_suffix(".part")
            unfinished.write_text(json.dumps(self.sitting.kept(self.wall())), "utf-8")
            unfinished.replace(self.keep)
        except OSError as error:
            log.warning("the flow session is not kept: %s", error)
        self.beat = asyncio.get_running_loop().call_later(BEAT, self.save)

    @property
    def baseline(self) -> bool:
        """Whether nobody is to be helped."""
        return self.sitting is not None and self.sitting.kind is Kind.BASELINE

    @property
    def running(self) -> Sitting | None:
        """The session, unless it is paused."""
        return self.sitting if self.sitting is not None and not self.sitting.paused else None


def carried_on(keep: Path) -> Flow:
    """With the session of the daemon before, if it kept one. Needs a running event loop."""
    made = Flow(keep, clock())
    made.restore()
    return made
