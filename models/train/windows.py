"""Training windows: text of one file, most of them rearranged to fill in the middle.

The span is chosen inside the window, and prefix, suffix and middle are tokenised apart at
character cuts, so that half-typed words and free-standing indentation are learnt as they are served.
Some windows begin with pieces of other files of the same package, as an editor's other tabs would.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from spans import span
from tokenizers import Tokenizer

FIM_RATE = 0.8
SPM_SHARE = 0.85  # at this compute a model learns to use the suffix only when it comes first
SEVERAL_FILES = 0.12
FILE_SHARE = 3  # other files take at most one part in this many of a window
CHARS_PER_TOKEN = 4.3
OVERSHOOT = 1.3  # too much text is trimmed, too little is padding
SMALLEST_FILL = 24
IGNORED = -100


@dataclass(frozen=True)
class Specials:
    end: int
    prefix: int
    suffix: int
    middle: int
    repository: int
    file: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> "Specials":
        ids = tokenizer.get_vocab()
        fim = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
        return cls(*(ids[n] for n in ("<|endoftext|>", *fim, "<|repo_name|>", "<|file_sep|>")))


@dataclass(frozen=True)
class Source:
    package: str
    path: str
    text: str


@dataclass(frozen=True)
class Excerpt:
    source: Source
    text: str
    last: bool  # the file ends here


class Windows:
    """An endless stream of rows of exactly `length` + 1 tokens (inputs and shifted targets)."""

    def __init__(self, file: Path, tokenizer: Tokenizer, seed: int) -> None:
        with file.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        self.sources = [Source(r["package"], r["path"], r["text"]) for r in records]
        self.sizes = [0]
        self.packages: dict[str, list[Source]] = {}
        for source in self.sources:
            self.sizes.append(self.sizes[-1] + len(source.text))
            self.packages.setdefault(source.package, []).append(source)
        self.tokenizer = tokenizer
        self.specials = Specials.of(tokenizer)
        self.rng = random.Random(seed)

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def excerpt(self, length: int) -> Excerpt:
        """Lines of one file (drawn by size), more than `length` tokens of them."""
        source = self.rng.choices(self.sources, cum_weights=self.sizes[1:])[0]
        text, size = source.text, int(length * CHARS_PER_TOKEN * OVERSHOOT)
        # Starting before the file gives its head, imports and all, the weight it has when edited.
        start = self.rng.randint(-size // 2, max(0, len(text) - size // 2))
        start = text.find("\n", start) + 1 if start > 0 else 0
        return Excerpt(source, text[start : start + size], start + size >= len(text))

    def others(self, source: Source, length: int) -> list[int]:
        """At most `length` tokens: the package's name, and pieces of one to three of its other files."""
        head = [self.specials.repository, *self.encode(source.package + "\n")]
        count = self.rng.randint(1, 3)
        for other in self.rng.choices(self.packages[source.package], k=count):
            if other.path == source.path:
                continue
            size = int((length / count - 12) * CHARS_PER_TOKEN)
            start = self.rng.randint(0, max(0, len(other.text) - size))
            start = other.text.rfind("\n", 0, start) + 1
            piece = other.text[start : start + size]
            head += [self.specials.file, *self.encode(f"{other.path}\n{piece}")]
        return [*head[: length - 16], self.specials.file, *self.encode(source.path + "\n")][:length]

    def example(self, length: int) -> tuple[list[int], int]:
        """At most `length` tokens, and where the middle begins (0: plain text)."""
        excerpt = self.excerpt(length)
        head: list[int] = []
        if self.rng.random() < SEVERAL_FILES and length > 200:
            head = self.others(excerpt.source, length // FILE_SHARE)
        ids, middle = self.one_file(excerpt, length - len(head))
        return head + ids, middle + len(head) if middle else 0

    def one_file(self, excerpt: Excerpt, length: int) -> tuple[list[int], int]:
        text, special = excerpt.text, self.specials
        if self.rng.random() >= FIM_RATE or len(text) < 2:
            return [*self.encode(text), *([special.end] if excerpt.last else [])][:length], 0
        start, stop = span(text, self.rng)
        middle = [special.middle, *self.encode(text[start:stop])[: length // 2], special.end]
        prefix, suffix = self.encode(text[:start]), self.encode(text[stop:])
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
