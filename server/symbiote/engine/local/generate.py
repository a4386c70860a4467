"""From an ask to its answer: fit, reuse what is cached, prefill in chunks, decode, stop in time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import AskRefused
from symbiote.engine.local.copying import END, Copying
from symbiote.engine.local.parking import MOST_BYTES, Parking, common
from symbiote.engine.local.sampling import Lines, greedy, loops
from symbiote.engine.local.tokens import Characters, Ids, Prompts, Vocabulary
from symbiote.engine.port import Ask, Done, End, Keep, Text

OK, ABORTED = 0, 2

WORTH = 64
"""Tokens whose reading costs more than parking a sequence and fetching it back."""


class Cancelled(Exception):
    """The ask was withdrawn."""


class Late(Exception):
    """The deadline passed in the middle of a call of llama.cpp."""


class Broken(Exception):
    """llama.cpp failed in a way that leaves the context in doubt; the process should be replaced."""


class Model(Vocabulary, Protocol):
    """What the generator needs of `native.Native`; see there."""

    context: int
    chunk: int
    vocabulary: int
    ends: NDArray[np.bool_]

    def decode(self, tokens: Ids, start: int, logits: bool) -> int: ...
    def logits(self) -> NDArray[np.float32]: ...
    def forget(self, start: int) -> None: ...
    def save(self, most: int) -> Any | None: ...
    def restore(self, state: Any) -> bool: ...
    def piece(self, token: int) -> bytes: ...


class Flag(Protocol):
    """What the generator needs of `flag.AbortFlag`."""

    def begin(self, ask: int) -> bool: ...
    def cancelled(self, ask: int) -> bool: ...
    def clear(self) -> None: ...


class Generator:
    """Answers one ask at a time and remembers which tokens the model's sequence holds.

    `copying` mixes what the file itself would say into answers of one line (see `copying.py`).
    """

    def __init__(
        self, model: Model, flag: Flag, worth: int = WORTH, *, copying: bool = False
    ) -> None:
        self._model = model
        self._copying = copying
        self._worth = worth
        self._parking = Parking()
        self._flag = flag
        self._prompts = Prompts(model)
        self._held = np.zeros(model.context, np.int32)
        self._count = 0
        self._scratch = np.empty(model.vocabulary, np.float32)

    @property
    def held(self) -> Ids:
        """The tokens whose keys and values the model's sequence holds."""
        return self._held[: self._count]

    def answer(
        self,
        number: int,
        ask: Ask,
        say: Callable[[str], None],
        beat: Callable[[], None] = lambda: None,
    ) -> Done:
        """Answer ask `number`, handing each new text to `say`; `beat` is called after each chunk read.

        Raises `Cancelled`, `AskRefused` (the model is as it was) or `Broken` (replace the process).
        """
        begun = time.perf_counter()
        done = Done(End.LIMIT)
        cost = done.cost
        if not self._flag.begin(number):
            raise Cancelled
        limit = max(0, min(ask.limit, self._model.context // 2))
        prompt = self._prompts.encode(ask.pieces, self._model.context - limit)
        cost.tokens.prompt = len(prompt)
        read = begun
        try:
            self._prefill(number, prompt, ask.deadline, done, beat)
            read = time.perf_counter()
            self._decode(number, ask, limit, say, done)
        except Late:
            done.end = End.DEADLINE
        ended = time.perf_counter()
        cost.timing.prefill = ((read if read > begun else ended) - begun) * 1000
        cost.timing.decode = (ended - read) * 1000 if read > begun else 0.0
        return done

    def _prefill(
        self, number: int, prompt: Ids, deadline: float, done: Done, beat: Callable[[], None]
    ) -> None:
        """Evaluate what of `prompt` is not held yet; at least its last token, for the logits."""
        start = self._recall(prompt)
        while start < len(prompt):
            chunk = prompt[start : start + self._model.chunk]
            start += len(chunk)
            self._evaluate(number, chunk, start == len(prompt), deadline)
            done.cost.tokens.evaluated += len(chunk)
            if start < len(prompt):
                beat()

    def _recall(self, prompt: Ids) -> int:
        """Make the sequence hold as much of `prompt` as is known, and nothing else; how much that is."""
        last = len(prompt) - 1
        start = min(common(self.held, prompt), last)
        parked = self._parking.take(prompt, start + self._worth)
        if self._count - start >= self._worth:
            self._park()
        if parked is not None:
            self._count = len(parked.ids) if self._model.restore(parked.state) else 0
            self._held[: self._count] = parked.ids[: self._count]
            start = min(common(self.held, prompt), last)
        self._forget(start)
        return start

    def _park(self) -> None:
        state = self._model.save(MOST_BYTES)
        if state is not None:
            self._parking.put(self.held.copy(), state)

    def _decode(
        self, number: int, ask: Ask, limit: int, say: Callable[[str], None], done: Done
    ) -> None:
        characters, lines = Characters(), Lines(ask.lines)
        copying = self._copier(ask)
        sampled: list[int] = []
        written, total = "", 0.0
        while len(sampled) < limit:
            token, log_probability = greedy(self._model.logits(), self._scratch)
            if math.isnan(log_probability):
                self._forget(0)
                raise AskRefused("The model computes no numbers. Its file is probably damaged.")
            if copying is not None:
                token, log_probability = copying.choose(
                    written, self._model.logits(), token, log_probability
                )
            if token == END or self._model.ends[token]:
                done.end = End.LINE if token == END else End.EOG
                return
            sampled.append(token)
            total += log_probability
            done.cost.tokens.generated = len(sampled)
            done.confidence = total
            text, ended = lines.take(characters.feed(self._model.piece(token)))
            written += text
            if text:
                say(text)
            if ended or characters.broken:
                done.end = End.LINE if ended else End.EOG
                return
            if loops(sampled) or len(sampled) == limit:
                return
            self._evaluate(number, np.array([token], np.int32), True, ask.deadline)

    def _copier(self, ask: Ask) -> Copying | None:
        if not self._copying or ask.lines != 1:
            return None
        texts = [piece for piece in ask.pieces if isinstance(piece, Text)]
        before = "".join(text.text for text in texts if text.keep is Keep.END)
        after = "".join(text.text for text in texts if text.keep is Keep.START)
        return Copying(before, after, self._model.tokenize, self._model.ends)

    def _evaluate(self, number: int, tokens: Ids, logits: bool, deadline: float) -> None:
        """One call of llama.cpp, repeated when a cancel meant for an earlier ask interrupted it."""
        while True:
            if self._flag.cancelled(number):
                raise Cancelled
            if time.monotonic() >= deadline:
                raise Late
            code = self._model.decode(tokens, self._count, logits)
            if code == OK:
                self._held[self._count : self._count + len(tokens)] = tokens
                self._count += len(tokens)
                return
            if code != ABORTED:
                raise Broken(f"llama.cpp's decode failed with code {code}")
            self._flag.clear()

    def _forget(self, start: int) -> None:
        self._model.forget(start)
        self._count = min(self._count, start)
