"""What is asked: in whose name, at which price, how many at once, and what a cancel means."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from symbiote.core.errors import EngineGone
from symbiote.engine.port import Outside
from symbiote.engine.remote.request import Message, Request
from unit.clock import run
from unit.engine.remote.actors import FASTEST, GROQ, TEAM, Book, Stage, ask, made, states


def test_the_session_is_told_to_the_users_own_servers_only(stage: Stage) -> None:
    async def play() -> None:
        cloud = made(GROQ)
        cloud.configure({"groq": True, "team": TEAM | {"key": False}, "ollama": True})
        for name in ("groq", "team", "ollama"):
            await ask(cloud, name, session="window 1")
        sessions = [request.session for _, request in stage.asked]
        assert sessions[0] == ""
        assert sessions[1] == sessions[2]
        assert len(sessions[1]) == 16
        assert "window" not in sessions[1]
        await cloud.close()

    run(play())


def test_money_refused_is_told_and_nothing_is_sent(stage: Stage) -> None:
    async def play() -> None:
        book = Book()
        cloud = made(GROQ, book)
        team = TEAM | {"key": False, "baseUrl": "https://gpu.internal"}
        cloud.configure({"groq": True, "team": team})
        book.refusing = True
        with pytest.raises(EngineGone, match="Enough is spent"):
            await ask(cloud, "groq")
        assert stage.asked == []
        assert states(cloud) == {"groq": "capped", "team": "ready"}
        done = await ask(cloud, "groq", "fastest")
        assert done.by is not None
        assert (done.by.provider, done.by.usd) == ("team", 0.0)
        book.refusing = False
        await asyncio.sleep(60)
        done = await ask(cloud, "groq")
        assert done.by is not None
        assert done.by.provider == "groq"
        assert (book.count, book.held) == (1, set())
        await cloud.close()

    run(play())


def test_cancelled_is_neutral_before_the_text_was_due_and_a_failure_after(stage: Stage) -> None:
    async def play() -> None:
        cloud = made()
        cloud.configure({"ollama": True})
        stage.plays = {"ollama": [1000.0]}
        for seconds, able in ((9.9, True), (10.0, False)):
            for _ in range(12):
                task = asyncio.create_task(ask(cloud))
                asyncio.get_running_loop().call_later(seconds, task.cancel)
                await asyncio.gather(task, return_exceptions=True)
                await asyncio.sleep(0.1)
            assert cloud.able("complete", FASTEST) == able
        assert stage.open == 0
        await cloud.close()

    run(play())


@pytest.mark.parametrize(
    ("change", "reserved", "usd"),
    [
        ({}, 1, None),
        ({"price": {"input": 0, "output": 0}}, 0, 0.0),
        ({"price": {"input": 0, "output": 1000}}, 1, 0.001),
        ({"baseUrl": "https://10.0.0.7"}, 0, 0.0),
        ({"baseUrl": "https://10.0.0.7", "price": {"input": 0, "output": 1000}}, 1, 0.001),
    ],
)
def test_a_server_of_ones_own_costs_what_the_setting_says_and_nothing_on_ones_own_network(
    stage: Stage, change: dict[str, Any], reserved: int, usd: float | None
) -> None:
    async def play() -> None:
        book = Book()
        cloud = made(book=book)
        assert cloud.configure({"team": TEAM | {"key": False} | change}) == []
        done = await ask(cloud)
        assert done.by is not None
        assert done.by.usd == (None if usd is None else pytest.approx(usd))
        assert (book.count, book.held) == (reserved, set())
        await cloud.close()

    run(play())


def test_names_that_nobody_has_and_models_that_nobody_names(stage: Stage) -> None:
    async def play() -> None:
        cloud = made()
        cloud.configure({"team": TEAM | {"key": False}})
        with pytest.raises(EngineGone, match="groq is not turned on"):
            await ask(cloud, "groq")
        with pytest.raises(EngineGone, match="model for 'rewrite'"):
            await ask(cloud, task="rewrite")
        assert "not turned on" in (await cloud.test("groq")).sentence
        tested = await cloud.test("team")
        assert tested.ok
        assert "team answered in" in tested.sentence
        await cloud.close()

    run(play())


def test_no_more_at_once_than_there_are_connections(stage: Stage) -> None:
    async def play() -> None:
        cloud = made()
        cloud.configure({"team": TEAM | {"key": False}, "ollama": True})
        stage.plays = {"team": [0.5, "x"]}
        asks = [asyncio.create_task(ask(cloud, "team", "ollama")) for _ in range(6)]
        by = [done.by.provider for done in await asyncio.gather(*asks) if done.by]
        assert sorted(by) == ["ollama"] * 2 + ["team"] * 4
        await cloud.close()

    run(play())


def test_messages_are_cleaned_and_keep_their_roles(stage: Stage) -> None:
    async def play() -> None:
        cloud = made()
        cloud.configure({"ollama": True})
        turns = Message("system", "be brief"), Message("user", "hunter2")
        outside = Outside(FASTEST, Request(messages=turns, deadline=5.0))
        done = await cloud.run(outside, "rewrite", lambda _: None)
        assert done.by is not None
        assert done.by.redacted == 1
        assert stage.asked[0][1].messages == (turns[0], Message("user", "[secret]"))
        await cloud.close()

    run(play())
