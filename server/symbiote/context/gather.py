"""Which chunks are worth their room, and in which order they stand.

A prompt is read from its start, and what is read once stays read as far as nothing before it changes. So what is in the
prompt already keeps its place and its text while it is still offered and worth its room; new chunks come behind it, the
one that tells of the newest at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symbiote.core.chunk import Chunk
from symbiote.core.credential import secrets

WEIGHTS = {
    "definitions": 1.0,
    "open": 0.9,
    "edits": 0.8,
    "siblings": 0.7,
    "diagnostics": 0.6,
    "clipboard": 0.5,
}
"""What a source's best chunk is worth, until figures say otherwise."""
STAYS = 1.3
"""How much more a chunk is worth that is in the prompt already: what goes makes the engine read anew all behind it."""
SAME = 0.8
"""Share of a chunk's lines that is said elsewhere already. Above it the chunk is a near-duplicate."""
BARE = (
    "clipboard",
    ".cfg",
    ".conf",
    ".ini",
    ".md",
    ".properties",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
)
"""Ends of paths of what is no code: a password there stands in no quotes."""
TELLING = 4
"""Characters of a line, blanks left out. Shorter ones (`}`, `else:` has 5) say nothing of where a text comes from."""


def gather(
    chunks: Iterable[Chunk], budget: int, near: str = "", held: Sequence[Chunk] = ()
) -> tuple[Chunk, ...]:
    """At most `budget` characters (see `Chunk.cost`), none a near-duplicate of `near` or of one another, none with a secret
    in it.

    `held` is what was gathered last.
    """
    kept = set(held)
    offered = list(dict.fromkeys(chunks))
    ranked = sorted(offered, key=lambda chunk: -value(chunk) * (STAYS if chunk in kept else 1.0))
    said = [_telling(near)]
    chosen: set[Chunk] = set()
    for chunk in ranked:
        lines = _telling(chunk.plain)
        if chunk.cost > budget or not chunk.text.strip() or any(_said(lines, by) for by in said):
            continue
        if _secret(chunk):
            continue
        chosen.add(chunk)
        said.append(lines)
        budget -= chunk.cost
    stay = [chunk for chunk in dict.fromkeys(held) if chunk in chosen]
    new = [chunk for chunk in offered if chunk in chosen and chunk not in kept]
    new.sort(key=lambda chunk: (chunk.recency, value(chunk)))
    return (*stay, *new)


def value(chunk: Chunk) -> float:
    return WEIGHTS.get(chunk.source, 0.5) * chunk.worth


def _secret(chunk: Chunk) -> bool:
    code = not chunk.path.endswith(BARE)
    return any(True for _ in secrets(f"{chunk.text}\n{chunk.lookup}", code=code))


def _telling(text: str) -> frozenset[str]:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return frozenset(line for line in lines if len(line) >= TELLING)


def _said(lines: frozenset[str], by: frozenset[str]) -> bool:
    return bool(lines) and len(lines & by) >= SAME * len(lines)
