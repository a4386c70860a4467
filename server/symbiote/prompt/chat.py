"""How a model that follows instructions is talked to: chat formats as data, in the files of the families.

The template that a model file may bring along is a program; it is never run. A format says what stands around each
message, and which parts of that are control tokens. Everything a message says is text, so that no document forges one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from symbiote.core.errors import ModelError
from symbiote.core.pieces import Piece, Special, Text

SLOT = "{text}"
CODE, INSTRUCTION = "{code}", "{instruction}"
SLOTS = ("{context}", "{above}", CODE, "{below}", "{problems}", INSTRUCTION)
"""What a request may name; each once."""
FOLLOWS = r"instruct|chat|[-_.]it\b"
"""What models that follow instructions are called, unless the family says otherwise."""
FLAGS = {"dedent", "bare", "newline_first"}
NUMBERS = {"above", "below"}
KEYS = {"tokens", "system", "user", "assistant", "answer", "models", "request", "follow"}


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody says: pieces of text, each with the end that survives when the prompt is too long."""

    role: Role
    parts: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat format. `frames` hold control tokens, literal text and `{text}` once; `answer` begins the answer.

    Without a frame for the system its text comes first in what the user says. `models` are the names of models that
    follow instructions.

    The rest is for models that were trained on one way of asking. `request` is how a rewrite is asked for (empty: in
    the usual way), `follow` the same for a follow-up; with `dedent` the code is shown without the indentation that all of
    its lines have, with `newline_first` every line of code has its line end in front of it. `above` and `below` are how
    many lines around the code are shown (0: as many as fit); `bare` says that the answer is code alone.
    """

    tokens: frozenset[str]
    frames: Mapping[Role, tuple[str, ...]]
    answer: tuple[str, ...]
    models: re.Pattern[str]
    request: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    dedent: bool = False
    bare: bool = False
    newline_first: bool = False
    above: int = 0
    below: int = 0

    def prompt(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """The whole conversation, up to where the answer begins."""
        pieces: list[Piece] = []
        before: tuple[Piece, ...] = ()
        for message in messages:
            frame = self.frames.get(message.role)
            if frame is None:
                before = (*before, *message.parts, Text("\n\n"))
                continue
            for part in frame:
                if part == SLOT:
                    pieces += (*before, *message.parts)
                    before = ()
                else:
                    pieces.append(self.piece(part))
        pieces += map(self.piece, self.answer)
        return _joined(pieces)

    def piece(self, part: str) -> Piece:
        return Special(part) if part in self.tokens else Text(part)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Texts of one kind that touch become one: where one ends must not change how they are cut into tokens."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Text) and not piece.text:
            continue
        if isinstance(piece, Text) and isinstance(last, Text) and piece.keep is last.keep:
            joined[-1] = Text(last.text + piece.text, piece.keep)
        else:
            joined.append(piece)
    return tuple(joined)


def read_chat(where: str, raw: Any) -> Chat:
    """The table `chat` of a family's file. Raises `ModelError` that says what is wrong with it."""
    if not isinstance(raw, dict):
        raise ModelError(f"{where}: chat must be a table.")
    if unknown := sorted(raw.keys() - KEYS - FLAGS - NUMBERS):
        raise ModelError(f"{where}: chat has unknown keys: {', '.join(unknown)}.")
    tokens = raw.get("tokens", [])
    if not isinstance(tokens, list) or not all(isinstance(t, str) and t for t in tokens):
        raise ModelError(f"{where}: chat.tokens must be a list of control tokens.")
    for key in ("user", "assistant", "answer"):
        if not isinstance(raw.get(key), str):
            raise ModelError(f"{where}: chat.{key} is missing.")
    frames = {role: _split(raw[role], (*tokens, SLOT)) for role in Role if role in raw}
    for role, frame in frames.items():
        if frame.count(SLOT) != 1:
            raise ModelError(f"{where}: chat.{role.value} needs {SLOT} once.")
    for key in FLAGS & raw.keys():
        if not isinstance(raw[key], bool):
            raise ModelError(f"{where}: chat.{key} must be true or false.")
    for key in NUMBERS & raw.keys():
        if not isinstance(raw[key], int) or isinstance(raw[key], bool) or raw[key] < 0:
            raise ModelError(f"{where}: chat.{key} must be a number of lines.")
    return Chat(
        frozenset(tokens),
        frames,
        _split(raw["answer"], tokens),
        re.compile(raw.get("models", FOLLOWS), re.IGNORECASE),
        _request(where, "request", raw.get("request", ""), (CODE, INSTRUCTION), tokens),
        _request(where, "follow", raw.get("follow", ""), (INSTRUCTION,), tokens),
        **{key: raw[key] for key in (FLAGS | NUMBERS) & raw.keys()},
    )


def _request(
    where: str, key: str, text: str, needed: tuple[str, ...], tokens: list[str]
) -> tuple[str, ...]:
    parts = _split(text, (*SLOTS, *tokens))
    if text and any(parts.count(slot) != 1 for slot in needed):
        raise ModelError(f"{where}: chat.{key} needs {' and '.join(needed)} once.")
    return parts


def _split(text: str, marks: Sequence[str]) -> tuple[str, ...]:
    """`text` cut at the marks, which are parts of their own; longer marks go first."""
    if not marks:
        return (text,) if text else ()
    ordered = sorted(marks, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, ordered)) + ")", text)
    return tuple(part for part in parts if part)
