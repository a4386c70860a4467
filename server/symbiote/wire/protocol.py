"""The messages Symbiote adds to LSP. Names are snake_case here and camelCase on the wire.

`typescript.py` writes the extension's `protocol.ts` from this file; docs/protocol.md explains it.
Knows nothing of how messages travel.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symbiote.core.settings import Eagerness, InText
from symbiote.engine.port import State
from symbiote.wire import protocol_flow as flow
from symbiote.wire import protocol_providers as providers
from symbiote.wire import protocol_report as report
from symbiote.wire import protocol_rewrite as rewrite
from symbiote.wire.protocol_base import DocumentId, Place
from symbiote.wire.protocol_events import EVENTS, EventsParams, EventsResult
from symbiote.wire.protocol_providers import (
    ModeParams,
    OutsideAnswer,
    ProviderStatus,
    SpendStatus,
)
from symbiote.wire.protocol_readout import SlowStatus, StageStatus

__all__ = [
    "EVENTS",
    "DocumentId",
    "EventsParams",
    "EventsResult",
    "Place",
    "flow",
    "providers",
    "report",
    "rewrite",
]

STATUS = "symbiote/status"
EXTENDED = "symbiote/extended"
PAUSE = "symbiote/pause"
DISMISSED = "symbiote/dismissed"
FACTS = "symbiote/facts"
WHY = "symbiote/why"
RESTART_ENGINE = "symbiote/restartEngine"
FORGET_LEARNED = "symbiote/forgetLearned"
COMPLETE = "symbiote/complete"
STATE = "symbiote/state"
STOP = "symbiote/stop"

ACCEPTED = "symbiote.accepted"
"""The command every suggestion carries; its one argument is the suggestion's id."""

SCHEMA = 1
"""Version of the JSON that `complete` and `state` answer with."""


@dataclass(frozen=True, slots=True)
class StatusParams:
    """Server to window, whenever it changes, at most twice a second.

    `excluded`: open documents that no model may read, by URI, and why. `providers` are those that are turned on, `spend` is null
    without any, `outside` the last answer of this window that came from one, null before there was any. `recent` are the last
    computed answers' milliseconds, oldest first, `stages` where that time went, `slow` says why half a second does not hold, null while it
    does. The counts of today are those of all windows.
    """

    state: State
    reason: str
    engine: str
    model: str
    device: str
    threads: int
    memory_mb: float
    last_ms: float | None
    p50_ms: float | None
    p99_ms: float | None
    computed: int
    shown: int
    accepted: int
    last_silence: str | None
    paused: bool
    excluded: dict[str, str]
    mode: ModeParams
    providers: list[ProviderStatus]
    spend: SpendStatus | None
    outside: OutsideAnswer | None
    recent: list[float]
    stages: list[StageStatus]
    slow: SlowStatus | None
    shown_today: int
    accepted_today: int


@dataclass(frozen=True, slots=True)
class PauseParams:
    """Window to server: the whole pause of this window, each time it changes."""

    all: bool
    languages: list[str]


@dataclass(frozen=True, slots=True)
class DismissedParams:
    """Window to server: the ghost text was sent away."""


@dataclass(frozen=True, slots=True)
class DiagnosticFact:
    """A problem near the cursor. `line` counts from 0, `severity` from 1 (error) to 4 (hint)."""

    line: int
    message: str
    severity: int
    source: str


@dataclass(frozen=True, slots=True)
class DefinitionFact:
    """What a name near the cursor stands for, from another file: its text, and where that begins."""

    name: str
    uri: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class FactsParams:
    """Window to server: what only the editor knows of an open document, all of it, each time it changes.

    `clipboard` is empty unless the user allowed it.
    """

    uri: str
    diagnostics: list[DiagnosticFact]
    definitions: list[DefinitionFact]
    clipboard: str


@dataclass(frozen=True, slots=True)
class WhyParams:
    """Window to server: what became of the last ask?"""


@dataclass(frozen=True, slots=True)
class WhyResult:
    """Markdown, for a human; it quotes the document that was asked about.

    `reproduction` is a hole, a line of JSON that `symbiote evaluate` can run; null where the engine was not asked.
    """

    title: str
    text: str
    reproduction: str | None


@dataclass(frozen=True, slots=True)
class RestartEngineParams:
    """Window to server: end the engine and start it anew."""


@dataclass(frozen=True, slots=True)
class RestartEngineResult:
    ok: bool


@dataclass(frozen=True, slots=True)
class ForgetLearnedParams:
    """Window to server: forget what was learned of when to show, of all models and languages."""


@dataclass(frozen=True, slots=True)
class ForgetLearnedResult:
    ok: bool


@dataclass(frozen=True, slots=True)
class ExtendedParams:
    """Server to window: there is more of a suggestion by now. Asked again at the same place, the answer is longer.

    `suggestion` is its id, the argument of the command `symbiote.accepted`. Only for the document's `version`, and
    while the cursor is at `position`.
    """

    uri: str
    version: int
    position: Place
    suggestion: str


@dataclass(frozen=True, slots=True)
class CompleteParams:
    """One completion with its costs, for the command line and the benchmarks.

    It counts as asked for by hand, and so is never held back for want of confidence, unless `automatic`.
    """

    text_document: DocumentId
    position: Place
    explain: bool = False
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class CompleteResult:
    """`text` is null for a silence, `origin` then too; `reason` is null for a suggestion.

    `detail` says more about a silence: with `explain`, in whole sentences. `confidence` is the
    log-probability of the whole suggestion (nats); `covers` counts the code points behind the cursor that `text` takes the place
    of. `outside` is null for answers of the model on this machine.
    """

    schema: int
    id: str
    text: str | None
    origin: str | None
    reason: str | None
    detail: str
    engine: str
    model: str
    timing_ms: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    confidence: float | None = None
    covers: int = 0
    outside: OutsideAnswer | None = None


@dataclass(frozen=True, slots=True)
class StateParams:
    """Client to server: the whole state of the server (docs/protocol.md)."""


@dataclass(frozen=True, slots=True)
class StopParams:
    """Client to server: end the server, for all windows."""


@dataclass(frozen=True, slots=True)
class StopResult:
    ok: bool


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a client may send as `initializationOptions.settings` and in `didChangeConfiguration`."""

    enabled: bool
    disabled_languages: list[str]
    deadline_ms: int
    context: list[str]
    eagerness: Eagerness
    strings_and_comments: InText
    learn_when_to_show: bool
    model: str
    rewrite_model: str
    gpu_layers: int
    threads: int
    context_tokens: int
    log_level: str
    providers: dict[str, object]


METHODS: dict[str, tuple[type, type | None]] = {
    STATUS: (StatusParams, None),
    EXTENDED: (ExtendedParams, None),
    PAUSE: (PauseParams, None),
    DISMISSED: (DismissedParams, None),
    FACTS: (FactsParams, None),
    EVENTS: (EventsParams, EventsResult),
    WHY: (WhyParams, WhyResult),
    RESTART_ENGINE: (RestartEngineParams, RestartEngineResult),
    FORGET_LEARNED: (ForgetLearnedParams, ForgetLearnedResult),
    COMPLETE: (CompleteParams, CompleteResult),
    STATE: (StateParams, None),
    STOP: (StopParams, StopResult),
    **rewrite.METHODS,
    **flow.METHODS,
    **providers.METHODS,
    **report.METHODS,
}
"""Method -> what it takes and what it answers (None: a notification, or free-form JSON)."""

SNAKE_ON_THE_WIRE = {"timing_ms"}
"""Names that the command line prints as they are: its JSON is snake_case throughout (docs/protocol.md)."""


def on_the_wire(name: str) -> str:
    """`memory_mb` -> `memoryMb`."""
    if name in SNAKE_ON_THE_WIRE:
        return name
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
