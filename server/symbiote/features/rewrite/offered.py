"""What can be asked for, and what is offered at a place: ready intentions that fit, the diagnostics there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.prompt.intentions import Intention

FIX, SOURCE = "quickfix", "source"
MOST_FIXES = 3
SHORT = 60
"""Characters of a problem in a title."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One code action: its `title`, LSP's `kind`, and what it asks for. `problem` is the number of the diagnostic it is for."""

    title: str
    kind: str
    name: str
    words: str = ""
    problem: int | None = None


def offers(
    known: Sequence[Intention],
    language: str,
    problems: Sequence[str],
    only: Sequence[str],
    *,
    by_hand: bool,
) -> list[Offer]:
    """The fixes for `problems` first. What changes no problem is offered where it is asked for: `by_hand`, or where
    something is selected; what is about the whole file, where that is asked for. `only` are kinds, as LSP has it: a kind
    means those below it too.
    """
    found: list[Offer] = []
    for one in known:
        if not one.fits(language) or not one.kind or one.asks or not _wanted(one.kind, only):
            continue
        if one.kind == FIX:
            found += [
                Offer(f"Symbiote: {one.title} ({_short(text)})", FIX, one.name, text, number)
                for number, text in enumerate(problems[:MOST_FIXES])
            ]
        elif by_hand and (one.kind != SOURCE or only):
            found.append(Offer(f"Symbiote: {one.title}", one.kind, one.name))
    return sorted(found, key=lambda offer: offer.kind != FIX)


def _wanted(kind: str, only: Sequence[str]) -> bool:
    return not only or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in only)


def _short(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= SHORT else line[: SHORT - 1].rstrip() + "…"
