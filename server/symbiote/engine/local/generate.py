"""From an ask to its answer: fit, read what is new of the prompt, write, weigh, stop in time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import AskRefused
from symbiote.core.timing import Tokens
from symbiote.engine.local.ahead import Steps
from symbiote.engine.local.candidates import Candidate
from symbiote.engine.local.choose import MOST, Chooser, Written, meets, without_doubles
from symbiote.engine.local.drafter import Drafting
from symbiote.engine.local.drafts import Alongside, Deleted, Lookup
from symbiote.engine.local.elsewhere import Elsewhere
from symbiote.engine.local.healing import Beginnings, Fragment, take_back
from symbiote.engine.local.payoff import Payoff
from symbiote.engine.local.ranking import Ranking, Scored
from symbiote.engine.local.sampling import Lines, greedy, log_sum, loops
from symbiote.engine.local.sequence import (
    ABORTED,
    OK,
    WORTH,
    Broken,
    Cancelled,
    Flag,
    Late,
    Model,
    Sequence,
)
from symbiote.engine.local.spoken import Say, Speech, Spoken
from symbiote.engine.local.tokens import Ids, Prompts
from symbiote.engine.local.tree import Known, Path, Walk, tree
from symbiote.engine.port import Ask, Done, End

__all__ = ["ABORTED", "OK", "Broken", "Cancelled", "Flag", "Generator", "Model"]

Floats = NDArray[np.float32]
UNSAID = -20.0
"""The log-probability of the end of an answer that was given up: it stays a rival, and never wins what is shown."""
_Proposals = tuple[list[Candidate], list[tuple[Candidate, Path]]]
"""The file's, the likeliest first; and the first of them with their tokens."""


@dataclass(slots=True)
class _Running:
    """An ask that is being answered. `limit` is in tokens, those of `speech` included, which begins with what was said
    before a pause; `fragment` is the word to be written anew; at `rest`, which stands behind the cursor, the answer
    ends; `unread` says that proposals were left out as too unlikely.
    """

    number: int
    ask: Ask
    limit: int
    prompt: Ids
    fragment: Fragment
    speech: Speech
    done: Done
    rest: str = ""
    unread: bool = False
    elsewhere: Elsewhere | None = None


class Generator:
    """Answers one ask at a time.

    With a `ranking`, answers of one line compete with what the file itself would say (see `choose.py`); all others
    are written with drafts where `payoff`, or that of the `drafter`, finds that they pay. `counts` are an answer's tokens.
    """

    def __init__(
        self,
        model: Model,
        flag: Flag,
        worth: int = WORTH,
        *,
        ranking: Ranking | None = None,
        payoff: Payoff | None = None,
        drafter: Drafting | None = None,
    ) -> None:
        self._model, self._flag = model, flag
        self._chooser = Chooser(model, ranking) if ranking else None
        self._beginnings = Beginnings(model)
        self._sequence = Sequence(model, flag, worth)
        self._prompts = Prompts(model)
        self._payoff, self._drafter = payoff or Payoff(), drafter
        self._deleted = Deleted()
        self._known = Known()
        self._spoken = Spoken(self._prompts.lines)
        self.counts = Tokens()
        self._scratch = np.empty(model.vocabulary, np.float32)

    @property
    def held(self) -> Ids:
        """The tokens whose keys and values the model's sequence holds."""
        return self._sequence.held

    def answer(
        self,
        number: int,
        ask: Ask,
        say: Say,
        beat: Callable[[], None] = lambda: None,
    ) -> Done:
        """Answer ask `number`, handing each new text to `say`; `beat` is called after each chunk read.

        Raises `Cancelled`, `AskRefused` (the model is as it was) or `Broken` (replace the process).
        """
        begun = time.perf_counter()
        if not self._flag.begin(number):
            raise Cancelled
        run, chooser = self._begin(number, ask), self._chooser_for(ask)
        done, read = run.done, begun
        try:
            if chooser is None:
                self._deleted.see(ask.before + ask.after)
                self._sequence.read(number, run.prompt, ask.deadline, done.cost, beat)
                read = time.perf_counter()
                self._write(run, self._steps(run), say, Written(floor=ask.least))
            else:
                proposals = self._read(run, chooser, beat)
                read = time.perf_counter()
                self._choose(run, chooser, proposals, say)
        except Late:
            done.end = End.DEADLINE
        ended = time.perf_counter()
        timing = done.cost.timing
        timing.prefill = ((read if read > begun else ended) - begun) * 1000
        timing.decode = (ended - read) * 1000 if read > begun else 0.0
        return done

    def weigh(self, number: int, ask: Ask) -> list[Scored]:
        """Every answer that competes for `ask`, with what the model says of it: for fitting a ranking."""
        assert self._chooser is not None
        run = self._begin(number, ask)
        proposals = self._read(run, self._chooser, lambda: None)
        return self._weigh(run, self._chooser, proposals)[0]

    def _begin(self, number: int, ask: Ask) -> _Running:
        limit = max(0, min(ask.limit, self._model.context // 2))
        pieces, word = take_back(ask.pieces) if ask.heal and not ask.said else (ask.pieces, "")
        speech = self._spoken.begin(ask)
        asked = self._prompts.encode(pieces, self._model.context - limit)
        prompt = np.concatenate((asked, np.array(speech.tokens, np.int32)))
        left = max(0, min(limit - ask.spent, self._model.context - len(prompt)))
        left = 0 if loops(speech.tokens) else left
        done = Done(End.LIMIT)
        self.counts = done.cost.tokens
        self.counts.prompt = len(prompt)
        fragment = Fragment(word, self._beginnings)
        run = _Running(number, ask, speech.known + left, prompt, fragment, speech, done)
        if ask.lines == 1 and self._chooser is None:  # a ranking was fitted on whole answers
            run.rest = ask.after.split("\n", 1)[0].strip()
        return run

    def _read(self, run: _Running, chooser: Chooser, beat: Callable[[], None]) -> _Proposals:
        """Read what is new of the prompt, and with it what the file proposes."""
        number, ask, prompt, cost = run.number, run.ask, run.prompt, run.done.cost
        run.elsewhere = chooser.elsewhere(ask)
        proposals = chooser.proposals(ask.before, ask.after, run.elsewhere)
        few = chooser.few(proposals, likely=not math.isinf(ask.least))
        run.unread = len(few) < min(MOST, len(proposals))
        paths = chooser.paths(few, run.fragment.word)
        self._known.begin(prompt)
        model = self._model
        room = min(model.outputs, model.chunk, model.context - len(prompt) + 1) - 1
        ahead = tree((path for _, path in paths), self._known, room)
        self._sequence.read(number, prompt, ask.deadline, cost, beat, ahead)
        cost.tokens.drafted += len(ahead)
        self._known.learn([(), *ahead.paths], model.rows(1 + len(ahead)))
        return proposals, paths

    def _choose(self, run: _Running, chooser: Chooser, proposals: _Proposals, say: Say) -> None:
        """Let the model write, weigh that against the file's proposals, and say the likeliest of all."""
        scored, late = self._weigh(run, chooser, proposals)
        around = run.ask.before, run.ask.after, run.elsewhere
        found = chooser.best(scored, *around, unread=run.unread)
        if found is not None:
            answer, run.done.confidence = found
            if answer.end == UNSAID:
                run.done.confidence = min(run.done.confidence, run.ask.least - 1)
            elif run.done.end is End.UNSURE or (run.done.end is End.LIMIT and not answer.written):
                run.done.end = End.LINE
            run.done.cost.tokens.accepted = 0 if answer.written else len(answer.tokens)
            say(answer.text, len(answer.tokens))
        if late:
            raise Late

    def _weigh(
        self, run: _Running, chooser: Chooser, proposals: _Proposals
    ) -> tuple[list[Scored], bool]:
        """Answers to the prompt that has been read, and whether the deadline cut the model's own short."""
        sequence, end = self._sequence, self._sequence.count
        fits = run.fragment.likelihood(self._known[()])
        scored = chooser.proposed(proposals[1], self._known, fits)
        parts: list[str] = []
        written, late = Written(), False
        if not math.isinf(run.ask.least):
            written.floor = chooser.floor(scored)

        def read(tokens: Ids, outputs: int) -> None:
            sequence.evaluate(run.number, tokens, outputs, run.ask.deadline)

        try:
            walk = Walk(self._known, read, self._model.logits)
            self._write(run, walk, lambda text, _: parts.append(text), written)
        except Late:
            late = True
        finally:
            sequence.forget(min(end, sequence.count))
        written.text = "".join(parts)
        own = chooser.own(written, run.ask.after.split("\n", 1)[0], proposals[0])
        if late and own is not None:
            return [own], True
        return without_doubles(own, scored), late

    def _write(self, run: _Running, steps: Steps | Walk, say: Say, written: Written) -> None:
        """Take the likeliest token until the answer ends; `written` learns what they were worth."""
        try:
            self._take(run, steps, say, written)
        finally:
            steps.close()

    def _take(self, run: _Running, steps: Steps | Walk, say: Say, written: Written) -> None:
        sampled, characters = run.speech.tokens, run.speech.characters(self._model.piece)
        written.visible = bool(run.fragment.word)
        lines = Lines(run.ask.lines, written.visible)
        while len(sampled) < run.limit:
            if self._flag.cancelled(run.number):  # no call of llama.cpp asks while a draft lasts
                raise Cancelled
            token, log_probability = self._next(run.fragment, steps.logits)
            if not run.fragment.rest and self._ends(run, token, steps.logits, written):
                return
            sampled.append(token)
            steps.took(token)
            written.tokens.append(log_probability)
            run.done.cost.tokens.generated = run.speech.new
            run.done.confidence = written.total
            if written.total < written.floor:
                written.end = UNSAID
                run.done.end = End.UNSURE
                return
            new = run.fragment.take(self._model.piece(token))
            text, ended = lines.take(characters.feed(new))
            written.visible = written.visible or bool(text.strip())
            if text:
                say(text, run.speech.says(text))
            if run.rest:
                written.text += text
                ended = ended or meets(written.text, run.rest)
            if ended or characters.broken:
                run.done.end = End.LINE if ended else End.EOG
                return
            if loops(sampled) or len(sampled) == run.limit:
                return
            steps.go(token, 0 if run.fragment.rest else run.limit - len(sampled))

    def _steps(self, run: _Running) -> Steps:
        """The answer's steps, with drafts."""
        ask = run.ask

        def read(tokens: Ids, outputs: int) -> None:
            self._sequence.evaluate(run.number, tokens, outputs, ask.deadline)

        def texts() -> list[Ids]:
            found = (*self._deleted.texts, ask.before, ask.after)
            return [self._prompts.lines(text) for text in found if text]

        lines, said = self._prompts.lines, run.speech.tokens
        along = Alongside(lines(ask.original), said) if ask.original else None
        lookup = Lookup(run.prompt, run.limit, self._model.ends, texts, along)
        made = self._model, read, self._sequence, lookup, self._payoff, run.done.cost.tokens
        return Steps(*made, ask.lines == 1, self._drafter)

    def _chooser_for(self, ask: Ask) -> Chooser | None:
        return self._chooser if ask.lines == 1 else None

    def _next(self, fragment: Fragment, logits: Floats) -> tuple[int, float]:
        chosen = fragment.choose(logits) if fragment.rest else greedy(logits, self._scratch)
        if math.isnan(chosen[1]):
            self._sequence.forget(0)
            raise AskRefused("The model computes no numbers. Its file is probably damaged.")
        return chosen

    def _ends(self, run: _Running, token: int, logits: Floats, written: Written) -> bool:
        """Whether the answer ends before `token`; then `written` learns how sure the model is of that."""
        chooser = self._chooser_for(run.ask)
        if chooser is not None and written.visible and chooser.stops[token]:
            written.end = chooser.ending(logits - np.float32(log_sum(logits)))
            run.done.end = End.EOG if self._model.ends[token] else End.LINE
            return True
        if self._model.ends[token]:
            run.done.end = End.EOG
            return True
        return False
