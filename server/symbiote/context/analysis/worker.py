"""The analysis process: jedi, the files that a text imports, and nothing else. No keys, no network.

The main thread is the only one that calls jedi: signals end what takes too long. A second one reads the input, and ends
the process the moment the daemon is gone. Started with one argument, the folder for jedi's cache.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import sys
from pathlib import Path

from symbiote.context.analysis.protocol import (
    findings_message,
    pack,
    read_question,
    unpack,
)
from symbiote.core.talk import Talk

NICE = 10
"""The engine, the daemon and the editor come first."""
MEMORY = 1_500_000_000
"""Bytes of address space: a file that asks for more is a `MemoryError` here, not a machine that swaps."""
OUT_OF_MEMORY = 3
"""Exit code. After a `MemoryError` nobody knows what is half made; the daemon starts another process."""


def main() -> None:
    """Serve until the input ends."""
    _harden()
    talk = Talk(pack, unpack)
    try:
        _serve(talk, Path(sys.argv[-1]))
    except (ImportError, OSError) as error:
        talk.say({"is": "failed", "reason": f"jedi cannot be used: {error}"})
    # The reader still waits for input; an orderly end of the interpreter would trip over it.
    os._exit(0)


def _serve(talk: Talk, cache: Path) -> None:
    # Imported here, so that a jedi that is missing or broken can be told.
    from symbiote.context.analysis.findings import Analyst

    analyst = Analyst(cache)
    talk.say({"is": "ready", "jedi": importlib.metadata.version("jedi")})
    while True:
        message = talk.inbox.get()
        found = analyst.findings(read_question(message), float(message["seconds"]))
        talk.say(findings_message(int(message["id"]), found))
        if any(fault.endswith("MemoryError") for fault in found.faults):
            os._exit(OUT_OF_MEMORY)


def _harden() -> None:
    os.umask(0o077)  # the cache has the text of imported files
    with contextlib.suppress(OSError):
        os.nice(NICE)
    # Should memory run out, this process goes first: it can be started again at no loss.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", "ascii")
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold the user's code
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
