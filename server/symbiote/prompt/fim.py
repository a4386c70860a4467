"""A fill-in-the-middle prompt as pieces."""

from __future__ import annotations

from symbiote.core.pieces import Keep, Piece, Special, Text
from symbiote.prompt.family import PREFIX, SUFFIX, Family


def fim(family: Family, prefix: str, suffix: str) -> tuple[Piece, ...]:
    """Lay prefix and suffix out as the family was trained; too long a prompt loses the far ends."""
    slots: dict[str, Piece] = {PREFIX: Text(prefix, Keep.END), SUFFIX: Text(suffix, Keep.START)}
    return tuple(slots.get(part) or Special(part) for part in family.layout)
