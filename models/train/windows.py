"""Training windows: text of one file, most of them rearranged to fill in the middle.

The span is chosen inside the window, and prefix, suffix and middle are tokenised apart at
character cuts, so that half-typed words and free-standing indentation are learnt as they are served.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

FIM_RATE = 0.8
SPM_SHARE = 0.85  # at this compute a model learns to use the suffix only when it comes first
LINE, INLINE, BLOCK = 0.55, 0.12, 0.18  # the rest are random character spans
CHARS_PER_TOKEN = 3.4
OVERSHOOT = 1.3  # too much text is trimmed, too little is padding
SMALLEST_FILL = 24
IGNORED = -100


@dataclass(frozen=True)
class Specials:
    end: int
    prefix: int
    suffix: int
    middle: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> "Specials":
        ids = tokenizer.get_vocab()
        names = ("<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
        return cls(*(ids[name] for name in names))


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


def span(text: str, rng: random.Random) -> tuple[int, int]:
    """The hole: mostly a cursor to the end of its line, as a ghost text is asked for."""
    kind = rng.random()
    if kind >= LINE + INLINE + BLOCK:
        start = rng.randrange(len(text))
        return start, min(len(text), start + 1 + min(400, int(rng.expovariate(1 / 80))))
    start, end = line_cursor(text, rng)
    if LINE <= kind < LINE + INLINE:
        return start, rng.randint(start, end)
    if kind >= LINE + INLINE:
        for _ in range(rng.randint(1, 5)):
            after = text.find("\n", end + 1)
            end = after if after > 0 else end
    return start, min(len(text), end + rng.randint(0, 1))


class Windows:
    """An endless stream of rows of exactly `length` + 1 tokens (inputs and shifted targets)."""

    def __init__(self, file: Path, tokenizer: Tokenizer, seed: int) -> None:
        with file.open(encoding="utf-8") as lines:
            self.texts = [json.loads(line)["text"] for line in lines]
        self.sizes = [0]
        for text in self.texts:
            self.sizes.append(self.sizes[-1] + len(text))
        self.tokenizer = tokenizer
        self.specials = Specials.of(tokenizer)
        self.rng = random.Random(seed)

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def excerpt(self, length: int) -> tuple[str, bool]:
        """Lines of one file (drawn by size), more than `length` tokens; and: is it the file's end?"""
        text = self.rng.choices(self.texts, cum_weights=self.sizes[1:])[0]
        size = int(length * CHARS_PER_TOKEN * OVERSHOOT)
        # Starting before the file gives its head, imports and all, the weight it has when edited.
        start = self.rng.randint(-size // 2, max(0, len(text) - size // 2))
        start = text.find("\n", start) + 1 if start > 0 else 0
        return text[start : start + size], start + size >= len(text)

    def example(self, length: int) -> tuple[list[int], int]:
        """At most `length` tokens, and where the middle begins (0: plain text)."""
        text, last = self.excerpt(length)
        special = self.specials
        closing = [special.end] if last else []
        if self.rng.random() >= FIM_RATE or len(text) < 2:
            return [*self.encode(text), *closing][:length], 0
        start, stop = span(text, self.rng)
        middle = [special.middle, *self.encode(text[start:stop])[: length // 2], special.end]
        prefix, suffix = self.encode(text[:start]), self.encode(text[stop:])
        # Multi-file windows (<|repo_name|>, <|file_sep|>) would put their other files here.
        room = length - len(middle) - 2
        suffix = suffix[: max(room // 8, room - len(prefix))]
        prefix = prefix[max(0, len(prefix) - (room - len(suffix))) :]
        before = [special.prefix, *prefix], [special.suffix, *suffix]
        first, second = before[::-1] if self.rng.random() < SPM_SHARE else before
        return [*first, *second, *middle], len(first) + len(second)

    def row(self, length: int, middles_only: bool = False) -> tuple[list[int], list[int]]:
        tokens: list[int] = []
        wanted: list[bool] = []
        while length + 1 - len(tokens) >= SMALLEST_FILL:
            ids, middle = self.example(length + 1 - len(tokens))
            tokens += ids
            keep = range(len(ids))
            wanted += [middle > 0 and i > middle if middles_only else True for i in keep]
        padding = length + 1 - len(tokens)
        tokens += [self.specials.end] * padding
        wanted += [False] * padding
        targets = [t if w else IGNORED for t, w in zip(tokens[1:], wanted[1:], strict=True)]
        return tokens[:-1], targets

    def batch(
        self, rows: int, length: int, middles_only: bool = False
    ) -> tuple[list[list[int]], list[list[int]]]:
        made = [self.row(length, middles_only) for _ in range(rows)]
        return [tokens for tokens, _ in made], [targets for _, targets in made]
