"""A typist: turns finished files into the keys that somebody presses to write parts of them. Pure, and seeded.

Regions are taken out of each file and typed again one after the other: runs of lines with the editor's automatic
indentation, and pieces within a line. Inter-key times are log-normal about a median that depends on the key, with
words in bursts and pauses between them; the mean, 0.2 to 0.25 s, is that of 136 million keystrokes (Dhakal et al.,
CHI 2018). One letter in fifty is a typo, seen within two more keys and mended.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from symbiote.bench.trace import File, Stroke, Trace
from symbiote.core.errors import UserError

SOURCES = Path(__file__).resolve().parents[3] / "tests" / "bench" / "traces"
STANDARD_KEYS, STANDARD_SEED = 3_000, 20_26
"""What accepted suggestions save comes off these: well over 2,000 keys are left for any contestant."""

# Seconds: the median of each kind of key.
IN_WORD, BURST, WORD, NEW_LINE = 0.15, 0.1, 0.22, 0.35
PAUSE, JUMP, SWITCH, NOTICED = 1.1, 1.4, 2.0, 0.34
SPREAD = 0.32
"""The standard deviation of the logarithm of inter-key times; pauses spread more."""
WIDE = 0.5
SHORTEST, LONGEST = 0.03, 6.0

TYPO, BURSTS, PAUSES, PIECES, STAY = 0.02, 0.35, 0.08, 0.25, 0.5
"""Shares: of letters mistyped, words in a burst, words after a pause, regions within a line, next regions in the same file."""
LINES = (1, 6)
TAB = 4

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Region:
    """`text[start:end]` of file number `file`, to be typed."""

    file: int
    start: int
    end: int


def standard(seed: int = STANDARD_SEED) -> Trace:
    """The trace of every published figure, from three files of this repository that no model was trained on.

    Another seed takes other parts out of the same files.

    Raises `UserError` when the checkout's files are not there.
    """
    found = sorted(SOURCES.glob("*.py.txt"))
    if not found:
        raise UserError(
            f"The trace's files are not in {SOURCES}: run the benchmark from a checkout, or give --trace FILE."
        )
    targets = [
        File(path.name.removesuffix(".txt"), "python", path.read_text("utf-8")) for path in found
    ]
    return typed(targets, STANDARD_KEYS, seed, name=f"standard, seed {seed}")


def typed(targets: Sequence[File], keys: int, seed: int, name: str = "typed") -> Trace:
    """A trace of at least `keys` keys, as far as the files give them, that ends in `targets` exactly.

    The `start` of a target is its finished text.
    """
    rng = random.Random(seed)  # noqa: S311 - the same trace for everybody is the point
    visits = _order(targets, rng)
    chosen: list[tuple[Region, list[Stroke]]] = []
    pressed = 0
    for region in visits:
        if pressed >= keys:
            break
        text = targets[region.file].start
        strokes = list(_Typing(rng, text, region).keys())
        chosen.append((region, strokes))
        pressed += len(strokes)
    starts = [
        replace(file, start=_without(file.start, [r for r, _ in chosen if r.file == number]))
        for number, file in enumerate(targets)
    ]
    return Trace(name, tuple(starts), tuple(_placed(chosen, rng)))


def _order(targets: Sequence[File], rng: random.Random) -> list[Region]:
    """Every region of every file, in the order in which they are visited: some in a row, then another file."""
    waiting = {number: _regions(number, file.start, rng) for number, file in enumerate(targets)}
    visits: list[Region] = []
    here = 0
    while any(waiting.values()):
        if not waiting[here] or rng.random() > STAY:
            here = rng.choice([number for number, left in waiting.items() if left])
        visits.append(waiting[here].pop(rng.randrange(len(waiting[here]))))
    return visits


def _regions(file: int, text: str, rng: random.Random) -> list[Region]:
    """Regions that do not touch. A run of lines begins at the end of the line before it."""
    ends = [at for at, character in enumerate(text) if character == "\n"]
    found: list[Region] = []
    line = rng.randint(1, 4)
    while line < len(ends):
        last = min(line + rng.randint(*LINES), len(ends) - 1)
        start, end = ends[line - 1], ends[last]
        piece = _piece(text, ends[line - 1] + 1, ends[line], rng)
        if piece and rng.random() < PIECES:
            found.append(Region(file, *piece))
            line += 2
        elif text[start:end].strip():
            found.append(Region(file, start, end))
            line = last + rng.randint(2, 5)
        else:
            line = last + 1
    return found


def _piece(text: str, start: int, end: int, rng: random.Random) -> tuple[int, int] | None:
    """The middle of a line, from one space to another; None where the line has no such piece."""
    spaces = [at for at in range(start, end) if text[at] == " " and text[start:at].strip()]
    if len(spaces) < 2:
        return None
    first = rng.randrange(len(spaces) - 1)
    return spaces[first], spaces[rng.randrange(first + 1, len(spaces))]


def _without(text: str, regions: Sequence[Region]) -> str:
    for region in sorted(regions, key=lambda region: -region.start):
        text = text[: region.start] + text[region.end :]
    return text


def _placed(chosen: Sequence[tuple[Region, list[Stroke]]], rng: random.Random) -> Iterator[Stroke]:
    """The strokes where their file's text has them by then, each region after the pause for going there."""
    waiting = [region for region, _ in chosen]
    before: int | None = None
    for region, strokes in chosen:
        waiting.remove(region)
        missing = sum(
            other.end - other.start
            for other in waiting
            if other.file == region.file and other.start < region.start
        )
        for number, stroke in enumerate(strokes):
            gap = stroke.gap
            if number == 0:
                gap = _gap(rng, JUMP if region.file == before else SWITCH, WIDE)
            yield replace(stroke, gap=gap, at=stroke.at - missing)
        before = region.file


def _gap(rng: random.Random, median: float, spread: float = SPREAD) -> float:
    """Seconds, log-normal about `median`."""
    drawn = median * math.exp(rng.gauss(0.0, spread))
    return round(min(max(drawn, SHORTEST), LONGEST), 3)


class _Typing:
    """The keys for one region. At any time the file holds `text[:here]`, then `extra`, then what follows the region.

    `extra` is what is not in the finished text: indentation that the editor put there, letters mistyped.
    """

    def __init__(self, rng: random.Random, text: str, region: Region) -> None:
        self._rng = rng
        self._text = text
        self._region = region
        self._here = region.start
        self._extra = ""
        self._pace = IN_WORD

    def keys(self) -> Iterator[Stroke]:
        end = self._region.end
        while self._here < end:
            character = self._text[self._here]
            if character == "\n":
                yield from self._new_line()
            elif character.isalpha() and self._rng.random() < TYPO:
                yield from self._typo()
            else:
                yield self._type(character, self._gap_before(character))
        while self._extra:
            yield self._back(IN_WORD)

    def _press(self, median: float, cut: int, put: str, spread: float = SPREAD) -> Stroke:
        at = self._here + len(self._extra) - cut
        return Stroke(_gap(self._rng, median, spread), self._region.file, at, cut, put)

    def _type(self, character: str, median: float) -> Stroke:
        stroke = self._press(median, 0, character, WIDE if median >= PAUSE else SPREAD)
        self._here += 1
        return stroke

    def _gap_before(self, character: str) -> float:
        """The median before this key; a word's first key decides how fast the word is typed."""
        if not _of_word(character):
            return WORD
        if self._here and _of_word(self._text[self._here - 1]):
            return self._pace
        self._pace = BURST if self._rng.random() < BURSTS else IN_WORD
        return PAUSE if self._rng.random() < PAUSES else WORD

    def _back(self, median: float) -> Stroke:
        """A backspace: a letter, or indentation up to the tab stop before it, as editors have it."""
        stop = (len(self._extra) - 1) % TAB + 1 if not self._extra.strip(" ") else 1
        stroke = self._press(median, stop, "")
        self._extra = self._extra[:-stop]
        return stroke

    def _typo(self) -> Iterator[Stroke]:
        """A neighbouring key, up to two right ones before it is noticed, and back."""
        wrong = _neighbour(self._text[self._here], self._rng)
        follow = self._text[self._here + 1 : min(self._here + 3, self._region.end)]
        blind = follow[: self._rng.randint(0, 2)]
        for character in wrong + (blind if blind.isalpha() else ""):
            yield self._press(self._pace, 0, character)
            self._extra += character
        median = NOTICED
        while self._extra:
            yield self._back(median)
            median = BURST
        yield self._type(self._text[self._here], IN_WORD)

    def _new_line(self) -> Iterator[Stroke]:
        """Enter, which indents like the line before, then tabs or backspaces to where the next line begins."""
        auto = self._indentation()
        cut = len(self._extra)  # indentation of an empty line: editors take it away again
        yield self._press(NEW_LINE, cut, "\n" + auto)
        self._extra, self._here = "", self._here + 1
        rest = self._text[self._here : self._region.end]
        want = len(rest) - len(rest.lstrip(" "))
        if rest.startswith("\n"):
            self._extra = auto
            return
        kept = min(len(auto), want)
        self._here, self._extra = self._here + kept, auto[kept:]
        while self._extra:
            yield self._back(IN_WORD)
        while kept < want:
            step = min(TAB - kept % TAB, want - kept)
            yield self._press(IN_WORD, 0, " " * step)
            self._here, kept = self._here + step, kept + step

    def _indentation(self) -> str:
        """What the editor puts at the start of the next line."""
        line = self._text[: self._here].rsplit("\n", 1)[-1]
        if not line:
            return self._extra
        deeper = TAB if line.rstrip().endswith((":", "(", "[", "{")) else 0
        return " " * (len(line) - len(line.lstrip(" ")) + deeper)


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _neighbour(letter: str, rng: random.Random) -> str:
    """A key beside `letter`; never the letter itself."""
    for row in ROWS:
        at = row.find(letter.lower())
        if at >= 0:
            return (
                row[at + 1]
                if at == 0 or (at + 1 < len(row) and rng.random() < 0.5)
                else row[at - 1]
            )
    return "x"
