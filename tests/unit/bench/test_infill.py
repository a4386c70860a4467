"""llama-server's two clients against a server of a few lines."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from symbiote.bench.http import HttpError
from symbiote.bench.infill import Infill, Setup, parsed, reply, request
from symbiote.bench.llama_vim import LlamaVim
from symbiote.bench.replay import Lost, Reply, Withdrawn
from symbiote.bench.screen import View
from unit.bench.fake_server import serving

DOCUMENTED, TUNED = Setup("documented", (), tuned=False), Setup("tuned", (), tuned=True)
FILE = "import os\n\n\ndef f(x):\n    return x.▮\n\n\nprint(f(1))\n"


def at(text: str) -> View:
    before, after = text.split("▮")
    return View(0, before + after, len(before))


def test_the_documented_request_is_that_of_llama_vim() -> None:
    asked = request(at(FILE), DOCUMENTED, stream=False)
    assert asked["input_prefix"] == "import os\n\n\ndef f(x):\n"
    assert asked["prompt"] == "    return x."
    assert asked["input_suffix"] == "\n\n\nprint(f(1))\n\n"
    assert (asked["n_indent"], asked["n_predict"], asked["t_max_predict_ms"]) == (4, 128, 250)
    assert asked["samplers"] == ["top_k", "top_p", "infill"]
    empty = request(at("a = 1\n    ▮\nb\n"), DOCUMENTED, stream=False)
    assert (empty["prompt"], empty["input_suffix"], empty["n_indent"]) == ("", "\nb\n\n", 0)


@pytest.mark.parametrize("text", [FILE, "▮", "a▮b", "a\n▮", "▮\na"])
def test_the_tuned_request_holds_the_same_text_and_one_line_is_asked_for(text: str) -> None:
    asked = request(at(text), TUNED, stream=True)
    before, after = text.split("▮")
    assert asked["input_prefix"] + asked["prompt"] == before
    assert asked["input_suffix"] == after
    assert asked["prompt"] == before.rsplit("\n", 1)[-1]
    assert (asked["stop"], asked["temperature"], asked["stream"]) == (["\n"], 0.0, True)


def test_the_ideal_client_reads_a_stream() -> None:
    async def asked() -> Reply:
        async with serving(lambda _: "upper()") as server:
            client = Infill("127.0.0.1", server.port, TUNED)
            found = await client.ask(at(FILE)).reply()
            await client.close()
            return found

    found = asyncio.run(asked())
    assert (found.text, found.origin, found.evaluated, found.generated) == (
        "upper()",
        "computed",
        7,
        3,
    )


def test_the_ideal_client_hangs_up_when_the_next_key_comes() -> None:
    async def asked() -> tuple[str, int]:
        async with serving(lambda _: "upper()", after=0.2) as server:
            client = Infill("127.0.0.1", server.port, TUNED)
            first = client.ask(at(FILE))
            while not server.asked:
                await asyncio.sleep(0.001)
            first.withdraw()
            with pytest.raises(Withdrawn):
                await first.reply()
            second = await client.ask(at(FILE)).reply()
            await client.close()
            return second.text, server.connections

    assert asyncio.run(asked()) == ("upper()", 2)


def test_a_server_that_is_gone_loses_the_ask_and_nothing_else() -> None:
    async def asked(client: Any) -> None:
        with pytest.raises(Lost):
            await client.ask(at(FILE)).reply()

    for made in (Infill, LlamaVim):
        asyncio.run(asked(made("127.0.0.1", 9, TUNED)))


def test_an_answer_of_white_space_is_a_silence_that_was_computed() -> None:
    found = reply(" \n", {"prompt_n": 4, "predicted_n": 0}, 1.0)
    assert (found.text, found.origin, found.reason, found.generated) == ("", "", "blank", 1)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"error": {"message": "no"}}', b"\xff"])
def test_what_is_no_answer_is_an_error(content: bytes) -> None:
    with pytest.raises(HttpError):
        parsed(content)


# --- llama.vim


def vim(say: Any, after: float, script: Any) -> Any:
    async def run() -> Any:
        async with serving(say, after) as server:
            client = LlamaVim("127.0.0.1", server.port, DOCUMENTED)
            try:
                return await script(client, server)
            finally:
                await client.close()

    return asyncio.run(run())


def test_typed_through_and_remembered_answers_come_from_its_cache() -> None:
    async def script(client: LlamaVim, server: Any) -> list[Reply]:
        views = (FILE, FILE.replace("▮", "up▮"), FILE)
        return [await client.ask(at(view)).reply() for view in views]

    first, through, again = vim(lambda _: "upper()", 0.0, script)
    assert (first.text, first.origin) == ("upper()", "computed")
    assert (through.text, through.origin) == ("per()", "typed_through")
    assert (again.text, again.origin) == ("upper()", "remembered")


def test_it_sends_one_request_at_a_time_and_only_the_newest_cursor_waits() -> None:
    async def script(client: LlamaVim, server: Any) -> tuple[list[Reply], int]:
        views = [at(FILE.replace("▮", "a" * count + "▮")) for count in range(4)]
        asks = [client.ask(view) for view in views]
        first = await asks[0].reply()
        for ask in asks[1:3]:
            with pytest.raises(Withdrawn):
                await ask.reply()
        return [first, await asks[3].reply()], len(server.asked)

    replies, asked = vim(lambda _: "zz", 0.03, script)
    assert [one.text for one in replies] == ["zz", "zz"], "what runs is not aborted"
    assert asked in (2, 3), "the last may have been followed by a speculative one"


def test_it_fetches_what_would_follow_what_is_shown() -> None:
    async def script(client: LlamaVim, server: Any) -> tuple[Reply, int, int]:
        await client.ask(at(FILE)).reply()
        while not (wasted := client.wasted):
            await asyncio.sleep(0.001)
        assert len(server.asked) == 2
        after = await client.ask(at(FILE.replace("▮", "upper()▮"))).reply()
        return after, wasted, client.wasted

    after, before, now = vim(
        lambda asked: "upper()" if "up" not in asked["prompt"] else ".x", 0.0, script
    )
    assert (after.text, after.origin) == (".x", "remembered")
    assert (before, now) == (10, 0)


def test_it_asks_for_nothing_in_the_middle_of_a_line() -> None:
    async def script(client: LlamaVim, server: Any) -> tuple[Reply, int]:
        found = await client.ask(at("x = ▮ + something_long\n")).reply()
        return found, len(server.asked)

    found, asked = vim(lambda _: "zz", 0.0, script)
    assert (found.reason, asked) == ("line_suffix", 0)


def test_on_an_empty_line_the_indentation_that_is_there_is_not_repeated() -> None:
    async def script(client: LlamaVim, server: Any) -> Reply:
        return await client.ask(at("def f():\n    ▮\n")).reply()

    assert vim(lambda _: "    return 1", 0.0, script).text == "return 1"
