"""What all windows share, and what each window has of its own."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from symbiote.context.analysis.client import Analysis
from symbiote.core.answer import Answer, FromOutside, Origin
from symbiote.core.facts import Facts
from symbiote.core.known import NOTHING, Known
from symbiote.core.moment import Moment
from symbiote.core.settings import MachineSettings, WindowSettings
from symbiote.core.text import Document
from symbiote.engine.port import EngineStatus
from symbiote.engine.remote.modes import Mode, Policy, mode
from symbiote.features.anchor import Anchored
from symbiote.features.around import Around
from symbiote.features.contexts import Contexts
from symbiote.features.findings import Prepared
from symbiote.features.flight import Flight, Flights
from symbiote.features.flow_state import Flow
from symbiote.features.gate import Gate
from symbiote.features.minutes import Minutes
from symbiote.features.outside import Front, Providers, Route, Spend
from symbiote.features.pause import Pause
from symbiote.features.reading import Reading
from symbiote.features.rejected import Rejected
from symbiote.features.resources import Resources
from symbiote.features.reuse import Found, Memory
from symbiote.features.rewrite.conversation import Rewrites
from symbiote.features.rewrite.remembered import Remembered
from symbiote.features.rewrite.retention import Retention
from symbiote.features.rhythm import EngineTime, Rhythm
from symbiote.features.trail import Trail
from symbiote.features.watch import Watch
from symbiote.features.work import Work
from symbiote.metrics.learned import Learned
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.readout import Readout
from symbiote.metrics.today import Today
from symbiote.prompt.family import Family


async def unknown() -> bool:
    """Nobody knows of a battery."""
    return False


async def readable(uri: str, roots: tuple[str, ...]) -> str | None:
    """Nothing is excluded."""
    return None


@dataclass(slots=True)
class House:
    """One engine at one desk, one ledger.

    `configure` applies machine settings, `restart` restarts the engine, `watch` calls back whenever
    the engine's status changes and returns how to stop that. `on_battery` says whether to save work that
    nobody has asked for, `why_excluded` why no model may read a document, given by URI and those of its workspace's
    folders. `origins` counts suggestions since the start, `today` since midnight, `ahead` what was computed for nobody yet, `context_ready` and
    `context_late` asks for whose line all was there that is prepared (findings of the `analysis` in Python, context of the
    sources that are on), and was not; `gathered` counts contexts. `learned` is what was learned of when to show,
    `engine_time` how long the engine takes, `flow` the flow session, `resources` what it all costs the machine. `cloud` are the providers elsewhere, None without any, `mode` what a mode says, by
    its name, `spend` what they have cost; `remembered` are answers to rewrites, None where none is kept; `keys` are what each window has told, the newest last.
    """

    desk: Front
    ledger: Ledger
    family: Callable[[], Family]
    configure: Callable[[MachineSettings], None]
    restart: Callable[[], None]
    watch: Callable[[Callable[[], None]], Callable[[], None]]
    on_battery: Callable[[], Awaitable[bool]] = unknown
    why_excluded: Callable[[str, tuple[str, ...]], Awaitable[str | None]] = readable
    origins: Counter[Origin] = field(default_factory=Counter)
    today: Today = field(default_factory=Today)
    ahead: Ahead = field(default_factory=lambda: Ahead())
    analysis: Analysis | None = None
    learned: Learned = field(default_factory=Learned)
    engine_time: EngineTime = field(default_factory=EngineTime)
    rewriter: Rewriter | None = None
    cloud: Providers | None = None
    mode: Callable[[str], Mode] = mode
    spend: Spend | None = None
    keys: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    remembered: Remembered | None = None
    context_ready: int = 0
    context_late: int = 0
    gathered: int = 0
    flow: Flow = field(default_factory=Flow)
    resources: Resources = field(default_factory=Resources)


@dataclass(frozen=True, slots=True)
class Rewriter:
    """The model that rewrites: how it is, how to have it ready before sitting down at the desk, and its family."""

    status: Callable[[], EngineStatus]
    load: Callable[[], Awaitable[EngineStatus]]
    family: Callable[[], Family]


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


def unread(uri: str) -> Document | None:
    """No document is open."""
    return None


def nobody(at: Moment, id: str) -> None:
    """No editor is told."""


@dataclass(slots=True)
class Window:
    """One connection's own state. `tell_longer` says that there is more of suggestion `id`, shown at a moment.

    `roots` are the URIs of its workspace's folders; `excluded` are the documents that no model may read, as far as was
    asked, and why. `by_hand` is the key of the answer shown last to somebody who had asked by hand. `facts` are what the editor told of its documents, by URI. `live` gives an open document as it is now. `watch` and `retention` tell what
    becomes of suggestions, `minutes` how much is written; `task` and `project` stand in every row (`work.py`). `route` says who may answer, `outside` who did, the last time that it was not the
    model on this machine; `policies` are what its modes say, by task, `waking` opens connections, `woken` says when that was done last.
    """

    id: str
    settings: WindowSettings = field(default_factory=WindowSettings)
    paused: bool = False
    paused_languages: frozenset[str] = frozenset()
    roots: tuple[str, ...] = ()
    excluded: dict[str, str] = field(default_factory=dict)
    readout: Readout = field(default_factory=Readout)
    memory: Memory = field(default_factory=Memory)
    anchored: Anchored = field(default_factory=Anchored)
    flights: Flights = field(default_factory=Flights)
    prepared: Prepared = field(default_factory=Prepared)
    reading: Reading = field(default_factory=Reading)
    facts: dict[str, Facts] = field(default_factory=dict)
    trail: Trail = field(default_factory=Trail)
    contexts: Contexts = field(default_factory=Contexts)
    pause: Pause = field(default_factory=Pause)
    last: Asked | None = None
    longer: Longer | None = None
    by_hand: bytes | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    rejected: Rejected = field(default_factory=Rejected)
    tell_longer: Callable[[Moment, str], None] = nobody
    live: Callable[[str], Document | None] = unread
    rewrites: Rewrites = field(default_factory=Rewrites)
    watch: Watch = field(default_factory=Watch)
    minutes: Minutes = field(default_factory=lambda: Minutes(time.time))
    retention: Retention = field(default_factory=Retention)
    work: Work = field(default_factory=Work)
    task: str = ""
    project: str = ""
    route: Route = field(default_factory=Route)
    outside: FromOutside | None = None
    policies: dict[str, Policy] = field(default_factory=dict)
    woken: float = float("-inf")
    waking: asyncio.Task[None] | None = None

    @property
    def preparing(self) -> bool:
        """Whether something is still to be found or gathered for a place, or is just being."""
        return self.prepared.busy or self.pause.busy


@dataclass(frozen=True, slots=True)
class Asked:
    """The last ask, for "Why nothing?" alone: held on to, not copied, until the next one or until its document is closed.

    `moment` is None for an ask that never became one, `read` what the engine reads there (None: it was not to be
    asked), `found` what it said, `own` the flight that the ask began, `gate` what it had to pass, `held` the milliseconds
    for which it waited for a pause, `known` what its names were checked against.
    """

    language: str
    trigger: str
    line: int
    column: int
    answer: Answer
    engine: EngineStatus | None = None
    moment: Moment | None = None
    read: Around | None = None
    found: Found | None = None
    own: Flight | None = None
    gate: Gate | None = None
    held: float = 0.0
    known: Known = NOTHING

    def without_text(self) -> Asked:
        return replace(self, moment=None, read=None, found=None, own=None, known=NOTHING)
