"""llama_cpp.server in a process of its own, as a team's server: with a key, and with TLS where a certificate is given."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from symbiote.core.errors import UserError

STARTING = 120.0
"""Seconds."""
NEEDS = "llama_cpp.server is not complete here: install fastapi, uvicorn, sse-starlette, starlette-context and pydantic-settings."


@dataclass(frozen=True, slots=True)
class TeamServer:
    """`url` ends in /v1."""

    url: str
    key: str
    pid: int


@contextlib.contextmanager
def team_server(
    model: Path,
    options: Mapping[str, str] | None = None,
    certificate: Path | None = None,
    key: str = "",
) -> Iterator[TeamServer]:
    """The server on a port of 127.0.0.1; `certificate` is a PEM file with the private key in it, `key` a new one unless given.

    Raises `UserError`.
    """
    if any(importlib.util.find_spec(name) is None for name in ("uvicorn", "fastapi")):
        raise UserError(NEEDS)
    key, port = key or secrets.token_urlsafe(16), _free_port()
    command = [sys.executable, "-m", "llama_cpp.server", *_flags(model, port, key, certificate)]
    command += [part for option in (options or {}).items() for part in option]
    with tempfile.TemporaryDirectory(prefix="sym-team-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=folder, stdout=out, stderr=out, env=os.environ | {"NO_PROXY": "*"}
            )
        try:
            _wait(process, port, log)
            scheme = "https" if certificate else "http"
            yield TeamServer(f"{scheme}://127.0.0.1:{port}/v1", key, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _flags(model: Path, port: int, key: str, certificate: Path | None) -> list[str]:
    options = {
        "--model": str(model),
        "--host": "127.0.0.1",
        "--port": str(port),
        "--n_ctx": "1024",
        "--api_key": key,
        # by itself it ends whatever it is saying as soon as somebody else asks
        "--interrupt_requests": "false",
    }
    if certificate:
        options |= {"--ssl_keyfile": str(certificate), "--ssl_certfile": str(certificate)}
    return [part for option in options.items() for part in option]


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    said = log.read_text("utf-8", "replace").strip().splitlines()
    raise UserError(f"llama_cpp.server did not start: {said[-1] if said else 'it said nothing'}")
