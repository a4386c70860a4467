"""What all windows share, and what each window has of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symbiote.core.answer import Answer
from symbiote.core.settings import MachineSettings, WindowSettings
from symbiote.engine.desk import Desk
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.readout import Readout
from symbiote.prompt.family import Family


@dataclass(slots=True)
class House:
    """One engine at one desk, one ledger.

    `configure` applies machine settings, `restart` restarts the engine, `watch` calls back whenever
    the engine's status changes and returns how to stop that.
    """

    desk: Desk
    ledger: Ledger
    family: Callable[[], Family]
    configure: Callable[[MachineSettings], None]
    restart: Callable[[], None]
    watch: Callable[[Callable[[], None]], Callable[[], None]]


@dataclass(slots=True)
class Window:
    """One connection's own state."""

    id: str
    settings: WindowSettings = field(default_factory=WindowSettings)
    paused: bool = False
    paused_languages: frozenset[str] = frozenset()
    readout: Readout = field(default_factory=Readout)
    last: Asked | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The last ask, for "Why nothing?": no document text is kept."""

    language: str
    trigger: str
    line: int
    column: int
    answer: Answer
    raw_characters: int = 0
