"""A worker process's line to the daemon: messages over standard input and output."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

Message = dict[str, Any]


class Talk:
    """Standard output is moved away, so that no library can write into it. `pack` and `unpack` make lines of messages.

    A thread of its own reads, and ends the process the moment the daemon is gone.
    """

    def __init__(
        self, pack: Callable[[Message], bytes], unpack: Callable[[bytes], Message]
    ) -> None:
        self._pack = pack
        self._unpack = unpack
        self._out = os.dup(1)
        os.dup2(2, 1)
        self.inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(sys.stdin.buffer,), daemon=True).start()

    def _read(self, lines: BinaryIO) -> None:
        try:
            for line in lines:
                self.inbox.put(self._unpack(line))
        finally:
            # Nobody is left to answer; a library may be in the middle of a long call.
            os._exit(0)

    def say(self, message: Message) -> None:
        """All of it is written; without a reader the process ends."""
        data = self._pack(message)
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except BrokenPipeError:
            os._exit(0)
