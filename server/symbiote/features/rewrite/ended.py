"""How a turn ended: its result, its row and events in the ledger, and what its conversation remembers."""

from __future__ import annotations

import time

from symbiote.core.answer import FromOutside, Origin, Reason, Silence, Suggestion
from symbiote.core.moment import Trigger
from symbiote.engine.desk import REWRITE
from symbiote.features import flow
from symbiote.features.around import away
from symbiote.features.draw import since
from symbiote.features.outcome import note
from symbiote.features.outside import answered, titled, told
from symbiote.features.rewrite.conversation import Took
from symbiote.features.rewrite.model import rewriting
from symbiote.features.rewrite.recall import keep
from symbiote.features.rewrite.retention import Blocks
from symbiote.features.rewrite.told import Rewritten, sentence
from symbiote.features.rewrite.turn import Turn
from symbiote.metrics.events import ask_row

OTHERWISE = "Remembered: it was asked before as “{}”."


def ended(turn: Turn, reason: Reason | None) -> Rewritten:
    """The result, what the conversation remembers of it, and the ledger's row and events."""
    started, text, hearing = time.monotonic(), None, turn.hearing
    if hearing is not None:
        text, reason = hearing.ends(reason)
    outside = _by(turn)
    _charge(turn)
    timing, tokens = turn.cost.timing, turn.cost.tokens
    timing.finish = since(started)
    timing.total = since(turn.wanted.asked_at) - turn.loading
    first = None
    if hearing is not None and hearing.first is not None:
        first = (hearing.first - turn.wanted.asked_at) * 1000 - turn.loading
        if turn.hit is None:
            turn.note("first_text", round(first, 1))
    result = Rewritten(
        turn.id,
        turn.number,
        turn.wanted.lines,
        turn.track.lines,
        text,
        reason,
        sentence(reason, turn.detail) if reason is not None else _from(turn),
        turn.read_only,
        turn.engine.name if turn.engine else "",
        turn.engine.model if turn.engine else "",
        hearing.hunks(text) if hearing is not None else [],
        first,
        timing.total,
        _speed(turn),
        round(tokens.accepted / tokens.generated, 4) if tokens.generated else 0.0,
        turn.loading,
        turn.cost,
        outside,
        Origin.COMPUTED if turn.hit is None else Origin.REMEMBERED,
    )
    if turn.hit is not None:
        turn.note("remembered", round(turn.hit.cosine, 4))
    elif reason is None:
        turn.note("done", round(timing.total, 1))
    flow.answered(
        turn.house, reason, True, (first if first is not None else timing.total) + turn.loading
    )
    keep(turn, reason, text)
    new = _new(result)
    _remember(turn, text, new)
    _record(turn, result, "\n".join(line for block in new for line in block))
    return result


def _by(turn: Turn) -> FromOutside | None:
    """Who it was, where that was not the model here. Of an answer that was ended early, who was asked first."""
    engine, hearing, outside = turn.engine, turn.hearing, None
    if engine is None:
        return None
    if turn.done is not None:
        turn.engine = answered(engine, turn.done.by, rewriting(turn.house))
        outside = told(turn.done)
    elif away(engine) and hearing is not None and hearing.first is not None:
        title = titled(turn.house, engine.name)
        outside = FromOutside(engine.name, title, engine.model, generated_tokens=hearing.tokens)
    turn.window.outside = outside or turn.window.outside
    return outside


def _from(turn: Turn) -> str:
    """What a remembered answer was asked for, where that was in other words."""
    if turn.hit is None or turn.hit.cosine == 1:
        return ""
    return OTHERWISE.format(turn.hit.words)


def _new(result: Rewritten) -> Blocks:
    """The lines that were not there before, hunk by hunk; all of an explanation."""
    lines = tuple((result.text or "").split("\n"))
    if result.read_only:
        return (lines,)
    return tuple(lines[hunk.new_start : hunk.new_start + hunk.new_lines] for hunk in result.hunks)


def _remember(turn: Turn, text: str | None, new: Blocks) -> None:
    """A follow-up goes on from here. What came to nothing was not said."""
    request = turn.draft.request if turn.draft is not None else turn.request
    if text is None or request is None or turn.hearing is None:
        return
    if turn.talk.turns:
        first = turn.talk.turns[0].ask
        number = turn.number
        note(turn.house, turn.window, "iterated", first, float(number), REWRITE, number)
    wanted = turn.wanted
    words, name = wanted.words, wanted.name
    if wanted.rerun and turn.talk.turns:
        words, name = turn.talk.turns[-1].words, turn.talk.turns[-1].name
    took = Took(turn.number, turn.id, request, turn.hearing.raw, words, name, new)
    took.question, took.remembered = turn.question, turn.hit is not None
    turn.talk.took(took)


def _charge(turn: Turn) -> None:
    """What the engine says it cost; of an answer that was ended early what was heard."""
    timing, hearing = turn.cost.timing, turn.hearing
    if turn.done is not None:
        done = turn.done.cost
        turn.cost.tokens = done.tokens
        timing.queue, timing.prefill, timing.decode = (
            done.timing.queue,
            done.timing.prefill,
            done.timing.decode,
        )
    elif hearing is not None and turn.hit is None:
        turn.cost.tokens.generated = hearing.tokens
        turn.cost.tokens.accepted = min(hearing.tokens, hearing.drafted)
        timing.decode = since(hearing.first) if hearing.first is not None else 0.0


def _speed(turn: Turn) -> float:
    decode, generated = turn.cost.timing.decode, turn.cost.tokens.generated
    return round(generated / decode * 1000, 1) if decode > 0 else 0.0


def _record(turn: Turn, result: Rewritten, new: str) -> None:
    """One row, whose outcome is "shown" or why the answer ended early; its characters are those of new text."""
    answer: Suggestion | Silence
    if result.text is not None:
        answer = Suggestion(
            turn.id, new, 0, 0, result.origin, result.engine, result.model, cost=turn.cost
        )
    else:
        answer = Silence(
            turn.id, result.reason or Reason.BLANK, "", result.engine, result.model, turn.cost
        )
    row = ask_row(
        answer,
        at=time.time(),
        window=turn.window.id,
        feature=REWRITE,
        language=turn.wanted.document.language,
        trigger=Trigger.INVOKED.value,
        task=turn.window.task,
        project=turn.window.project,
        by=turn.done.by if turn.done is not None else None,
    )
    if result.reason is not None:
        row = row._replace(outcome=result.reason.value)
    turn.house.ledger.note(row._replace(confidence=None))
