"""The daemon's side of the handshake: who may come in."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import socket
import struct

from symbiote.core.errors import WireError
from symbiote.wire.handshake import (
    DEADLINE,
    LONGEST,
    NONCE_BYTES,
    PROTOCOL,
    Hello,
    hexadecimal,
    proof,
    text_of,
)


async def admit(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: bytes, hello: Hello
) -> None:
    """The daemon's side. Raises `WireError` for a peer that is not let in."""
    try:
        async with asyncio.timeout(DEADLINE):
            greeting = await _read_line(reader)
            theirs = _client_nonce(greeting)
            mine = os.urandom(NONCE_BYTES).hex()
            writer.write(f"{mine} {proof(token, 'server', theirs, mine)}\n".encode())
            proven = await _read_line(reader)
            if not hmac.compare_digest(proven, proof(token, "client", theirs, mine)):
                raise WireError("a client does not know the token")
    except TimeoutError as error:
        raise WireError("a client did not finish the handshake in time") from error
    said = {"protocol": hello.protocol, "build": hello.build, "pid": hello.pid}
    writer.write(json.dumps(said).encode() + b"\n")


def same_user(peer: socket.socket) -> bool:
    """Whether the process at the other end is ours. Elsewhere than on Linux the directory's mode must do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    form = struct.Struct("3i")
    _, uid, _ = form.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, form.size))
    return bool(uid == os.geteuid())


def _client_nonce(greeting: str) -> str:
    match greeting.split(" "):
        case ["SYMBIOTE", version, nonce] if version == str(PROTOCOL):
            return hexadecimal(nonce)
    raise WireError("a client did not greet as expected")


async def _read_line(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readuntil(b"\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
        raise WireError("a client left, or said too much, before it was known") from error
    if len(line) > LONGEST:
        raise WireError("a client said too much before it was known")
    return text_of(line)
