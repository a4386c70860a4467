"""Rewrites by providers: who is asked, in which words, and what happens when one fails."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from symbiote.core.answer import Reason
from symbiote.core.errors import EngineGone
from symbiote.engine.port import State
from symbiote.features.house import House
from symbiote.features.outside import Route
from symbiote.features.rewrite.model import problem
from symbiote.features.rewrite.warm import warm
from symbiote.prompt.rewrite import SYSTEM
from unit.doubles import READY
from unit.features.rewriting import (
    ANSWER,
    CODE,
    INSTRUCT,
    KNOWN,
    NEW,
    URI,
    WHOLE,
    Editor,
    editor,
    engine,
    prompt,
)
from unit.outdoors import FakeCloud, outdoors

EDIT = replace(
    READY,
    model="symbiote-edit",
    family="symbiote",
    specials=frozenset(
        {"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>", "<|repo_name|>"}
        | {"<|im_start|>", "<|im_end|>"}
    ),
)


def outside(folder: Path, state: object = INSTRUCT, **more: object) -> tuple[Editor, FakeCloud]:
    double = engine()
    double.state = state  # type: ignore[assignment]
    window, cloud = editor(folder, double), FakeCloud(ANSWER, **more)  # type: ignore[arg-type]
    outdoors(window.house, cloud)  # type: ignore[arg-type]
    return window, cloud


def test_a_provider_rewrites_where_the_model_here_only_fills_in(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path, READY)

    async def run() -> None:
        assert problem(window.house, window.window) == ""
        ended = await window.rewrite(3, 8, "add types")
        assert (ended.reason, ended.text) == (None, NEW)
        assert (ended.engine, ended.model) == ("far", "r")
        assert ended.outside is not None
        assert ended.outside.title == "Far"
        assert window.window.outside == ended.outside
        assert window.text == WHOLE
        (asked,) = cloud.asks
        assert "local" not in asked.order
        system, user = asked.request.messages
        assert (system.role, system.text) == ("system", SYSTEM)
        assert user.role == "user"
        assert user.text.startswith("File: a.py (python)\n")
        assert user.text.endswith("What to do: add types")
        assert asked.request.limit > 128

    asyncio.run(run())


def test_the_model_here_comes_first_where_it_can(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path)

    async def run() -> None:
        ended = await window.rewrite(3, 8, "add types")
        assert (ended.engine, ended.outside, cloud.asks) == ("local", None, [])
        window.window.route = Route(rewrite="fast")
        window.window.policies.clear()
        ended = await window.rewrite(3, 8, "again", id="s")
        assert (ended.engine, len(cloud.asks)) == ("far", 1)
        assert cloud.asks[0].order == ("fastest",)

    asyncio.run(run())


def test_a_follow_up_sends_what_was_said(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path, READY)

    async def run() -> None:
        await window.rewrite(3, 8, "add types")
        await window.rewrite(3, 8, "and a docstring")
        first, second = (asked.request.messages for asked in cloud.asks)
        assert [one.text for one in second[:2]] == [one.text for one in first]
        assert [one.stable for one in second] == [True, True, True, False]
        assert [one.role for one in second] == ["system", "user", "assistant", "user"]
        assert second[2].text == ANSWER
        assert "and a docstring" in second[3].text

    asyncio.run(run())


def test_a_model_without_fences_that_dies_is_followed_by_a_provider_with_them(
    tmp_path: Path,
) -> None:
    window, cloud = outside(tmp_path, EDIT)
    double = window.house.desk.engine

    async def dies(ask: object):  # type: ignore[no-untyped-def]
        double.asks.append(ask)  # type: ignore[attr-defined]
        raise EngineGone("It died.")
        yield

    double.stream = dies  # type: ignore[method-assign]

    async def run() -> None:
        ended = await window.rewrite(3, 8, "add types")
        assert (ended.reason, ended.text, ended.engine) == (None, NEW, "far")
        (here,) = double.asks  # type: ignore[attr-defined]
        assert here.outside is None
        assert "<|fim_middle|>" in prompt(here)
        assert len(cloud.asks) == 1

    asyncio.run(run())


def test_a_question_goes_to_whoever_can_talk(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path, EDIT)

    async def run() -> None:
        cloud.text = "It adds."
        ended = await window.rewrite(3, 8, name="explain")
        assert (ended.reason, ended.text, ended.engine) == (None, "It adds.", "far")
        assert window.text == CODE

    asyncio.run(run())


def test_a_provider_that_fails_is_followed_before_its_first_text_only(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path)
    window.window.route = Route(rewrite="fast")

    async def run() -> None:
        cloud.fault = "Far broke off."
        ended = await window.rewrite(3, 8, "add types")
        assert (ended.engine, ended.reason, ended.outside) == ("local", None, None)
        window.edit(0, len(CODE.split("\n")), CODE.split("\n"))
        cloud.heard = 3
        ended = await window.rewrite(3, 8, "add types", id="s")
        assert ended.reason is Reason.NO_PROVIDER
        assert "Far broke off." in ended.detail
        assert ended.text is not None
        assert ended.outside is not None
        assert "items: list[int]" in window.text

    asyncio.run(run())


def test_what_is_too_long_for_the_model_here_goes_to_a_provider(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path, replace(INSTRUCT, context=300))

    async def run() -> None:
        ended = await window.rewrite(0, 11, "add types")
        assert ended.engine == "far"
        window.window.route = Route(local_only=True)
        ended = await window.rewrite(0, 8, "add types", id="s")
        assert ended.reason is Reason.SELECTION_TOO_LARGE
        assert len(cloud.asks) == 1

    asyncio.run(run())


def test_what_to_do_without_anybody(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path, replace(READY, state=State.OFF, reason="It is off."))
    cloud.on = False
    house: House = window.house
    assert problem(house, window.window).endswith(
        "in symbiote.rewriteModel, or add the key of a provider."
    )
    cloud.on, window.window.route = True, Route(local_only=True)
    assert problem(house, window.window).endswith("in symbiote.rewriteModel.")
    window.window.route = Route()
    assert problem(house, window.window) == ""


def test_nothing_is_sent_while_the_intention_is_typed(tmp_path: Path) -> None:
    window, cloud = outside(tmp_path, READY)

    async def run() -> None:
        wanted = window.wants(3, 8, "add ty", id="")
        await warm(window.house, window.window, wanted, KNOWN, excluded=False)
        assert (cloud.asks, cloud.warmed) == ([], ["rewrite"])
        window.house.why_excluded = _excluded
        ended = await window.rewrite(3, 8, "add types")
        assert (ended.reason, cloud.asks) == (Reason.EXCLUDED, [])

    asyncio.run(run())


async def _excluded(uri: str, roots: tuple[str, ...]) -> str | None:
    return "It is excluded." if uri == URI else None
