"""What an ask ends in: a suggestion, or a silence with its reason. Never nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from symbiote.core.timing import Cost


class Origin(StrEnum):
    """How a suggestion came about. Latency figures read `computed` only.

    `computed`: the engine wrote it for this ask, from its arrival on. `typed_through`: the rest of an answer whose
    beginning was typed or taken since. `prefetched`: computed ahead of the first ask for it. `remembered`: the
    same text was answered before, or was being answered when the ask came.
    """

    COMPUTED = "computed"
    TYPED_THROUGH = "typed_through"
    PREFETCHED = "prefetched"
    REMEMBERED = "remembered"


class Reason(StrEnum):
    """Why nothing is shown. Closed: a new reason needs its sentence in `SENTENCES`."""

    DISABLED = "disabled"
    PAUSED = "paused"
    BASELINE = "baseline"
    LANGUAGE_OFF = "language_off"
    EXCLUDED = "excluded"
    TOO_LARGE = "too_large"
    LONG_LINE = "long_line"
    MID_WORD = "mid_word"
    UNKNOWN_DOCUMENT = "unknown_document"
    OUTSIDE = "outside"
    NO_MODEL = "no_model"
    LOADING = "loading"
    ENGINE_DIED = "engine_died"
    NO_PROVIDER = "no_provider"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    DEADLINE = "deadline"
    BLANK = "blank"
    REPEATS_SUFFIX = "repeats_suffix"
    REPEATS_LINE = "repeats_line"
    COMMENT_LOOP = "comment_loop"
    CUT_OFF = "cut_off"
    UNSAFE_TEXT = "unsafe_text"
    CREDENTIAL = "credential"
    NO_SUCH_MEMBER = "no_such_member"
    CONFLICTS = "conflicts"
    REJECTED = "rejected"
    IN_STRING = "in_string"
    IN_COMMENT = "in_comment"
    ON_KEY = "on_key"
    LOW_CONFIDENCE = "low_confidence"
    NO_REWRITE_MODEL = "no_rewrite_model"
    NO_INTENTION = "no_intention"
    EDITED = "edited"
    NO_CHANGE = "no_change"
    PROSE = "prose"
    OTHER_LANGUAGE = "other_language"
    SELECTION_TOO_LARGE = "selection_too_large"
    ENDLESS = "endless"
    INTERNAL = "internal"


SENTENCES: dict[Reason, str] = {
    Reason.DISABLED: "Symbiote is switched off (setting symbiote.enabled).",
    Reason.PAUSED: "Symbiote is paused in this window. Resume it from the status bar menu.",
    Reason.BASELINE: "A flow session without help is under way. End it to have help again (Symbiote: End Flow Session).",
    Reason.LANGUAGE_OFF: "Symbiote is off for this language (paused, or in symbiote.disabledLanguages).",
    Reason.EXCLUDED: "No model may read this file.",
    Reason.TOO_LARGE: "The file has more than 2 million characters; Symbiote does not follow such files.",
    Reason.LONG_LINE: "The line is longer than 4,000 characters, probably generated or minified.",
    Reason.MID_WORD: "The cursor stands inside a word; a suggestion there would split it.",
    Reason.UNKNOWN_DOCUMENT: "The editor asked about a document it had not opened. Reopen the file.",
    Reason.OUTSIDE: "The position lies outside the document.",
    Reason.NO_MODEL: "No model is running. The status bar says why; `symbiote doctor` says what to do.",
    Reason.LOADING: "The model is still loading. Ask again in a moment.",
    Reason.ENGINE_DIED: "The engine stopped in the middle of this answer and is being restarted.",
    Reason.NO_PROVIDER: "No provider answered in time.",
    Reason.REFUSED: "The engine cannot serve this ask with the model that is loaded.",
    Reason.SUPERSEDED: "A newer request for the same window took its place.",
    Reason.CANCELLED: "The editor withdrew the request, usually because you went on typing.",
    Reason.DEADLINE: "No usable text came within the deadline (setting symbiote.deadlineMs).",
    Reason.BLANK: "The model had nothing to add here.",
    Reason.REPEATS_SUFFIX: "The model only repeated what already follows the cursor.",
    Reason.REPEATS_LINE: "The model only repeated the neighbouring line.",
    Reason.COMMENT_LOOP: "The model only went on with comments, or said one again.",
    Reason.CUT_OFF: "The answer reached its limit of tokens, and nothing whole was left of it.",
    Reason.UNSAFE_TEXT: "The model's text held invisible or direction-changing characters.",
    Reason.CREDENTIAL: "The model's text held what looks like a key, a token or a password.",
    Reason.NO_SUCH_MEMBER: "The model named an attribute or an argument that does not exist.",
    Reason.CONFLICTS: "What stands before the cursor does not fit the entry selected in the suggestion list.",
    Reason.REJECTED: "You sent a suggestion away here. Change the line, or ask by hand.",
    Reason.IN_STRING: "In strings nothing appears by itself (setting symbiote.stringsAndComments).",
    Reason.IN_COMMENT: "In comments nothing appears by itself (setting symbiote.stringsAndComments).",
    Reason.ON_KEY: "Nothing appears by itself (setting symbiote.eagerness); the answer is ready.",
    Reason.LOW_CONFIDENCE: "The model was too unsure of its answer to interrupt you with it.",
    Reason.NO_REWRITE_MODEL: "No model that follows instructions is there. Choose one in symbiote.rewriteModel.",
    Reason.NO_INTENTION: "Nothing was asked for, or a ready intention that does not exist.",
    Reason.EDITED: "The lines were edited while the rewrite streamed, so it ended there.",
    Reason.NO_CHANGE: "The model left the lines as they are.",
    Reason.PROSE: "The model answered with prose instead of code.",
    Reason.OTHER_LANGUAGE: "The model answered in another language than that of the file.",
    Reason.SELECTION_TOO_LARGE: "The lines are more than the model can rewrite at once.",
    Reason.ENDLESS: "The model did not come to an end; what it wrote until then is shown.",
    Reason.INTERNAL: "Symbiote made a mistake here. The log has the details (Symbiote: Show Log).",
}


@dataclass(frozen=True, slots=True)
class FromOutside:
    """Who answered, where that was not the model on this machine. Counts are tokens; `usd` is None where no price is known, `ms`
    is the time from the request to the provider to its end.
    """

    provider: str
    title: str
    model: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    generated_tokens: int = 0
    usd: float | None = None
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text to show at the cursor, replacing `start`..`end` (code-point columns of the cursor's line).

    `covers` of them stand behind the cursor.
    """

    id: str
    text: str
    start: int
    end: int
    origin: Origin
    engine: str
    model: str
    confidence: float = 0.0
    cost: Cost = field(default_factory=Cost)
    covers: int = 0
    outside: FromOutside | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """No suggestion, and why. `detail` may add what the closed reason cannot say."""

    id: str
    reason: Reason
    detail: str = ""
    engine: str = ""
    model: str = ""
    cost: Cost = field(default_factory=Cost)

    @property
    def sentence(self) -> str:
        return f"{SENTENCES[self.reason]} {self.detail}".strip()


Answer = Suggestion | Silence
