"""Who is there? Both sides prove that they know the token; neither sends it.

    client  SYMBIOTE 1 <nonce>
    server  <nonce> <proof of the server>
    client  <proof of the client>
    server  {"protocol": 1, "build": "...", "pid": 1234}

Nonces and proofs are hexadecimal, lines end with a line feed. The server says nothing unasked, so someone
who squats on the address learns nothing, and neither does someone who connects without the token.
This is the client's side and what both share; admission.py has the server's. Knows nothing of what is
spoken afterwards, and imports little, for it runs at every start of an editor.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
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


def _pair(line: str) -> tuple[str, str]:
    match line.split(" "):
        case [nonce, proven]:
            return hexadecimal(nonce), hexadecimal(proven)
    raise WireError("the server did not answer the greeting as expected")


def hexadecimal(text: str) -> str:
    if len(text) != 2 * NONCE_BYTES or not set(text) <= set("0123456789abcdef"):
        raise WireError("not a nonce")
    return text


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
    return text_of(bytes(line))


def text_of(line: bytes) -> str:
    try:
        return line.removesuffix(b"\n").decode("ascii")
    except UnicodeDecodeError as error:
        raise WireError("not a handshake") from error
