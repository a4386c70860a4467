"""A byte-level vocabulary in the form of Qwen2's: bytes, merges learnt from a text, filler, control tokens.

The merges make that text about as many tokens as a trained tokeniser would. The filler brings the vocabulary to its
size, because the model's last matrix is as tall as that, and is made of merges too, so that the tokeniser has as
many rules to look through.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

QWEN_CONTROLS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>",
    "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>", "<tool_call>",
    "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>",
    "<|repo_name|>", "<|file_sep|>",
)  # fmt: skip
"""In the order of their ids, the first of which is 151,643 in Qwen's own vocabulary
(https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B/blob/main/tokenizer_config.json)."""

WORD = re.compile(
    r"'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"
    r"|[^\r\nA-Za-z0-9]?[A-Za-z]+|[0-9]| ?[^\sA-Za-z0-9]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Qwen2's pattern for the words that merges stay within, as far as it concerns ASCII."""

LONGEST_FILLER = 16
LEAST = 2
"""How often two tokens must stand together to be merged."""


class Kind(IntEnum):
    """llama.cpp's number of a token's type."""

    NORMAL = 1
    CONTROL = 3
    USER = 4
    UNUSED = 5


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`texts` and `kinds` by id; `merges` in their order, the two parts separated by a space."""

    texts: list[str]
    kinds: list[Kind]
    merges: list[str]

    def speakable(self) -> Iterator[bool]:
        """By id, whether a token is printable ASCII within a line: what a model may say without ending its answer."""
        plain = re.compile(r"[!-~Ġ]+")
        for text, kind in zip(self.texts, self.kinds, strict=True):
            yield kind is Kind.NORMAL and plain.fullmatch(text) is not None


def byte_texts() -> list[str]:
    """GPT-2's printable stand-in for each byte, by byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in plain}
    for count, byte in enumerate(byte for byte in range(256) if byte not in table):
        table[byte] = chr(256 + count)
    return [table[byte] for byte in range(256)]


def vocabulary(text: str, normal: int, size: int, learnt: int, seed: int) -> Vocabulary:
    """`size` tokens, of which the first `normal` are text: bytes, at most `learnt` merges of `text`, and filler."""
    texts, merges = byte_texts(), []
    for left, right in learn(text, min(learnt, normal - len(texts))):
        merges.append(f"{left} {right}")
        texts.append(left + right)
    for left, right in _filler(texts, normal - len(texts), seed):
        merges.append(f"{left} {right}")
        texts.append(left + right)
    kinds = [Kind.NORMAL] * normal
    texts += QWEN_CONTROLS
    kinds += [Kind.CONTROL if "|" in name else Kind.USER for name in QWEN_CONTROLS]
    spare = range(len(texts), size)
    texts += [f"[PAD{number}]" for number in spare]
    kinds += [Kind.UNUSED] * len(spare)
    return Vocabulary(texts, kinds, merges)


def learn(text: str, most: int) -> list[tuple[str, str]]:
    """At most `most` merges: of all pairs within words, the most frequent one first, until none is frequent."""
    table = byte_texts()
    counts = Counter(WORD.findall(text))
    words = [[table[byte] for byte in word.encode()] for word in counts]
    times = list(counts.values())
    pairs: Counter[tuple[str, str]] = Counter()
    where: defaultdict[tuple[str, str], set[int]] = defaultdict(set)

    def count(number: int, sign: int) -> None:
        for pair in zip(words[number], words[number][1:], strict=False):
            pairs[pair] += sign * times[number]
            where[pair].add(number)

    for number in range(len(words)):
        count(number, 1)
    found: list[tuple[str, str]] = []
    while len(found) < most and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < LEAST:
            break
        for number in where.pop(best):
            count(number, -1)
            words[number] = merged(words[number], best)
            count(number, 1)
        del pairs[best]
        found.append(best)
    return found


def merged(word: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """`word` with each of its neighbouring `pair` as one."""
    found: list[str] = []
    for part in word:
        if found and (found[-1], part) == pair:
            found[-1] += part
        else:
            found.append(part)
    return found


def _filler(texts: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Pairs of tokens whose texts together are new; short ones take part in later pairs, so that there are enough."""
    rng = random.Random(seed)  # noqa: S311 - the same file for everybody is the point
    letters = [text for text in texts if text.isascii() and text.isalpha()]
    firsts = [*letters, *(text for text in texts if text[0] == "Ġ" and text[1:].isalpha())]
    known = set(texts)
    while count > 0:
        left, right = rng.choice(firsts), rng.choice(letters)
        if len(left + right) <= LONGEST_FILLER and left + right not in known:
            known.add(left + right)
            count -= 1
            if len(left + right) <= LONGEST_FILLER // 2:
                firsts.append(left + right)
            yield left, right
