"""What was said to asks of many lines, and in which tokens: an answer that was paused goes on after the very same ones.

The text alone would not do: it may be spelled in other tokens, a token may end in the middle of a character, and a loop
is known by its tokens.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from symbiote.engine.local.tokens import Characters, Ids
from symbiote.engine.port import Ask

Say = Callable[[str, int], None]
"""Takes the next text of an answer, and how many tokens it took."""
KEPT = 4
"""Answers. One of each window that has one running is enough."""


@dataclass(slots=True)
class Speech:
    """An answer so far: `tokens` as they were chosen, the first `known` of them before the last pause."""

    text: str = ""
    tokens: list[int] = field(default_factory=list)
    known: int = 0
    _told: int = 0
    _ends: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = self._told = len(self.tokens)
        self._ends[len(self.text)] = self.known

    @property
    def new(self) -> int:
        """How many tokens were chosen since the last pause."""
        return len(self.tokens) - self.known

    def characters(self, piece: Callable[[int], bytes]) -> Characters:
        """Where reading goes on: the last token may end in half a character."""
        begun = Characters()
        for token in self.tokens:
            begun.feed(piece(token))
        return begun

    def says(self, text: str) -> int:
        """Text is told. How many tokens it took."""
        took, self._told = len(self.tokens) - self._told, len(self.tokens)
        self.text += text
        self._ends[len(self.text)] = self._told
        return took

    def until(self, said: str) -> list[int] | None:
        """The tokens of its beginning `said`; None when it is not, or not just that."""
        count = self._ends.get(len(said))
        return None if count is None or not self.text.startswith(said) else self.tokens[:count]


class Spoken:
    """The last answers of many lines. `tokenize` spells what is not among them."""

    def __init__(self, tokenize: Callable[[str], Ids]) -> None:
        self._tokenize = tokenize
        self._last: deque[Speech] = deque(maxlen=KEPT)

    def begin(self, ask: Ask) -> Speech:
        """The answer to `ask`, as far as it was said before a pause."""
        speech = Speech(ask.said, self._tokens(ask.said))
        if ask.lines == 0:
            self._last.append(speech)
        return speech

    def _tokens(self, said: str) -> list[int]:
        if not said:
            return []
        found = (speech.until(said) for speech in reversed(self._last))
        spelled = next((tokens for tokens in found if tokens is not None), None)
        return self._tokenize(said).tolist() if spelled is None else spelled
