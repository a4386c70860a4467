"""The replay presses keys whether or not answers come, and gives every answer the text it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from symbiote.bench import replay
from symbiote.bench.replay import Lost, Replay, Reply, Withdrawn
from symbiote.bench.screen import Fit, View
from symbiote.bench.trace import File, Stroke, Trace

FINISHED = "value = compute(item)\n"


def trace(text: str = FINISHED, gap: float = 0.02, start: int = 2) -> Trace:
    strokes = [Stroke(gap, 0, at, 0, text[at]) for at in range(start, len(text) - 1)]
    return Trace("t", (File("a.py", "python", text[:start] + "\n"),), tuple(strokes))


class Fake:
    """Answers from a function of the view, after a while; keeps what it is told."""

    def __init__(
        self, say: Callable[[View], str | Exception], after: float = 0.0, withdraws: bool = True
    ) -> None:
        self.withdraws = withdraws
        self.texts: list[str] = []
        self.taken: list[str] = []
        self._say, self._after = say, after

    async def open(self, files: Sequence[File]) -> None:
        self.texts = [file.start for file in files]

    def edit(self, before: View, stroke: Stroke) -> None:
        assert self.texts[stroke.file] == before.text
        assert before.cursor == stroke.at
        self.texts[stroke.file] = stroke.applied(before.text)

    def took(self, id: str) -> None:
        self.taken.append(id)

    def ask(self, view: View) -> Pending:
        assert self.texts[view.file] == view.text
        return Pending(self._say(view), self._after)


class Pending:
    def __init__(self, said: str | Exception, after: float) -> None:
        self._said, self._after = said, after
        self._gone = asyncio.Event()

    def withdraw(self) -> None:
        self._gone.set()

    async def reply(self) -> Reply:
        try:
            async with asyncio.timeout(self._after):
                await self._gone.wait()
            raise Withdrawn
        except TimeoutError:
            pass
        if isinstance(self._said, Exception):
            raise self._said
        return Reply(self._said, "computed", id="s", evaluated=2, generated=3)


def rest(view: View) -> str:
    return FINISHED[view.cursor : -1]


def run(
    contestant: Fake, gap: float = 0.02, keys: int | None = None
) -> tuple[Replay, replay.Replayed]:
    made = Replay(trace(gap=gap).first(keys), contestant)
    return made, asyncio.run(made.run())


def test_what_is_right_and_noticed_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "NOTICE", 0.05)
    contestant = Fake(rest)
    made, done = run(contestant)
    assert made.texts == contestant.texts == [FINISHED]
    assert (done.whole, contestant.taken) == (1, ["s"])
    assert len(done.asked) < len(FINISHED) - 3
    assert done.taken > 5


def test_wrong_answers_are_never_taken_and_every_key_is_pressed() -> None:
    contestant = Fake(lambda _: "wrong")
    made, done = run(contestant, gap=0.001)
    assert made.texts == [FINISHED]
    assert len(done.asked) == len(FINISHED) - 3
    assert done.taken == 0
    assert all(one.ended is not None for one in done.asked)


def test_slow_answers_are_withdrawn_by_the_next_key_and_do_not_hold_it_up() -> None:
    _, done = run(Fake(rest, after=0.5), gap=0.005, keys=6)
    assert len(done.asked) == 6
    assert all(one.withdrawn and one.ended and not one.reply for one in done.asked[:-1])
    assert done.asked[-1].reply is not None, "the last key's answer is waited for"


def test_a_patient_replay_waits_for_every_answer_and_cancels_nothing() -> None:
    async def patient() -> replay.Replayed:
        return await Replay(trace(gap=0.001).first(6), Fake(rest, after=0.02), patient=True).run()

    done = asyncio.run(patient())
    assert all(one.reply is not None and one.withdrawn is None for one in done.asked)


def test_a_client_that_never_withdraws_gets_stale_and_typed_through_answers() -> None:
    right = Fake(rest, after=0.03, withdraws=False)
    _, done = run(right, gap=0.012, keys=6)
    assert not any(one.withdrawn for one in done.asked)
    assert Fit.TYPED_THROUGH in {one.fit for one in done.asked}
    _, done = run(Fake(lambda _: "wrong", after=0.03, withdraws=False), gap=0.012, keys=6)
    assert sum(one.fit is Fit.STALE for one in done.asked) >= 3


def test_a_suggestion_that_is_typed_through_counts_as_seen_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay, "NOTICE", 9.0)
    _, done = run(Fake(rest, after=0.001), gap=0.02, keys=5)
    assert done.asked[0].seen is not None and done.asked[0].seen > 0
    assert [one.seen for one in done.asked[1:]] == [0.0] * 4


def test_what_fails_or_never_comes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _, done = run(Fake(lambda _: Lost("broken")), gap=0.001, keys=3)
    assert [one.lost for one in done.asked] == ["broken"] * 3
    monkeypatch.setattr(replay, "DRAIN", 0.05)
    _, done = run(Fake(rest, after=30, withdraws=False), gap=0.001, keys=3)
    assert all(one.ended is None for one in done.asked)


def test_speed_and_until_shorten_a_replay() -> None:
    async def half() -> int:
        made = Replay(trace(gap=0.05), Fake(lambda _: ""), speed=50)
        done = await made.run(asyncio.get_running_loop().time() + 60)
        return len(done.asked)

    assert asyncio.run(half()) > 3

    async def none() -> int:
        return len((await Replay(trace(), Fake(rest)).run(0.0)).asked)

    assert asyncio.run(none()) == 0


def test_a_replay_in_parts_presses_every_key_once_and_keeps_its_documents() -> None:
    async def parts() -> tuple[list[int], list[str]]:
        contestant = Fake(lambda _: "wrong", after=0.002)
        made, pressed = Replay(trace(gap=0.001), contestant), []
        await made.open()
        for end in (5, 5, 9, 99):
            await made.play(end)
            pressed.append(len(made.done.asked))
            assert all(one.ended is not None for one in made.done.asked), "answers are waited for"
        return pressed, contestant.texts

    pressed, texts = asyncio.run(parts())
    assert pressed == [5, 5, 9, len(FINISHED) - 3]
    assert texts == [FINISHED]


def test_a_suggestion_taken_across_the_end_of_a_part_shortens_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay, "NOTICE", 0.01)

    async def parts() -> tuple[int, int, list[str]]:
        contestant = Fake(rest)
        made = Replay(trace(gap=0.02), contestant)
        await made.open()
        await made.play(3)
        first = len(made.done.asked)
        await made.play(len(FINISHED) - 5)
        return first, len(made.done.asked), contestant.texts

    first, then, texts = asyncio.run(parts())
    assert then == first, "the whole line was taken in the first part"
    assert texts == [FINISHED]
