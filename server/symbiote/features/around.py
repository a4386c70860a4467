"""What an answer depends on: the text around the cursor that goes into the prompt, and the engine that reads it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

from symbiote.context.window import window as text_window
from symbiote.core.moment import Moment, Trigger
from symbiote.core.pieces import Piece
from symbiote.engine.port import Ask, EngineStatus

LIMIT = 48
"""Tokens. Half of all lines are under 20 characters, 95 % under 73: 48 tokens hold them (the Copilot client counts the same:
microsoft/vscode-copilot-chat, ghostText.ts)."""
CHARACTERS_PER_TOKEN = 3.2
"""A careful figure for code (3.3 to 4.7 are usual), so that prompts fit without being trimmed by the engine,
which would move their start with every key and lose the cache."""
PROMPT_TOKENS = 1_536
"""The text around the cursor a completion may cost, whatever the model's context."""
FILE_CHARACTERS = 16_000
"""The text around the cursor in which the engine may look things up. More costs more than it finds."""

Identity = tuple[str, str, str, int, int]
"""Which engine answers: name, model, family, context, process. Answers of another one prove nothing."""


@dataclass(frozen=True, slots=True)
class Around:
    """The text before and after the cursor, cut to what the engine reads, and more of it (`before`, `after`) to
    look things up in; answers that are less likely than `least` are not shown. `key` is a digest of all, of the language
    and of the engine: equal keys mean equal asks."""

    prefix: str
    suffix: str
    before: str
    after: str
    least: float
    key: bytes

    def ask(self, pieces: tuple[Piece, ...], deadline: float) -> Ask:
        """For the rest of the line; `pieces` are the prompt made of prefix and suffix."""
        return Ask(pieces, LIMIT, 1, deadline, self.before, self.after, True, self.least)


def identity(engine: EngineStatus) -> Identity:
    return (engine.name, engine.model, engine.family, engine.context, engine.pid)


def around(engine: EngineStatus, moment: Moment) -> Around:
    room = min(engine.context - LIMIT, PROMPT_TOKENS) if engine.context else PROMPT_TOKENS
    cut = text_window(moment, int(max(room, 64) * CHARACTERS_PER_TOKEN))
    file = text_window(moment, FILE_CHARACTERS)
    told = blake2b(digest_size=16)
    texts = (cut.prefix, cut.suffix, file.prefix, file.suffix)
    least = engine.gate if moment.trigger is Trigger.AUTOMATIC else -math.inf
    for text in (*map(str, identity(engine)), str(least), moment.document.language, *texts):
        data = text.encode("utf-8", "surrogatepass")
        told.update(len(data).to_bytes(8, "little"))
        told.update(data)
    return Around(*texts, least, told.digest())
