"""One turn of a rewrite: from what is asked to lines in the region, its row in the ledger and its place in the talk."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from symbiote.core.answer import Reason
from symbiote.core.errors import AskRefused, EngineGone, ModelError, PromptTooLong, Superseded
from symbiote.engine.desk import REWRITE
from symbiote.engine.port import End, EngineStatus, State
from symbiote.features.draw import RETURN, since
from symbiote.features.flight import loop_time
from symbiote.features.house import House, Window
from symbiote.features.hush import excluded
from symbiote.features.rewrite.conversation import Running
from symbiote.features.rewrite.draft import (
    Draft,
    Wanted,
    asked_for,
    drafted,
    refusal,
    request,
    too_long,
)
from symbiote.features.rewrite.elsewhere import elsewhere
from symbiote.features.rewrite.ended import ended
from symbiote.features.rewrite.hearing import Hearing
from symbiote.features.rewrite.model import ready, rewriting
from symbiote.features.rewrite.region import around
from symbiote.features.rewrite.told import Progress, Rewritten
from symbiote.features.rewrite.track import Track
from symbiote.features.rewrite.turn import Tell, Turn, place
from symbiote.prompt.intentions import Intention

log = logging.getLogger("symbiote.rewrite")


async def rewrite(
    house: House, window: Window, wanted: Wanted, known: Mapping[str, Intention], tell: Tell
) -> Rewritten:
    """Answer one turn; `known` are the ready intentions. Exactly one result and one ledger row come of it.

    An older turn of the same rewrite that streams still is ended first. Raises `asyncio.CancelledError` only when the
    caller itself is cancelled, after the engine has stopped.
    """
    window.work.touch(window)
    house.resources.asked(house)
    talk = window.rewrites.conversation(wanted.id, wanted.document.uri)
    track = Track(wanted.document, wanted.lines)
    while (older := talk.running) is not None:
        older.stop(Reason.SUPERSEDED)
        await older.ended.wait()
        wanted, track = _after(older.track, wanted, window)
    talk.count += 1
    turn = Turn(house, window, wanted, tell, talk, talk.count, track)
    running = talk.running = Running(track, turn.stop)
    if (live := window.live(wanted.document.uri)) is not None:
        running.edited(live)
    turn.note("asked", float(wanted.lines.end - wanted.lines.start))
    tell(Progress(turn.number, wanted.lines, None, 0, 0, 0.0))
    try:
        reason = await _answered(turn, track, known)
    except asyncio.CancelledError:
        turn.note("stopped")
        ended(turn, Reason.CANCELLED)
        raise
    except Exception:
        log.exception("a rewrite failed")
        reason = Reason.INTERNAL
    finally:
        talk.running = None
        running.ended.set()
    return ended(turn, reason)


def _after(track: Track, wanted: Wanted, window: Window) -> tuple[Wanted, Track]:
    """What is wanted of the lines as the older turn left them, though the window may not have heard the last of it."""
    live = window.live(wanted.document.uri)
    if live is None or track.lost or not track.follows(live):
        return wanted, Track(wanted.document, wanted.lines)
    document, lines = track.ahead(live)
    return replace(wanted, document=document, lines=lines), track


async def _answered(turn: Turn, track: Track, known: Mapping[str, Intention]) -> Reason | None:
    """Why the answer ended early, or never came; None where the model came to its end."""
    turn.cost.timing.wait = since(turn.wanted.asked_at)
    if (refusal := await _refused(turn, known)) is not None:
        return refusal
    assert turn.draft is not None
    turn.hearing = Hearing(
        turn.number,
        around(turn.wanted.document, turn.wanted.lines),
        track,
        place(turn.wanted, turn.window),
        turn.tell,
        turn.stop,
        read_only=turn.read_only,
        bare=turn.draft.bare,
    )
    try:
        async with asyncio.timeout_at(loop_time(turn.until)):
            return await _asked(turn, turn.draft, turn.hearing)
    except TimeoutError:
        return Reason.DEADLINE
    except Superseded:
        return turn.stopped or Reason.SUPERSEDED
    except PromptTooLong as error:
        turn.detail = too_long(turn.draft.request, error)
        return Reason.SELECTION_TOO_LARGE
    except AskRefused as error:
        turn.detail = str(error)
        return Reason.REFUSED
    except EngineGone as error:
        turn.detail = str(error)
        return Reason.ENGINE_DIED


async def _refused(turn: Turn, known: Mapping[str, Intention]) -> Reason | None:
    """Settle what is asked of which model, or say why nothing is."""
    started, wanted, talk = time.monotonic(), turn.wanted, turn.talk
    found = asked_for(wanted, talk, known)
    if found is None:
        return Reason.NO_INTENTION
    text, intention = found
    turn.read_only = intention is not None and intention.read_only
    if (reason := refusal(turn.window, wanted)) is not None:
        return reason
    if (why := await excluded(turn.house, turn.window, wanted.document.uri)) is not None:
        turn.detail = why
        return Reason.EXCLUDED
    turn.cost.timing.context = since(started)
    engine = await _loaded(turn)
    if not isinstance(engine, EngineStatus):
        turn.detail = engine[1]
        return engine[0]
    turn.engine = engine
    if not talk.turns:
        started = time.monotonic()
        at = place(wanted, turn.window)
        wanted = replace(wanted, context=await elsewhere(turn.house, turn.window, at))
        turn.cost.timing.context += since(started)
    started = time.monotonic()
    facts = turn.window.facts.get(wanted.document.uri)
    what = request(wanted, talk, text, intention, facts)
    longer = intention.longer if intention else 0
    try:
        draft = drafted(engine, wanted, talk, what, longer, turn.until - RETURN)
    except ModelError as error:
        turn.detail = str(error)
        return Reason.REFUSED
    if not isinstance(draft, Draft):
        turn.detail = draft[1]
        return draft[0]
    turn.draft = draft
    turn.cost.timing.prompt = since(started)
    return turn.stopped


async def _loaded(turn: Turn) -> EngineStatus | tuple[Reason, str]:
    """The model, which may have to be loaded first."""
    started = time.monotonic()
    if rewriting(turn.house).state is State.READY:
        return await ready(turn.house, turn.until)
    try:
        return await ready(turn.house, turn.until)
    finally:
        turn.loading = since(started)
        turn.note("loaded", round(turn.loading, 1))


async def _asked(turn: Turn, draft: Draft, hearing: Hearing) -> Reason | None:
    """Let the engine write; a stop from inside is no cancellation."""
    lane = (turn.window.id, REWRITE, turn.wanted.id)
    running = turn.house.desk.run(lane, draft.ask, hearing.hear, hearing.drafts)
    asking = asyncio.create_task(running)
    turn.asking = asking
    try:
        turn.done = await asking
    except asyncio.CancelledError:
        caller = asyncio.current_task()
        if caller is not None and caller.cancelling():
            raise
        return turn.stopped
    if turn.done.end is End.DEADLINE:
        return Reason.DEADLINE
    if turn.done.end is End.LIMIT and not turn.read_only and not hearing.complete:
        return turn.stopped or Reason.ENDLESS
    return turn.stopped
