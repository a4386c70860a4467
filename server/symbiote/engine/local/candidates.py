"""The file as a predictor of itself: what followed the same text elsewhere in it, as whole answers.

A small model does not know the file's names; the file does (nested-cache models: Hellendoorn & Devanbu, FSE 2017).
Every place in the file whose preceding text ends like the text before the cursor proposes the rest of its line.
At a line's start each line of the file is a proposal. What speaks for a proposal is in `FEATURES`; `ranking.py` weighs it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from symbiote.engine.local.analogies import analogies

LONGEST = 80
"""Characters of a match, or of a proposal; longer ones are no surer."""
SEED = 2
"""Characters that must agree before a place is looked at."""
MOST_PLACES = 2_000
KEPT_BY_MATCH, KEPT_BY_SURROUNDINGS, KEPT_BY_ANALOGY = 12, 8, 6

FEATURES = (
    "match",  # square root of the longest match's characters
    "votes",  # log of the places that propose this after a match nearly as long
    "places",  # log of all places that propose this
    "previous",  # how alike the previous lines' words are (Jaccard)
    "below",  # square root of the characters that agree behind the proposal
    "distance",  # log of the lines to the nearest place
    "length",  # log of the proposal's characters
    "short",  # fewer than 4 characters
    "repeats_previous",  # the line would be the previous line again
    "repeats_next",  # ... or the next one
    "lead",  # match minus the best other proposal's, tens of characters
    "share",  # its part of all places, each weighed by exp(0.35 * match)
    "line_start",  # nothing but indentation stands before the cursor
    "goes_on",  # square root of the characters that go on there as they do behind the cursor
    "analogy",  # words were exchanged: how alike the lines are, 0 when it is in the file as it stands
    "analogies",  # log of the places that propose it so
    "above",  # ... and the lines above are alike too
)

WORD = re.compile(r"\w+")
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
HOLE = "\0"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer the file proposes, its `FEATURES`, and, once ranked, the log-odds that it is right by them alone.

    `elsewhere` is what other files say of it (`elsewhere.FEATURES`), empty where none were looked at.
    """

    text: str
    features: tuple[float, ...]
    odds: float = 0.0
    elsewhere: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """One occurrence: `match` characters agree before it, `below` in the lines behind it, `goes_on` in its own
    line behind it; `previous` is a likeness, 0 to 1.
    """

    match: int
    previous: float
    below: int
    distance: int
    goes_on: int
    analogy: float = 0.0
    above: bool = False


class Cursor:
    """What stands around the cursor, looked at once."""

    def __init__(self, before: str, after: str) -> None:
        self.before = before
        self.text = before + HOLE + after
        rest, _, self.below = after.partition("\n")
        self.rest = rest.rstrip()
        self.typed = before[before.rfind("\n") + 1 :]
        self.line_start = not self.typed.strip()
        self.previous = line_above(self.text, len(before) - len(self.typed))
        self.next = self.below.lstrip("\n").split("\n", 1)[0].strip()
        self.words = words(self.previous)


def candidates(before: str, after: str) -> list[Candidate]:
    """The file's best proposals for what comes between `before` and `after`, at most 26, unranked."""
    cursor = Cursor(before, after)
    found: dict[str, list[_Place]] = {}
    for end, match in _matches(cursor).items():
        text, goes_on = _proposal(cursor, end)
        if text:
            found.setdefault(text, []).append(_place(cursor, end, match, goes_on))
    for text, place in _by_analogy(cursor):
        found.setdefault(text, []).append(place)
    return _kept(cursor, found)


def _by_analogy(cursor: Cursor) -> Iterator[tuple[str, _Place]]:
    lines = cursor.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    at = cursor.before.count("\n")
    for made in analogies(lines, at, cursor.typed):
        text, goes_on = made.text.rstrip(), 0
        if cursor.rest:
            end, goes_on = cut(text, cursor.rest)
            text = text[:end].rstrip()
        if text.strip() and len(text) <= LONGEST and HOLE not in text:
            start = starts[made.line] + made.start
            place = _place(cursor, start, 0, goes_on)
            yield text, replace(place, analogy=made.alike, above=made.above)


def _matches(cursor: Cursor) -> dict[int, int]:
    """Offsets in the text behind which a proposal begins, and how many characters before them agree."""
    found: dict[int, int] = {}
    before, text = cursor.before, cursor.text
    seed = before[-len(cursor.typed) - 1 :] if cursor.line_start else before[-SEED:]
    at = text.find(seed) if seed else -1
    while at >= 0 and len(found) < MOST_PLACES:
        end, match = at + len(seed), len(seed)
        most = min(LONGEST, len(before), end)
        while match < most and text[end - match - 1] == before[-match - 1]:
            match += 1
        found[end] = match
        at = text.find(seed, at + 1)
    if cursor.line_start:
        for start in _line_texts(text):
            found.setdefault(start, 0)
    found.pop(len(before), None)
    return found


def _line_texts(text: str) -> Iterator[int]:
    """Where the visible text of each line begins."""
    start = 0
    for line in text.split("\n"):
        visible = line.lstrip()
        if visible:
            yield start + len(line) - len(visible)
        start += len(line) + 1


def _proposal(cursor: Cursor, start: int) -> tuple[str, int]:
    """The rest of the line from `start`, up to where it goes on as the cursor's line does; "" for none.

    And how many characters then agree.
    """
    text = cursor.text
    if cursor.line_start and text[text.rfind("\n", 0, start) + 1 : start].strip():
        return "", 0
    end = text.find("\n", start, start + LONGEST + 1)
    if end < 0:
        if len(text) > start + LONGEST:
            return "", 0
        end = len(text)
    line = text[start:end].rstrip()
    if HOLE in line:
        return "", 0
    if not cursor.rest:
        return line, 0
    stop, goes_on = cut(line, cursor.rest)
    return line[:stop].rstrip(), goes_on


def cut(line: str, rest: str) -> tuple[int, int]:
    """Where in `line`, outside brackets, most of `rest` follows, and how much of it: (0, 0) for nowhere."""
    depth, best, most = 0, 0, 0
    for index, character in enumerate(line):
        if depth == 0 and index and character == rest[0]:
            same = agreeing(line[index:], rest)
            if same > most:
                best, most = index, same
        if character in OPENING:
            depth += 1
        elif character in CLOSING:
            if depth == 0:
                break
            depth -= 1
    return best, most


def _place(cursor: Cursor, start: int, match: int, goes_on: int) -> _Place:
    text = cursor.text
    above = words(line_above(text, start))
    both, all_of_them = len(above & cursor.words), len(above | cursor.words)
    end = text.find("\n", start)
    behind = text[end : end + LONGEST].replace(HOLE, "") if end >= 0 else ""
    low, high = sorted((start, len(cursor.before)))
    return _Place(
        match=match,
        previous=both / all_of_them if all_of_them else 0.0,
        below=agreeing(behind, "\n" + cursor.below[:LONGEST]),
        distance=text.count("\n", low, high),
        goes_on=goes_on,
    )


@lru_cache(maxsize=4096)
def words(line: str) -> frozenset[str]:
    return frozenset(WORD.findall(line))


def line_above(text: str, offset: int) -> str:
    """The last line with visible text above the line of `offset`, stripped."""
    end = text.rfind("\n", 0, offset)
    while end > 0:
        start = text.rfind("\n", 0, end)
        line = text[start + 1 : end].strip()
        if line:
            return line
        end = start
    return ""


def agreeing(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _kept(cursor: Cursor, found: dict[str, list[_Place]]) -> list[Candidate]:
    """Those with the longest matches, then those whose surroundings are most alike."""
    weights = {t: sum(math.exp(0.35 * min(p.match, 40)) for p in ps) for t, ps in found.items()}
    total = sum(weights.values())
    longest = {text: max(p.match for p in places) for text, places in found.items()}
    order = sorted(found, key=lambda text: (-longest[text], -weights[text]))
    rest = sorted(
        order[KEPT_BY_MATCH:],
        key=lambda t: -max(p.previous for p in found[t]) - max(p.below for p in found[t]) / 10,
    )
    top = sorted(longest.values(), reverse=True)[:2]
    alike = {text: max(p.analogy for p in places) for text, places in found.items()}
    likest = sorted((t for t in rest[KEPT_BY_SURROUNDINGS:] if alike[t]), key=lambda t: -alike[t])
    made = []
    for text in order[:KEPT_BY_MATCH] + rest[:KEPT_BY_SURROUNDINGS] + likest[:KEPT_BY_ANALOGY]:
        rival = top[1] if longest[text] == top[0] and len(top) > 1 else top[0]
        rival = rival if len(top) > 1 else 0
        features = _features(cursor, text, found[text], rival, weights[text] / total)
        made.append(Candidate(text, features))
    return made


def _features(
    cursor: Cursor, text: str, places: list[_Place], rival: int, share: float
) -> tuple[float, ...]:
    match = max(p.match for p in places)
    line = cursor.typed.strip() + text
    return (
        math.sqrt(match),
        math.log1p(sum(p.match >= 0.7 * match for p in places)),
        math.log1p(len(places)),
        max(p.previous for p in places),
        math.sqrt(max(p.below for p in places)),
        math.log1p(min(p.distance for p in places)),
        math.log1p(len(text)),
        float(len(text) < 4),
        float(line == cursor.previous),
        float(line == cursor.next),
        max(-20, min(20, match - rival)) / 10,
        share,
        float(cursor.line_start),
        math.sqrt(max(p.goes_on for p in places)),
        max(p.analogy for p in places),
        math.log1p(sum(p.analogy > 0 for p in places)),
        float(any(p.above for p in places)),
    )
