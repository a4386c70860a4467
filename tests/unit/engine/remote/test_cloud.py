"""Keys, how things stand, and what stays when something changes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from symbiote.core.errors import EngineGone
from symbiote.engine.port import State
from symbiote.engine.remote.errors import Kind
from unit.clock import run
from unit.engine.remote.actors import FASTEST, GROQ, TEAM, Stage, ask, made, states


def test_without_a_setting_nobody_is_there(stage: Stage) -> None:
    async def play() -> None:
        cloud = made(GROQ)
        assert cloud.keys({"groq": "gsk"}) == []
        assert cloud.standing() == []
        assert not cloud.able("complete", FASTEST)
        assert cloud.status("complete", FASTEST) is None
        await cloud.warm("complete")
        with pytest.raises(EngineGone, match=r"No provider is turned on in symbiote\.providers"):
            await ask(cloud)
        assert not (await cloud.test("groq")).ok
        await cloud.close()
        assert (stage.asked, stage.warmed) == ([], [])

    run(play())


def test_keys_come_from_the_editor_or_the_environment(stage: Stage) -> None:
    async def play() -> None:
        cloud = made(GROQ)
        assert cloud.configure({"groq": True, "openai": True, "team": TEAM}) == []
        assert states(cloud) == {"groq": "ready", "openai": "no key", "team": "no key"}
        assert "OPENAI_API_KEY" in cloud.standing()[1].why
        assert "SYMBIOTE_KEY_TEAM" in cloud.standing()[2].why
        assert cloud.keys({"openai": "sk-a", "team": "t", "mistral": "waits"}) == []
        assert set(states(cloud).values()) == {"ready"}
        cloud.configure({"mistral": True, "openai": True})
        assert states(cloud) == {"mistral": "ready", "openai": "ready"}
        assert cloud.keys({}) == []
        assert set(states(cloud).values()) == {"no key"}
        with pytest.raises(EngineGone, match="needs a key"):
            await ask(cloud)
        found = cloud.status("complete", FASTEST)
        assert found is None
        await cloud.close()

    run(play())


def test_a_key_that_is_none_is_told_without_it(stage: Stage) -> None:
    async def play() -> None:
        cloud = made({"OPENAI_API_KEY": "bad key"})
        said = cloud.configure({"groq": True, "openai": True})
        keys: Any = {"groq": "canary with spaces", "mistral": "canary\n!", "openai": 3}
        problems = cloud.keys(keys) + cloud.configure({"groq": True, "mistral": True})
        assert len(said) == 1
        assert {problem.split("'")[1] for problem in problems} == {"groq", "openai", "mistral"}
        assert "canary" not in str(problems) + repr(cloud.__dict__) + str(cloud.standing())
        await cloud.close()

    run(play())


def test_a_key_stays_with_its_address(stage: Stage) -> None:
    async def play() -> None:
        cloud = made()
        cloud.configure({"team": TEAM})
        cloud.keys({"team": "t"})
        cloud.configure({"team": TEAM | {"baseUrl": "https://elsewhere.example.org/v1"}})
        assert "another address" in cloud.standing()[0].why
        cloud.configure({"team": TEAM | {"baseUrl": "https://llm.example.org/v2"}})
        assert states(cloud) == {"team": "ready"}
        await cloud.close()

    run(play())


def test_a_wrong_key_blocks_until_there_is_another(stage: Stage) -> None:
    async def play() -> None:
        cloud = made()
        cloud.configure({"groq": True})
        cloud.keys({"groq": "one"})
        stage.plays["groq"] = [Kind.UNAUTHORIZED]
        with pytest.raises(EngineGone, match="Groq does not accept the key"):
            await ask(cloud)
        stage.plays["groq"] = ["text"]
        await asyncio.sleep(1e6)
        cloud.keys({"groq": "one"})
        assert states(cloud) == {"groq": "ready"}, "rewrites have another model"
        assert "does not accept" in cloud.standing()[0].why
        assert not cloud.able("complete", FASTEST)
        assert len(stage.asked) == 1
        cloud.keys({"groq": "two"})
        assert (await ask(cloud)).by is not None
        cloud.keys({"groq": "one"})
        assert not cloud.able("complete", FASTEST)
        tested = await cloud.test("groq")
        assert tested.ok, "a test forgets"
        assert cloud.able("complete", FASTEST)
        await cloud.close()

    run(play())


def test_what_did_not_change_keeps_its_connection_and_all_that_is_known(stage: Stage) -> None:
    async def play() -> None:
        cloud = made({**GROQ, "OPENAI_API_KEY": "sk"})
        cloud.configure({"groq": True, "openai": True})
        stage.plays = {"groq": [0.2, "x"], "openai": [0.1, "y"]}
        for name in ("groq", "openai"):
            await ask(cloud, name)
        assert [one.p50 for one in cloud.standing()] == pytest.approx([200, 100])
        for _ in range(3):
            cloud.configure({"groq": True, "openai": True, "limits": {"usdPerDay": 1}})
            cloud.keys({})
        await asyncio.sleep(0)
        assert stage.closed == []
        assert [one.p50 for one in cloud.standing()] == pytest.approx([200, 100])
        first = cloud.status("complete", FASTEST)
        assert first is not None
        assert (first.state, first.name, first.device) == (State.READY, "openai", "remote")
        cloud.configure({"groq": {"complete": "other"}, "openai": True})
        await asyncio.sleep(0.1)
        assert stage.closed == ["groq"]
        assert [one.p50 for one in cloud.standing()] == [None, pytest.approx(100)]
        assert cloud.standing()[0].models["complete"] == "other"
        await cloud.close()
        assert stage.closed == ["groq", "openai"]

    run(play())


def test_who_is_faster_is_asked_first_and_everybody_is_tried(stage: Stage) -> None:
    async def play() -> None:
        cloud = made({**GROQ, "OPENAI_API_KEY": "sk", "MISTRAL_API_KEY": "m"})
        cloud.configure({"groq": True, "openai": True, "mistral": True})
        stage.plays = {"groq": [0.2, "x"], "openai": [0.1, "y"], "mistral": [0.15, "z"]}
        for _ in range(5):
            await ask(cloud)
        assert [name for name, _ in stage.asked] == [
            "groq",
            "openai",
            "mistral",
            "openai",
            "openai",
        ]
        stage.plays["openai"] = [0.25, "y"]
        for _ in range(6):
            await ask(cloud)
        assert stage.asked[-1][0] == "mistral"
        await cloud.warm("complete")
        assert stage.warmed == ["mistral", "openai"]
        await cloud.warm("complete")
        assert len(stage.warmed) == 2, "not so soon again"
        await asyncio.sleep(60)
        await cloud.warm("complete")
        assert len(stage.warmed) == 4
        await cloud.close()

    run(play())


def test_what_speaks_http_is_not_imported_before_somebody_is_asked() -> None:
    code = (
        "import sys; from symbiote.engine.remote.cloud import Cloud; "
        "Cloud(None, None).configure({'groq': True, 'ollama': True}); "
        "assert not {'httpx', 'groq'} & set(sys.modules), 'they take 0.1 s and 0.25 s'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
