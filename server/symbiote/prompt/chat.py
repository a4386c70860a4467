"""How a model that follows instructions is talked to: chat formats as data, in the files of the families.

The template that a model file may bring along is a program; it is never run. A format says what stands around each
message, and which parts of that are control tokens. Everything a message says is text, so that no document forges one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from symbiote.core.errors import ModelError
from symbiote.core.pieces import Piece, Special, Text

SLOT = "{text}"
BEFORE, SELECTION, AFTER, INSTRUCTION = "{before}", "{selection}", "{after}", "{instruction}"
SLOTS = (BEFORE, SELECTION, AFTER, INSTRUCTION)
"""What the parts of `first` and `again` may stand for; the first three are lines, each with its line end in front."""
FOLLOWS = r"instruct|chat|[-_.]it\b"
"""What models that follow instructions are called, unless the family says otherwise."""
KEYS = {"tokens", "system", "user", "assistant", "answer", "models"}
TRAINED_KEYS = {"first", "again", "end", "fenced", "above", "below", "models"}
ABOVE, BELOW = 6, 4
"""Lines around the code that such models were shown, unless the family says otherwise (models/train/pieces.py)."""
_CONTROL = re.compile(r"<\|\w+\|>")


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody says: pieces of text, each with the end that survives when the prompt is too long."""

    role: Role
    parts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Trained:
    """The one way of asking that a model was trained on: the parts of the `first` request and of a follow-up (`again`; empty
    where there are none), and what ends an answer. `fenced` answers stand in a code fence; `above` and `below` are how many
    lines around the code it was shown. Such models are told what to do in few words.
    """

    first: tuple[str, ...]
    again: tuple[str, ...] = ()
    end: str = ""
    fenced: bool = False
    above: int = ABOVE
    below: int = BELOW


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat format. `frames` hold control tokens, literal text and `{text}` once; `answer` begins the answer.

    Without a frame for the system its text comes first in what the user says. `models` are the names of models that
    follow instructions. With `trained` there are no frames.
    """

    tokens: frozenset[str]
    models: re.Pattern[str]
    frames: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    answer: tuple[str, ...] = ()
    trained: Trained | None = None

    def prompt(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """The whole conversation, up to where the answer begins."""
        pieces: list[Piece] = []
        before: tuple[Text, ...] = ()
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
        return joined(pieces)

    def filled(self, parts: Sequence[str], slots: Mapping[str, Text]) -> list[Piece]:
        """Parts of `trained`, with what they stand for."""
        return [slots.get(part) or self.piece(part) for part in parts]

    def piece(self, part: str) -> Piece:
        return Special(part) if part in self.tokens else Text(part)


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Texts of one kind that touch become one: where one ends must not change how they are cut into tokens."""
    made: list[Piece] = []
    for piece in pieces:
        last = made[-1] if made else None
        if isinstance(piece, Text) and not piece.text:
            continue
        if isinstance(piece, Text) and isinstance(last, Text) and piece.keep is last.keep:
            made[-1] = Text(last.text + piece.text, piece.keep)
        else:
            made.append(piece)
    return tuple(made)


def read_chat(where: str, raw: Any) -> Chat:
    """The table `chat` of a family's file. Raises `ModelError` that says what is wrong with it."""
    if not isinstance(raw, dict):
        raise ModelError(f"{where}: chat must be a table.")
    known = TRAINED_KEYS if "first" in raw else KEYS
    if unknown := sorted(raw.keys() - known):
        raise ModelError(f"{where}: chat has unknown keys: {', '.join(unknown)}.")
    return _trained(where, raw) if "first" in raw else _frames(where, raw)


def _frames(where: str, raw: dict[str, Any]) -> Chat:
    tokens = _texts(where, "tokens", raw.get("tokens", []))
    for key in ("user", "assistant", "answer"):
        if not isinstance(raw.get(key), str):
            raise ModelError(f"{where}: chat.{key} is missing.")
    frames = {role: _split(raw[role], (*tokens, SLOT)) for role in Role if role in raw}
    for role, frame in frames.items():
        if frame.count(SLOT) != 1:
            raise ModelError(f"{where}: chat.{role.value} needs {SLOT} once.")
    answer = _split(raw["answer"], tokens)
    return Chat(frozenset(tokens), _models(raw, FOLLOWS), frames, answer)


def _trained(where: str, raw: dict[str, Any]) -> Chat:
    """Its vocabulary tells such a model from its siblings: whatever it is called, it has the control tokens."""
    first, again = (_texts(where, key, raw.get(key, [])) for key in ("first", "again"))
    for key, parts, needed in (
        ("first", first, (SELECTION, INSTRUCTION)),
        ("again", again, (INSTRUCTION,)),
    ):
        if parts and any(parts.count(slot) != 1 for slot in needed):
            raise ModelError(f"{where}: chat.{key} needs {' and '.join(needed)} once.")
    end, fenced = raw.get("end", ""), raw.get("fenced", False)
    if not isinstance(end, str) or not isinstance(fenced, bool):
        raise ModelError(f"{where}: chat.end must be a control token, chat.fenced true or false.")
    lines = [raw.get(key, usual) for key, usual in (("above", ABOVE), ("below", BELOW))]
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in lines):
        raise ModelError(f"{where}: chat.above and chat.below must be numbers of lines.")
    tokens = frozenset(part for part in (*first, *again, end) if _CONTROL.fullmatch(part))
    trained = Trained(tuple(first), tuple(again), end, fenced, *lines)
    return Chat(tokens, _models(raw, ""), trained=trained)


def _texts(where: str, key: str, found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(part, str) and part for part in found):
        raise ModelError(f"{where}: chat.{key} must be a list of texts.")
    return found


def _models(raw: dict[str, Any], usual: str) -> re.Pattern[str]:
    return re.compile(raw.get("models", usual), re.IGNORECASE)


def _split(text: str, marks: Sequence[str]) -> tuple[str, ...]:
    """`text` cut at the marks, which are parts of their own; longer marks go first."""
    if not marks:
        return (text,) if text else ()
    ordered = sorted(marks, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, ordered)) + ")", text)
    return tuple(part for part in parts if part)
