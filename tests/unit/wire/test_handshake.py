"""Nobody comes in without the token, and nobody learns it by asking."""

from __future__ import annotations

import asyncio
import os
import socket
import threading

import pytest

from symbiote.core.errors import WireError
from symbiote.wire import admission, handshake
from symbiote.wire.admission import admit, same_user
from symbiote.wire.handshake import Hello, greet, proof

TOKEN = bytes(range(32))
HELLO = Hello(1, "build", 42)
NONCE = "ab" * 32


def server_hears(*said: bytes, token: bytes = TOKEN) -> tuple[bytes, str]:
    """What the server answers to raw bytes, and what it thinks of them."""

    async def run() -> tuple[bytes, str]:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_unix_connection(sock=theirs, limit=handshake.LONGEST)
        for part in said:
            ours.sendall(part)
        ours.shutdown(socket.SHUT_WR)
        verdict = "let in"
        try:
            await admit(reader, writer, token, HELLO)
        except WireError as error:
            verdict = str(error)
        writer.close()
        await writer.wait_closed()
        answer = b""
        while part := ours.recv(65_536):
            answer += part
        ours.close()
        return answer, verdict

    return asyncio.run(run())


def both(client_token: bytes, server_token: bytes) -> tuple[Hello | WireError, str]:
    """A whole exchange over a real pair of sockets."""

    async def run() -> tuple[Hello | WireError, str]:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_unix_connection(sock=theirs, limit=handshake.LONGEST)
        client = asyncio.create_task(asyncio.to_thread(client_side, ours))
        verdict = "let in"
        try:
            await admit(reader, writer, server_token, HELLO)
        except WireError as error:
            verdict = str(error)
        writer.close()
        return await client, verdict

    def client_side(ours: socket.socket) -> Hello | WireError:
        with ours:
            try:
                return greet(ours, client_token)
            except WireError as error:
                return error

    return asyncio.run(run())


def test_they_meet() -> None:
    assert both(TOKEN, TOKEN) == (HELLO, "let in")


def test_another_token_is_refused_by_both_sides() -> None:
    client, server = both(os.urandom(32), TOKEN)
    assert isinstance(client, WireError)
    assert "does not know the token" in str(client)
    assert server != "let in"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\n",
        b"SYMBIOTE 2 " + NONCE.encode() + b"\n",
        b"SYMBIOTE 1 short\n",
        b"SYMBIOTE 1 " + b"g" * 64 + b"\n",
        b"SYMBIOTE 1\n",
        b"\xff\xfe\n",
        b"x" * 100_000,
        b"Content-Length: 2\r\n\r\n{}",
    ],
)
def test_garbage_gets_no_answer(said: bytes) -> None:
    answer, verdict = server_hears(said)
    assert answer == b""
    assert verdict != "let in"


def test_a_wrong_proof_gets_nothing_more() -> None:
    answer, verdict = server_hears(f"SYMBIOTE 1 {NONCE}\n".encode(), b"0" * 64 + b"\n")
    assert answer.count(b"\n") == 1
    assert "token" in verdict


def test_a_replayed_exchange_is_refused() -> None:
    first, _ = server_hears(f"SYMBIOTE 1 {NONCE}\n".encode())
    nonce = first.split()[0].decode()
    once_valid = proof(TOKEN, "client", NONCE, nonce)
    _, verdict = server_hears(f"SYMBIOTE 1 {NONCE}\n".encode(), once_valid.encode() + b"\n")
    assert "token" in verdict


def test_the_servers_proof_is_not_the_clients() -> None:
    """A client that throws the server's own words back is not let in."""
    first, _ = server_hears(f"SYMBIOTE 1 {NONCE}\n".encode())
    _, verdict = server_hears(f"SYMBIOTE 1 {NONCE}\n".encode(), first.split()[1] + b"\n")
    assert "token" in verdict
    assert proof(TOKEN, "client", "a", "b") != proof(TOKEN, "server", "a", "b")


def test_the_token_is_never_sent() -> None:
    answer, _ = server_hears(f"SYMBIOTE 1 {NONCE}\n".encode())
    assert TOKEN not in answer
    assert TOKEN.hex().encode() not in answer


def test_a_silent_client_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "DEADLINE", 0.05)

    async def run() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_unix_connection(sock=theirs)
        with ours, pytest.raises(WireError, match="in time"):
            await admit(reader, writer, TOKEN, HELLO)
        writer.close()
        await writer.wait_closed()

    asyncio.run(run())


@pytest.mark.parametrize("said", [b"", b"hello\n", b"x" * 10_000, b"\xff\n", b"a b c\n"])
def test_a_client_does_not_trust_a_squatter(said: bytes) -> None:
    ours, theirs = socket.socketpair()

    def squat() -> None:
        with theirs:
            theirs.recv(4_096)
            theirs.sendall(said)

    squatter = threading.Thread(target=squat)
    squatter.start()
    with ours, pytest.raises((WireError, OSError)):
        greet(ours, TOKEN)
    squatter.join()


def test_the_peer_is_this_user() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert same_user(ours)
