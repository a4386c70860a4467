"""Whether a turn was answered before: what it asks, of whom, about which code; and keeping its answer for the next time.

Only what a conversation asks first is looked up and kept. Asked once more for the same, the model answers, and that answer
takes the place of the one before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import PurePath

from symbiote.core.answer import Reason
from symbiote.engine.port import LOCAL, EngineStatus, State
from symbiote.engine.slots import LATER
from symbiote.features.house import House, Window
from symbiote.features.outside import order
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.draft import Wanted, nearby, request
from symbiote.features.rewrite.elsewhere import elsewhere
from symbiote.features.rewrite.model import rewriting
from symbiote.features.rewrite.provided import TASK, follows
from symbiote.features.rewrite.remembered import Question, Said, document
from symbiote.features.rewrite.turn import Turn, place
from symbiote.prompt.intentions import Intention
from symbiote.prompt.rewrite import Request

VERSION = 1
"""Of how a prompt is made: answers to other prompts are answers to something else."""
FIELD = "\0"


async def recall(turn: Turn, intention: Intention | None) -> bool:
    """Look for an answer from before, and settle what is to be kept; whether there was one."""
    remembered = turn.house.remembered
    if remembered is None:
        return False
    if turn.talk.turns:
        _again(turn)
        return False
    what, turn.question = await _asked(
        turn.house, turn.window, turn.wanted, intention, read_only=turn.read_only
    )
    turn.hit = await remembered.find(turn.question)
    if turn.hit is None:
        return False
    turn.request = what
    turn.question = replace(turn.question, instead=turn.hit.id)
    turn.engine = EngineStatus(State.READY, name=turn.hit.engine, model=turn.hit.model)
    return True


async def ready(house: House, window: Window, wanted: Wanted, intention: Intention | None) -> None:
    """While somebody types a wish: have its vector, if there are answers about these lines that it might find."""
    if house.remembered is None:
        return
    read_only = intention is not None and intention.read_only
    _, question = await _asked(house, window, wanted, intention, read_only=read_only)
    await house.remembered.ready(question)


def keep(turn: Turn, reason: Reason | None, answer: str | None) -> None:
    """Remember the answer of a turn that came to its end by itself."""
    remembered, asked, hearing = turn.house.remembered, turn.question, turn.hearing
    if remembered is None or asked is None or turn.hit is not None:
        return
    if reason is not None or answer is None or hearing is None or turn.draft is None:
        return
    if turn.engine is None:
        return
    engine, model = turn.engine.name, turn.engine.model
    asked = replace(asked, namespace=namespace(turn.window, engine, model))
    remembered.put(asked, Said(hearing.raw, turn.draft.bare, engine, model))


def _again(turn: Turn) -> None:
    """The same once more: what comes is kept for what was asked first, if the lines are those it was asked about."""
    last, wanted = turn.talk.turns[-1], turn.wanted
    if not wanted.rerun or last.question is None:
        return
    if last.remembered:
        # It need not differ from what no model was asked here: it is asked for the first time.
        turn.wanted = replace(wanted, words=last.words, name=last.name, rerun=False)
        turn.anew = True
    if "".join(f"{line}\n" for line in wanted.lines.of(wanted.document)) == last.request.code:
        turn.question = last.question


async def _asked(
    house: House, window: Window, wanted: Wanted, intention: Intention | None, *, read_only: bool
) -> tuple[Request, Question]:
    """All that a prompt may say, with as much around the code as any model is shown, and what is looked for."""
    texts = await elsewhere(house, window, place(wanted, window))
    wanted = replace(wanted, context=texts)
    words, uri = wanted.words.strip(), wanted.document.uri
    parts = (intention.text if intention else "", words)
    text = "\n".join(part for part in parts if part)
    what = request(wanted, Conversation(uri), text, intention, window.facts.get(uri))
    above, below = nearby(wanted)
    what = replace(what, above=above, below=below)
    of = of_whom(house, window, read_only=read_only)
    return what, Question(of, digest(what, intention), words, document(uri))


def digest(what: Request, intention: Intention | None) -> str:
    """Of everything that makes a prompt, but for the user's words."""
    parts = (
        VERSION,
        *(what.language, what.file, what.code, what.above, what.below, what.context),
        *(what.problems, what.read_only),
        (intention.name, intention.text) if intention else None,
    )
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


def namespace(window: Window, engine: str, model: str) -> str:
    """Answers of another mode or another model are other answers."""
    name = (
        PurePath(model).stem if model.endswith(".gguf") else model
    )  # before it is loaded, and after
    return FIELD.join((window.route.rewrite, engine, name))


def of_whom(house: House, window: Window, *, read_only: bool) -> str:
    """Whoever would be asked first, as far as that can be told without loading a model."""
    local, may = rewriting(house), order(house, window, TASK)
    there = house.cloud.status(TASK, may) if may and house.cloud is not None else None
    if there is None or (may[0] == LOCAL and _will(house, read_only=read_only)):
        return namespace(window, local.name, local.model)
    return namespace(window, there.name, there.model)


def _will(house: House, *, read_only: bool) -> bool:
    """Whether the model here answers, or is about to be loaded for it."""
    local = rewriting(house)
    if local.state is State.READY:
        return follows(local, read_only=read_only)
    return local.state is not State.OFF or local.reason == LATER
