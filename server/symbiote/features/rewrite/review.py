"""A second look at a rewrite: somebody else than who wrote it is asked what may be wrong with it.

The result has gone out before this begins, and nothing here changes a text: what comes of it are flags. Whoever looks is shown
what the user is shown, so it is asked when the rewrite is whole. A second rewrite of its own, asked for at the same time, would
cost as much as the first one, and most of what it did otherwise would be taste; where the reviewer thinks that the code
should do something else it may add its version, and that is held against what is shown.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from symbiote.core.answer import FromOutside, Origin, Reason, Silence, Suggestion
from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.core.moment import Trigger
from symbiote.core.pieces import Piece
from symbiote.core.rewriting import Flag
from symbiote.engine.desk import REWRITE
from symbiote.engine.port import LOCAL, Ask, Done, EngineStatus, Outside, Request, Slot
from symbiote.engine.remote.order import by_speed, expand
from symbiote.engine.remote.request import Message
from symbiote.features.draw import since
from symbiote.features.flight import loop_time
from symbiote.features.house import House, Window
from symbiote.features.hush import excluded
from symbiote.features.outside import order, outside, policy, told
from symbiote.features.rewrite.conversation import Took
from symbiote.features.rewrite.draft import Wanted
from symbiote.features.rewrite.model import rewriting
from symbiote.features.rewrite.provided import follows
from symbiote.features.rewrite.region import Lines
from symbiote.features.rewrite.told import Rewritten
from symbiote.finish.rewrite.review import flags
from symbiote.metrics.events import ask_row
from symbiote.prompt import chat, review
from symbiote.prompt.family import choose

log = logging.getLogger("symbiote.rewrite")

FEATURE = "review"
"""In the ledger."""
PATIENCE = 60.0
"""Seconds from the rewrite's end."""
LIMIT, PER_CHARACTER = 500, 0.4
"""Tokens of the answer: for findings, and for each character of the code, which may come once more."""
ABOVE, BELOW, NEARBY = 40, 20, 2_000
"""Lines around the code that are shown, and at most so many characters of each side."""
MOST = 24_000
"""Characters of the code before and after: more is not reviewed."""
READY = "ready"

NOBODY = "Nobody else could look at this rewrite: a second model or provider is needed for that."
TOO_LONG = "This rewrite is too long to be looked at by a second model."
FAILED = "The second look at this rewrite came to nothing: {why}"
LATE = "the second model took too long."
STOPPED = "it was stopped."


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of looking at a turn. `by` is who looked, "" where nobody did; `problem` is "" or says in a sentence why
    nothing came. `outside` is None for the model on this machine.
    """

    turn: int
    flags: tuple[Flag, ...] = ()
    by: str = ""
    problem: str = ""
    outside: FromOutside | None = None


Tell = Callable[[Reviewed], None]


@dataclass(frozen=True, slots=True)
class _Look:
    """One review on its way."""

    house: House
    window: Window
    wanted: Wanted
    ended: Rewritten
    turn: Took
    tell: Tell
    id: str
    until: float


def begin(house: House, window: Window, wanted: Wanted, ended: Rewritten, tell: Tell) -> None:
    """Have somebody look at what came of a turn, where the window's mode says so; returns at once.

    It ends with the conversation, with its next turn and when the turn is discarded. `tell` is then not called.
    """
    talk = window.rewrites.known(wanted.id)
    turn = talk.find(ended.turn) if talk is not None else None
    whole = ended.text is not None and ended.reason is None and not ended.read_only
    if talk is None or turn is None or not whole:
        return
    if not policy(house, window, Slot.REWRITE.value).review:
        return
    until = time.monotonic() + PATIENCE
    look = _Look(house, window, wanted, ended, turn, tell, uuid.uuid4().hex, until)
    talk.looks(asyncio.get_running_loop().create_task(_review(look)))


async def _review(look: _Look) -> None:
    """Whatever happens is told in one sentence at most."""
    await asyncio.sleep(0)  # the result is on its way before anything else
    try:
        found = await _looked(look)
    except Exception:
        log.exception("a review failed")
        found = Reviewed(look.turn.number, problem=FAILED.format(why="an internal error."))
    look.tell(found)


async def _looked(look: _Look) -> Reviewed:
    """Ask, and note what it cost; a cancelled one is noted too."""
    number, text = look.turn.number, look.ended.text or ""
    if len(text) + len(look.turn.request.code) > MOST:
        return Reviewed(number, problem=TOO_LONG)
    uri = look.wanted.document.uri
    ask = _ask(look)
    if ask is None or await excluded(look.house, look.window, uri) is not None:
        return Reviewed(number, problem=NOBODY)
    parts: list[str] = []
    started, reason, why = time.monotonic(), Reason.CANCELLED, ""
    done: Done | None = None
    found: list[Flag] = []
    try:
        async with asyncio.timeout_at(loop_time(look.until)):
            lane = (look.window.id, REWRITE, f"{FEATURE} {look.wanted.id}")
            done = await look.house.desk.run(lane, ask, parts.append)
        found, reason = flags("".join(parts), text.split("\n")), Reason.BLANK
    except TimeoutError:
        reason, why = Reason.DEADLINE, LATE
    except Superseded:
        reason, why = Reason.SUPERSEDED, STOPPED
    except AskRefused as error:
        reason, why = Reason.REFUSED, str(error)
    except EngineGone as error:
        reason, why = Reason.ENGINE_DIED if ask.pieces else Reason.NO_PROVIDER, str(error)
    finally:
        _record(look, done, found, reason, since(started))
    if done is None:
        return Reviewed(number, problem=FAILED.format(why=why))
    by = told(done)
    name = f"{by.title}, {by.model}" if by is not None else rewriting(look.house).model
    return Reviewed(number, tuple(found), name, outside=by)


def _ask(look: _Look) -> Ask | None:
    """For the next one in the order who did not write it; None where there is nobody."""
    local = _local(look)
    names = _others(look)
    if not names and local is None:
        return None
    said = review.messages(_shown(look))
    pieces = _pieces(local, said) if local is not None else ()
    code = len(look.ended.text or "")
    limit = LIMIT + int(code * PER_CHARACTER)
    until = look.until - 1.0
    sent: Outside | None = None
    if names:
        messages = tuple(
            Message(one.role.value, "".join(p.text for p in one.parts)) for one in said
        )
        request = Request(messages=messages, limit=limit, deadline=until)
        route = policy(look.house, look.window, Slot.REWRITE.value)
        there = (*names, LOCAL) if pieces else names
        sent = outside(look.window, there, request, replace(route, hedge=False))
    if local is not None and local.context:
        limit = min(limit, local.context // 2)
    return Ask(pieces, limit=limit, lines=0, deadline=until, slot=Slot.REWRITE, outside=sent)


def _pieces(engine: EngineStatus, said: list[chat.Message]) -> tuple[Piece, ...]:
    """The conversation for a model on this machine that follows instructions; empty where it does not."""
    try:
        family = choose(engine.family or None, engine.model, engine.specials)
    except ModelError:
        return ()
    found = family.chats(engine.model, engine.specials)
    return found.prompt(said) if found is not None else ()


def _local(look: _Look) -> EngineStatus | None:
    """The model here, where another one wrote it and it can talk of code. None is loaded for this."""
    engine = rewriting(look.house)
    if look.ended.engine == engine.name or not follows(engine, read_only=True):
        return None
    return engine


def _others(look: _Look) -> tuple[str, ...]:
    """Providers who may be asked now and did not write it, in the order of the mode."""
    task, cloud = Slot.REWRITE.value, look.house.cloud
    may = order(look.house, look.window, task)
    if cloud is None or not may:
        return ()
    ready = {
        one.name: one for one in cloud.standing() if one.state == READY and one.models.get(task)
    }
    fastest = by_speed(ready, {name: one.p50 for name, one in ready.items()})
    return tuple(
        name for name in expand(may, fastest) if name in ready and name != look.ended.engine
    )


def _shown(look: _Look) -> review.Review:
    what, document, at = look.turn.request, look.wanted.document, look.wanted.lines
    if (live := look.window.live(document.uri)) is not None:
        document, at = live, look.ended.place
    above = Lines(max(0, at.start - ABOVE), at.start).of(document)
    below = Lines(at.end, at.end + BELOW).of(document)
    return review.Review(
        instruction=what.instruction,
        language=what.language,
        file=what.file,
        before=what.code,
        after=look.ended.text or "",
        above="".join(f"{line}\n" for line in above)[-NEARBY:],
        below="".join(f"{line}\n" for line in below)[:NEARBY],
    )


def _record(
    look: _Look, done: Done | None, found: list[Flag], reason: Reason, total: float
) -> None:
    """One row: "shown" where there are flags; a review that found nothing is "blank"."""
    ask = uuid.uuid4().hex
    by = done.by if done is not None else None
    engine = rewriting(look.house)
    name, model = (by.provider, by.model) if by is not None else (engine.name, engine.model)
    if done is None:
        name = model = ""
    answer: Suggestion | Silence = Silence(ask, reason, "", name, model)
    if found:
        text = "\n".join(flag.text for flag in found)
        answer = Suggestion(ask, text, 0, 0, Origin.COMPUTED, name, model)
    if done is not None:
        answer.cost.tokens = done.cost.tokens
        answer.cost.timing.queue = done.cost.timing.queue
        answer.cost.timing.prefill = done.cost.timing.prefill
        answer.cost.timing.decode = done.cost.timing.decode
    answer.cost.timing.total = total
    row = ask_row(
        answer,
        at=time.time(),
        window=look.window.id,
        feature=FEATURE,
        language=look.wanted.document.language,
        trigger=Trigger.INVOKED.value,
        by=by,
        task=look.window.task,
        project=look.window.project,
    )
    look.house.ledger.note(row._replace(confidence=None))
