"""From pieces to tokens that fit, and from tokens back to whole characters."""

from __future__ import annotations

import codecs
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import AskRefused, PromptTooLong
from symbiote.engine.port import Keep, Piece, Special, Text

Ids = NDArray[np.int32]

STEP = 64
"""Tokens by which a trimmed end moves. A cut that moved with every key would void the cached prefix."""

CHARACTERS_PER_TOKEN = 16
"""More text than this per token of context is cut before it is tokenised (code has 3 to 4)."""

SEAM = re.compile(r"(?<=[0-9A-Za-z])(?=[\r\n])")
"""Where text can be cut without changing its tokens: no word pattern runs from a letter into a line end."""

SAMPLE = "def f(a1):\n    # Ünï 😀 code\n\n\treturn a1\r\n\n\n  x = 1\ny = 2\n\n    \nclass A\n y\n\nz1\n"

LONG_PART = 1_000
LONG_REMEMBERED, SHORT_REMEMBERED, HEADS_REMEMBERED = 8, 2_048, 8


class Vocabulary(Protocol):
    """What `Prompts` needs of a model. `begin` is the token every prompt starts with, or -1;
    `patterned` says that it cuts text into words by a pattern before it looks for tokens.
    """

    begin: int
    patterned: bool
    controls: dict[str, int]

    def tokenize(self, text: bytes) -> Ids: ...


class Prompts:
    """Tokenises prompts for one model, line by line: a typed character changes one of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._short: OrderedDict[str, Ids] = OrderedDict()
        self._long: OrderedDict[str, Ids] = OrderedDict()
        self._heads: OrderedDict[str, Ids] = OrderedDict()
        whole = vocabulary.tokenize(SAMPLE.encode())
        self._by_line = vocabulary.patterned and np.array_equal(self.lines(SAMPLE), whole)

    def encode(self, pieces: Sequence[Piece], budget: int) -> Ids:
        """The prompt's tokens, at most `budget`; shape (n,). Texts give way by their `keep`.

        Raises `AskRefused` for an unknown control token, for an empty prompt, and when what must be
        kept does not fit.
        """
        parts = [self._part(piece, budget) for piece in pieces]
        keeps = [piece.keep if isinstance(piece, Text) else Keep.ALL for piece in pieces]
        if not sum(map(len, parts)):
            raise AskRefused("The prompt is empty.")
        begin = self._vocabulary.begin
        if begin >= 0 and parts[0][:1].tolist() != [begin]:
            parts.insert(0, np.array([begin], np.int32))
            keeps.insert(0, Keep.ALL)
        cuts = trim([(len(part), keep) for part, keep in zip(parts, keeps, strict=True)], budget)
        return np.concatenate([part[cut] for part, cut in zip(parts, cuts, strict=True)])

    def lines(self, text: str) -> Ids:
        """The tokens of `text` line by line, shape (n,): nearly those of the whole, and cheap to ask for again."""
        return np.concatenate([self._line(part) for part in SEAM.split(scalar(text))])

    def _part(self, piece: Piece, budget: int) -> Ids:
        if isinstance(piece, Special):
            token = self._vocabulary.controls.get(piece.name)
            if token is None:
                raise AskRefused(f"The model's vocabulary has no control token {piece.name}.")
            return np.array([token], np.int32)
        return self._tokens(scalar(shorten(piece, budget * CHARACTERS_PER_TOKEN)))

    def _tokens(self, text: str) -> Ids:
        """All but the last line stays as it is while that is typed."""
        if not self._by_line:
            return self._line(text)
        cut = _last_seam(text)
        head = _remembered(self._heads, HEADS_REMEMBERED, text[:cut], self.lines)
        return np.concatenate((head, self._line(text[cut:]))) if cut else self._line(text)

    def _line(self, part: str) -> Ids:
        long = len(part) > LONG_PART
        seen, most = (self._long, LONG_REMEMBERED) if long else (self._short, SHORT_REMEMBERED)
        return _remembered(seen, most, part, lambda text: self._vocabulary.tokenize(text.encode()))


def _remembered(
    seen: OrderedDict[str, Ids], most: int, text: str, tokenize: Callable[[str], Ids]
) -> Ids:
    ids = seen.get(text)
    if ids is None:
        ids = seen[text] = tokenize(text)
        if len(seen) > most:
            seen.popitem(last=False)
    else:
        seen.move_to_end(text)
    return ids


def _last_seam(text: str) -> int:
    """Where the last of `SEAM.split`'s parts begins."""
    at = len(text)
    while (at := text.rfind("\n", 0, at)) > 0:
        end = at - 1 if text[at - 1] == "\r" else at
        if text[end - 1 : end].isascii() and text[end - 1 : end].isalnum():
            return end
    return 0


def scalar(text: str) -> str:
    """`text` with pairs of surrogates joined and lone ones replaced, so that it can be UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shorten(piece: Text, most: int) -> str:
    """The text cut to at most `most` characters before anything costly looks at it."""
    over = len(piece.text) - most
    if over <= 0:
        return piece.text
    if piece.keep is Keep.ALL:
        raise AskRefused(
            f"A part of {len(piece.text):,} characters does not fit the model's context."
        )
    if piece.keep is Keep.START:
        return piece.text[:most]
    step = max(1, most // 4)
    return piece.text[-(-over // step) * step :]


def trim(lengths: Sequence[tuple[int, Keep]], budget: int) -> list[slice]:
    """Which tokens of each part survive so that all fit into `budget`.

    Texts kept by their end (what stands before the cursor) get three quarters of the room when both
    kinds want more than there is; of several the first give way first, for the last is nearest. Raises `AskRefused` when the parts kept whole do not fit.
    """
    sizes = {keep: sum(n for n, k in lengths if k is keep) for keep in Keep}
    room = budget - sizes[Keep.ALL]
    if room < 0:
        raise PromptTooLong(sizes[Keep.ALL], budget)
    before = min(sizes[Keep.END], max(room - sizes[Keep.START], room * 3 // 4))
    level = _level([n for n, k in lengths if k is Keep.START], room - before)
    cuts = []
    for length, keep in reversed(lengths):
        most = {Keep.ALL: length, Keep.START: level, Keep.END: before}[keep]
        cuts.append(_cut(length, keep, most, budget))
        if keep is Keep.END:
            before -= min(length, before)
    return cuts[::-1]


def _level(sizes: list[int], share: int) -> int:
    """The length at which to cap each of `sizes` so that together they take at most `share`."""
    rising = sorted(sizes)
    for index, size in enumerate(rising):
        even = share // (len(rising) - index)
        if size > even:
            return even
        share -= size
    return max(rising, default=0)


def _cut(length: int, keep: Keep, most: int, budget: int) -> slice:
    if length <= most:
        return slice(0, length)
    step = max(1, min(STEP, budget // 16))
    if keep is Keep.START:
        return slice(0, most // step * step)
    dropped = -(-(length - most) // step) * step
    return slice(dropped if dropped < length else length - most, length)


class Characters:
    """Bytes to text, whole characters only. `broken` once bytes came that can never be text."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.broken = False

    def feed(self, data: bytes) -> str:
        """The characters that `data` completes; nothing any more after a fault."""
        if self.broken:
            return ""
        held = self._decoder.getstate()[0]
        try:
            return self._decoder.decode(data)
        except UnicodeDecodeError as fault:
            self.broken = True
            return (held + data)[: fault.start].decode("utf-8")
