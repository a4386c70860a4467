"""Editor windows without an editor: each a `symbiote lsp` process of its own, spoken to over stdio."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import sys
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

from symbiote.core.errors import PlaceError, WireError
from symbiote.core.text import Encoding
from symbiote.wire.client import Client, client
from symbiote.wire.framing import MAX_HEADER, Body, frames, parse

PYTHON = (sys.executable, "-I", "-X", "utf8")
FAKE = (*PYTHON, str(Path(__file__).with_name("fake_lsp.py")))
REAL = (*PYTHON, "-m", "symbiote", "lsp", "--stdio")
URI = "file:///project/a.py"
VS_CODE = (Encoding.UTF16,)
NEOVIM = (Encoding.UTF8, Encoding.UTF16, Encoding.UTF32)


class Window:
    """One window: its process, its session, what the server told it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.statuses: list[dict[str, Any]] = []
        self.extended: list[dict[str, Any]] = []
        self.progress: list[dict[str, Any]] = []
        self.reviews: list[dict[str, Any]] = []
        self.edits: list[dict[str, Any]] = []
        self.flows: list[dict[str, Any]] = []
        self.logged: list[str] = []
        self.popups: list[str] = []
        self.agreed: dict[str, Any] = {}
        assert process.stdout is not None
        assert process.stdin is not None
        self.stdin = process.stdin
        self.client = Client(process.stdout, process.stdin, self._note)

    def _note(self, method: str, params: Any) -> None:
        match method:
            case "symbiote/status":
                self.statuses.append(params)
            case "symbiote/extended":
                self.extended.append(params)
            case "symbiote/rewriteProgress":
                self.progress.append(params)
            case "symbiote/flowState":
                self.flows.append(params)
            case "symbiote/rewriteReview":
                self.reviews.append(params)
            case "workspace/applyEdit":
                self.edits.append(params)
            case "window/logMessage":
                self.logged.append(params["message"])
            case _:
                self.popups.append(method)

    async def type(self, text: str, uri: str = URI, language: str = "python") -> None:
        """Open (again) a document that holds `text`."""
        self.client.open(uri, text, language)

    def ask(self, line: int, character: int, uri: str = URI) -> tuple[int, asyncio.Future[Any]]:
        return self.client.ask("textDocument/inlineCompletion", asking(line, character, uri))

    async def suggestion(self, line: int, character: int, uri: str = URI) -> str | None:
        """The text of the one item, or None."""
        _, answer = self.ask(line, character, uri)
        items = await asyncio.wait_for(answer, 30)
        assert len(items) <= 1
        return items[0]["insertText"] if items else None

    async def reply(self, name: str, uri: str = URI) -> str | None:
        """What the (fake) engine says to `name = `."""
        await self.type(f"{name} = ", uri)
        return await self.suggestion(0, len(name) + 3, uri)

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.client.request("symbiote/state", {})
        return found

    async def why(self) -> str:
        said = await self.client.request("symbiote/why", {})
        return f"{said['title']}\n{said['text']}"

    async def silence(self) -> str | None:
        """The reason of the last silence, once the server has told it."""
        found = re.search(r"^- Shown: nothing \((\w+)\)$", await self.why(), re.MULTILINE)
        return found[1] if found else None

    async def until(self, holds: Callable[[dict[str, Any]], bool], within: float = 10.0) -> None:
        """Wait for a status that fits."""
        async with asyncio.timeout(within):
            while not (self.statuses and holds(self.statuses[-1])):
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """The editor is gone without a word."""
        self.process.kill()
        await self.process.wait()
        await self.client.close()

    async def leave(self) -> int:
        """Say goodbye; the exit code of the process."""
        await self.client.leave()
        return await asyncio.wait_for(self.process.wait(), 10)


def asking(line: int, character: int, uri: str = URI, kind: int = 2) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
        "context": {"triggerKind": kind},
    }


async def spawn(command: tuple[str, ...]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=MAX_HEADER)


async def window(
    command: tuple[str, ...] = FAKE,
    encodings: tuple[Encoding, ...] = VS_CODE,
    settings: dict[str, Any] | None = None,
    folders: tuple[str, ...] = (),
) -> Window:
    """A window past `initialized`."""
    made = Window(await spawn(command))
    made.agreed = await made.client.initialize(settings, encodings, folders)
    return made


@contextlib.asynccontextmanager
async def windows(
    count: int = 2,
    command: tuple[str, ...] = FAKE,
    encodings: tuple[tuple[Encoding, ...], ...] = (VS_CODE,),
    settings: dict[str, Any] | None = None,
    folders: tuple[str, ...] = (),
) -> AsyncGenerator[list[Window], None]:
    """So many windows at once, with a model that is ready; their processes are ended afterwards."""
    offered = itertools.islice(itertools.cycle(encodings), count)
    made = await asyncio.gather(*(window(command, offer, settings, folders) for offer in offered))
    try:
        for one in made:
            await one.until(lambda status: status["state"] == "ready", within=60)
        yield list(made)
    finally:
        for one in made:
            with contextlib.suppress(ProcessLookupError):
                one.process.kill()
            await one.process.wait()
            await one.client.close()


@contextlib.asynccontextmanager
async def raw_session(
    command: tuple[str, ...] = FAKE,
) -> AsyncGenerator[tuple[Callable[[bytes], None], Callable[[], Any]], None]:
    """Bytes in, messages out, for what no proper client would say."""
    process = await spawn(command)
    assert process.stdout is not None
    assert process.stdin is not None
    incoming = frames(process.stdout)

    async def hear() -> Any:
        """The next message that is not a status; None when the server has hung up."""
        async with asyncio.timeout(20):
            async for message in incoming:
                assert isinstance(message, Body)
                parsed = parse(message.raw)
                if parsed.get("method") != "symbiote/status":
                    return parsed
            return None

    try:
        yield process.stdin.write, hear
    finally:
        await incoming.aclose()
        process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.stdout.read()  # wait() wants all pipes at their end
        await process.wait()


async def stop_daemon() -> None:
    """End the daemon of this SYMBIOTE_HOME, if there is one, and wait until it has ended."""
    try:
        async with client(None) as window:
            pid = (await window.request("symbiote/state"))["daemon"]["pid"]
            await window.request("symbiote/stop")
    except (OSError, WireError, PlaceError):
        return
    until = time.monotonic() + 15
    while alive(pid) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert not alive(pid), "the daemon did not stop"


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def processes(word: str) -> list[int]:
    """Processes of this SYMBIOTE_HOME whose command line has `word`."""
    home, found = os.environ["SYMBIOTE_HOME"].encode(), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                line = (folder / "cmdline").read_bytes().split(b"\0")
                mine = home in (folder / "environ").read_bytes()
                if mine and any(word.encode() in part for part in line) and alive(int(folder.name)):
                    found.append(int(folder.name))
    return sorted(found)
