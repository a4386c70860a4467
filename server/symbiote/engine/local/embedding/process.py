"""The embedding model's process as the daemon sees it: started, asked, ended."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import symbiote
from symbiote.core import paths
from symbiote.core.errors import EngineGone
from symbiote.engine.local.process import environment
from symbiote.engine.local.protocol import Message, pack, unpack

# -I keeps the user's environment out of the interpreter, so the package's own place is told to it.
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from symbiote.engine.local.embedding.worker import main; main()"
)
START_SECONDS = 20.0
ANSWER_SECONDS = 5.0
"""An answer takes milliseconds; who takes this long is stuck."""
STOP_SECONDS = 1.0
LONGEST_LINE = 1 << 20


class Process:
    """One, from `start` to `stop`. One question at a time. Everything that it can do wrong is an `EngineGone`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._number = 0
        self.pid = process.pid

    @property
    def gone(self) -> bool:
        return self._process.returncode is not None

    @classmethod
    async def start(cls, path: Path, threads: int) -> Process:
        """One whose model is loaded. Raises `EngineGone`."""
        options: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            options = {"creationflags": subprocess.CREATE_NO_WINDOW}
        root = str(Path(symbiote.__file__).parents[1])
        try:
            await asyncio.to_thread(paths.state().mkdir, 0o700, True, True)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-X", "utf8", "-c", BOOT, root),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=LONGEST_LINE,
                env=environment(),
                cwd=paths.state(),
                **options,
            )
        except OSError as error:
            raise EngineGone(f"The embedding model could not be started: {error}.") from error
        made = cls(process)
        try:
            first = await made._said({"path": str(path), "threads": threads}, START_SECONDS)
            if first.get("is") != "ready":
                raise EngineGone(str(first.get("reason", "The embedding model did not start.")))
        except BaseException:
            await made.stop()
            raise
        return made

    async def embed(self, text: str) -> tuple[float, ...]:
        """The words' vector. Raises `EngineGone`; it is of no use afterwards, nor when this was cancelled."""
        self._number += 1
        reply = await self._said({"id": self._number, "text": text}, ANSWER_SECONDS)
        vector = reply.get("vector")
        if reply.get("id") != self._number or not isinstance(vector, list):
            raise EngineGone(str(reply.get("reason", "The embedding model spoke nonsense.")))
        return tuple(vector)

    async def stop(self) -> None:
        """End it: kindly, then not. It is gone afterwards."""
        self._stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._end()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._end()

    async def _said(self, message: Message, seconds: float) -> Message:
        try:
            async with asyncio.timeout(seconds):
                self._stdin.write(pack(message))
                await self._stdin.drain()
                line = await self._stdout.readline()
            if not line:
                raise EngineGone("The embedding model stopped unexpectedly.")
            return unpack(line)
        except TimeoutError as error:
            raise EngineGone(f"The embedding model gave no answer within {seconds:g} s.") from error
        except (OSError, ValueError) as error:
            raise EngineGone("The embedding model spoke nonsense.") from error

    async def _end(self) -> None:
        while await self._stdout.read(65_536):  # wait() wants the pipe at its end
            pass
        await self._process.wait()
