"""The worker's process as the daemon sees it: started, spoken to, watched, ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import symbiote
from symbiote.core import paths
from symbiote.core.errors import EngineGone
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.protocol import LONGEST_LINE, Message, ask_message, pack, unpack
from symbiote.engine.port import Ask, Text

log = logging.getLogger(__name__)

# -I keeps the user's environment out of the interpreter, so the package's own place is told to it.
BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from symbiote.engine.local.worker import main; main()"

SILENCE_SECONDS = 10.0
CHARACTERS_PER_SECOND = 400
CANCEL_SECONDS = 5.0
STOP_SECONDS = 1.0
LOGGED_LINES = 1_000

KEPT = frozenset({
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE",
    "LOCALAPPDATA", "APPDATA", "SYMBIOTE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LLAMA_CPP_LIB_PATH",
})  # fmt: skip
KEPT_PREFIXES = ("CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_", "GGML_", "VK_", "GOMP_", "OMP_")


def environment() -> dict[str, str]:
    """What the worker may know: where libraries lie and how threads behave. No keys, no tokens."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in KEPT or name.upper().startswith(KEPT_PREFIXES)
    }
    return {"GOMP_SPINCOUNT": "20000", "GGML_NO_BACKTRACE": "1", "OPENBLAS_NUM_THREADS": "1"} | kept


class WorkerProcess:
    """One process, from `start` to `stop`. `ended` is done, with the reason, when it is gone."""

    def __init__(self, process: asyncio.subprocess.Process, flag: AbortFlag) -> None:
        self._process = process
        self._flag = flag
        self._number = 0
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._why = ""
        self.pid = process.pid
        self.on_done: Callable[[Message], None] = lambda message: None
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._drain())]

    @classmethod
    async def start(cls, *arguments: str) -> WorkerProcess:
        """A new process that waits for its load order. Raises `OSError`."""
        state = paths.state()
        flag = AbortFlag.create(state)
        options: dict[str, Any] = {}
        if sys.platform == "win32":
            options["creationflags"] = subprocess.CREATE_NO_WINDOW
        else:
            options["start_new_session"] = True
        root = str(Path(symbiote.__file__).parents[1])
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-X", "utf8", "-c", BOOT, root, *arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
                env=environment(),
                cwd=state,
                **options,
            )
        except BaseException:
            flag.close()
            raise
        return cls(process, flag)

    async def load(self, options: Message, seconds: float) -> Message:
        """Have it load a model: its `ready` or `failed` message. Raises `EngineGone`."""
        self._send({"do": "load", "flag": str(self._flag.path), "options": options})
        message = await self.next(seconds)
        self._flag.unlink()
        return message

    async def begin(self, ask: Ask) -> int:
        """Hand over `ask` as soon as the one before has really stopped. Raises `EngineGone`."""
        while self._busy:
            await self._idle.wait()
        if self.ended.done():
            raise EngineGone(self.ended.result())
        self._number += 1
        self._busy = self._number
        self._idle.clear()
        self._inbox = asyncio.Queue()
        self._send(ask_message(self._number, ask))
        return self._number

    def nudge(self) -> None:
        """Have the worker look at its deadline now, in the middle of a long call of llama.cpp too."""
        if self._busy:
            self._flag.nudge()

    async def settle(self, number: int) -> None:
        """See to it that ask `number` has stopped, however often the caller is cancelled meanwhile."""
        if self._busy != number:
            return
        self._flag.cancel(number)
        waiting = asyncio.create_task(self._until_idle())
        cancelled = False
        while not waiting.done():
            try:
                await asyncio.shield(waiting)
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError

    def kill(self, why: str) -> None:
        """End it at once; also when it is stopped or stuck in a driver."""
        self._why = self._why or why
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self, drain: float = 0.0) -> None:
        """End it: after at most `drain` seconds for a running ask, then kindly, then not."""
        if drain and not self._idle.is_set():
            await _at_most(drain, self._idle.wait())
        self._why = self._why or "The engine was ended."
        if self._process.stdin is not None:
            self._process.stdin.close()
        if not await _at_most(STOP_SECONDS, self._process.wait()):
            self.kill(self._why)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _until_idle(self) -> None:
        if not await _at_most(CANCEL_SECONDS, self._idle.wait()):
            self.kill(f"The engine did not stop within {CANCEL_SECONDS:.0f} s and was ended.")
            await self._idle.wait()

    async def next(self, seconds: float) -> Message:
        """The worker's next message. Raises `EngineGone`, at the latest after `seconds` of silence."""
        try:
            async with asyncio.timeout(seconds):
                message = await self._inbox.get()
        except TimeoutError:
            self.kill(f"The engine gave no sign of life for {seconds:.0f} s and was ended.")
            message = await self._inbox.get()
        if message["is"] == "gone":
            raise EngineGone(message["reason"])
        return message

    def _send(self, message: Message) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(pack(message))

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while line := await self._process.stdout.readline():
                self._take(unpack(line))
        except (ValueError, KeyError, OSError) as error:
            self.kill(f"The engine spoke nonsense ({type(error).__name__}) and was ended.")
        if not await _at_most(STOP_SECONDS, self._process.wait()):
            self.kill("The engine closed its line and was ended.")
        code = await self._process.wait()
        self._end(self._why or f"The engine stopped unexpectedly ({_how(code)}).")

    def _take(self, message: Message) -> None:
        number = message.get("id", 0)
        if number != self._busy:
            return
        if number and message["is"] not in ("delta", "beat"):
            self._busy = 0
            self._idle.set()
            self.on_done(message)
        self._inbox.put_nowait(message)

    def _end(self, reason: str) -> None:
        self._flag.close()
        self._busy = 0
        self._idle.set()
        self._inbox.put_nowait({"is": "gone", "reason": reason})
        if not self.ended.done():
            self.ended.set_result(reason)

    async def _drain(self) -> None:
        assert self._process.stderr is not None
        lines = 0
        while data := await self._process.stderr.read(4096):
            for line in data.decode("utf-8", "replace").splitlines():
                lines += 1
                if lines <= LOGGED_LINES:
                    log.debug("engine worker %d: %s", self.pid, line[:300])


def patience(ask: Ask) -> float:
    """Seconds to wait for a sign of life: more for a long prompt, which a slow machine reads long."""
    characters = sum(len(piece.text) for piece in ask.pieces if isinstance(piece, Text))
    return SILENCE_SECONDS + min(characters, 100_000) / CHARACTERS_PER_SECOND


async def _at_most(seconds: float, waiting: Any) -> bool:
    """Whether `waiting` finished in time."""
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return False
    return True


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
