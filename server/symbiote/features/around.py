"""What an answer depends on: the text around the cursor that goes into the prompt, and the engine that reads it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

from symbiote.context.window import Window
from symbiote.context.window import window as text_window
from symbiote.core.chunk import NOTHING, Context
from symbiote.core.comment import comment
from symbiote.core.moment import Moment, Trigger
from symbiote.core.pieces import Piece
from symbiote.core.text import Document, Position
from symbiote.engine.port import Ask, EngineStatus, Request
from symbiote.prompt.family import Family
from symbiote.prompt.fim import fim
from symbiote.prompt.strip import strip

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
LEAST = 3
"""The share of the room, as a divisor, that stays with the text around the cursor whatever was gathered of others."""
REMOTE = "remote"
"""The device of an engine that is elsewhere."""
PARAGRAPH = ("\n\n",)
"""What ends a provider's answer: it sees no tokens of ours, and says more than is shown."""
TYPED = 200
"""Bytes of UTF-8, so at most as many tokens, that may stand behind an anchor. The suffix has about 380 tokens: read
anew once in 200 keys, it costs 2 for each, as much as a key itself."""

Identity = tuple[str, str, str, int, int]
"""Which engine answers: name, model, family, context, process. Answers of another one prove nothing."""


@dataclass(frozen=True, slots=True)
class Around:
    """The text before and after the cursor, cut to what the engine reads, and more of it (`before`, `after`) to
    look things up in. `typed` is the end of the text before the cursor, from the anchor on, "" without one. Answers that
    are less likely than `least` are not shown. `context` is what was gathered of other texts, `names` those of its names
    that may stand at the cursor. `key` is a digest of all, of the language and of the engine: equal keys mean equal asks.
    """

    prefix: str
    typed: str
    suffix: str
    before: str
    after: str
    least: float
    key: bytes
    context: Context = NOTHING
    names: tuple[str, ...] = ()
    language: str = ""

    def prompt(self, family: Family) -> tuple[Piece, ...]:
        return fim(family, self.prefix, self.suffix, self.typed, self.context, self.language)

    def ask(self, pieces: tuple[Piece, ...], deadline: float) -> Ask:
        """For the rest of the line; `pieces` are the prompt."""
        return Ask(
            pieces,
            LIMIT,
            1,
            deadline,
            self.before,
            self.after,
            True,
            self.least,
            elsewhere=self.context.elsewhere,
            names=self.names,
        )

    def request(self, deadline: float, *, stripped: bool = False) -> Request:
        """The same in plain text, for providers: texts of other files stand above as comments. `stripped` of what costs tokens and
        says little."""
        chunks = (f"{chunk.path}\n{chunk.text}" for chunk in self.context.prompt)
        above = "".join(f"{comment(text, self.language)}\n" for text in chunks)
        prefix, suffix = f"{self.prefix}{self.typed}", self.suffix
        if stripped:
            prefix, suffix = strip(prefix, suffix, self.language)
        return Request(f"{above}{prefix}", suffix, limit=LIMIT, stop=PARAGRAPH, deadline=deadline)


def away(engine: EngineStatus) -> bool:
    """Whether it is a provider elsewhere."""
    return engine.device == REMOTE


def identity(engine: EngineStatus) -> Identity:
    """Providers count as one: which of them answers may change with every ask."""
    if away(engine):
        return (REMOTE, "", "", 0, 0)
    return (engine.name, engine.model, engine.family, engine.context, engine.pid)


def around(engine: EngineStatus, moment: Moment, anchor: Position | None = None) -> Around:
    """As the engine reads it with the text from `anchor` on as `typed` (see `anchor.py`)."""
    cut = nearby(engine, moment, anchor)
    file = text_window(moment, FILE_CHARACTERS, steady=False)
    texts = (cut.prefix, cut.typed, cut.suffix, file.prefix, file.suffix)
    least = engine.gate if moment.trigger is Trigger.AUTOMATIC else -math.inf
    names, language = moment.context.names_at(moment.before), moment.document.language
    about = (*map(str, identity(engine)), str(least), language, moment.context.digest.hex(), *names)
    return Around(*texts, least, digest(*about, *texts), moment.context, names, language)


def nearby(engine: EngineStatus, moment: Moment, anchor: Position | None = None) -> Window:
    """The text the engine reads. With an anchor there is room for what may be typed behind it."""
    room = _room(engine)
    characters = max(room - moment.context.size, room // LEAST)
    if anchor is not None:
        characters -= reach(engine)
    return text_window(moment, characters, anchor)


def share(engine: EngineStatus, document: Document) -> int:
    """Characters of a prompt that texts of other files may have: a third, and of what a small file leaves up to a half."""
    room = _room(engine)
    return min(max(room // 3, room - document.size), room // 2)


def reach(engine: EngineStatus) -> int:
    """How much may be typed behind an anchor, in bytes of UTF-8."""
    return min(TYPED, _room(engine) // 8)


def _room(engine: EngineStatus) -> int:
    """Characters of the text around the cursor that fit."""
    room = min(engine.context - LIMIT, PROMPT_TOKENS) if engine.context else PROMPT_TOKENS
    return int(max(room, 64) * CHARACTERS_PER_TOKEN)


def digest(*texts: str) -> bytes:
    """16 bytes; those of equal texts are equal, others differ."""
    told = blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        told.update(len(data).to_bytes(8, "little"))
        told.update(data)
    return told.digest()
