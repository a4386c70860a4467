"""JSON-RPC's rules: which message goes to which handler, and what is answered when none can take it.

pygls runs and cancels the handlers. Its reader, its document store, its reporting and its logging are not
used: they share one connection, read the disk, pop up in the editor and write message bodies to the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import JsonRPCProtocol
from pygls.server import JsonRPCServer

from symbiote.wire.convert import CONVERTER, structure, to_wire
from symbiote.wire.log import where

log = logging.getLogger("symbiote.dispatch")

_SERVER = JsonRPCServer(JsonRPCProtocol, lambda: CONVERTER)
"""pygls wants one to be there; nothing of it is used."""

Send = Callable[[Mapping[str, Any]], None]
Id = str | int

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND = -32700, -32600, -32601
INVALID_PARAMS, INTERNAL_ERROR = -32602, -32603
NOT_INITIALIZED, REQUEST_CANCELLED = -32002, -32800


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and what its params are structured as (None: it takes none)."""

    handler: Callable[..., Any]
    params: Any = None


class Dispatch(JsonRPCProtocol):
    """One per connection. `take` parsed messages; answers leave through `send`."""

    def __init__(self, send: Send) -> None:
        super().__init__(_SERVER, CONVERTER)
        self.send = send
        self.initialized = False
        self.asked = 0
        self.ignored = 0
        self.refused = 0
        self._routes: dict[str, Route] = {}

    def route(self, method: str, handler: Callable[..., Any], params: Any = None) -> None:
        """Send `method` to `handler`; a plain function runs at once, a coroutine as a task."""
        self._routes[method] = Route(handler, params)
        self.fm.add_builtin_feature(method, handler)

    def take(self, message: Any) -> None:
        """Handle one parsed message. Never raises; every request gets an answer, sooner or later."""
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            self._refuse(_id_of(message), INVALID_REQUEST, "not a JSON-RPC 2.0 message")
        elif "method" not in message:
            if not {"result", "error"} & message.keys():
                self._refuse(_id_of(message), INVALID_REQUEST, "neither a request nor an answer")
        elif not isinstance(message["method"], str):
            self._refuse(_id_of(message), INVALID_REQUEST, "the method must be a string")
        elif "id" in message:
            self._take_request(_id_of(message), message["method"], message.get("params"))
        else:
            self._take_notification(message["method"], message.get("params"))

    def refuse_unparsed(self, why: str) -> None:
        self._refuse(None, PARSE_ERROR, why)

    def refuse_dropped(self, id: Id) -> None:
        self._refuse(id, INVALID_REQUEST, "the message is too long")

    def shut_down(self) -> None:
        """From now on only `exit` is heard; what is running is still answered."""
        self._shutdown = True

    async def end(self) -> None:
        """Cancel what is running, and wait until it has stopped."""
        self.shut_down()
        running: list[Any] = [
            task for task in self._request_futures.values() if isinstance(task, asyncio.Future)
        ]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def notify(self, method: str, params: Any | None = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": to_wire(params)})

    def ask(self, method: str, params: Any) -> None:
        """Ask the client; what it answers is not waited for."""
        self.asked += 1
        head = {"jsonrpc": "2.0", "id": f"symbiote-{self.asked}", "method": method}
        self.send(head | {"params": to_wire(params)})

    def _take_request(self, id: Id | None, method: str, raw: Any) -> None:
        if id is None:
            return self._refuse(None, INVALID_REQUEST, "an id must be a string or an integer")
        if id in self._request_futures:
            return self._refuse(id, INVALID_REQUEST, "this id is in use")
        if self._shutdown:
            return self._refuse(id, INVALID_REQUEST, "the session was shut down")
        if not self.initialized and method != lsp.INITIALIZE:
            return self._refuse(id, NOT_INITIALIZED, "initialize comes first")
        if self.initialized and method == lsp.INITIALIZE:
            return self._refuse(id, INVALID_REQUEST, "initialize comes once")
        if method not in self._routes:
            return self._refuse(id, METHOD_NOT_FOUND, f"no method {method[:100]!r}")
        try:
            params = self._params(method, raw)
        except Exception:
            return self._refuse(id, INVALID_PARAMS, f"bad params for {method}")
        self._handle_request(id, method, params)
        return None

    def _take_notification(self, method: str, raw: Any) -> None:
        known = method == lsp.CANCEL_REQUEST or method in self._routes
        early = not self.initialized or self._shutdown
        if not known or (early and method != lsp.EXIT):
            self.ignored += 1
            return
        try:
            params = self._params(method, raw)
        except Exception:
            self.ignored += 1
            log.debug("bad params in a notification %s", method)
            return
        self._handle_notification(method, params)

    def _params(self, method: str, raw: Any) -> Any:
        if method == lsp.CANCEL_REQUEST:
            return structure(raw, lsp.CancelParams)
        kind = self._routes[method].params
        return structure({} if raw is None else raw, kind) if kind is not None else None

    def _send_handler_result(self, future: Any, *, msg_id: Id) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            return self._refuse(msg_id, REQUEST_CANCELLED, "cancelled")
        error = future.exception()
        if error is None:
            answer = to_wire(future.result())
            return self.send({"jsonrpc": "2.0", "id": msg_id, "result": answer})
        if isinstance(error, JsonRpcException):
            return self._refuse(msg_id, error.code or INTERNAL_ERROR, str(error))
        log.error("a request failed: %s", where(error))
        return self._refuse(msg_id, INTERNAL_ERROR, "internal error; the log has the details")

    def _check_handler_result(self, future: Any) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            log.error("a notification failed: %s", where(error))

    def _refuse(self, id: Id | None, code: int, why: str) -> None:
        self.refused += 1
        log.debug("refused (%d): %s", code, why)
        self.send({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": why}})


def _id_of(message: Any) -> Id | None:
    found = message.get("id") if isinstance(message, dict) else None
    return found if isinstance(found, (str, int)) and not isinstance(found, bool) else None
