"""From what was asked to what the engine is asked: which intention, which text around, how long the answer may be."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from symbiote.core.answer import Reason
from symbiote.core.errors import PromptTooLong
from symbiote.core.facts import Facts
from symbiote.core.place import unplaced
from symbiote.core.text import Document, body
from symbiote.engine.port import Ask, EngineStatus, Slot
from symbiote.features.around import CHARACTERS_PER_TOKEN, FILE_CHARACTERS
from symbiote.features.house import Window
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.region import Lines
from symbiote.prompt.chat import Chat
from symbiote.prompt.family import choose
from symbiote.prompt.intentions import Intention
from symbiote.prompt.rewrite import Request, chat_prompt, fim_prompt

CONTEXT = 4_096
"""Tokens, of an engine that does not say what it has."""
FRAME = 200
"""Tokens of a prompt that are neither code nor instruction."""
GROWS, MORE, PER_LINE = 2.0, 128, 14
"""How much longer than the code an answer may be: a factor, tokens on top, and tokens for each further line. Small
vocabularies take half as many tokens again as is reckoned with here (models/train/README.md)."""
READ_ONLY = 700
"""Tokens of an explanation."""
NEARBY_TOKENS = 1_200
"""Of the text around the region, whatever the model's context."""
PROBLEMS = 5
AGAIN = "Give another version, different from your last one. What was asked: "
EARLIER = "Done already, in this order: "
FIX = "quickfix"
ABOUT = "This model can do about {:,} such lines at once."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a window asks for: whole lines of a document as it was when the ask came.

    `id` is the client's for this rewrite, `words` are the user's and may be empty with a ready intention `name`.
    `asked_at` is `time.monotonic()`; `context` are texts from elsewhere that a model may read, the most useful last.
    """

    id: str
    document: Document
    lines: Lines
    words: str = ""
    name: str | None = None
    rerun: bool = False
    asked_at: float = 0.0
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the engine is to be asked. `bare` says that it fills a place, and so answers with code alone."""

    request: Request
    ask: Ask
    bare: bool


@dataclass(frozen=True, slots=True)
class Sized:
    """What there is room for, with what was said before, and the most tokens of the answer."""

    request: Request
    talk: Conversation
    limit: int


def refusal(window: Window, wanted: Wanted) -> Reason | None:
    """Why nothing may be rewritten here. A language without suggestions may have rewrites: those are asked for by hand."""
    if not window.settings.enabled:
        return Reason.DISABLED
    if window.paused:
        return Reason.PAUSED
    return Reason.TOO_LARGE if wanted.document.too_large else None


def asked_for(
    wanted: Wanted, talk: Conversation, known: Mapping[str, Intention]
) -> tuple[str, Intention | None] | None:
    """What to do in words, and the ready intention; None where nothing was asked for."""
    words, name = wanted.words.strip(), wanted.name
    if wanted.rerun and talk.turns:
        words, name = talk.turns[-1].words, talk.turns[-1].name
    ready = known.get(name) if name else None
    if name and ready is None:
        return None
    text = "\n".join(part for part in (ready.text if ready else "", words) if part)
    return (text, ready) if text else None


def request(
    wanted: Wanted, talk: Conversation, text: str, ready: Intention | None, facts: Facts | None
) -> Request:
    """One turn. The text around is as much as the model has room for, cut in `drafted`."""
    document, lines = wanted.document, wanted.lines
    again = wanted.rerun and bool(talk.turns)
    fixes = ready is None or ready.kind == FIX
    problems = _problems(facts, lines) if fixes and not talk.turns else ()
    return Request(
        instruction=AGAIN + text if again else text,
        language=document.language or "plaintext",
        file=PurePosixPath(unquote(urlsplit(document.uri).path)).name or "untitled",
        code="".join(f"{line}\n" for line in lines.of(document)),
        context=wanted.context,
        problems=problems,
        read_only=ready is not None and ready.read_only,
        brief=_brief(wanted, ready, problems),
    )


def drafted(
    engine: EngineStatus,
    wanted: Wanted,
    talk: Conversation,
    what: Request,
    longer: int,
    until: float,
) -> Draft | tuple[Reason, str]:
    """The ask, or why there is none. Raises `ModelError` for a model that cannot be asked."""
    family = choose(engine.family or None, engine.model, engine.specials)
    chat = family.chats(engine.model, engine.specials)
    if what.read_only and (chat is None or chat.trained is not None):
        return Reason.NO_REWRITE_MODEL, f"{engine.model} writes code and explains nothing."
    sized = fitted(wanted, talk, what, longer, engine.context or CONTEXT)
    if not isinstance(sized, Sized):
        return sized
    what, talk, limit = sized.request, sized.talk, sized.limit
    pieces = chat_prompt(chat, talk.said, what) if chat else fim_prompt(family, what)
    bare = chat is None or (chat.trained is not None and not chat.trained.fenced)
    document, lines = wanted.document, wanted.lines
    ask = Ask(
        pieces,
        limit=limit,
        lines=0,
        deadline=until,
        before="".join(document.lines[: lines.start])[-FILE_CHARACTERS // 2 :],
        after="".join(document.lines[lines.end :])[: FILE_CHARACTERS // 2],
        slot=Slot.REWRITE,
        original="" if what.read_only else _original(chat, what),
        model=engine.model,
    )
    return Draft(what, ask, bare=bare)


def fitted(
    wanted: Wanted, talk: Conversation, what: Request, longer: int, context: int
) -> Sized | tuple[Reason, str]:
    """As much as a model with a context of so many tokens has room for."""
    code, more = _tokens(what.code), longer * PER_LINE
    limit = READ_ONLY if what.read_only else int(code * GROWS) + MORE + more
    limit = min(limit, context // 2)
    room = context - limit - FRAME - _tokens(what.instruction, *what.problems)
    if code > room or (not what.read_only and code + MORE // 2 > limit):
        return Reason.SELECTION_TOO_LARGE, _most(what, code, context)
    return Sized(*_with_nearby(wanted, talk, what, room - code), limit)


def reads(draft: Draft) -> Ask:
    """As the draft's, but nothing is written: the prompt is read ahead."""
    return replace(draft.ask, limit=0, deadline=time.monotonic() + 10.0)


def _with_nearby(
    wanted: Wanted, talk: Conversation, what: Request, room: int
) -> tuple[Request, Conversation]:
    """The text around the region, in the first turn; a conversation that takes too much room is told in short."""
    said = sum(_tokens(turn.request.code, turn.request.above, turn.answer) for turn in talk.turns)
    if talk.turns and said <= room:
        return what, talk
    if talk.turns:
        earlier = "; ".join(turn.words or turn.name or "" for turn in talk.turns[-5:])
        what = replace(what, instruction=f"{EARLIER}{earlier}\n{what.instruction}")
    room = min(max(0, room - _tokens(*what.context)), NEARBY_TOKENS)
    above, below = nearby(wanted, room)
    return replace(what, above=above, below=below), Conversation(talk.uri)


def nearby(wanted: Wanted, tokens: int = NEARBY_TOKENS) -> tuple[str, str]:
    """Whole lines above and below the region: two thirds above, and what one side does not need for the other."""
    characters = int(tokens * CHARACTERS_PER_TOKEN)
    lines, at = wanted.document.lines, wanted.lines
    below = _taken(lines[at.end :], characters // 3)
    above = _taken(list(reversed(lines[: at.start])), characters - sum(map(len, below)))
    if (left := characters - sum(map(len, above))) > characters // 3:
        below = _taken(lines[at.end :], left)
    return "".join(reversed(above)), "".join(below)


def _taken(lines: Iterable[str], characters: int) -> list[str]:
    taken: list[str] = []
    for line in lines:
        text = f"{body(line)}\n"
        characters -= len(text)
        if characters < 0:
            break
        taken.append(text)
    return taken


def _problems(facts: Facts | None, lines: Lines) -> tuple[str, ...]:
    """What the editor shows for these lines, errors first."""
    inside = [p for p in (facts.diagnostics if facts else ()) if lines.start <= p.line < lines.end]
    inside.sort(key=lambda problem: (problem.severity, problem.line))
    return tuple(
        f"line {p.line - lines.start + 1}: {unplaced(p.message)}" for p in inside[:PROBLEMS]
    )


def _brief(wanted: Wanted, ready: Intention | None, problems: Sequence[str]) -> str:
    """The title of what is asked for, and the words; of a problem that nobody put into words the first one."""
    words = wanted.words.strip()
    if ready is None:
        return words
    if not words and ready.kind == FIX and problems:
        words = problems[0].partition(": ")[2]
    return f"{ready.title}: {words}" if words else ready.title


def _original(chat: Chat | None, what: Request) -> str:
    if chat is not None and chat.trained is not None:
        return "\n" + what.code.removesuffix("\n")
    return what.code


def _most(what: Request, code: int, context: int) -> str:
    """How many lines would do, in a sentence."""
    lines = max(1, what.code.count("\n"))
    fits = max(1, int(lines * (context - FRAME) / (1 + GROWS) / max(1, code)))
    return f"{lines:,} lines are about {code:,} tokens. {ABOUT.format(fits)}"


def too_long(what: Request, error: PromptTooLong) -> str:
    """The same of a prompt that has more tokens than was reckoned."""
    lines = max(1, what.code.count("\n"))
    fits = max(1, min(lines - 1, int(lines * error.room / error.needs)))
    return f"{error} {ABOUT.format(fits)}"


def _tokens(*texts: str) -> int:
    return sum(int(len(text) / CHARACTERS_PER_TOKEN) + 1 for text in texts if text)
