"""`symbiote lsp`: the editor's language server over stdio, in truth a pump to and from the daemon.

Knows nothing of the bytes it moves.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Sequence

from symbiote.core.errors import PlaceError
from symbiote.wire.reach import COMMAND, connect_or_start

CHUNK = 262_144
FAREWELL = 2.0
"""Seconds the daemon has for its last words once the editor has hung up."""


def run(command: Sequence[str] = COMMAND) -> int:
    """Move bytes until either side ends. The exit code: 1, and a line on stderr, if there is no daemon."""
    try:
        peer = connect_or_start(command)
    except PlaceError as error:
        print(f"symbiote: {error}", file=sys.stderr)
        return 1
    threading.Thread(target=_editor_to_daemon, args=(peer,), daemon=True).start()
    _daemon_to_editor(peer)
    return 0


def _editor_to_daemon(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := os.read(0, CHUNK):
            peer.sendall(part)
    with contextlib.suppress(OSError):
        peer.shutdown(socket.SHUT_WR)
        threading.Event().wait(FAREWELL)
        peer.shutdown(socket.SHUT_RDWR)


def _daemon_to_editor(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := peer.recv(CHUNK):
            _write_all(part)


def _write_all(part: bytes) -> None:
    rest = memoryview(part)
    while rest:
        rest = rest[os.write(1, rest) :]
