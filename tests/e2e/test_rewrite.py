"""Rewrites over the socket, over the fake engine: streams, cancels, edits, dead engines, editors that show none."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from e2e.rewrites import CODE, Shown, span
from e2e.windows import FAKE, URI, VS_CODE, Window, spawn, windows
from symbiote.wire.client import Refused

INSTRUCT = {"model": "fake-instruct"}


async def counts(window: Window) -> dict[str, int]:
    note = (await window.state())["engine"]["note"]
    found: dict[str, int] = json.loads(note)
    return found


def test_it_streams_and_says_what_came_of_it() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            shown = Shown(window)
            _, answer = shown.ask(3, 7, "slow 5")
            ended = await shown.rewritten(answer)
            lines = [f"say({n})" for n in range(5)]
            assert shown.text == CODE.replace("\n".join(CODE.split("\n")[3:7]), "\n".join(lines))
            assert ended["text"] == "\n".join(lines)
            assert (ended["turn"], ended["reason"], ended["region"]) == (
                1,
                None,
                {"start": 3, "end": 7},
            )
            assert ended["hunks"][0]["oldText"] == CODE.split("\n")[3:7]
            assert (ended["engine"], ended["model"]) == ("fake", "fake-instruct")
            assert ended["firstTextMs"] <= ended["totalMs"]
            assert window.progress[0]["region"] == {"start": 3, "end": 7}
            assert all(one["region"] is None for one in window.progress[1:])
            assert window.progress[-1]["settled"] == 5
            window.client.notify(
                "symbiote/rewriteOutcome",
                {"rewrite": "r", "turn": 1, "kind": "accepted", "hunks": 1, "characters": 30},
            )
            window.client.notify(
                "symbiote/rewriteOutcome", {"rewrite": "r", "turn": 1, "kind": "eaten"}
            )
            _, answer = shown.ask(3, 8, "slow 2")
            assert (await shown.rewritten(answer))["turn"] == 2

    asyncio.run(run())


def test_cancel_stops_the_engine_within_a_token() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            shown = Shown(window)
            number, answer = shown.ask(3, 7, "slow 80")
            await shown.progressed(4)
            window.client.cancel(number)
            begun = time.monotonic()
            with pytest.raises(Refused) as caught:
                await answer
            took = time.monotonic() - begun
            assert caught.value.code == -32800
            assert took < 5  # its 80 lines take longer on any machine only if it was not stopped
            told = await counts(window)
            assert (told["running"], told["stopped"]) == (0, 1)

    asyncio.run(run())


def test_what_came_stays_when_the_engine_dies() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            shown = Shown(window)
            _, answer = shown.ask(3, 7, "loseengine")
            ended = await shown.rewritten(answer)
            assert ended["reason"] == "engine_died"
            assert "being restarted" in ended["detail"]
            assert ended["text"].startswith("say(0)\nsay(1)\n")
            assert shown.text == CODE.replace("def first(a):", "say(0)\nsay(1)\ndef first(a):", 1)

    asyncio.run(run())


def test_edits_elsewhere_are_fine_and_an_edit_inside_ends_it() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            shown = Shown(window)
            _, answer = shown.ask(9, 11, "slow 30")
            await shown.progressed(3)
            shown.take()
            shown.edit(0, 1, ["import sys", "import re"])
            shown._start["r"] += 1
            ended = await shown.rewritten(answer)
            assert ended["reason"] is None
            assert shown.text.endswith("    return b\n\n\n" + ended["text"] + "\n")
            assert shown.text.startswith("import sys\nimport re\n")
            other = Shown(window, "file:///project/b.py")
            _, answer = other.ask(3, 7, "slow 30", "s")
            await other.progressed(len(window.progress) + 3)
            other.edit(4, 5, ["    # typed by hand"])
            assert (await answer)["reason"] == "edited"

    asyncio.run(run())


def test_two_files_at_once_and_a_completion_goes_first() -> None:
    async def run() -> None:
        async with windows(2, settings=INSTRUCT) as (window, other):
            one, two = Shown(window), Shown(window, "file:///project/b.py")
            _, first = one.ask(3, 7, "slow 40", "a")
            _, second = two.ask(3, 7, "slow 5", "b")
            await one.progressed(4)
            assert await other.reply("name") == "reply_name"
            assert not first.done()
            ended = await asyncio.gather(first, second)
            assert [each["reason"] for each in ended] == [None, None]
            assert ended[0]["text"].count("\n") == 39
            assert ended[1]["text"].count("\n") == 4

    asyncio.run(run())


def test_bad_asks() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            shown = Shown(window)
            shown.uri = "file:///unknown.py"
            _, answer = shown.ask(0, 1, "do")
            ended = await answer
            assert (ended["text"], ended["reason"], ended["turn"]) == (None, "unknown_document", 0)
            shown.uri = URI
            for more in ({"range": None}, {"rewrite": ""}, {"rewrite": "x" * 65}):
                _, answer = shown.ask(0, 1, "do", **more)
                with pytest.raises(Refused) as caught:
                    await answer
                assert caught.value.code == -32602
            _, answer = shown.ask(0, 1, "")
            assert (await answer)["reason"] == "no_intention"
            _, answer = shown.ask(500, 900, "slow 1")
            assert (await answer)["reason"] in (None, "blank")
            empty = Shown(window, "untitled:Untitled-1", "")
            _, answer = empty.ask(0, 0, "slow 2", "u")
            await empty.rewritten(answer, "u")
            assert empty.text == "say(0)\nsay(1)"
            long = Shown(window, "file:///long.py", "x = call(with_arguments)\n" * 5_000)
            _, answer = long.ask(0, 5_000, "do", "l")
            ended = await answer
            assert ended["reason"] == "selection_too_large"
            assert "5,000 lines" in ended["detail"]

    asyncio.run(run())


def test_what_can_be_asked_for() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            Shown(window)
            found = await window.client.request("symbiote/intentions", {"language": "python"})
            names = {one["name"]: one for one in found["intentions"]}
            assert {"fix", "docstring", "explain"} <= names.keys()
            assert names["explain"]["readOnly"]
            assert (found["problem"], found["buttons"]) == ("", [])
            problem = {"range": span(5, 5), "message": "b is not needed", "severity": 2}
            asked = {
                "textDocument": {"uri": URI},
                "range": span(5, 5),
                "context": {"diagnostics": [problem], "triggerKind": 2},
            }
            (fix,) = await window.client.request("textDocument/codeAction", asked)
            assert (fix["kind"], fix["diagnostics"]) == ("quickfix", [problem])
            assert fix["command"]["command"] == "symbiote.rewriteHere"
            assert fix["command"]["arguments"] == [URI, span(5, 5), "fix", "b is not needed"]
            asked["context"] = {"diagnostics": [], "triggerKind": 1, "only": ["refactor"]}
            actions = await window.client.request("textDocument/codeAction", asked)
            assert {action["kind"] for action in actions} == {"refactor.rewrite"}
            asked["context"] = {"diagnostics": [], "triggerKind": 1, "only": ["source"]}
            (action,) = await window.client.request("textDocument/codeAction", asked)
            assert action["command"]["arguments"][1] == span(0, CODE.count("\n") + 1)

    asyncio.run(run())


def test_an_editor_that_shows_rewrites_runs_their_command_itself() -> None:
    async def run() -> None:
        made = Window(await spawn(FAKE))
        told = await made.client.initialize({}, VS_CODE, shows=("rewrite",))
        commands = told["capabilities"]["executeCommandProvider"]["commands"]
        assert commands == ["symbiote.accepted"]
        assert await made.leave() == 0

    asyncio.run(run())


def test_an_editor_that_shows_no_rewrites_is_sent_the_whole_as_an_edit() -> None:
    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (window,):
            told = window.agreed["capabilities"]
            assert "symbiote.rewriteHere" in told["executeCommandProvider"]["commands"]
            assert "quickfix" in told["codeActionProvider"]["codeActionKinds"]
            await window.type(CODE.replace("\n", "\r\n"))
            command = {"command": "symbiote.rewriteHere"}
            arguments = [URI, span(5, 5), "simplify", ""]
            await window.client.request(
                "workspace/executeCommand", command | {"arguments": arguments}
            )
            (change,) = window.edits[0]["edit"]["documentChanges"]
            assert change["textDocument"] == {"uri": URI, "version": 1}
            (edit,) = change["edits"]
            assert edit["newText"] == "say(0)\r\nsay(1)\r\nsay(2)"
            assert edit["range"] == {
                "start": {"line": 3, "character": 0},
                "end": {"line": 6, "character": 12},
            }
            for wrong in ([], [URI, {}, "simplify", ""], [URI, span(0, 0), "nonesuch", ""]):
                with pytest.raises(Refused):
                    await window.client.request(
                        "workspace/executeCommand", command | {"arguments": wrong}
                    )

    asyncio.run(run())
