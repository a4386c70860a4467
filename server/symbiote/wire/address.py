"""Where the daemon of this user, this version and this interpreter is found, and whether that place is safe.

Knows files and modes, not connections. POSIX only: on Windows `address()` says so.
"""

from __future__ import annotations

import functools
import hashlib
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import symbiote
from symbiote.core import paths
from symbiote.core.errors import PlaceError

LONGEST = 100
"""Bytes of a socket's path: 104 fit on macOS, 108 on Linux, with the ending zero."""
TOKEN_BYTES = 32
NAME = "symbiote-{build}.sock"


@dataclass(frozen=True, slots=True)
class Address:
    """One daemon's files, side by side in a directory that only its user can enter."""

    directory: Path
    build: str

    @property
    def socket(self) -> Path:
        return self.directory / NAME.format(build=self.build)

    @property
    def lock(self) -> Path:
        """Held for life by the one daemon of this address."""
        return self.directory / f"symbiote-{self.build}.lock"

    @property
    def starting(self) -> Path:
        """Held by the one client that is starting the daemon just now."""
        return self.directory / f"symbiote-{self.build}.starting"

    @property
    def token(self) -> Path:
        return self.directory / f"symbiote-{self.build}.token"


def address() -> Address:
    """This user's address, its directory made and checked. Raises `PlaceError`."""
    if not hasattr(os, "getuid"):
        raise PlaceError("Symbiote's server runs on Linux and macOS; on Windows use it inside WSL.")
    found = Address(_directory(build()), build())
    ensure_private(found.directory)
    return found


@functools.cache
def build() -> str:
    """A name for this version as it lies on disk: after an upgrade nobody reaches the old daemon."""
    package = Path(symbiote.__file__).parent
    facts = [symbiote.__version__, sys.executable, str(package)]
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            about = (Path(folder) / name).stat()
            facts.append(f"{folder}/{name} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _directory(build: str) -> Path:
    """The runtime directory, or a short stand-in for it if a socket's path would be too long there."""
    wanted = paths.runtime()
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:8]
    short = f"symbiote-{os.getuid()}-{digest}"
    for directory in (wanted, Path(tempfile.gettempdir()) / short, Path("/tmp") / short):  # noqa: S108
        if len(os.fsencode(directory / NAME.format(build=build))) <= LONGEST:
            return directory
    raise PlaceError(
        f"No directory is short enough for a socket; set XDG_RUNTIME_DIR (now {wanted})."
    )


def ensure_private(directory: Path) -> None:
    """Make `directory` if need be, and refuse it unless it is ours alone."""
    about = _made(directory)
    if not stat.S_ISDIR(about.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(about.st_mode) else "not a directory"
        raise PlaceError(
            f"{directory} is {what}. Symbiote keeps its socket there and will not follow it: remove it."
        )
    if about.st_uid != os.geteuid():
        raise PlaceError(
            f"{directory} belongs to another user (uid {about.st_uid}), who could read your code there. "
            "Remove it, or set XDG_RUNTIME_DIR to a directory of yours."
        )
    if about.st_mode & 0o077:
        raise PlaceError(
            f"{directory} is open to other users (mode {stat.S_IMODE(about.st_mode):o}). "
            f"Close it: chmod 700 '{directory}'"
        )


def _made(directory: Path) -> os.stat_result:
    try:
        directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        return directory.lstat()
    except OSError as error:
        raise PlaceError(
            f"{directory} cannot be made or read ({error.strerror}). Symbiote keeps its socket there: "
            "remove what stands in the way, or set XDG_RUNTIME_DIR to a directory of yours."
        ) from error


def write_token(address: Address) -> bytes:
    """A fresh secret for this daemon's life, in place before anyone can connect."""
    token = os.urandom(TOKEN_BYTES)
    draft = address.token.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.write(handle, token.hex().encode())
    finally:
        os.close(handle)
    os.replace(draft, address.token)
    return token


def holder() -> int | None:
    """The process that holds the daemon's lock, whether it answers or not; None without one."""
    try:
        pid = int(address().lock.read_text("ascii"))
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def read_token(address: Address) -> bytes:
    """The running daemon's secret. Raises `PlaceError`, or `FileNotFoundError` if there is none."""
    handle = os.open(address.token, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        about = os.fstat(handle)
        if about.st_uid != os.geteuid() or about.st_mode & 0o077:
            raise PlaceError(f"{address.token} is not private to you: remove it.")
        text = os.read(handle, 2 * TOKEN_BYTES + 1)
    finally:
        os.close(handle)
    try:
        token = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        token = b""
    if len(token) != TOKEN_BYTES:
        raise PlaceError(f"{address.token} is damaged: remove it.")
    return token


def check_socket(address: Address) -> None:
    """Refuse a socket somebody else put there. Raises `FileNotFoundError` if there is none."""
    about = address.socket.lstat()
    if not stat.S_ISSOCK(about.st_mode) or about.st_uid != os.geteuid():
        raise PlaceError(f"{address.socket} is not a socket of yours: remove it.")
