"""The one door to httpx: a pooled client per provider that takes no detours.

No retries, no redirects, no compressed bodies, TLS always verified. Proxies come from the environment, and a server on
this machine is reached without one. How long anything takes is not decided here: the caller's deadline ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import ssl
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx

from symbiote.engine.remote.address import is_loopback
from symbiote.engine.remote.errors import Fault, Kind, error_in, from_error, from_status
from symbiote.engine.remote.key import origin

BODY_BYTES, BODY_SECONDS = 8 * 1024, 0.3
"""How much of an error's body is read, and how long it is waited for: the status already says most."""
CONNECTIONS, IDLE_SECONDS = 4, 300.0
STREAM = "text/event-stream"
FAILURES = httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError
"""What a request may raise that is not a `Fault` yet (`fault_of`)."""

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(
        logging.WARNING
    )  # below that they write addresses and headers


def client(base_url: str) -> httpx.AsyncClient:
    """A client whose every answer is either a stream of events or a `Fault` raised from inside the request."""
    return httpx.AsyncClient(
        timeout=None,  # noqa: S113 # the deadline is absolute and around everything
        follow_redirects=False,
        trust_env=not is_loopback(base_url),
        verify=trust(),
        limits=httpx.Limits(
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
        ),
        headers={"Accept-Encoding": "identity", "User-Agent": "symbiote"},
        event_hooks={"response": [_check]},
    )


@functools.cache
def trust() -> ssl.SSLContext:
    """certifi's certificates, or those that SSL_CERT_FILE and SSL_CERT_DIR name. Reading them takes 20 ms."""
    return httpx.create_ssl_context()


async def chunks(
    http: httpx.AsyncClient, url: str, headers: Mapping[str, str], body: Mapping[str, Any]
) -> AsyncGenerator[bytes, None]:
    """Post `body` and give the answer as it comes. Raises `Fault`. Closing it closes the connection."""
    sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    fixed = {"Content-Type": "application/json", "Accept": STREAM}
    try:
        async with http.stream("POST", url, content=sent, headers={**headers, **fixed}) as answer:
            async for chunk in answer.aiter_raw():
                yield chunk
    except FAILURES as error:
        raise fault_of(error) from None


async def warm(http: httpx.AsyncClient, base_url: str) -> bool:
    """Open a connection for the next request, without a key. Whether there is one now."""
    scheme, host, port = origin(base_url)
    at = f"[{host}]" if ":" in host else host
    try:
        await http.head(f"{scheme}://{at}:{port}/")
    except (httpx.HTTPError, OSError):
        return False
    return True


def fault_of(error: BaseException) -> Fault:
    """What an exception of httpx means. Its text, which may quote addresses and headers, is left behind."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, httpx.TimeoutException):
        return Fault(Kind.TIMEOUT)
    if isinstance(error, httpx.DecodingError | httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Fault(Kind.PROTOCOL)
    if isinstance(error, httpx.LocalProtocolError):
        return Fault(Kind.PROTOCOL, "a header that cannot be sent")
    if isinstance(error, httpx.RemoteProtocolError):
        # httpx has one class for a closed connection and for what is no HTTP (h11's words tell them apart)
        gone = any(word in str(error) for word in ("closed", "disconnected", "without sending"))
        return Fault(Kind.NETWORK if gone else Kind.PROTOCOL)
    return Fault(Kind.NETWORK, "no secure connection" if _secure(error) else "")


def _secure(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _check(answer: httpx.Response) -> None:
    """Before anybody reads it: is this the stream that was asked for?"""
    if answer.request.method == "HEAD":
        return
    status = answer.status_code
    if 300 <= status < 400:
        raise Fault(
            Kind.PROTOCOL, "it sends requests elsewhere, which is not followed", status=status
        )
    if status >= 400:
        raise from_status(status, answer.headers, await _body(answer), time.time())
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != STREAM:
        error = error_in(await _body(answer)) if "json" in kind else None
        raise from_error(error) if error else Fault(Kind.CONTENT_TYPE)
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise Fault(Kind.PROTOCOL, "compressed, though that was declined")


async def _body(answer: httpx.Response) -> bytes:
    body = b""
    with contextlib.suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) >= BODY_BYTES:
                    break
    return body[:BODY_BYTES]
