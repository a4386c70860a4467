"""What was changed in a document since it was opened, as places with the text before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from symbiote.core.text import Document, body

APART = 3
"""Unchanged lines between two places. Fewer, and they are one."""
MOST = 2_000
"""Lines between the first and the last change of a document. More are not compared: it would take 20 ms."""
PAIRS, OFTEN = 10_000, 4
"""Pairs of equal lines, before and after, that `difflib` may weigh; with more, lines that come so often are no places to begin
from. It takes the cube of a line's occurrences: 1,000 closing brackets would keep it busy for minutes."""
HEIGHT = 40
"""Lines of a place. A longer one was pasted, or generated."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A document as it was opened, as it is, and when it was last edited (`time.monotonic()`)."""

    opened: Document
    now: Document
    at: float


@dataclass(frozen=True, slots=True)
class Edit:
    """A place where lines were changed: `line` is its first one now; line ends are left out. `at` as in `Changed`."""

    uri: str
    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    at: float

    @property
    def place(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        return self.uri, self.before, self.after


def edits(changes: Iterable[Changed], known: Sequence[Edit] = ()) -> tuple[Edit, ...]:
    """All places, oldest first. One that is among the `known` as it is now keeps its time; any other was just edited."""
    times = {edit.place: edit.at for edit in known}
    found = []
    for change in changes:
        for line, before, after in hunks(change.opened.lines, change.now.lines):
            edit = Edit(change.now.uri, line, before, after, change.at)
            at = min(times.get(edit.place, change.at), change.at)
            found.append(Edit(edit.uri, line, before, after, at))
    return tuple(sorted(found, key=lambda edit: edit.at))


def hunks(
    old: Sequence[str], new: Sequence[str]
) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """(first line in `new`, lines before, lines after) of each place; nothing for texts that differ in too much."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(before), len(after)) > MOST:
        return []
    spans: list[list[int]] = []
    often = _often(before, after)
    matcher = SequenceMatcher(often.__contains__, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        if spans and c - spans[-1][3] < APART:
            spans[-1][1], spans[-1][3] = b, d
        else:
            spans.append([a, b, c, d])
    return [
        (start + c, _bodies(before[a:b]), _bodies(after[c:d]))
        for a, b, c, d in spans
        if max(b - a, d - c) <= HEIGHT
    ]


def _often(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Lines that come too often to be compared each with each; none where all can be."""
    old, new = Counter(before), Counter(after)
    if sum(count * new[line] for line, count in old.items()) <= PAIRS:
        return frozenset()
    return frozenset(line for line, count in new.items() if max(count, old[line]) > OFTEN)


def _bodies(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(body(line) for line in lines)
