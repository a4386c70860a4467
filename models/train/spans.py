"""Which characters of a text a model learns to fill in: spans drawn as editors ask for them.

Offsets are in characters; every span is `start, end` with 0 <= start <= end <= len(text). Texts are not empty.
"""

import random

# The rest are random character spans. Editors close brackets by themselves: hence CLOSING.
LINE, CLOSING, INLINE, BLOCK = 0.45, 0.15, 0.10, 0.15
BRACKETS = {"(": ")", "[": "]", "{": "}"}


def line_cursor(text: str, rng: random.Random) -> tuple[int, int]:
    """A cursor in a line that is not blank, and that line's end (before its newline)."""
    for _ in range(8):
        at = rng.randrange(len(text))
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            break
    indent = start + len(text[start:end]) - len(text[start:end].lstrip())
    where = rng.random()
    if where < 0.25:
        return start, end
    return (indent if where < 0.5 else rng.randint(indent, end)), end


def closing(line: str, at: int) -> int | None:
    """Where the bracket that is open at column `at` is closed; None when that is not in this line.

    Brackets inside strings count like others: rarely wrong, and wrong only in where a hole ends.
    """
    depth = 0
    for column in range(at, len(line)):
        if line[column] in BRACKETS:
            depth += 1
        elif line[column] in BRACKETS.values():
            if depth == 0:
                return column
            depth -= 1
    return None


def bracket_span(text: str, rng: random.Random) -> tuple[int, int]:
    """From a cursor inside brackets to the bracket that closes them, or a span inside a line."""
    for _ in range(8):
        start, end = line_cursor(text, rng)
        opened = [i for i in range(start, end) if text[i] in BRACKETS]
        if opened:
            at = rng.choice(opened) + 1
            found = closing(text[at:end], 0)
            if found:
                cursor = at if rng.random() < 0.5 else rng.randrange(at, at + found)
                return cursor, at + found
    return start, rng.randint(start, end)


def span(text: str, rng: random.Random) -> tuple[int, int]:
    """The hole: mostly a cursor to the end of its line, as a ghost text is asked for."""
    kinds = ("line", "closing", "inline", "block", "random")
    shares = (LINE, CLOSING, INLINE, BLOCK, 1 - LINE - CLOSING - INLINE - BLOCK)
    kind = rng.choices(kinds, shares)[0]
    if kind == "random":
        start = rng.randrange(len(text))
        return start, min(len(text), start + 1 + min(400, int(rng.expovariate(1 / 80))))
    if kind == "closing":
        return bracket_span(text, rng)
    start, end = line_cursor(text, rng)
    if kind == "inline":
        return start, rng.randint(start, end)
    if kind == "block":
        for _ in range(rng.randint(1, 5)):
            after = text.find("\n", end + 1)
            end = after if after > 0 else end
    return start, min(len(text), end + rng.randint(0, 1))
