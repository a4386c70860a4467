"""One completion: from the moment of the ask to a suggestion or a silence, and its row in the ledger."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from dataclasses import replace

from symbiote.core.answer import Answer, Origin, Reason, Silence, Suggestion
from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.core.known import NOTHING
from symbiote.core.moment import Moment, Trigger
from symbiote.core.settings import Eagerness
from symbiote.core.timing import Cost
from symbiote.engine.desk import COMPLETE
from symbiote.engine.port import By, End
from symbiote.features import flow
from symbiote.features import known as names
from symbiote.features.around import away, identity
from symbiote.features.draw import (
    Running,
    generated,
    known,
    ready,
    since,
    unsure,
)
from symbiote.features.extend import First
from symbiote.features.flight import loop_time
from symbiote.features.gate import place, sure
from symbiote.features.house import Asked, House, Window
from symbiote.features.hush import hushed
from symbiote.features.outcome import settle
from symbiote.features.outside import answered, told
from symbiote.features.prefetch import look_ahead
from symbiote.features.prepare import asked
from symbiote.features.rejected import Proof
from symbiote.features.rejected import place as at
from symbiote.features.reuse import Found
from symbiote.features.typed import plain, settled
from symbiote.finish.chain import finish
from symbiote.finish.rest_of_word import covered
from symbiote.metrics.events import ask_row, grown

log = logging.getLogger("symbiote.complete")

FEATURE = COMPLETE


async def complete(house: House, window: Window, moment: Moment) -> Answer:
    """Answer one ask; whatever happens, exactly one answer and one ledger row come of it.

    An answer that became longer is still one: asked again, it keeps its id and its row.
    Raises `asyncio.CancelledError` only when the caller itself is cancelled.
    """
    window.work.touch(window)
    house.resources.asked(house)
    late = asked(house, window, moment)
    ask = Running(house, window, moment, Cost(), uuid.uuid4().hex, house.desk.engine.status)
    ask.longer, window.longer, ask.late = window.longer, None, late
    try:
        answer = await _answer(ask)
    except asyncio.CancelledError:
        _record(ask, ask.silence(Reason.CANCELLED))
        raise
    except Exception:
        log.exception("completion failed")
        answer = ask.silence(Reason.INTERNAL)
    _record(ask, answer)
    if isinstance(answer, Suggestion) and ask.found is not None:
        _shown(ask, answer, ask.found)
    return answer


def _shown(ask: Running, answer: Suggestion, found: Found) -> None:
    """What is remembered of a suggestion, and prepared after it."""
    window, moment = ask.window, ask.moment
    if moment.trigger is Trigger.INVOKED:
        window.by_hand = found.drawn.key
    _put_right(ask, answer, found)
    if moment.selected is None:
        now, here = time.monotonic(), at(moment)
        window.rejected.show(moment, answer.text, now, _proof(ask, answer))
        settle(
            ask.house,
            window,
            window.watch.shows(answer.id, here, answer.text, moment.document.language, now),
        )
    if not answer.covers and answer.outside is None:
        state = replace(moment, trigger=Trigger.AUTOMATIC)
        gate = sure(ask.gate, ask.engine)
        look_ahead(ask.house, window, First(state, answer, found.drawn, ask.engine, ask.page, gate))


def _put_right(ask: Running, answer: Suggestion, found: Found) -> None:
    """Where names were put right, remember what is shown, so that its rest stays while it is typed."""
    if ask.known is NOTHING or found.drawn.cut or answer.covers or ask.moment.selected is not None:
        return
    shown = found.typed + plain(answer.text)
    if found.drawn.said(shown).startswith(shown):
        return
    if finish(found.rest, ask.state) != answer.text:  # else another filter made it so
        ask.page.put_right(found.drawn.key, shown)


def _proof(ask: Running, answer: Suggestion) -> Proof | None:
    """Of suggestions that appear by themselves: the others say nothing about when that is wanted."""
    if ask.moment.trigger is Trigger.INVOKED or _on_key(ask) or answer.outside is not None:
        return None
    language = ask.moment.document.language
    return Proof(answer.id, ask.engine.model, language, place(ask.state), answer.confidence)


def silence(
    house: House, window: Window, reason: Reason, language: str = "", detail: str = ""
) -> Silence:
    """Record an ask that never became a moment: unknown document, impossible position."""
    answer = Silence(uuid.uuid4().hex, reason, detail)
    window.readout.note(answer)
    _write(house, window, answer, language, "automatic")
    window.last = Asked(language, "automatic", 0, 0, answer)
    return answer


async def _answer(ask: Running) -> Answer:
    ask.cost.timing.wait = since(ask.moment.asked_at)
    if ask.moment.trigger is Trigger.INVOKED:
        ask.window.rejected.lift(ask.moment)
    if refusal := await _hushed(ask) or await ready(ask):
        return refusal
    newest = ask.window.flights.newest()
    started = time.monotonic()
    ask.moment = ask.window.contexts.into(ask.moment)
    ask.state = settled(ask.moment)
    ask.page = ask.window.memory.page(ask.moment.document.uri, identity(ask.engine))
    found = known(ask)
    ask.cost.timing.context = since(started)
    if found is not None:
        ask.window.flights.drop()
        return _finished(ask, found)
    try:
        async with asyncio.timeout_at(loop_time(ask.deadline)):
            return _finished(ask, await generated(ask, newest))
    except TimeoutError:
        return ask.silence(Reason.DEADLINE)
    except Superseded:
        return ask.silence(Reason.SUPERSEDED)
    except (AskRefused, ModelError) as error:
        return ask.silence(Reason.REFUSED, str(error))
    except EngineGone as error:
        gone = Reason.NO_PROVIDER if away(ask.engine) else Reason.ENGINE_DIED
        return ask.silence(gone, str(error))


async def _hushed(ask: Running) -> Silence | None:
    try:
        async with asyncio.timeout_at(loop_time(ask.deadline)):
            found = await hushed(ask.house, ask.window, ask.moment)
    except TimeoutError:
        return ask.silence(Reason.DEADLINE, "The disk did not tell whether the file is excluded.")
    return ask.silence(*found) if found is not None else None


def _finished(ask: Running, found: Found) -> Answer:
    started = time.monotonic()
    done, rest, ask.found = found.drawn.done, found.rest, found
    ask.by(answered(ask.engine, done.by, ask.house.desk.engine.status))
    ask.window.outside = told(done) or ask.window.outside
    ask.known = names.known(ask.window, ask.state)
    text = finish(rest, ask.state, cut=found.drawn.cut, known=ask.known)
    ask.cost.timing.finish = since(started)
    if isinstance(text, Reason):
        late = done.end is End.DEADLINE and text in (Reason.BLANK, Reason.CUT_OFF)
        return ask.silence(Reason.DEADLINE if late else text)
    _seen(ask, found)
    if unsure(ask, done):
        return ask.silence(Reason.LOW_CONFIDENCE)
    if _on_key(ask) and not _goes_on(ask, found):
        return ask.silence(Reason.ON_KEY)
    if _again(ask, found):
        assert ask.longer is not None
        ask.id = ask.longer.id
    start, covers = ask.moment.column, 0
    if ask.moment.selected is not None:
        start, selected = ask.moment.selected
        text = selected + text
    else:
        covers = covered(text, ask.state)
    return Suggestion(
        id=ask.id,
        text=text,
        start=start,
        end=ask.moment.column + covers,
        origin=found.origin,
        engine=ask.engine.name,
        model=ask.engine.model,
        confidence=done.confidence,
        covers=covers,
        cost=ask.cost,
        outside=told(done),
    )


def _on_key(ask: Running) -> bool:
    """Whether nothing is to appear by itself."""
    automatic = ask.moment.trigger is Trigger.AUTOMATIC
    return automatic and ask.window.settings.eagerness is Eagerness.ON_KEY


def _goes_on(ask: Running, found: Found) -> bool:
    """Whether this is what was asked for by hand right before: its rest, or more of it."""
    return _again(ask, found) or bool(found.typed and found.drawn.key == ask.window.by_hand)


def _seen(ask: Running, found: Found) -> None:
    """Let the gate know of an answer of the model here, once: it hides no more than a share of them."""
    done, window = found.drawn.done, ask.window
    fresh = done.by is None and found.origin in (Origin.COMPUTED, Origin.PREFETCHED)
    if ask.moment.trigger is Trigger.AUTOMATIC and fresh and window.settings.learn_when_to_show:
        about = (ask.engine.model, ask.moment.document.language)
        ask.house.learned.see(*about, done.confidence)


def _again(ask: Running, found: Found) -> bool:
    """Whether this is what was shown right before, grown longer: the editor was told, and asks again."""
    if ask.longer is None or not found.drawn.extended or found.typed:
        return False
    return ask.moment.trigger is Trigger.AUTOMATIC and ask.longer.key == ask.here.key


def _record(ask: Running, answer: Answer) -> None:
    """The row is written once what the ask began has landed, so that its tokens are counted: here, and once."""
    ask.cost.timing.total = since(ask.moment.asked_at)
    moment, flight = ask.moment, ask.own
    _told(ask, answer)
    language, trigger = moment.document.language, moment.trigger.value
    last = ask.window.last
    if last is None or last.moment is None or last.moment.asked_at <= moment.asked_at:
        ask.window.last = ask.kept(answer)
    if isinstance(answer, Suggestion) and ask.longer is not None and answer.id == ask.longer.id:
        ask.house.ledger.note(grown(answer))  # one suggestion, shown once
        return
    ask.window.readout.note(answer)
    if isinstance(answer, Suggestion):
        ask.house.origins[answer.origin] += 1
        ask.house.today.show()
    if flight is None:
        _write(ask.house, ask.window, answer, language, trigger, late=ask.late)
        return

    def landed() -> None:
        by = None
        if flight.drawn is not None:
            answer.cost.tokens, by = flight.drawn.done.cost.tokens, flight.drawn.done.by
        else:
            answer.cost.tokens.generated = flight.heard
        _write(ask.house, ask.window, answer, language, trigger, by, ask.late)

    flight.at_landing(landed)


def _told(ask: Running, answer: Answer) -> None:
    reason = answer.reason if isinstance(answer, Silence) else None
    by_hand = ask.moment.trigger is Trigger.INVOKED
    flow.answered(ask.house, reason, by_hand, ask.cost.timing.total)


def _write(
    house: House,
    window: Window,
    answer: Answer,
    language: str,
    trigger: str,
    by: By | None = None,
    late: bool | None = None,
) -> None:
    house.ledger.note(
        ask_row(
            answer,
            at=time.time(),
            window=window.id,
            feature=FEATURE,
            language=language,
            trigger=trigger,
            task=window.task,
            project=window.project,
            late=late,
            by=by,
        )
    )
