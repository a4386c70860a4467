"""One completion: from the moment of the ask to a suggestion or a silence, and its row in the ledger."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from dataclasses import dataclass, replace

from symbiote.context.window import window as text_window
from symbiote.core.answer import Answer, Origin, Reason, Silence, Suggestion
from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.core.moment import Moment, Trigger
from symbiote.core.pieces import Piece
from symbiote.core.timing import Cost
from symbiote.engine.port import Ask, Done, End, EngineStatus, State
from symbiote.features.house import Asked, House, Window
from symbiote.features.hush import hush
from symbiote.finish.chain import finish
from symbiote.metrics.events import ask_row
from symbiote.prompt.fim import fim

log = logging.getLogger("symbiote.complete")

FEATURE = "complete"
LIMIT = 48
"""Tokens. Half of all lines are under 20 characters, 95 % under 73: 48 tokens hold them (the Copilot client counts the same:
microsoft/vscode-copilot-chat, ghostText.ts)."""
CHARACTERS_PER_TOKEN = 3.2
"""A careful figure for code (3.3 to 4.7 are usual), so that prompts fit without being trimmed by the engine,
which would move their start with every key and lose the cache."""
RETURN = 0.03
"""Seconds kept back so that what the engine has at its deadline arrives before ours."""
PROMPT_TOKENS = 1_536
"""The text around the cursor a completion may cost, whatever the model's context."""
FILE_CHARACTERS = 16_000
"""The text around the cursor in which the engine may look things up. More costs more than it finds."""


async def complete(house: House, window: Window, moment: Moment) -> Answer:
    """Answer one ask; whatever happens, exactly one answer and one ledger row come of it.

    Raises `asyncio.CancelledError` only when the caller itself is cancelled.
    """
    ask = _Running(house, window, moment, Cost(), uuid.uuid4().hex, house.desk.engine.status)
    try:
        answer = await _answer(ask)
    except asyncio.CancelledError:
        _record(ask, ask.silence(Reason.CANCELLED))
        raise
    except Exception:
        log.exception("completion failed")
        answer = ask.silence(Reason.INTERNAL)
    _record(ask, answer)
    return answer


def silence(
    house: House, window: Window, reason: Reason, language: str = "", detail: str = ""
) -> Silence:
    """Record an ask that never became a moment: unknown document, impossible position."""
    answer = Silence(uuid.uuid4().hex, reason, detail)
    _write(house, window, answer, language, "automatic")
    window.last = Asked(language, "automatic", 0, 0, answer)
    return answer


@dataclass(slots=True)
class _Running:
    house: House
    window: Window
    moment: Moment
    cost: Cost
    id: str
    engine: EngineStatus
    raw: str = ""

    def silence(self, reason: Reason, detail: str = "") -> Silence:
        return Silence(self.id, reason, detail, self.engine.name, self.engine.model, self.cost)

    @property
    def deadline(self) -> float:
        return self.moment.asked_at + self.window.settings.deadline_ms / 1000


async def _answer(ask: _Running) -> Answer:
    ask.cost.timing.wait = _since(ask.moment.asked_at)
    if reason := hush(ask.window, ask.moment):
        return ask.silence(reason)
    if refusal := await _ready(ask):
        return refusal
    try:
        pieces = _prompt(ask)
    except ModelError as error:
        return ask.silence(Reason.REFUSED, str(error))
    file = text_window(ask.moment, FILE_CHARACTERS)
    what = Ask(pieces, LIMIT, 1, ask.deadline - RETURN, file.prefix, file.suffix, True)
    try:
        async with asyncio.timeout_at(_loop_time(ask.deadline)):
            done = await _generate(ask, what)
    except TimeoutError:
        return ask.silence(Reason.DEADLINE)
    except Superseded:
        return ask.silence(Reason.SUPERSEDED)
    except AskRefused as error:
        return ask.silence(Reason.REFUSED, str(error))
    except EngineGone as error:
        return ask.silence(Reason.ENGINE_DIED, str(error))
    return _finished(ask, done)


async def _ready(ask: _Running) -> Silence | None:
    """Wait for a model that is loading as long as the deadline allows."""
    changed = asyncio.Event()
    stop_watching = ask.house.watch(changed.set)
    try:
        async with asyncio.timeout_at(_loop_time(ask.deadline)):
            while ask.house.desk.engine.status.state in (State.STARTING, State.LOADING):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return ask.silence(Reason.LOADING)
    finally:
        stop_watching()
    ask.engine = ask.house.desk.engine.status
    ask.cost.timing.wait = _since(ask.moment.asked_at)
    if ask.engine.state is State.OFF:
        return ask.silence(Reason.NO_MODEL, ask.engine.reason)
    return None


def _prompt(ask: _Running) -> tuple[Piece, ...]:
    started = time.monotonic()
    room = min(ask.engine.context - LIMIT, PROMPT_TOKENS) if ask.engine.context else PROMPT_TOKENS
    around = text_window(ask.moment, int(max(room, 64) * CHARACTERS_PER_TOKEN))
    ask.cost.timing.context = _since(started)
    started = time.monotonic()
    family = ask.house.family()
    pieces = fim(family, around.prefix, around.suffix)
    ask.cost.timing.prompt = _since(started)
    return pieces


async def _generate(ask: _Running, what: Ask) -> Done:
    parts: list[str] = []
    try:
        done = await ask.house.desk.run((ask.window.id, FEATURE), what, parts.append)
    finally:
        ask.raw = "".join(parts)
    timing = done.cost.timing
    ask.cost.tokens = done.cost.tokens
    ask.cost.timing = replace(
        ask.cost.timing, queue=timing.queue, prefill=timing.prefill, decode=timing.decode
    )
    return done


def _finished(ask: _Running, done: Done) -> Answer:
    started = time.monotonic()
    raw = ask.raw if done.end is not End.DEADLINE else _whole_words(ask.raw)
    text = finish(raw, ask.moment) if raw or done.end is not End.DEADLINE else Reason.DEADLINE
    ask.cost.timing.finish = _since(started)
    if isinstance(text, Reason):
        return ask.silence(text)
    if ask.moment.trigger is Trigger.AUTOMATIC and done.confidence < ask.engine.gate:
        return ask.silence(Reason.LOW_CONFIDENCE)
    start = ask.moment.column
    if ask.moment.selected is not None:
        start, selected = ask.moment.selected
        text = selected + text
    return Suggestion(
        id=ask.id,
        text=text,
        start=start,
        end=ask.moment.column,
        origin=Origin.COMPUTED,
        engine=ask.engine.name,
        model=ask.engine.model,
        confidence=done.confidence,
        cost=ask.cost,
    )


def _whole_words(text: str) -> str:
    """Text cut off by the deadline, without the word it was cut in."""
    end = len(text)
    while end and (text[end - 1].isalnum() or text[end - 1] == "_"):
        end -= 1
    return text[:end]


def _record(ask: _Running, answer: Answer) -> None:
    ask.cost.timing.total = _since(ask.moment.asked_at)
    moment = ask.moment
    _write(ask.house, ask.window, answer, moment.document.language, moment.trigger.value)
    ask.window.last = Asked(
        moment.document.language,
        moment.trigger.value,
        moment.line,
        moment.column,
        answer,
        len(ask.raw),
    )


def _write(house: House, window: Window, answer: Answer, language: str, trigger: str) -> None:
    window.readout.note(answer)
    house.ledger.note(
        ask_row(
            answer,
            at=time.time(),
            window=window.id,
            feature=FEATURE,
            language=language,
            trigger=trigger,
        )
    )


def _since(started: float) -> float:
    return (time.monotonic() - started) * 1000


def _loop_time(monotonic: float) -> float:
    """asyncio's clock for a `time.monotonic()` reading; they need not be the same clock."""
    return asyncio.get_running_loop().time() + monotonic - time.monotonic()
