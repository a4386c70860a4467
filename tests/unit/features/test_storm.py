"""Anything at any time: every answer is true, every ask has one row, and nothing is left running."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.answer import Answer, Origin, Reason, Silence, Suggestion
from symbiote.core.moment import Moment
from symbiote.engine.port import End
from symbiote.features.around import around
from symbiote.features.extend import LINES
from symbiote.features.follow import closed, forget, leave
from symbiote.features.typed import accepted, rewound, typed_since
from symbiote.finish.chain import finish
from unit.chain import LETTERS, Chain, says
from unit.clock import run
from unit.doubles import READY, FakeHouse, house
from unit.editor import URI, Editor

SEEN: Counter[str] = Counter()
PASSING = {Reason.SUPERSEDED, Reason.DEADLINE}


def check(at: Moment, answer: Answer) -> None:
    """Against the engine asked anew, with nothing else going on."""
    cut = around(READY, at)
    raw, end = says(cut.prefix, cut.suffix)
    truth = finish(raw, at, cut=end is End.LIMIT)
    if isinstance(answer, Silence):
        assert answer.reason in PASSING or answer.reason == truth, (answer, truth)
        return
    SEEN[answer.origin] += 1
    if answer.text == truth:
        return
    cut_off = end is End.LIMIT or answer.origin is Origin.TYPED_THROUGH
    if cut_off and isinstance(truth, str) and truth.startswith(answer.text):
        return  # where it was cut depends on where it began
    assert of_a_block(at, answer.text)


def of_a_block(at: Moment, text: str) -> bool:
    """Whether `text` is what is left of a block that was begun here, or in the text typed last."""
    SEEN["extended"] += 1
    for line in range(at.line, max(-1, at.line - LINES), -1):
        end = at.column if line == at.line else len(at.document.lines[line]) - 1
        for column in range(end, -1, -1):
            typed = typed_since(line, column, at)
            if told(rewound(at, line, column), f"{typed}{text}"):
                return True
    return False


def told(at: Moment, text: str) -> bool:
    """Whether `text` is the answer here and then, line by line, what is said where the line before ends."""
    cut = around(READY, at)
    first = finish(says(cut.prefix, cut.suffix)[0], at)
    if isinstance(first, Reason) or not text.startswith(f"{first}\n"):
        return False
    so_far = first
    for line in text[len(first) + 1 :].split("\n"):
        blanks = range(len(line) - len(line.lstrip()) + 1)
        if not any(goes_on(accepted(at, at.column, f"{so_far}\n{line[:n]}"), line) for n in blanks):
            return False
        so_far += f"\n{line}"
    return True


def goes_on(at: Moment, line: str) -> bool:
    cut = around(READY, at)
    said = finish(says(cut.prefix, cut.suffix)[0], at)
    lines = "" if isinstance(said, Reason) else at.before + said
    return line in filter(str.strip, lines.split("\n"))


async def hand(editor: Editor, chance: random.Random, asked: list[tuple[Moment, object]]) -> None:
    shown = ""
    for _ in range(25):
        match chance.randrange(12):
            case 0 | 1 | 2 | 3 | 4:
                editor.type(shown[: chance.randint(1, 3)] or chance.choice(LETTERS))
            case 5:
                editor.type(chance.choice(LETTERS))
            case 6 if editor.column:
                editor.backspace()
            case 7 if editor.line:
                editor.edit((0, 0), (0, 0), "b")
            case 8:
                editor.cancel()
            case 9 if shown:
                editor.type(shown)
            case 10 if not chance.randrange(5):
                chance.choice([lambda: closed(editor.window, URI), lambda: forget(editor.window)])()
        await asyncio.sleep(0)
        if chance.randrange(5):
            task = editor.ask()
            asked.append((editor.moment(), task))
        await asyncio.sleep(chance.choice([0, 0.001, 0.02, 0.06, 0.4]))
        last = editor.asked[-1] if editor.asked else None
        answer = last.result() if last and last.done() and not last.cancelled() else None
        shown = answer.text if isinstance(answer, Suggestion) else ""
    if chance.randrange(3) == 0:
        leave(editor.house, editor.window)


async def play(home: FakeHouse, seed: int) -> int:
    chance = random.Random(seed)
    editors = [
        Editor(home, "ab(\n" * chance.choice([0, 3]), window=w, cancels=bool(chance.randrange(2)))
        for w in "wv"
    ]
    asked: list[tuple[Moment, object]] = []
    await asyncio.gather(*(hand(editor, chance, asked) for editor in editors))
    ended = await asyncio.gather(*(task for _, task in asked), return_exceptions=True)  # type: ignore[call-overload]
    for (at, _), end in zip(asked, ended, strict=True):
        if not isinstance(end, asyncio.CancelledError):
            check(at, end)
    await asyncio.sleep(2)  # what was computed ahead has ended
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, left
    told_longer = Counter(end.id for end in ended if isinstance(end, Suggestion))
    return len(asked) - (told_longer.total() - len(told_longer))


def storm(seed: int, first: float, delay: float) -> None:
    engine = Chain(first=first, delay=delay)
    with tempfile.TemporaryDirectory() as folder:
        home = house(Path(folder), engine)
        try:
            asks = run(play(home, seed))
            home.ledger.flush()
            assert len(home.ledger.outcomes()) == asks
            assert (engine.running, home.ledger.dropped) == (0, 0)
        finally:
            home.ledger.close()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32), st.sampled_from([(0.0, 0.0), (0.05, 0.0), (0.0, 0.02), (0.01, 0.003)])
)
def test_whatever_comes(seed: int, pace: tuple[float, float]) -> None:
    storm(seed, *pace)


def test_the_storm_sees_every_origin() -> None:
    """Else it proves little."""
    SEEN.clear()
    for seed in range(10):
        storm(seed, 0.01, 0.003)
    assert set(SEEN) == {*Origin, "extended"}, SEEN
