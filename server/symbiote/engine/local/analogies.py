"""Lines that would follow by analogy: `self.title = title` elsewhere makes `self.url = url` of `self.url = `.

Two lines are alike when they have the same tokens but for some words; what follows the one then follows the other
with those words exchanged (proportional analogy, as in Lepage, "Solving analogies on words", COLING 1998, over
tokens instead of letters). Words are parts of names, so that `set_x` and `self._x` exchange the same `x`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|\s+|.", re.DOTALL)
MOST_LINES = 400
"""Lines looked at, the nearest first."""
MOST_TOKENS = 60
MOST_EXCHANGED = 3
LEAST_ALIKE = 0.5

Exchange = dict[str, str]


@dataclass(frozen=True, slots=True)
class Analogy:
    """`text` would stand at the cursor if its line went on like line `line`, which goes on at offset `start`.

    `alike` is the share of equal tokens, `above` says that the lines above are alike too.
    """

    text: str
    line: int
    start: int
    alike: float
    above: bool


def analogies(lines: Sequence[str], at: int, typed: str) -> Iterator[Analogy]:
    """Proposals for the rest of line `at` of `lines`, of which `typed` is written, from all other lines.

    Those that exchange nothing are left out: they are in the file as they stand.
    """
    fragment = re.search(r"[A-Za-z]*\Z", typed)
    word = fragment[0] if fragment else ""
    known = tokens(typed[: len(typed) - len(word)].lstrip())
    start = bool(known)
    heads = _heads(lines)
    above = heads[at]
    for line in _nearest(len(lines), at):
        if not lines[line].strip():
            continue
        exchange: Exchange = {}
        before = None
        if len(heads[line]) == len(above):
            before = _aligned(heads[line], above, exchange)
        if before is None:
            exchange = {}
            if not start:
                continue
        content = lines[line].lstrip()
        other = tokens(content)
        same = _aligned(other, known, exchange) if start else (0, 0)
        if same is None or not exchange:
            continue
        skipped = len(known)
        text = "".join(exchange.get(token, token) for token in other[skipped:])
        if not text.startswith(word):
            continue
        equal = same[0] + (before[0] if before else 0)
        total = same[1] + (before[1] if before else 0)
        if total and equal / total >= LEAST_ALIKE:
            offset = len(lines[line]) - len(content) + sum(map(len, other[:skipped])) + len(word)
            yield Analogy(text[len(word) :], line, offset, equal / total, before is not None)


@lru_cache(maxsize=4096)
def tokens(line: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(line))


def _nearest(count: int, at: int) -> Iterator[int]:
    """At most `MOST_LINES` of `count` lines but `at`, the nearest first, of two the upper one."""
    left = MOST_LINES - 1
    for far in range(1, count):
        for line in (at - far, at + far):
            if 0 <= line < count and left > 0:
                left -= 1
                yield line


def _heads(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Of each line the tokens of the line above it; blank lines are looked over, two of them."""
    heads: list[tuple[str, ...]] = []
    head, blanks = tokens(""), 0
    for line in lines:
        heads.append(head if blanks < 3 else ())
        visible = line.strip()
        if visible:
            head, blanks = tokens(visible), 0
        else:
            blanks += 1
    return heads


def _aligned(
    one: Sequence[str], other: Sequence[str], exchange: Exchange
) -> tuple[int, int] | None:
    """(equal tokens, all tokens), blanks apart, when `one` begins with `other` but for exchanged words.

    Words are added to `exchange`; it is of no use after None.
    """
    if not other or len(other) > MOST_TOKENS or len(one) < len(other):
        return None
    equal = total = 0
    for a, b in zip(one, other, strict=False):
        if a == b:
            if a.isspace():
                continue
            if exchange.get(a, a) != a:
                return None
            equal += 1
        elif a.isspace() and b.isspace():
            continue
        elif not (a.isalnum() and b.isalnum()) or exchange.setdefault(a, b) != b:
            return None
        total += 1
    return (equal, total) if len(exchange) <= MOST_EXCHANGED else None
