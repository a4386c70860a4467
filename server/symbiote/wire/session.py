"""One window's connection: its read loop, its way out, its end. Nobody else notices any of them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp

from symbiote.core.errors import WireError
from symbiote.features.house import Window
from symbiote.wire.dispatch import Dispatch
from symbiote.wire.framing import Body, Dropped, frame, frames, parse
from symbiote.wire.handlers import Handlers
from symbiote.wire.hub import Hub

log = logging.getLogger("symbiote.session")

MAX_UNREAD = 4_000_000
"""Bytes. A window that has so much waiting does not read any more, and is dropped."""
FAREWELL = 1.0
"""Seconds for a window to take its last answers."""


class Session:
    """From the handshake to the end. It owns the window's documents; the house is shared."""

    def __init__(
        self, hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._hub = hub
        self._reader = reader
        self._writer = writer
        self._window = Window(uuid.uuid4().hex[:12])
        self._dispatch = Dispatch(self._send)
        self._handlers = Handlers(hub, self._window, self._dispatch)

    async def serve(self) -> None:
        """Until the window says `exit`, hangs up, or cannot be understood."""
        self._hub.sessions.add(self._window.id)
        log.info("window %s came", self._window.id)
        try:
            await self._read()
        except WireError as error:
            log.warning("window %s is not understood: %s", self._window.id, error)
        except OSError as error:
            log.info("window %s broke off (%s)", self._window.id, type(error).__name__)
        finally:
            await self._end()

    async def _read(self) -> None:
        async with contextlib.aclosing(frames(self._reader)) as incoming:
            async for message in incoming:
                self._handlers.arrived = time.monotonic()
                if isinstance(message, Body):
                    self._take(message)
                else:
                    self._take_dropped(message)
                if self._handlers.left:
                    return
                # A handler starts before the next message is read, and so sees the document of its ask.
                await asyncio.sleep(0)

    def _take(self, message: Body) -> None:
        try:
            parsed = parse(message.raw)
        except ValueError as error:
            why = "not JSON" if str(error) != "nested too deeply" else str(error)
            self._dispatch.refuse_unparsed(why)
        else:
            self._dispatch.take(parsed)

    def _take_dropped(self, message: Dropped) -> None:
        """A document too long to take in is still known to be open."""
        method, uri, asked = (message.member(name) for name in ("method", "uri", "id"))
        log.info("a message too long was dropped: %s", method if method in _LONG else "unknown")
        if method in _LONG and isinstance(uri, str):
            held = self._handlers.mirror.get(uri)
            language = message.member("languageId") or (held.language if held else "")
            version = message.member("version")
            self._handlers.mirror.open_too_large(
                uri, str(language), version if isinstance(version, int) else 0
            )
        elif asked is not None:
            self._dispatch.refuse_dropped(asked)

    def _send(self, message: Mapping[str, Any]) -> None:
        transport = self._writer.transport
        if transport.is_closing():
            return
        self._writer.write(frame(message))
        if transport.get_write_buffer_size() > MAX_UNREAD:
            log.warning("window %s does not read; it is dropped", self._window.id)
            transport.abort()

    async def _end(self) -> None:
        self._handlers.close()
        await self._dispatch.end()
        self._handlers.leave()
        self._hub.sessions.discard(self._window.id)
        log.info(
            "window %s left (%d requests refused, %d messages ignored, %d changes not followed)",
            self._window.id,
            self._dispatch.refused,
            self._dispatch.ignored,
            self._handlers.mirror.ignored,
        )
        try:
            async with asyncio.timeout(FAREWELL):
                self._writer.close()
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()


_LONG = {lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE}
