"""What a prompt is made of: control tokens and document text, kept apart so that neither forges the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Keep(StrEnum):
    """Which end of a text survives when the prompt is longer than the context."""

    ALL = "all"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Special:
    """A control token by its exact name, e.g. `<|fim_prefix|>`. Never comes from a document."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Document text: tokenised without special tokens, so that a file cannot forge one."""

    text: str
    keep: Keep = Keep.ALL


Piece = Special | Text
