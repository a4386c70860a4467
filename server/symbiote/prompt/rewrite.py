"""How a rewrite is asked for: a conversation for models that follow instructions, a comment for those that fill in."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.core.comment import comment
from symbiote.core.pieces import Keep, Piece, Text
from symbiote.prompt.chat import (
    AFTER,
    BEFORE,
    INSTRUCTION,
    SELECTION,
    Chat,
    Message,
    Role,
    Trained,
    joined,
)
from symbiote.prompt.family import Family
from symbiote.prompt.fim import fim

SYSTEM = (
    "You edit code in an editor. You are given a part of a file and told what to do with it. Answer with the new text of "
    "exactly that part in one code block, and nothing else: no explanation, and no lines that stand before or after it. "
    "Leave every line that need not change exactly as it is, indentation and comments included."
)
SYSTEM_READ_ONLY = (
    "You read code with somebody in an editor. You are given a part of a file and a question about it. Answer in short, "
    "plain sentences, in Markdown. You cannot change the file."
)
_BACKTICKS = re.compile(r"^[^\S\n]*(`{3,})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn asks. `above`, `code` and `below` are lines of the document with `\\n`; `code` is the region.

    `context` are texts from elsewhere, the most useful last; `problems` are sentences about the region. `brief` is the
    instruction in few words, with the problem in it, for models that know no others.
    """

    instruction: str
    language: str
    file: str
    code: str
    above: str = ""
    below: str = ""
    context: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    read_only: bool = False
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn, and what the model answered, in its own words."""

    request: Request
    answer: str


def chat_prompt(chat: Chat, turns: Sequence[Turn], request: Request) -> tuple[Piece, ...]:
    """The conversation so far and the new request. What was said before stays as it was, so that it need not be read again."""
    if chat.trained is not None:
        return _trained(chat, chat.trained, turns, request)
    return chat.prompt(conversation(turns, request))


def conversation(turns: Sequence[Turn], request: Request) -> list[Message]:
    """What is said to a model that follows instructions. It only grows at its end."""
    system = SYSTEM_READ_ONLY if request.read_only else SYSTEM
    messages = [Message(Role.SYSTEM, (Text(system),))]
    before: Turn | None = None
    for turn in turns:
        messages.append(Message(Role.USER, _says(turn.request, before)))
        messages.append(Message(Role.ASSISTANT, (Text(turn.answer),)))
        before = turn
    messages.append(Message(Role.USER, _says(request, before)))
    return messages


def _trained(
    chat: Chat, form: Trained, turns: Sequence[Turn], request: Request
) -> tuple[Piece, ...]:
    """Such models are asked anew with the code as it is now, unless it is their own answer and they can follow up."""
    if turns and not (form.again and _said(request, turns[-1])):
        turns = ()
    pieces: list[Piece] = []
    for number, one in enumerate([*(turn.request for turn in turns), request]):
        if number:
            pieces += [Text(turns[number - 1].answer), chat.piece(form.end)]
        pieces += chat.filled(form.again if number else form.first, _slots(form, one))
    return joined(pieces)


def _slots(form: Trained, request: Request) -> dict[str, Text]:
    above, below = request.above.split("\n")[:-1], request.below.split("\n")[:-1]
    above, below = above[len(above) - min(len(above), form.above) :], below[: form.below]

    def lines(found: Sequence[str]) -> str:
        return "".join(f"\n{line}" for line in found)

    return {
        BEFORE: Text(lines(above), Keep.END),
        SELECTION: Text(lines(request.code.split("\n")[:-1])),
        AFTER: Text(lines(below), Keep.START),
        INSTRUCTION: Text(request.brief or request.instruction),
    }


def fim_prompt(family: Family, request: Request) -> tuple[Piece, ...]:
    """The old lines and the instruction as comments above an empty place, which the model fills."""
    code = textwrap.dedent(request.code).strip("\n")
    indent = _indent(request.code)
    said = ["Before:", *code.split("\n"), *(f"Problem: {text}" for text in request.problems)]
    said += ["After: " + line for line in request.instruction.split("\n")[:1]]
    said += request.instruction.split("\n")[1:]
    told = comment(_harmless("\n".join(said), request.language), request.language)
    lines = "".join(f"{indent}{line}\n" for line in told.split("\n"))
    prefix = "".join(f"{text.rstrip()}\n\n" for text in request.context)
    return fim(family, f"{prefix}{request.above}{lines}", request.below)


def _harmless(text: str, language: str) -> str:
    """Without what would end the comment early."""
    _, lines, end = comment("", language).rpartition("\n")
    return text.replace(end, " ".join(end)) if lines else text


def _says(request: Request, before: Turn | None) -> tuple[Text, ...]:
    return _first(request) if before is None else _follow(request, before)


def _first(request: Request) -> tuple[Text, ...]:
    """What changes least comes first and the instruction last: all else can be read while it is typed."""
    fence = _fence(request)
    parts = [Text(f"File: {request.file} ({request.language})\n")]
    for text in request.context:
        parts += [
            Text(f"\nFrom elsewhere:\n{fence}\n"),
            Text(text, Keep.START),
            Text(f"\n{fence}\n"),
        ]
    for title, text, keep in (
        ("before the part", request.above, Keep.END),
        ("after the part", request.below, Keep.START),
    ):
        if text.strip():
            parts += [
                Text(f"\nThe lines {title}:\n{fence}\n"),
                Text(text, keep),
                Text(f"{fence}\n"),
            ]
    parts.append(Text(f"\nThe part:\n{fence}{request.language}\n{request.code}{fence}\n"))
    return (*parts, Text(_wanted(request, "What to do")))


def _follow(request: Request, before: Turn) -> tuple[Text, ...]:
    """The code is told again where it is not what the model answered."""
    now = ""
    if not _said(request, before):
        fence = _fence(request)
        now = f"The part is now:\n{fence}{request.language}\n{request.code}{fence}\n"
    return (Text(now + _wanted(request, "What to do next")),)


def _wanted(request: Request, title: str) -> str:
    problems = "".join(f"- {text}\n" for text in request.problems)
    told = f"\nReported problems:\n{problems}" if problems else ""
    return f"{told}\n{title}: {request.instruction}"


def _said(request: Request, before: Turn) -> bool:
    """Whether the code is what the model answered."""
    return _bare(request.code) == _bare(before.answer)


def _bare(text: str) -> list[str]:
    """Lines that say something, without fences and the indentation they share."""
    lines = [line.rstrip() for line in text.split("\n") if not line.lstrip().startswith("```")]
    return [line for line in textwrap.dedent("\n".join(lines)).split("\n") if line]


def _fence(request: Request) -> str:
    return fence(request.above, request.code, request.below, *request.context)


def fence(*texts: str) -> str:
    """Longer than any that the texts hold."""
    longest = max((len(found) for text in texts for found in _BACKTICKS.findall(text)), default=2)
    return "`" * (longest + 1)


def _indent(code: str) -> str:
    first = next((line for line in code.split("\n") if line.strip()), "")
    return first[: len(first) - len(first.lstrip())]
