"""What several messages have in common: which document, and where in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentId:
    uri: str


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the encoding that `initialize` agreed on."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`, as LSP has it."""

    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a document, from `start` up to, not including, `end`; they count from 0."""

    start: int
    end: int
