"""How a provider is reached: kept connections, certificates, names, proxies."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from pathlib import Path

import pytest

from e2e.fault_rows import ANSWER
from e2e.fault_server import faults
from e2e.remote.asking import ask, check_secret, fault_of
from e2e.remote.conftest import SECRET, Made, everything
from symbiote.engine.port import Delta, Done
from symbiote.engine.remote.errors import Kind


@pytest.mark.asyncio
async def test_one_warm_connection_serves_one_request_after_the_other(made: Made) -> None:
    async with faults() as server, made(server.url("fine")) as provider:
        assert await provider.warm()
        for _ in range(3):
            parts = await everything(provider.stream(ask()))
            text = "".join(part.text for part in parts if isinstance(part, Delta))
            assert text == ANSWER
        assert server.connections == 1
        assert provider.status.model == "a-model"


@pytest.mark.asyncio
async def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    async with faults(own) as server:
        fault = await fault_of(made, server.url("fine", "https"), ask())
        assert not server.asked
    assert fault.kind is Kind.NETWORK
    assert "no secure connection" in str(fault)
    check_secret(caplog, fault)


@pytest.mark.asyncio
async def test_no_such_host(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    fault = await fault_of(made, "https://nowhere.invalid", ask())
    assert fault.kind is Kind.NETWORK


@pytest.mark.asyncio
async def test_nobody_there(made: Made) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: refused
        fault = await fault_of(made, f"http://127.0.0.1:{held.getsockname()[1]}", ask())
    assert fault.kind is Kind.NETWORK


@pytest.mark.asyncio
async def test_a_server_on_this_machine_is_reached_without_a_proxy(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with faults() as server, made(server.url("fine")) as provider:
        assert isinstance((await everything(provider.stream(ask())))[-1], Done)


@pytest.mark.asyncio
async def test_elsewhere_is_reached_through_the_proxy_of_the_environment(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(proxy, "127.0.0.1", 0)
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    port = listening.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    fault = await fault_of(made, "https://nowhere.invalid", ask())
    listening.close()
    assert fault.kind is Kind.NETWORK
    assert reached[0].startswith(b"CONNECT nowhere.invalid:443")
    assert SECRET.encode() not in reached[0]
