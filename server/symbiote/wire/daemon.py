"""The one daemon of an address: takes the lock, opens the door, opens the house, waits for the end.

Knows who may come in, not what they say.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import fcntl
import logging
import os
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from symbiote.core.errors import WireError
from symbiote.features.house import House
from symbiote.wire import address as places
from symbiote.wire.admission import admit, same_user
from symbiote.wire.framing import MAX_HEADER
from symbiote.wire.handshake import PROTOCOL, Hello
from symbiote.wire.hub import Hub
from symbiote.wire.log import open_log, where
from symbiote.wire.reach import TAKEN

if TYPE_CHECKING:
    from symbiote.wire.session import Session

log = logging.getLogger("symbiote.daemon")

IDLE_EXIT = 600.0
"""Seconds after the last window left."""
LOOK = 30.0
"""Seconds between looks at whether the socket is still ours (cleaners of temporary folders exist)."""
BACKLOG = 128


def run(
    open_house: Callable[[], House], *, idle_exit: float = IDLE_EXIT, look: float = LOOK
) -> int:
    """Be the daemon until stopped. The exit code: 0, or 3 if another one is alive.

    `open_house` is called inside the event loop once the socket stands: windows are served while the
    model loads.
    """
    os.umask(0o077)
    at = places.address()
    lock = _take_lock(at)
    if lock is None:
        return TAKEN
    open_log()
    faulthandler.enable()
    try:
        asyncio.run(_Daemon(at, idle_exit, look).live(open_house))
    except Exception as error:
        log.critical("the daemon ended: %s", where(error))
        raise
    finally:
        os.close(lock)
    return 0


def _take_lock(at: places.Address) -> int | None:
    """The lock, held until this process ends however it ends; None if somebody has it."""
    handle = os.open(at.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
    return handle


class _Daemon:
    def __init__(self, at: places.Address, idle_exit: float, look: float) -> None:
        self._at = at
        self._idle_exit = idle_exit
        self._look = look
        self._token = b""
        self._session: type[Session]
        self._hello = Hello(PROTOCOL, at.build, os.getpid())
        self._over = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()

    async def live(self, open_house: Callable[[], House]) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._over.set)
        self._token = places.write_token(self._at)
        door, mark = _bind(self._at)
        log.info("pid %d at %s", os.getpid(), self._at.socket.name)
        try:
            house = open_house()
            try:
                await self._serve(door, mark, Hub(house, self._over.set))
            finally:
                await self._close(house)
        finally:
            door.close()
            _unlink(self._at, mark)

    async def _serve(self, door: socket.socket, mark: int, hub: Hub) -> None:
        self._session = await asyncio.to_thread(_import_session)

        async def come_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._connection(hub, reader, writer)

        server = await asyncio.start_unix_server(come_in, sock=door, limit=MAX_HEADER)
        watch = asyncio.create_task(self._watch(hub, mark))
        try:
            await self._over.wait()
        finally:
            watch.cancel()
            server.close()
            _unlink(self._at, mark)  # from here on nobody finds us
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(watch, *self._connections, return_exceptions=True)

    async def _connection(
        self, hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        me = asyncio.current_task()
        assert me is not None
        self._connections.add(me)
        try:
            if not same_user(writer.get_extra_info("socket")):
                raise WireError("a process of another user")
            await admit(reader, writer, self._token, self._hello)
            await self._session(hub, reader, writer).serve()
        except WireError as error:
            log.warning("not let in: %s", error)
        except Exception as error:
            log.error("a session failed: %s", where(error))
        except asyncio.CancelledError:
            return  # we are stopping; asyncio.streams would report a cancelled connection
        finally:
            writer.close()
            self._connections.discard(me)

    async def _watch(self, hub: Hub, mark: int) -> None:
        """Ends the daemon when it has long been alone, or its socket is no longer where it was."""
        loop = asyncio.get_running_loop()
        alone_since, looked = loop.time(), loop.time()
        pulse = min(self._idle_exit, self._look) / 4
        while not self._over.is_set():
            await asyncio.sleep(pulse)
            if hub.sessions:
                alone_since = loop.time()
            elif loop.time() - alone_since >= self._idle_exit:
                log.info("no window for %g s", self._idle_exit)
                self._over.set()
            if loop.time() - looked >= self._look:
                looked = loop.time()
                if _inode(self._at) != mark:
                    log.warning("the socket is gone")
                    self._over.set()

    async def _close(self, house: House) -> None:
        try:
            if house.analysis is not None:
                await house.analysis.close()
            if house.cloud is not None:
                await house.cloud.close()
            if house.remembered is not None:
                await house.remembered.close()
            if house.spend is not None:
                await house.spend.close()
            await house.desk.engine.close()
        finally:
            house.learned.close()
            house.ledger.close()
            log.info("closed")


def _import_session() -> type[Session]:
    """LSP's types take half a second to import: meanwhile the engine starts, in a process of its own."""
    from symbiote.wire.session import Session

    return Session


def _bind(at: places.Address) -> tuple[socket.socket, int]:
    """The listening socket and its inode. Only the holder of the lock may call this."""
    at.socket.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        door.bind(os.fspath(at.socket))
    finally:
        os.umask(before)
    door.listen(BACKLOG)
    door.setblocking(False)
    return door, at.socket.lstat().st_ino


def _inode(at: places.Address) -> int | None:
    try:
        return at.socket.lstat().st_ino
    except OSError:
        return None


def _unlink(at: places.Address, mark: int) -> None:
    """Remove the socket if it is still the one we made."""
    if _inode(at) == mark:
        with contextlib.suppress(OSError):
            at.socket.unlink()
