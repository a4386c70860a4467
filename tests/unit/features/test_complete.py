"""One answer and one ledger row per ask, whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.answer import Answer, Reason, Silence, Suggestion
from symbiote.core.errors import AskRefused, EngineGone
from symbiote.core.moment import Moment, Trigger
from symbiote.core.pieces import Keep, Special, Text
from symbiote.core.settings import WindowSettings
from symbiote.core.text import opened
from symbiote.engine.port import End, State
from symbiote.features.complete import complete
from symbiote.features.house import Window
from symbiote.features.outcome import accepted, dismissed
from unit.doubles import FakeEngine, FakeHouse, house, sides
from unit.marked import moment as marked


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def home(tmp_path: Path, engine: FakeEngine) -> Iterator[FakeHouse]:
    made = house(tmp_path, engine)
    yield made
    made.ledger.close()


def now(text: str, window: str = "w", trigger: Trigger = Trigger.AUTOMATIC) -> Moment:
    return replace(marked(text, trigger=trigger), asked_at=time.monotonic(), window=window)


def ask(home: FakeHouse, text: str, window: Window | None = None, **more: Trigger) -> Answer:
    return asyncio.run(complete(home, window or Window("w"), now(text, **more)))


def reason(answer: Answer) -> Reason | None:
    return answer.reason if isinstance(answer, Silence) else None


def rows(home: FakeHouse) -> list[str]:
    home.ledger.flush()
    return [row.outcome for row in home.ledger.outcomes()]


def test_a_suggestion_and_its_row(home: FakeHouse, engine: FakeEngine) -> None:
    answer = ask(home, "w = 1\nx = ▮\ny = 2\n")
    assert isinstance(answer, Suggestion)
    assert (answer.text, answer.start, answer.end) == ("answer", 4, 4)
    assert rows(home) == ["shown"]
    assert engine.asks[0].pieces == (
        Special("<|fim_prefix|>"),
        Text("w = 1\n", Keep.END),
        Special("<|fim_suffix|>"),
        Text("\ny = 2\n", Keep.START),
        Special("<|fim_middle|>"),
        Text("x = ", Keep.END),
    )


@pytest.mark.parametrize(
    ("window", "text", "expected"),
    [
        (Window("w", WindowSettings(enabled=False)), "x = ▮", Reason.DISABLED),
        (Window("w", paused=True), "x = ▮", Reason.PAUSED),
        (Window("w", paused_languages=frozenset({"python"})), "x = ▮", Reason.LANGUAGE_OFF),
        (Window("w", WindowSettings(disabled_languages=("python",))), "x = ▮", Reason.LANGUAGE_OFF),
        (Window("w"), "na▮me", Reason.MID_WORD),
        (Window("w"), "#" * 5000 + "▮", Reason.LONG_LINE),
    ],
)
def test_hush(
    home: FakeHouse, engine: FakeEngine, window: Window, text: str, expected: Reason
) -> None:
    assert reason(ask(home, text, window)) is expected
    assert engine.began == 0
    assert rows(home) == [expected.value]


def test_an_explicit_ask_may_be_inside_a_word(home: FakeHouse) -> None:
    fits = ask(home, "an▮ans", trigger=Trigger.INVOKED)
    assert isinstance(fits, Suggestion)
    assert (fits.text, fits.start, fits.end, fits.covers) == ("answer", 2, 5, 3)


def test_a_file_that_is_too_large_is_not_answered(home: FakeHouse) -> None:
    large = opened("file:///a.py", "python", 1, "x" * 2_000_001)
    moment = Moment(large, 0, 0, "w", Trigger.AUTOMATIC, time.monotonic())
    assert reason(asyncio.run(complete(home, Window("w"), moment))) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EngineGone("killed"), Reason.ENGINE_DIED),
        (AskRefused("no such token"), Reason.REFUSED),
        (ZeroDivisionError(), Reason.INTERNAL),
    ],
)
def test_errors_are_silences(
    home: FakeHouse, engine: FakeEngine, error: Exception, expected: Reason
) -> None:
    engine.error = error
    assert reason(ask(home, "x = ▮")) is expected
    engine.error = None
    assert isinstance(ask(home, "x = ▮"), Suggestion)
    assert rows(home) == [expected.value, "shown"]


def test_newest_wins_in_its_window_only(home: FakeHouse, engine: FakeEngine) -> None:
    engine.delay = 0.01

    async def burst() -> list[Answer]:
        mine, other = Window("w"), Window("v")
        tasks = [asyncio.create_task(complete(home, other, now("o = ▮", window="v")))]
        for n in range(5):
            tasks.append(asyncio.create_task(complete(home, mine, now(f"x{n} = ▮"))))
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks)

    answers = asyncio.run(burst())
    assert [reason(a) for a in answers] == [None, *[Reason.SUPERSEDED] * 4, None]
    assert sorted(rows(home)) == ["shown", "shown", *["superseded"] * 4]


def test_a_cancelled_caller_stops_the_engine_and_leaves_a_row(
    home: FakeHouse, engine: FakeEngine
) -> None:
    engine.delay = 10

    async def cancelled() -> None:
        task = asyncio.create_task(complete(home, Window("w"), now("x = ▮")))
        while not engine.began:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert engine.running == 0

    asyncio.run(cancelled())
    assert rows(home) == ["cancelled"]


def test_the_deadline_cuts_an_engine_that_does_not_keep_it(
    home: FakeHouse, engine: FakeEngine
) -> None:
    engine.delay = 10
    answer = ask(home, "x = ▮", Window("w", WindowSettings(deadline_ms=50)))
    assert reason(answer) is Reason.DEADLINE
    assert engine.running == 0


def test_the_engine_is_given_less_time_than_the_ask(home: FakeHouse, engine: FakeEngine) -> None:
    """Else what it has at its deadline always comes too late (it stops at its own, or is stopped at ours)."""
    asked = now("x = ▮")
    asyncio.run(complete(home, Window("w", WindowSettings(deadline_ms=600)), asked))
    assert 0.5 < engine.asks[0].deadline - asked.asked_at < 0.6


def test_half_a_word_at_the_deadline_is_not_shown(home: FakeHouse, engine: FakeEngine) -> None:
    engine.end, engine.tokens = End.DEADLINE, ["first, sec"]
    answer = ask(home, "x = ▮")
    assert isinstance(answer, Suggestion)
    assert answer.text == "first,"
    engine.tokens = ["sec"]
    assert reason(ask(home, "x = ▮")) in (Reason.BLANK, Reason.DEADLINE)


def test_a_loading_model_is_waited_for_within_the_deadline(
    home: FakeHouse, engine: FakeEngine
) -> None:
    home.become(state=State.LOADING)

    async def waits() -> Answer:
        task = asyncio.create_task(complete(home, Window("w"), now("x = ▮")))
        await asyncio.sleep(0.01)
        home.become(state=State.READY)
        return await task

    assert isinstance(asyncio.run(waits()), Suggestion)
    home.become(state=State.LOADING)
    late = ask(home, "x = ▮", Window("w", WindowSettings(deadline_ms=50)))
    assert reason(late) is Reason.LOADING
    assert not home.watchers


def test_an_engine_that_is_off_says_why(home: FakeHouse) -> None:
    home.become(state=State.OFF, reason="No such file: a.gguf")
    answer = ask(home, "x = ▮")
    assert reason(answer) is Reason.NO_MODEL
    assert isinstance(answer, Silence) and "a.gguf" in answer.sentence


def test_a_model_without_fim_tokens_is_refused_by_name(home: FakeHouse) -> None:
    home.become(family="", specials=frozenset(), model="chatty-7b")
    answer = ask(home, "x = ▮")
    assert reason(answer) is Reason.REFUSED
    assert isinstance(answer, Silence) and "families" in answer.detail


def test_an_unsure_answer_stays_unsaid(home: FakeHouse, engine: FakeEngine) -> None:
    home.become(gate=-1.0)
    engine.confidence = -2.0
    assert reason(ask(home, "x = ▮")) is Reason.LOW_CONFIDENCE
    assert isinstance(ask(home, "x = ▮", trigger=Trigger.INVOKED), Suggestion)  # asked for, so told


def test_the_selected_list_entry_is_extended(home: FakeHouse, engine: FakeEngine) -> None:
    engine.tokens = ["(name)"]
    moment = replace(now("item.pri▮"), selected=(5, "print_all"))
    answer = asyncio.run(complete(home, Window("w"), moment))
    assert isinstance(answer, Suggestion)
    assert (answer.start, answer.end, answer.text) == (5, 8, "print_all(name)")
    assert sides(engine.asks[0]) == ("item.print_all", "")


def test_outcomes_become_events(home: FakeHouse) -> None:
    window = Window("w")
    answer = ask(home, "x = ▮", window)
    accepted(home, window, answer.id)
    accepted(home, window, answer.id)  # a client may send it again
    accepted(home, window, "not an id")
    dismissed(home, window)
    home.ledger.flush()
    assert home.ledger.events() == [(answer.id, "accepted"), (answer.id, "dismissed")]
    assert window.readout.shown == 1
