"""While somebody types what they want, the model reads the code it will be about: the instruction comes last."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import replace

from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.engine.desk import PREFETCH
from symbiote.features import outside
from symbiote.features.around import away
from symbiote.features.flight import loop_time
from symbiote.features.house import House, Window
from symbiote.features.rewrite import recall
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.draft import (
    Draft,
    Wanted,
    asked_for,
    drafted,
    reads,
    refusal,
    request,
)
from symbiote.features.rewrite.elsewhere import elsewhere
from symbiote.features.rewrite.provided import TASK, Picked, pick
from symbiote.features.rewrite.turn import place
from symbiote.prompt.intentions import Intention

PATIENCE = 60.0
"""Seconds for a model that is loaded for this; reading is given some of its own."""


async def warm(
    house: House, window: Window, wanted: Wanted, known: Mapping[str, Intention], excluded: bool
) -> None:
    """Load the model and read the prompt, in the lowest lane. Nothing comes of what is not possible."""
    if (
        house.flow.baseline
        or excluded
        or refusal(window, wanted) is not None
        or await house.on_battery()
    ):
        return
    until = time.monotonic() + PATIENCE
    talk = Conversation(wanted.document.uri)
    text, intention = asked_for(wanted, talk, known) or ("", None)
    read_only = intention is not None and intention.read_only
    await recall.ready(house, window, wanted, intention)
    picked = await pick(house, window, until, read_only=read_only)
    if not isinstance(picked, Picked):
        return
    if away(picked.engine):  # nothing is sent, but the connection is open by the time it is
        await outside.warm(house, window, TASK)
        return
    engine = picked.engine
    at = place(wanted, window)
    wanted = replace(wanted, context=await elsewhere(house, window, at))
    what = request(wanted, talk, text, intention, window.facts.get(wanted.document.uri))
    with contextlib.suppress(ModelError, Superseded, EngineGone, AskRefused, TimeoutError):
        draft = drafted(engine, wanted, talk, what, intention.longer if intention else 0, until)
        if isinstance(draft, Draft):
            async with asyncio.timeout_at(loop_time(until)):
                await house.desk.run((window.id, PREFETCH), reads(draft), lambda _: None)
