"""Against llama_cpp.server, which nobody here wrote, with the model that ships."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.remote.conftest import everything
from symbiote.engine.local import catalogue
from symbiote.engine.port import Delta, Done, End
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.openai import Chat, Completions
from symbiote.engine.remote.provider import Place, Provider
from symbiote.engine.remote.request import Request

SECRET = "a-key-for-this-server"
STARTING, PATIENT = 120.0, 60.0
CODE = "def add(a, b):\n    return "


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    options = {
        "--model": str(catalogue.find("embedded").path),
        "--host": "127.0.0.1",
        "--port": str(port),
        "--n_ctx": "512",
        "--n_threads": "1",
        "--api_key": SECRET,
    }
    command = [sys.executable, "-m", "llama_cpp.server"]
    command += [part for option in options.items() for part in option]
    folder = tmp_path_factory.mktemp("peer")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env=os.environ | {"NO_PROXY": "*"}
        )
    try:
        _wait(process, port, folder / "log")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("llama_cpp.server does not listen")


def engine(kind: type[Provider], url: str, secret: str = SECRET) -> Provider:
    return kind(Place("Peer", url, "embedded"), Key(secret, url))


def ask(prefix: str = CODE, limit: int = 12, stop: tuple[str, ...] = ()) -> Request:
    return Request(prefix, limit=limit, stop=stop, deadline=time.monotonic() + PATIENT)


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [Chat, Completions])
async def test_it_streams_to_the_limit_and_says_the_same_again(
    server: str, kind: type[Provider]
) -> None:
    made = engine(kind, server)
    answers = []
    for _ in range(2):
        parts = await everything(made.stream(ask()))
        done = parts[-1]
        assert isinstance(done, Done)
        assert done.end in (End.LIMIT, End.EOG)
        answers.append("".join(part.text for part in parts if isinstance(part, Delta)))
    assert answers[0]
    assert answers[0] == answers[1]
    await made.close()


@pytest.mark.asyncio
async def test_a_line_end_ends_the_answer(server: str) -> None:
    made = engine(Completions, server)
    parts = await everything(made.stream(ask("for i in range(10):\n    print(", 200, ("\n",))))
    assert "\n" not in "".join(part.text for part in parts if isinstance(part, Delta))
    assert isinstance(parts[-1], Done)
    await made.close()


@pytest.mark.asyncio
async def test_hanging_up_stops_it_and_the_next_is_answered(server: str) -> None:
    made = engine(Completions, server)
    for _ in range(3):
        stream = made.stream(ask(limit=400))
        assert isinstance(await anext(stream), Delta)
        await stream.aclose()
    task = asyncio.create_task(everything(made.stream(ask(limit=400))))
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert isinstance((await everything(made.stream(ask())))[-1], Done)
    await made.close()


@pytest.mark.asyncio
async def test_its_faults_are_told_apart(server: str) -> None:
    for made, request, kind in (
        (engine(Chat, server, "another-key"), ask(), Kind.UNAUTHORIZED),
        (engine(Chat, server + "/nowhere"), ask(), Kind.NOT_FOUND),
        # of a prompt past its context it says nothing but HTTP 200 and the end (llama-cpp-python 0.3.36)
        (engine(Completions, server), ask("x = 1\n" * 2000), Kind.PROTOCOL),
    ):
        with pytest.raises(Fault) as caught:
            await everything(made.stream(request))
        assert caught.value.kind is kind
        await made.close()
