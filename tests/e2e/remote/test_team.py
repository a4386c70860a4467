"""A team's server: llama_cpp.server with the model that ships, a key and TLS, asked by two users through the daemon's own code."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from e2e.remote.affine import affine
from symbiote.bench.outside import ask, cloud
from symbiote.bench.team_server import TeamServer, team_server
from symbiote.engine.local import catalogue
from symbiote.engine.remote import http
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.request import Request

CERTIFICATE = Path(__file__).with_name("self_signed.pem")
ONE_THREAD = {"--n_threads": "1", "--n_threads_batch": "1"}
CODE = "def add(a, b):\n    return "
PATIENT = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[TeamServer]:
    with team_server(catalogue.find("embedded").path, ONE_THREAD, CERTIFICATE) as made:
        yield made


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The certificate's issuer is one of those this process vouches for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    http.trust.cache_clear()
    yield
    http.trust.cache_clear()


def user(url: str, key: str) -> Cloud:
    """A daemon's providers: the team's server and nothing else."""
    entry = {"baseUrl": url, "complete": "m", "way": "completions", "key": True}
    made = cloud({"team": entry}, {})
    assert made.keys({"team": key}) == []
    return made


def completion(limit: int = 12) -> Request:
    return Request(CODE, limit=limit, deadline=time.monotonic() + PATIENT)


async def said(of: Cloud, session: str = "", limit: int = 12) -> Any:
    return await ask(of, "team", "complete", completion(limit), session)


@pytest.mark.asyncio
@pytest.mark.usefixtures("trusted")
async def test_two_users_are_answered_at_the_same_time_with_key_and_tls(server: TeamServer) -> None:
    users = [user(server.url, server.key) for _ in range(2)]
    assert server.url.startswith("https://")
    found = await asyncio.gather(*(said(of) for of in users for _ in range(2)))
    assert [one.fault for one in found] == [""] * 4
    assert all(one.generated and one.usd == 0 for one in found)
    for of in users:
        await of.close()


@pytest.mark.asyncio
@pytest.mark.usefixtures("trusted")
async def test_another_key_is_refused_and_not_tried_again(server: TeamServer) -> None:
    of = user(server.url, "another-key")
    first = await said(of)
    assert "key" in first.fault
    assert of.standing()[0].state == "blocked"
    assert not of.able("complete", ("team",))
    assert of.keys({"team": server.key}) == []
    assert (await said(of)).fault == ""
    await of.close()


@pytest.mark.asyncio
async def test_a_certificate_that_nobody_vouches_for_gets_no_text(server: TeamServer) -> None:
    http.trust.cache_clear()
    of = user(server.url, server.key)
    assert "no secure connection" in (await said(of)).fault
    await of.close()


@pytest.mark.asyncio
@pytest.mark.usefixtures("trusted")
async def test_a_router_keeps_each_window_at_one_server() -> None:
    model = catalogue.find("embedded").path
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(CERTIFICATE)
    with team_server(model, ONE_THREAD) as one, team_server(model, ONE_THREAD, key=one.key) as two:
        ports = [urlsplit(made.url).port or 0 for made in (one, two)]
        async with affine(ports, own) as router:
            of = user(f"https://127.0.0.1:{router.port}/v1", one.key)
            for turn in range(2):
                for window in range(6):
                    found = await said(of, f"window {window}", limit=2)
                    assert found.fault == "", turn
            await of.close()
    names = {session for session, _ in router.sent}
    assert len(router.sent) == 12
    assert len(names) == 6
    assert all(len(name) == 16 for name in names)  # nothing of the window's own name
    assert len(set(router.sent)) == 6, "a window changed its server"
    assert {number for _, number in router.sent} == {0, 1}


@pytest.mark.asyncio
async def test_by_itself_llama_cpp_server_drops_one_user_for_the_next() -> None:
    """Why docs/scale.md turns `interrupt_requests` off: the first answer would end without an end."""
    model = catalogue.find("embedded").path
    with team_server(model, {**ONE_THREAD, "--interrupt_requests": "true"}) as made:
        users = [user(made.url, made.key) for _ in range(4)]
        found = await asyncio.gather(*(said(of, limit=300) for of in users))
        for of in users:
            await of.close()
    assert any("ended before its end" in one.fault for one in found), found
