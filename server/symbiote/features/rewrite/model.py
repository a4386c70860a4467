"""Which model rewrites, whether it is there, and what to do where it is not."""

from __future__ import annotations

import asyncio

from symbiote.core.answer import Reason
from symbiote.core.errors import ModelError
from symbiote.engine.port import EngineStatus, Slot, State
from symbiote.engine.slots import LATER
from symbiote.features.flight import loop_time
from symbiote.features.house import House, Window
from symbiote.features.outside import order
from symbiote.prompt.family import choose

NONE = "No model that can rewrite is running: {why} Choose one in symbiote.rewriteModel{key}."
FILLS_ONLY = (
    "{model} completes code and was not trained to follow instructions, so its rewrites are poor: choose a model that was in "
    "symbiote.rewriteModel, such as qwen2.5-coder-1.5b-instruct (`symbiote models pull` fetches it){key}."
)
OR_A_KEY = ", or add the key of a provider"


def rewriting(house: House) -> EngineStatus:
    """Of the model that answers rewrites: one of its own, else that of completions."""
    return house.rewriter.status() if house.rewriter is not None else house.desk.engine.status


async def ready(house: House, until: float) -> EngineStatus | tuple[Reason, str]:
    """Its status once it is loaded, else why it is not; `until` is `time.monotonic()`."""
    try:
        async with asyncio.timeout_at(loop_time(until)):
            status = await _loaded(house)
    except TimeoutError:
        return Reason.LOADING, ""
    if status.state is State.READY:
        return status
    return Reason.NO_REWRITE_MODEL, status.reason


async def _loaded(house: House) -> EngineStatus:
    """Also of a model whose process died, and which is being loaded again."""
    if house.rewriter is not None:
        status = await house.rewriter.load()
        if status.state not in (State.STARTING, State.LOADING):
            return status
    changed = asyncio.Event()
    stop = house.watch(changed.set)
    try:
        while rewriting(house).state in (State.STARTING, State.LOADING):
            changed.clear()
            await changed.wait()
    finally:
        stop()
    return rewriting(house)


def problem(house: House, window: Window) -> str:
    """Why no rewrite, or no good one, is to be had, and what to do: one sentence, "" where all is well."""
    status = rewriting(house)
    if order(house, window, Slot.REWRITE.value):
        return ""
    key = "" if window.route.local_only else OR_A_KEY
    if status.state is State.OFF and status.reason != LATER:
        return NONE.format(why=status.reason or "The engine is off.", key=key)
    if status.state is not State.READY:
        return ""
    try:
        family = choose(status.family or None, status.model, status.specials)
    except ModelError as error:
        return str(error)
    if family.chats(status.model, status.specials) is None:
        return FILLS_ONLY.format(model=status.model, key=key)
    return ""
