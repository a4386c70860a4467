"""Find the daemon, or start it: whoever asks at the same time ends at the same one.

Imports little, for it runs at every start of an editor. Knows nothing of LSP.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symbiote.core import paths
from symbiote.core.errors import PlaceError, WireError
from symbiote.wire import address as places
from symbiote.wire import handshake

if TYPE_CHECKING:
    import subprocess

PATIENCE = 10.0
"""Seconds for a daemon to answer, from the first try."""
POLL = 0.02
PAUSE_IF_TAKEN = 0.3
TAKEN = 3
"""Exit code of a daemon that found another one alive at its address."""

COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "symbiote", "daemon")
"""Isolated: neither the working directory nor PYTHONPATH decides what runs as the daemon."""

KEPT = (
    *("HOME", "USER", "LOGNAME", "PATH", "LANG", "TZ", "TMPDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LLAMA_CPP_LIB_PATH"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
)
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
KEPT_FAMILIES = (
    *("SYMBIOTE_", "XDG_", "LC_", "OMP", "GOMP", "GGML_", "VK_"),
    *("CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_"),
)
"""What of the environment the daemon gets. It outlives the editor that happened to start it."""


def start_log() -> Path:
    """What the daemon said on stderr since it was started: mostly nothing."""
    return paths.log().with_name("daemon.err")


def connect(at: places.Address) -> socket.socket:
    """A connection past the handshake. Raises `OSError`, `WireError` or `PlaceError`."""
    places.check_socket(at)
    peer = socket.socket(socket.AF_UNIX)
    try:
        peer.settimeout(handshake.DEADLINE)
        peer.connect(os.fspath(at.socket))
        handshake.greet(peer, places.read_token(at))
    except BaseException:
        peer.close()
        raise
    return peer


def connect_or_start(command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> socket.socket:
    """A connection to the one daemon, which is started if need be.

    Raises `PlaceError`, which says why it could not be had and where the log lies.
    """
    at = places.address()
    until = time.monotonic() + patience
    starter = _Starter(at, command)
    trouble: Exception | None = None
    try:
        while time.monotonic() < until:
            try:
                return connect(at)
            except (OSError, WireError) as error:
                trouble = error
            starter.start_if_mine()
            time.sleep(POLL)
    finally:
        starter.release()
    raise PlaceError(
        f"The Symbiote server did not answer within {patience:g} s ({_told(trouble)}). "
        f"Log: {paths.log()}"
    )


class _Starter:
    """Starts the daemon unless another client is at it, or a daemon is alive."""

    def __init__(self, at: places.Address, command: Sequence[str]) -> None:
        self._at = at
        self._command = command
        self._lock: int | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def start_if_mine(self) -> None:
        """Take the right to start, or see how the one that was started fares."""
        if self._child is not None:
            self._look_after(self._child)
        elif self._take():
            self._child = _spawn(self._command)

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._child is not None:
            self._child.returncode = self._child.poll() or 0  # it lives on without us: no warning

    def _take(self) -> bool:
        import fcntl  # not on Windows, where `address()` has already said what to do

        handle = os.open(self._at.starting, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._lock = handle
        return True

    def _look_after(self, child: subprocess.Popen[bytes]) -> None:
        code = child.poll()
        if code is None:
            return
        if code == TAKEN:  # that one is answering soon, or on its way out: then start again
            self._child = None
            time.sleep(PAUSE_IF_TAKEN)
            return
        raise PlaceError(
            f"The Symbiote server ended while starting (exit code {code}): {_last_words()} "
            f"Log: {paths.log()}"
        )


def _spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    import subprocess

    home = paths.state()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = os.open(start_log(), flags, 0o600)
    except OSError as error:
        raise PlaceError(f"{home} cannot be written ({error.strerror}): make it yours.") from error
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            cwd=home,
            env=environment(dict(os.environ)),
            start_new_session=True,
        )
    except OSError as error:
        raise PlaceError(f"The Symbiote server cannot be started: {error}.") from error
    finally:
        os.close(said)


def environment(outer: dict[str, str]) -> dict[str, str]:
    """What of the client's environment the daemon gets."""
    return {
        name: value
        for name, value in outer.items()
        if name in KEPT or name.upper() in PROXIES or name.startswith(KEPT_FAMILIES)
    }


def _last_words() -> str:
    try:
        lines = start_log().read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1][:300] if lines else "it gave no reason."


def _told(trouble: Exception | None) -> str:
    match trouble:
        case FileNotFoundError():
            return "it made no socket"
        case ConnectionRefusedError() | TimeoutError():
            return "its socket does not answer; `symbiote stop` or ending its process helps"
        case None:
            return "no time to try"
        case _:
            return str(trouble)
