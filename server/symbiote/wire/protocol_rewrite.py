"""The messages of rewrites: `protocol.py` names them all, docs/protocol.md explains them.

A rewrite works on whole lines, its region. While it streams the region holds the new lines so far, then the old lines not
yet used up, so that the document is whole at every moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symbiote.core.answer import Origin
from symbiote.core.rewriting import Outcome, Severity
from symbiote.wire.protocol_base import DocumentId, Lines, Span
from symbiote.wire.protocol_providers import OutsideAnswer

REWRITE = "symbiote/rewrite"
PROGRESS = "symbiote/rewriteProgress"
WARM = "symbiote/rewriteWarm"
OUTCOME = "symbiote/rewriteOutcome"
REVIEW = "symbiote/rewriteReview"
INTENTIONS = "symbiote/intentions"

REWRITE_HERE = "symbiote.rewriteHere"
"""The command of a code action; its arguments are the document's URI, a range, the intention's name and words of the
problem. A window that shows rewrites runs it itself, for any other the server does, and applies the edit."""

SHOWS_REWRITES = "rewrite"
"""What such a window says in `initializationOptions.shows`."""


@dataclass(frozen=True, slots=True)
class RewriteParams:
    """Client to server: rewrite these lines. Answered when the stream has ended.

    `rewrite` is an id of the client's choice (a UUID); with the same id it is a follow-up, which goes on from the lines as
    the document has them now. An empty range means the enclosing block. `name` is a ready intention (null: none),
    `intention` are the user's words, which may be empty with a name. `rerun` asks once more for what the last turn was
    asked; the client has put the lines back before.
    """

    text_document: DocumentId
    range: Span
    rewrite: str
    intention: str = ""
    name: str | None = None
    rerun: bool = False


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that differ: `old_text` of the region before, which are `old_lines` from `old_start` on, are `new_lines` from
    `new_start` on now. Both count from the region's first line. One of the two numbers may be 0.
    """

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    old_text: list[str]


@dataclass(frozen=True, slots=True)
class RewriteResult:
    """How one turn (1, 2, …) ended. `region` are the lines it was about, as they were when it was asked.

    `reason` is null when the model came to an end by itself; else why nothing came, or why it ended early, and `detail` says
    it in a sentence. `text` is what came, lines with `\\n`, without one at the end; null when nothing did. Of a
    read-only intention `text` is the answer in Markdown and there are no hunks. `first_text_ms` is null without any
    text; `drafted_share` is the share of the tokens (0 to 1) that came from drafts. `loading_ms` is how long the model had
    to be loaded for it, 0 where it was there; the other times do not count that. `outside` is null for answers of the
    model on this machine. `origin` is `computed`, or `remembered` where no model was asked: `rerun` asks one. `detail` then says
    in which other words it was asked for before, "" for the same.
    """

    schema: int
    rewrite: str
    turn: int
    region: Lines
    text: str | None
    reason: str | None
    detail: str
    read_only: bool
    engine: str
    model: str
    hunks: list[Hunk]
    first_text_ms: float | None
    total_ms: float
    tokens_per_second: float
    drafted_share: float
    loading_ms: float
    timing_ms: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    outside: OutsideAnswer | None = None
    origin: Origin = Origin.COMPUTED


@dataclass(frozen=True, slots=True)
class RewriteProgressParams:
    """Server to client: replace `remove` lines of the region from its line `at` on by the lines `insert`.

    To be applied in their order. The first message of a turn comes before any text and gives the `region`; it is null in
    the others. `settled` lines of the region are final. `explanation` is more text of a read-only answer, else "".
    """

    rewrite: str
    turn: int
    region: Lines | None
    at: int
    remove: int
    insert: list[str]
    settled: int
    tokens: int
    tokens_per_second: float
    drafted_share: float
    explanation: str


@dataclass(frozen=True, slots=True)
class RewriteWarmParams:
    """Client to server: the user is typing an intention for these lines. The model may read ahead."""

    text_document: DocumentId
    range: Span
    name: str | None = None
    intention: str = ""


@dataclass(frozen=True, slots=True)
class RewriteOutcomeParams:
    """Client to server: what became of a turn. `hunks` and `characters` (of new text) count what `kind` is about."""

    rewrite: str
    turn: int
    kind: Outcome
    hunks: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Flag:
    """What a second model says of one line, counted from the region's first one as the turn left it. `text` is one line of plain
    text, at most 240 characters, without links."""

    line: int
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class RewriteReviewParams:
    """Server to client, some time after the result of a turn, once, in modes with a second look: what somebody else than who
    wrote it says of it. It changes nothing.

    No flags and no `problem`: nothing was found. `problem` is "" or a sentence that says why nobody looked. `by` is who
    did, `outside` null for the model on this machine. No message comes when the next turn has begun, or this one was discarded.
    """

    rewrite: str
    turn: int
    flags: list[Flag]
    by: str
    problem: str
    outside: OutsideAnswer | None


@dataclass(frozen=True, slots=True)
class Intention:
    """A ready intention. `kind` is LSP's code action kind; `asks` says that it needs words of the user as well, `own` that
    the file is the user's."""

    name: str
    title: str
    description: str
    kind: str
    read_only: bool
    asks: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A next step: run the editor's `command`."""

    title: str
    command: str
    arguments: list[str]


@dataclass(frozen=True, slots=True)
class IntentionsParams:
    """Client to server: what can be asked for in this language ("": in any)?"""

    language: str = ""


@dataclass(frozen=True, slots=True)
class IntentionsResult:
    """`problem` is "" or says in one sentence why no rewrite is possible now and what to do; `buttons` do it."""

    intentions: list[Intention]
    problem: str
    buttons: list[Button]


METHODS: dict[str, tuple[type, type | None]] = {
    REWRITE: (RewriteParams, RewriteResult),
    PROGRESS: (RewriteProgressParams, None),
    WARM: (RewriteWarmParams, None),
    OUTCOME: (RewriteOutcomeParams, None),
    REVIEW: (RewriteReviewParams, None),
    INTENTIONS: (IntentionsParams, IntentionsResult),
}
