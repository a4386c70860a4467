"""Who is there? Both sides prove that they know the token; neither sends it.

    client  SYMBIOTE 1 <nonce>
    server  <nonce> <proof of the server>
    client  <proof of the client>
    server  {"protocol": 1, "build": "...", "pid": 1234}

Nonces and proofs are hexadecimal, lines end with a line feed. The server says nothing unasked, so someone
who squats on the address learns nothing, and neither does someone who connects without the token.
Knows nothing of what is spoken afterwards.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import socket
import struct
from dataclasses import dataclass

from symbiote.core.errors import WireError

PROTOCOL = 1
DEADLINE = 2.0
"""Seconds for the whole exchange."""
LONGEST = 4_096
"""Bytes either side reads before the other is known."""
NONCE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Hello:
    """What the daemon says of itself."""

    protocol: int
    build: str
    pid: int


def proof(token: bytes, side: str, client: str, server: str) -> str:
    """What only a holder of the token can say about these two nonces, different for each side."""
    return hmac.new(token, f"{side}|{client}|{server}".encode(), hashlib.sha256).hexdigest()


def greet(peer: socket.socket, token: bytes, deadline: float = DEADLINE) -> Hello:
    """The client's side, on a blocking socket. Raises `WireError` or `OSError`."""
    peer.settimeout(deadline)
    mine = os.urandom(NONCE_BYTES).hex()
    peer.sendall(f"SYMBIOTE {PROTOCOL} {mine}\n".encode())
    theirs, proven = _pair(_receive_line(peer))
    if not hmac.compare_digest(proven, proof(token, "server", mine, theirs)):
        raise WireError("the server does not know the token")
    peer.sendall((proof(token, "client", mine, theirs) + "\n").encode())
    try:
        said = json.loads(_receive_line(peer))
        hello = Hello(int(said["protocol"]), str(said["build"]), int(said["pid"]))
    except (ValueError, TypeError, KeyError) as error:
        raise WireError("the server did not say who it is") from error
    peer.settimeout(None)
    return hello


async def receive(
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
            return _hexadecimal(nonce)
    raise WireError("a client did not greet as expected")


def _pair(line: str) -> tuple[str, str]:
    match line.split(" "):
        case [nonce, proven]:
            return _hexadecimal(nonce), _hexadecimal(proven)
    raise WireError("the server did not answer the greeting as expected")


def _hexadecimal(text: str) -> str:
    if len(text) != 2 * NONCE_BYTES or not set(text) <= set("0123456789abcdef"):
        raise WireError("not a nonce")
    return text


async def _read_line(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readuntil(b"\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
        raise WireError("a client left, or said too much, before it was known") from error
    if len(line) > LONGEST:
        raise WireError("a client said too much before it was known")
    return _text(line)


def _receive_line(peer: socket.socket) -> str:
    """Byte by byte: what follows the line belongs to somebody else."""
    line = bytearray()
    while not line.endswith(b"\n"):
        part = peer.recv(1)
        if not part:
            raise WireError("the server hung up during the handshake")
        line += part
        if len(line) > LONGEST:
            raise WireError("the server said too much before it was known")
    return _text(bytes(line))


def _text(line: bytes) -> str:
    try:
        return line.removesuffix(b"\n").decode("ascii")
    except UnicodeDecodeError as error:
        raise WireError("not a handshake") from error
