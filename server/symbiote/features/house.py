"""What all windows share, and what each window has of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from symbiote.core.answer import Answer, Origin
from symbiote.core.moment import Moment
from symbiote.core.settings import MachineSettings, WindowSettings
from symbiote.engine.desk import Desk
from symbiote.features.anchor import Anchored
from symbiote.features.flight import Flights
from symbiote.features.rejected import Rejected
from symbiote.features.reuse import Memory
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.readout import Readout
from symbiote.prompt.family import Family


async def unknown() -> bool:
    """Nobody knows of a battery."""
    return False


@dataclass(slots=True)
class House:
    """One engine at one desk, one ledger.

    `configure` applies machine settings, `restart` restarts the engine, `watch` calls back whenever
    the engine's status changes and returns how to stop that. `on_battery` says whether to save work that
    nobody has asked for. `origins` counts suggestions since the start, `ahead` what was computed for nobody yet.
    """

    desk: Desk
    ledger: Ledger
    family: Callable[[], Family]
    configure: Callable[[MachineSettings], None]
    restart: Callable[[], None]
    watch: Callable[[Callable[[], None]], Callable[[], None]]
    on_battery: Callable[[], Awaitable[bool]] = unknown
    origins: Counter[Origin] = field(default_factory=Counter)
    ahead: Ahead = field(default_factory=lambda: Ahead())


@dataclass(slots=True)
class Ahead:
    """Prefetches since the start: begun, ended by themselves, and the tokens of those that ended."""

    begun: int = 0
    ended: int = 0
    evaluated: int = 0
    generated: int = 0


@dataclass(frozen=True, slots=True)
class Longer:
    """A suggestion that was shown has become longer: asked again under `key`, it keeps its id."""

    key: bytes
    id: str


def nobody(at: Moment, id: str) -> None:
    """No editor is told."""


@dataclass(slots=True)
class Window:
    """One connection's own state. `tell_longer` says that there is more of suggestion `id`, shown at a moment."""

    id: str
    settings: WindowSettings = field(default_factory=WindowSettings)
    paused: bool = False
    paused_languages: frozenset[str] = frozenset()
    readout: Readout = field(default_factory=Readout)
    memory: Memory = field(default_factory=Memory)
    anchored: Anchored = field(default_factory=Anchored)
    flights: Flights = field(default_factory=Flights)
    last: Asked | None = None
    longer: Longer | None = None
    rejected: Rejected = field(default_factory=Rejected)
    tell_longer: Callable[[Moment, str], None] = nobody


@dataclass(frozen=True, slots=True)
class Asked:
    """The last ask, for "Why nothing?": no document text is kept."""

    language: str
    trigger: str
    line: int
    column: int
    answer: Answer
    raw_characters: int = 0
