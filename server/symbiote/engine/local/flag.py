"""The abort flag: sixteen shared bytes by which the daemon stops the worker without a message.

    byte  0       1: stop. llama.cpp reads it itself between two operations, without Python
    bytes 1-7     0, so that byte 0 is a C text of length one or none
    bytes 8-15    the id of the ask that is cancelled

The id is written before the byte is set. The worker clears the byte when it begins an ask and then
looks at the id, so a cancel that comes early is seen, and one that comes late stops nobody else.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import tempfile
from pathlib import Path

SIZE = 16


class AbortFlag:
    """One side's view of the flag. Ask ids are positive."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        try:
            self._map: mmap.mmap | None = mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)
        self._byte: ctypes.c_ubyte | None = ctypes.c_ubyte.from_buffer(self._map)
        self._id: ctypes.c_uint64 | None = ctypes.c_uint64.from_buffer(self._map, 8)

    @classmethod
    def create(cls, folder: Path) -> AbortFlag:
        """A new flag in a file only this user can open."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(prefix="abort-", dir=folder)
        os.ftruncate(descriptor, SIZE)
        return cls(Path(name), descriptor)

    @classmethod
    def open(cls, path: Path) -> AbortFlag:
        """The flag that the other process made. Raises `OSError` when it is not there."""
        return cls(path, os.open(path, os.O_RDWR))

    @property
    def address(self) -> int:
        """Where byte 0 lies in this process, for llama.cpp's abort callback."""
        assert self._byte is not None
        return ctypes.addressof(self._byte)

    @property
    def raised(self) -> bool:
        return self._byte is not None and self._byte.value != 0

    def cancel(self, ask: int) -> None:
        """Stop `ask`, and only that one."""
        if self._byte is not None and self._id is not None:
            self._id.value = ask
            self._byte.value = 1

    def nudge(self) -> None:
        """Interrupt llama.cpp without cancelling, so that the worker looks at the clock."""
        if self._byte is not None:
            self._byte.value = 1

    def begin(self, ask: int) -> bool:
        """Take up `ask`; False when it has been cancelled already."""
        self.clear()
        return not self.cancelled(ask)

    def cancelled(self, ask: int) -> bool:
        return self._id is not None and self._id.value == ask

    def clear(self) -> None:
        if self._byte is not None:
            self._byte.value = 0

    def unlink(self) -> None:
        """Remove the name; both sides keep the memory. Windows refuses that, and close() tries again."""
        with contextlib.suppress(OSError):
            self.path.unlink()

    def close(self) -> None:
        # The views hold the mapping: it cannot be closed while one of them lives.
        self._byte = self._id = None
        if self._map is not None:
            self._map.close()
            self._map = None
        self.unlink()
