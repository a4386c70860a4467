"""An engine slower than the keys waits for a pause; a faster one never waits."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.answer import Silence, Suggestion
from symbiote.core.text import opened
from symbiote.features.around import identity
from symbiote.features.follow import edited
from symbiote.features.house import Window
from symbiote.features.rhythm import BURST, FEWEST, MOST, EngineTime, Rhythm, pause
from symbiote.features.why import explain
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, Editor


def typed(*gaps: float) -> tuple[Rhythm, float]:
    rhythm, now = Rhythm(), 100.0
    rhythm.key(now)
    for gap in gaps:
        now += gap
        rhythm.key(now)
    return rhythm, now


GAPS = st.lists(st.floats(0.03, 3.0), min_size=FEWEST, max_size=80)


@given(GAPS, st.floats(0, 0.025), st.floats(0, 0.02))
def test_an_engine_faster_than_the_keys_never_waits(
    gaps: list[float], engine: float, since: float
) -> None:
    rhythm, now = typed(*gaps)
    if since + engine < 0.03:  # no key came so soon
        assert rhythm.hold(now + since, engine) == 0


@given(GAPS, st.floats(0, 2), st.lists(st.floats(0, 0.3), min_size=1, max_size=30))
def test_no_wait_is_longer_than_said_all_waits_of_a_burst_together(
    gaps: list[float], engine: float, later: list[float]
) -> None:
    rhythm, now = typed(*gaps)
    first = None
    for step in later:
        now += step
        wait = rhythm.hold(now, engine)
        assert 0 <= wait <= MOST
        if wait:
            first = now if first is None else first
            assert now + wait <= first + BURST + 1e-9


def test_evenly_typed_keys_and_a_slow_engine() -> None:
    rhythm, now = typed(*[0.1] * 30)
    wait = rhythm.hold(now + 0.05, 0.4)
    assert wait == pytest.approx(0.05)  # the next key would have come by then
    rhythm.key(now + 0.1)
    assert rhythm.hold(now + 0.15, 0.4) == pytest.approx(0.05)
    rhythm.key(now + 0.3)
    assert rhythm.hold(now + 0.36, 0.4) == 0  # all have waited long enough
    rhythm.began()
    assert rhythm.hold(now + 0.36, 0.4) > 0


def test_who_types_in_bursts_is_answered_in_the_pauses() -> None:
    gaps = ([0.08] * 9 + [1.5]) * 4
    rhythm, now = typed(*gaps, 0.08)
    assert rhythm.hold(now + 0.01, 0.5) == pytest.approx(0.07)
    assert rhythm.hold(now + 0.09, 0.5) == 0


def test_the_deadline_leaves_room_for_the_engine() -> None:
    rhythm, now = typed(*[0.1] * 30)
    assert rhythm.hold(now, 0.4, left=0.5) == pytest.approx(0.02)
    assert rhythm.hold(now, 0.4, left=0.48) == 0


def test_nothing_is_known_at_first() -> None:
    rhythm, now = typed(*[0.1] * (FEWEST - 1))
    assert rhythm.hold(now, 1.0) == 0
    assert Rhythm().hold(now, 1.0) == 0


@given(st.lists(st.floats(0, 2), max_size=40), st.floats(0, 1), st.floats(0, 2))
def test_a_pause_is_the_end_of_what_is_known_at_most(
    gaps: list[float], since: float, engine: float
) -> None:
    wait = pause(sorted(gaps), since, engine)
    assert 0 <= wait <= max(0.0, max(gaps, default=0.0) - since) + 1e-9


def test_documents_that_are_opened_are_no_keys(home: FakeHouse) -> None:
    """A notebook opens a hundred cells at once: keys at no distance, for which no engine would wait."""
    window = Window("w")
    for number in range(100):
        edited(home, window, f"file:///{number}", opened(f"file:///{number}", "python", 1, ""))
    assert len(window.rhythm._gaps) == 0
    for version in range(2, 5):
        edited(home, window, "file:///99", opened("file:///99", "python", version, "x"))
    assert len(window.rhythm._gaps) == 2


def test_another_engine_is_another_time() -> None:
    time = EngineTime()
    for _ in range(FEWEST):
        time.note("a", 0.5)
    assert time.median == 0.5
    time.note("b", 0.1)
    assert time.median == 0


def slow(home: FakeHouse, editor: Editor, gap: float = 0.1) -> None:
    """As if the engine had taken 0.3 s for its answers, and keys had come evenly, the last one now."""
    for _ in range(FEWEST):
        home.engine_time.note(identity(home.desk.engine.status), 0.3)
    now = editor.moment().asked_at
    for number in range(FEWEST + 1):
        editor.window.rhythm.key(now - (FEWEST - number) * gap)


def test_superseded_while_waiting_costs_the_engine_nothing(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home, "im", cancels=False)
        slow(home, editor)
        older = editor.ask()
        await asyncio.sleep(0.01)
        assert author.began == 0
        newer = editor.ask(**INVOKED)
        answer, shown = await older, await newer
        assert isinstance(answer, Silence)
        assert answer.reason == "superseded"
        assert answer.cost.timing.wait > 0
        assert isinstance(shown, Suggestion)
        assert author.began == 1

    run(play())


def test_cancelled_while_waiting_is_cancelled(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home, "im")
        slow(home, editor)
        asked = editor.ask()
        await asyncio.sleep(0.01)
        editor.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert author.began == 0

    run(play())
    assert [row.outcome for row in home.ledger.outcomes()] == ["cancelled"]


def test_after_the_pause_the_engine_is_asked_and_the_page_says_so(
    home: FakeHouse, author: Author
) -> None:
    async def play() -> None:
        editor = Editor(home, "im")
        slow(home, editor)
        assert str(await editor.said()) == "computed: port os"
        last = editor.window.last
        assert last is not None
        assert last.held > 0
        assert "waited" in explain(editor.window, home).text
        slow(home, editor)
        began = author.began
        assert str(await editor.said()) == "remembered: port os"  # what is known is not waited for
        assert author.began == began

    run(play())


def test_fewer_starts_in_bursts_and_an_answer_in_every_pause() -> None:
    """Keys 70 to 140 ms apart, pauses of a second, an engine of 0.3 s: it is begun for less than half of the keys."""
    chance, rhythm, now = random.Random(3), Rhythm(), 0.0
    asks = starts = 0
    for burst in range(60):
        gaps = [chance.uniform(0.07, 0.14) for _ in range(chance.randint(5, 13))]
        for gap in (*gaps, chance.uniform(0.8, 2.0)):
            rhythm.key(now)
            wait = rhythm.hold(now, 0.3, 0.6)
            assert wait <= MOST
            if wait < gap:  # else the next key comes first
                rhythm.began()
            if burst >= 5:
                asks, starts = asks + 1, starts + (wait < gap)
            now += gap
    assert starts < 0.5 * asks
