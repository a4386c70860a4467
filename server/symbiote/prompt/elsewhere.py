"""Pieces of other files as a family was trained to read them: behind its own tokens for repositories, else as comments."""

from __future__ import annotations

from symbiote.core.chunk import Chunk, Context
from symbiote.core.comment import comment
from symbiote.core.pieces import Keep, Piece, Special, Text
from symbiote.prompt.family import Family


def elsewhere(family: Family, context: Context, language: str) -> tuple[Piece, ...]:
    """What stands before all the rest, whatever the layout: it changes least. Nothing for an empty context.

    The first chunks give way first when the prompt is too long. Their text is document text: control tokens come from
    the family alone.
    """
    if not context.prompt:
        return ()
    if family.file is None:
        return tuple(told(family, chunk, language) for chunk in context.prompt)
    begin = Special(family.file)
    pieces: list[Piece] = []
    if family.repository is not None:
        pieces = [Special(family.repository), Text(f"{context.repository}\n", Keep.END)]
    for chunk in context.prompt:
        pieces += [begin, told(family, chunk, language)]
    return (*pieces, begin, Text(f"{context.path}\n", Keep.END))


def told(family: Family, chunk: Chunk, language: str) -> Text:
    """One chunk under its path."""
    text = f"{chunk.path}\n{chunk.text}"
    return Text(f"{text if family.file else comment(text, language)}\n", Keep.END)
