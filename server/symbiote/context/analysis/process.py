"""The analysis worker's process as the daemon sees it: started, asked, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import symbiote
from symbiote.context.analysis.protocol import (
    LONGEST_MESSAGE,
    Findings,
    Message,
    Question,
    pack,
    question_message,
    read_findings,
    unpack,
)

# -I keeps the user's environment out of the interpreter, so the package's own place is told to it.
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from symbiote.context.analysis.worker import main; main()"
)

START_SECONDS = 20.0
"""At nice 10, on a machine that is busy with loading a model."""
STOP_SECONDS = 1.0

KEPT = frozenset({"HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "SYMBIOTE_HOME"})


class WorkerGone(Exception):
    """The process died, hung, or spoke nonsense. The text says which."""


class Worker:
    """One process, from `start` to `stop`. One question at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._number = 0
        self.pid = process.pid
        self.jedi = ""

    @property
    def gone(self) -> bool:
        return self._process.returncode is not None

    @classmethod
    async def start(cls, cache: Path) -> Worker:
        """A process that is ready to be asked; `cache` is jedi's folder. Raises `WorkerGone`."""
        root = str(Path(symbiote.__file__).parents[1])
        try:
            await asyncio.to_thread(cache.mkdir, mode=0o700, parents=True, exist_ok=True)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-X", "utf8", "-c", BOOT, root, str(cache)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # what libraries complain of may quote a document
                limit=LONGEST_MESSAGE,
                env={name: value for name, value in os.environ.items() if name in KEPT},
                cwd=cache,
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerGone(f"The analysis could not be started: {error.strerror}.") from error
        made = cls(process)
        try:
            await made._greet()
        except BaseException:
            await made.stop()
            raise
        return made

    async def ask(self, question: Question, seconds: float, limit: float) -> Findings:
        """What it finds within `seconds`. Raises `WorkerGone`, at the latest after `limit` seconds.

        Who cancels this leaves an answer behind that nobody waits for; the next one is told from it by its number.
        """
        self._number += 1
        message = question_message(self._number, question, seconds)
        with _faults("gave no answer", limit):
            async with asyncio.timeout(limit):
                self._stdin.write(pack(message))
                await self._stdin.drain()
                while (reply := await self._hear()).get("id") != self._number:
                    pass
                return read_findings(reply)

    def kill(self) -> None:
        """End it at once; also when it is stopped or stuck in a file system."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """End it: kindly, then not. It is gone afterwards."""
        self._stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._end()
        except TimeoutError:
            self.kill()
            await self._end()

    async def _greet(self) -> None:
        with _faults("did not start", START_SECONDS):
            async with asyncio.timeout(START_SECONDS):
                first = await self._hear()
        if first.get("is") != "ready":
            raise WorkerGone(str(first.get("reason", "The analysis did not start.")))
        self.jedi = str(first.get("jedi", ""))

    async def _hear(self) -> Message:
        line = await self._stdout.readline()
        if not line:
            raise WorkerGone("The analysis stopped unexpectedly.")
        return unpack(line)

    async def _end(self) -> None:
        while await self._stdout.read(65_536):  # wait() wants the pipe at its end
            pass
        await self._process.wait()


@contextlib.contextmanager
def _faults(what: str, seconds: float) -> Iterator[None]:
    """Everything that a process at the other end of a pipe can do wrong, as `WorkerGone`."""
    try:
        yield
    except TimeoutError as error:
        raise WorkerGone(f"The analysis {what} within {seconds:g} s.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise WorkerGone(f"The analysis spoke nonsense ({type(error).__name__}).") from error
    except OSError as error:
        raise WorkerGone("The analysis closed its line.") from error
