"""Starts, crashes, left-overs: always one daemon, always reachable again."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from e2e.windows import (
    FAKE,
    Window,
    alive,
    processes,
    raw_session,
    spawn,
    stop_daemon,
    window,
    windows,
)
from symbiote.wire import address as places
from symbiote.wire import reach
from symbiote.wire.client import client

pytestmark = pytest.mark.asyncio


async def gone(pid: int, within: float = 10.0) -> bool:
    return await holds(lambda: not alive(pid), within)


async def holds(what: Callable[[], bool], within: float = 10.0) -> bool:
    until = time.monotonic() + within
    while not what():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.02)
    return True


async def pid_of(one: Window) -> int:
    return int((await one.state())["daemon"]["pid"])


async def test_eight_at_once_end_at_one_daemon() -> None:
    for _ in range(3):
        await stop_daemon()
        async with windows(8) as made:
            assert len({await pid_of(one) for one in made}) == 1
            assert await holds(lambda: len(processes("fake_daemon")) == 1)


async def test_left_overs_of_a_crash(home: Path) -> None:
    await stop_daemon()
    at = places.address()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(at.socket))
    at.lock.write_text("1\n")
    at.token.write_text("nonsense")
    at.starting.touch()
    async with windows() as (a, b):
        assert await asyncio.gather(a.reply("x"), b.reply("y")) == ["reply_x", "reply_y"]
    modes = {path.name: path.stat().st_mode & 0o777 for path in at.directory.iterdir()}
    assert modes[at.socket.name] == modes[at.token.name] == 0o600


async def test_killed_daemon_and_both_windows_served_again() -> None:
    async with windows() as (a, b):
        await a.reply("x")
        pid = await pid_of(b)
        os.kill(pid, signal.SIGKILL)
        for one in (a, b):  # as an editor sees it: its server has ended
            assert await asyncio.wait_for(one.process.wait(), 5) == 0
        async with windows() as again:
            got = await asyncio.gather(*(one.reply("back") for one in again))
            assert got == ["reply_back"] * 2
            assert await pid_of(again[0]) != pid


async def test_a_second_daemon_leaves_with_its_code() -> None:
    async with windows() as (a, _):
        daemon = (*FAKE[:-1], FAKE[-1].replace("fake_lsp", "fake_daemon"))
        second = await spawn(daemon)
        assert await asyncio.wait_for(second.wait(), 20) == reach.TAKEN
        second._transport.close()  # type: ignore[attr-defined]
        assert await a.reply("still_there") == "reply_still_there"


@pytest.mark.parametrize("how", ["stop", "SIGTERM", "SIGINT"])
async def test_a_clean_stop(how: str) -> None:
    async with windows() as (a, b):
        pid, at = await pid_of(a), places.address()
        await a.type("wait5000_x = ")
        a.ask(0, 13)
        if how == "stop":
            assert await b.client.request("symbiote/stop", {}) == {"ok": True}
        else:
            os.kill(pid, getattr(signal, how))
        assert await gone(pid)
        assert not at.socket.exists()
        for one in (a, b):
            assert await asyncio.wait_for(one.process.wait(), 5) == 0


@contextlib.asynccontextmanager
async def other_daemon(**settings: str) -> AsyncGenerator[Window, None]:
    """A window of a daemon started with other settings."""
    await stop_daemon()
    os.environ.update(settings)
    try:
        made = await window()
        yield made
        await made.client.close()
        await asyncio.wait_for(made.process.wait(), 10)
    finally:
        for name in settings:
            del os.environ[name]


async def test_alone_it_leaves() -> None:
    async with other_daemon(SYMBIOTE_TEST_IDLE_EXIT="0.4") as a:
        pid = await pid_of(a)
        await asyncio.sleep(1.2)
        assert alive(pid)  # somebody is there
    assert await gone(pid)
    assert not places.address().socket.exists()


async def test_its_directory_is_swept_away() -> None:
    async with other_daemon(SYMBIOTE_TEST_LOOK="0.2") as a:
        pid = await pid_of(a)
        shutil.rmtree(places.address().directory)
        async with windows() as (b, _):
            assert await pid_of(b) != pid
            assert await gone(pid)
            assert await b.reply("new") == "reply_new"


async def test_no_daemon_to_be_had(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    await stop_daemon()
    broken = (*FAKE[:-1], "-c", "import sys; sys.exit('no such model')")
    with pytest.raises(places.PlaceError, match=r"exit code 1\): no such model Log: .*daemon.log"):
        reach.connect_or_start(broken)
    endless = (*FAKE[:-1], "-c", "import time; time.sleep(3)")
    with pytest.raises(places.PlaceError, match=r"did not answer within 0\.5 s"):
        reach.connect_or_start(endless, patience=0.5)
    await asyncio.sleep(0)


async def test_an_unsafe_place_is_refused_in_one_line(home: Path) -> None:
    await stop_daemon()
    (home / "run").chmod(0o755)
    process = await asyncio.create_subprocess_exec(
        *FAKE, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode().count("\n") == 1
    assert "chmod 700" in said.decode()
    (home / "run").chmod(0o700)


async def test_a_lock_held_by_something_that_does_not_answer() -> None:
    await stop_daemon()
    at = places.address()
    with at.lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        daemon = (*FAKE[:-1], FAKE[-1].replace("fake_lsp", "fake_daemon"))
        with pytest.raises(places.PlaceError, match="did not answer"):
            await asyncio.to_thread(reach.connect_or_start, daemon, 1.5)
    async with client(daemon) as one:
        assert await one.request("symbiote/state", {})


async def test_strangers_at_the_socket() -> None:
    """Somebody without the token hears nothing, and the others do not notice."""
    async with windows() as (a, _):
        for said in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"SYMBIOTE 1 " + b"a" * 64 + b"\n" + b"0" * 64 + b"\n",
        ):
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.connect(os.fspath(places.address().socket))
                stranger.settimeout(5)
                stranger.sendall(said)
                heard = b""
                while part := await asyncio.to_thread(stranger.recv, 4_096):
                    heard += part
                assert heard.count(b"\n") <= 1
                assert b"{" not in heard
        assert await a.reply("x") == "reply_x"


async def test_a_window_that_does_not_read_is_dropped() -> None:
    async with windows() as (a, _), raw_session() as (say, _hear):
        async with asyncio.timeout(20):
            while (await a.state())["daemon"]["sessions"] < 3:
                await asyncio.sleep(0.05)
        junk = b"Content-Length: 4\r\n\r\nnull" * 50_000
        for _ in range(6):
            say(junk)
        assert await a.reply("meanwhile") == "reply_meanwhile"
        async with asyncio.timeout(30):
            while (await a.state())["daemon"]["sessions"] == 3:
                await asyncio.sleep(0.05)


async def test_the_log_holds_no_text(home: Path) -> None:
    canary = "canary_7f3a"
    async with windows() as (a, b):
        await a.client.request("symbiote/restartEngine", {})
        assert await a.reply(canary) == f"reply_{canary}"
        await b.type(f"# {canary}\nwait50_loseengine_{canary} = ")
        assert await b.suggestion(1, 22 + len(canary)) is None
        a.stdin.write(b'Content-Length: 17\r\n\r\n{"canary_7f3a": x')
        settings = {"symbiote": {"model": canary, "threads": canary}}
        a.client.notify("workspace/didChangeConfiguration", {"settings": settings})
        await a.reply("after")
    written = [p for p in (home / "state").iterdir() if p.is_file()]
    assert {p.name for p in written} >= {"daemon.log", "daemon.err"}
    for path in written:
        assert canary not in path.read_text("utf-8")
        assert path.stat().st_mode & 0o077 == 0
