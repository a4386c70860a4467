"""A fill-in-the-middle prompt as pieces."""

from __future__ import annotations

from symbiote.core.chunk import NOTHING, Context
from symbiote.core.errors import ModelError
from symbiote.core.pieces import Keep, Piece, Special, Text
from symbiote.prompt.elsewhere import elsewhere
from symbiote.prompt.family import PREFIX, SUFFIX, Family


def fim(
    family: Family,
    prefix: str,
    suffix: str,
    typed: str = "",
    context: Context = NOTHING,
    language: str = "",
) -> tuple[Piece, ...]:
    """Lay prefix and suffix out as the family was trained; too long a prompt loses the far ends.

    `typed` stands between prefix and cursor. Where the family reads the suffix after the prefix (PSM) it comes behind
    the middle token, as the beginning of the answer, so that a key changes the end of the prompt only (EFIM,
    arXiv 2505.21889); elsewhere it is part of the prefix. `context` comes before all of it; `language` is the document's.
    """
    if not family.layout:
        raise ModelError(
            f"Models of the family {family.name} follow instructions; they do not fill in."
        )
    behind = typed if family.psm else ""
    before = prefix if family.psm else prefix + typed
    slots: dict[str, Piece] = {PREFIX: Text(before, Keep.END), SUFFIX: Text(suffix, Keep.START)}
    pieces = tuple(slots.get(part) or Special(part) for part in family.layout)
    around = (*pieces, Text(behind, Keep.END)) if behind else pieces
    return (*elsewhere(family, context, language), *around)
