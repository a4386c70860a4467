"""What providers are asked for a rewrite, and which of the models here and elsewhere are, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbiote.core.answer import Reason
from symbiote.core.errors import ModelError
from symbiote.engine.port import LOCAL, Ask, EngineStatus, Request, Slot, State
from symbiote.engine.remote.request import Message
from symbiote.features.around import away
from symbiote.features.house import House, Window
from symbiote.features.outside import order, outside, policy
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.draft import Draft, Wanted, drafted, fitted
from symbiote.features.rewrite.model import ready, rewriting
from symbiote.prompt.family import choose
from symbiote.prompt.rewrite import Request as Turn
from symbiote.prompt.rewrite import conversation
from symbiote.prompt.strip import strip

CONTEXT = 16_384
"""Tokens of a conversation that a provider is sent at most. Most read eight times as many, for money and time."""
TASK = Slot.REWRITE.value


@dataclass(frozen=True, slots=True)
class Picked:
    """Who is asked first, and in which order the others; empty where nobody elsewhere is. `waited` for the model here."""

    engine: EngineStatus
    order: tuple[str, ...] = ()
    waited: bool = False


async def pick(
    house: House, window: Window, until: float, *, read_only: bool
) -> Picked | tuple[Reason, str]:
    """Wait for the model here, unless somebody elsewhere comes first. A model here that cannot do it is left out where
    somebody else can; without anybody it is asked all the same, or why not.
    """
    may = order(house, window, TASK)
    there = house.cloud.status(TASK, may) if may and house.cloud is not None else None
    if there is None:
        here = await ready(house, until)
        return Picked(here, waited=True) if isinstance(here, EngineStatus) else here
    if may[0] != LOCAL:
        return Picked(there, may)
    here = await ready(house, until)
    if isinstance(here, EngineStatus) and follows(here, read_only=read_only):
        return Picked(here, may, waited=True)
    return Picked(there, tuple(name for name in may if name != LOCAL), waited=True)


def follows(engine: EngineStatus, *, read_only: bool) -> bool:
    """Whether it is there and was trained for that: to follow instructions, or, to read only, to talk as well."""
    if engine.state is not State.READY:
        return False
    try:
        family = choose(engine.family or None, engine.model, engine.specials)
    except ModelError:
        return False
    chat = family.chats(engine.model, engine.specials)
    return chat is not None and not (read_only and chat.trained is not None)


def drafts(
    house: House,
    window: Window,
    picked: Picked,
    wanted: Wanted,
    talk: Conversation,
    what: Turn,
    longer: int,
    until: float,
) -> list[Draft] | tuple[Reason, str]:
    """What to ask, one after the other while nothing has come. Raises `ModelError` where only the model here can be asked.

    One draft serves all of an order, but for models that were trained to answer without a fence: what comes is read otherwise.
    """
    if not picked.order:
        only = drafted(picked.engine, wanted, talk, what, longer, until)
        return [only] if isinstance(only, Draft) else only
    there = _provided(house, window, picked.order, wanted, talk, what, longer, until)
    here = _here(house, picked, wanted, talk, what, longer, until)
    if here is None:
        return [there] if isinstance(there, Draft) else there
    if not isinstance(there, Draft):
        return [here]
    if not here.bare:
        return [replace(here, ask=replace(here.ask, outside=there.ask.outside))]
    return [there, here] if away(picked.engine) else [here, there]


def _here(
    house: House,
    picked: Picked,
    wanted: Wanted,
    talk: Conversation,
    what: Turn,
    longer: int,
    until: float,
) -> Draft | None:
    """For the model here, if the order has it, it is there, and it can."""
    local = rewriting(house)
    if LOCAL not in picked.order or not follows(local, read_only=what.read_only):
        return None
    found = drafted(local, wanted, talk, what, longer, until)
    return found if isinstance(found, Draft) else None


def _provided(
    house: House,
    window: Window,
    order: tuple[str, ...],
    wanted: Wanted,
    talk: Conversation,
    what: Turn,
    longer: int,
    until: float,
) -> Draft | tuple[Reason, str]:
    sized = fitted(wanted, talk, what, longer, CONTEXT)
    if isinstance(sized, tuple):
        return sized
    allowed, what = policy(house, window, TASK), sized.request
    if allowed.strip:
        above, below = strip(what.above, what.below, what.language, between=True)
        what = replace(what, above=above, below=below)
    messages = spoken(sized.talk, what)
    words = Request(messages=messages, limit=sized.limit, deadline=until)
    sent = outside(window, order, words, allowed)
    ask = Ask((), limit=sized.limit, lines=0, deadline=until, slot=Slot.REWRITE, outside=sent)
    return Draft(what, ask, bare=False)


def spoken(talk: Conversation, what: Turn) -> tuple[Message, ...]:
    """The conversation in a provider's words: what the model here is told, without its control tokens."""
    said = conversation(talk.said, what)
    return tuple(
        Message(one.role.value, "".join(part.text for part in one.parts), stable=number < len(said))
        for number, one in enumerate(said, 1)
    )
