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
from symbiote.engine.port import End, State
from symbiote.features.around import away
from symbiote.features.draw import RETURN, since
from symbiote.features.flight import loop_time
from symbiote.features.house import House, Window
from symbiote.features.hush import excluded
from symbiote.features.rewrite.conversation import Conversation, Running
from symbiote.features.rewrite.draft import (
    Draft,
    Wanted,
    asked_for,
    refusal,
    request,
    too_long,
)
from symbiote.features.rewrite.elsewhere import elsewhere
from symbiote.features.rewrite.ended import ended
from symbiote.features.rewrite.hearing import Hearing
from symbiote.features.rewrite.model import rewriting
from symbiote.features.rewrite.provided import Picked, drafts, pick
from symbiote.features.rewrite.recall import recall
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
    talk.looks(None)
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
    if turn.hit is not None:
        turn.hearing = _hearing(turn, track, bare=turn.hit.bare)
        turn.hearing.hear(turn.hit.answer)
        return turn.stopped
    try:
        async with asyncio.timeout_at(loop_time(turn.until)):
            return await _one_by_one(turn, track)
    except TimeoutError:
        return Reason.DEADLINE
    except Superseded:
        return turn.stopped or Reason.SUPERSEDED
    except PromptTooLong as error:
        turn.detail = too_long(turn.drafts[0].request, error)
        return Reason.SELECTION_TOO_LARGE
    except AskRefused as error:
        turn.detail = str(error)
        return Reason.REFUSED
    except EngineGone as error:
        turn.detail = str(error)
        elsewhere = turn.engine is not None and away(turn.engine)
        return Reason.NO_PROVIDER if elsewhere else Reason.ENGINE_DIED


async def _one_by_one(turn: Turn, track: Track) -> Reason | None:
    """Ask for each draft until something comes. Raises what the last one raises."""
    for number, draft in enumerate(turn.drafts):
        turn.draft = draft
        turn.hearing = _hearing(turn, track, bare=draft.bare)
        try:
            return await _asked(turn, draft, turn.hearing)
        except EngineGone:
            if turn.hearing.first is not None or number + 1 == len(turn.drafts):
                raise
    raise EngineGone("Nobody was there to be asked.")


def _hearing(turn: Turn, track: Track, *, bare: bool) -> Hearing:
    return Hearing(
        turn.number,
        around(turn.wanted.document, turn.wanted.lines),
        track,
        place(turn.wanted, turn.window),
        turn.tell,
        turn.stop,
        read_only=turn.read_only,
        bare=bare,
    )


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
    if turn.house.flow.baseline:
        return Reason.BASELINE
    if (why := await excluded(turn.house, turn.window, wanted.document.uri)) is not None:
        turn.detail = why
        return Reason.EXCLUDED
    if await recall(turn, intention):
        turn.cost.timing.context = since(started)
        return turn.stopped
    wanted, talk = turn.wanted, Conversation(talk.uri) if turn.anew else talk
    turn.cost.timing.context = since(started)
    picked = await _picked(turn)
    if not isinstance(picked, Picked):
        turn.detail = picked[1]
        return picked[0]
    turn.engine = picked.engine
    if not talk.turns:
        started = time.monotonic()
        at = place(wanted, turn.window)
        wanted = replace(wanted, context=await elsewhere(turn.house, turn.window, at))
        turn.cost.timing.context += since(started)
    started = time.monotonic()
    facts = turn.window.facts.get(wanted.document.uri)
    what = request(wanted, talk, text, intention, facts)
    longer, until = intention.longer if intention else 0, turn.until - RETURN
    try:
        asks = drafts(turn.house, turn.window, picked, wanted, talk, what, longer, until)
    except ModelError as error:
        turn.detail = str(error)
        return Reason.REFUSED
    if not isinstance(asks, list):
        turn.detail = asks[1]
        return asks[0]
    turn.drafts = asks
    turn.cost.timing.prompt = since(started)
    return turn.stopped


async def _picked(turn: Turn) -> Picked | tuple[Reason, str]:
    """Who answers; the model here may have to be loaded first."""
    started, there = time.monotonic(), rewriting(turn.house).state is State.READY
    waited = True
    try:
        picked = await pick(turn.house, turn.window, turn.until, read_only=turn.read_only)
        waited = not isinstance(picked, Picked) or picked.waited
        return picked
    finally:
        if waited and not there:
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
