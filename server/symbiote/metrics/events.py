"""The vocabulary of the ledger: one row per ask, one per thing that happened to a suggestion."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from symbiote.core.answer import Answer, Suggestion


class Billed(Protocol):
    """What is known of an answer that came from outside: what it cost and what the provider's cache saved (USD, None where no
    price is known), tokens that were cached, providers that were asked, secrets that were replaced."""

    @property
    def usd(self) -> float | None: ...
    @property
    def saved(self) -> float | None: ...
    @property
    def cached(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def redacted(self) -> int: ...


class AskRow(NamedTuple):
    """One ask and its one answer. Times in milliseconds, `at` in Unix seconds. `attempts` is 0 where nobody outside was asked."""

    id: str
    at: float
    window: str
    feature: str
    language: str
    trigger: str
    outcome: str
    origin: str | None
    engine: str
    model: str
    wait_ms: float
    context_ms: float
    prompt_ms: float
    queue_ms: float
    prefill_ms: float
    decode_ms: float
    finish_ms: float
    total_ms: float
    prompt_tokens: int
    evaluated_tokens: int
    generated_tokens: int
    characters: int
    lines: int
    confidence: float | None
    cached_tokens: int = 0
    usd: float | None = None
    saved_usd: float | None = None
    attempts: int = 0
    redacted: int = 0
    task: str = ""
    project: str = ""
    late: bool | None = None


class Event(NamedTuple):
    """Something that happened to the answer of `ask`: docs/metrics.md lists the kinds and what `value` is of each.

    The same kind of the same ask is noted once; of what may happen again `part` says which time it was. `cause` is that of an
    interruption, `uid` the id of a client that may send it twice.
    """

    at: float
    window: str
    kind: str
    ask: str | None
    value: float | None = None
    feature: str = "complete"
    part: int = 0
    task: str = ""
    project: str = ""
    cause: str = ""
    uid: str | None = None


class Worked(NamedTuple):
    """What one window wrote in documents of one language in the minute that began at `at` (features/minutes.py)."""

    at: float
    window: str
    project: str
    task: str
    language: str
    typed: int
    helped: int
    lines: int


class Session(NamedTuple):
    """A flow session; `ended`, `lines`, `complete` and `tests` are None while it runs. The last row of an `id` is the one that stays.

    `kind` is one of `core/flow.py`, `task` its feature, `planned_s` and `paused_s` are seconds, `lines` those that were added.
    """

    id: str
    at: float
    ended: float | None
    kind: str
    task: str
    project: str
    planned_s: float
    paused_s: float
    lines: int | None
    complete: bool | None
    tests: bool | None


class Grown(NamedTuple):
    """The suggestion of ask `id` became longer after it was shown: its row tells what is shown now."""

    id: str
    characters: int
    lines: int


class Outcome(NamedTuple):
    id: str
    outcome: str
    origin: str | None
    total_ms: float


class Outsider(NamedTuple):
    """What a provider's model did so far. Money in USD: `usd` of the answers whose price is known, `saved_usd` by its cache."""

    engine: str
    model: str
    answers: int
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    usd: float
    saved_usd: float
    unpriced: int
    attempts: int
    redacted: int

    @property
    def hit_rate(self) -> float:
        """The share of the prompt's tokens that the provider had read before."""
        return self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0


def ask_row(
    answer: Answer,
    *,
    at: float,
    window: str,
    feature: str,
    language: str,
    trigger: str,
    by: Billed | None = None,
    task: str = "",
    project: str = "",
    late: bool | None = None,
) -> AskRow:
    """The row of an answer: `outcome` is "shown" or the reason of the silence, `by` who answered outside."""
    shown = answer if isinstance(answer, Suggestion) else None
    times, tokens = answer.cost.timing.as_dict(), answer.cost.tokens
    return AskRow(
        id=answer.id,
        at=at,
        window=window,
        feature=feature,
        language=language[:32],
        trigger=trigger,
        outcome="shown" if isinstance(answer, Suggestion) else answer.reason.value,
        origin=shown.origin.value if shown else None,
        engine=answer.engine,
        model=answer.model,
        wait_ms=times["wait"],
        context_ms=times["context"],
        prompt_ms=times["prompt"],
        queue_ms=times["queue"],
        prefill_ms=times["prefill"],
        decode_ms=times["decode"],
        finish_ms=times["finish"],
        total_ms=times["total"],
        prompt_tokens=tokens.prompt,
        evaluated_tokens=tokens.evaluated,
        generated_tokens=tokens.generated,
        characters=len(shown.text) if shown else 0,
        lines=shown.text.count("\n") + 1 if shown else 0,
        confidence=shown.confidence if shown else None,
        cached_tokens=by.cached if by else 0,
        usd=by.usd if by else None,
        saved_usd=by.saved if by else None,
        attempts=by.attempts if by else 0,
        redacted=by.redacted if by else 0,
        task=task,
        project=project,
        late=late,
    )


def grown(answer: Suggestion) -> Grown:
    return Grown(answer.id, len(answer.text), answer.text.count("\n") + 1)
