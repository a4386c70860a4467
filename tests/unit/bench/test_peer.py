"""The peer is built with the engine's own flags, and what is missing is named with its remedy."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import shutil
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from symbiote.bench import peer, peer_build
from symbiote.bench.infill import Setup
from symbiote.bench.trace import File, Stroke, Trace
from symbiote.core.errors import UserError
from symbiote.engine.local.catalogue import ModelFile, find
from unit.bench.fake_server import serving

ROOT = Path(__file__).parents[3]


def test_the_flags_are_those_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "server"))
    python = importlib.import_module("install.python")
    assert python.CXX_FLAGS == peer_build.CXX_FLAGS
    assert peer_build.LOCK == ROOT / "server" / "llama.lock"


def test_without_a_compiler_or_cmake_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(peer_build, "KEPT", tmp_path / "kept")
    with pytest.raises(UserError, match=r"apt-get install g\+\+"):
        peer_build.llama_server()
    (tmp_path / "c++").symlink_to(shutil.which("true", path=os.defpath) or "/bin/true")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(UserError, match="pip install cmake ninja"):
        peer_build.llama_server()
    assert not (tmp_path / "kept").exists()


def test_a_build_that_fails_names_its_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peer_build, "KEPT", tmp_path)
    monkeypatch.setattr(peer_build, "_tool", lambda name: name)
    monkeypatch.setattr(
        peer_build, "_download", lambda work: [sys.executable, "-c", "exit('no index')"]
    )
    with pytest.raises(UserError, match=r"no index.*build\.log"):
        peer_build.llama_server()


def test_outside_a_checkout_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peer_build, "LOCK", tmp_path / "none.lock")
    with pytest.raises(UserError, match="in a checkout"):
        peer_build.llama_server()


def test_a_model_trained_suffix_first_is_asked_suffix_first() -> None:
    embedded = find("embedded")
    assert "--spm-infill" in peer.documented(embedded).flags
    assert all("--spm-infill" in setup.flags for setup in peer.candidates(embedded))
    qwen = ModelFile("qwen2.5-coder-0.5b-q8_0", Path("q.gguf"))
    assert "--spm-infill" not in peer.documented(qwen).flags


def test_the_documented_flags_are_the_documented_ones() -> None:
    flags = " ".join(peer.documented(find("embedded")).flags)
    assert flags.startswith("-b 1024 -ub 1024 --ctx-size 0 --cache-reuse 256")


def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "llama-server"
    program.write_text("#!/bin/sh\necho 'bad magic'\nexit 3\n")
    program.chmod(0o755)

    async def started() -> None:
        model = ModelFile("m", tmp_path / "m.gguf")
        async with peer.server(program, model, Setup("s", (), tuned=False)):
            pass

    with pytest.raises(UserError, match="bad magic"):
        asyncio.run(started())


# --- a contest, against a server of a few lines

TYPED = Trace(
    "t",
    (File("a.py", "python", "x = \n"),),
    tuple(Stroke(0.01, 0, 4 + at, 0, letter) for at, letter in enumerate("compute")),
)


def contested(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, say: Any, setup: Setup, client: str
) -> dict[str, Any]:
    async def run() -> dict[str, Any]:
        async with serving(say) as fake:

            @contextlib.asynccontextmanager
            async def server(*_: Any) -> AsyncGenerator[tuple[int, int], None]:
                yield fake.port, os.getpid()

            monkeypatch.setattr(peer, "server", server)
            model = ModelFile("m", tmp_path / "m.gguf")
            return await peer.contest(tmp_path, model, setup, client, TYPED, 7, 1.0)

    return asyncio.run(run())


@pytest.mark.parametrize("client", peer.CLIENTS)
@pytest.mark.parametrize("tuned", [False, True])
def test_a_contest_gives_the_figures_of_the_schema(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, client: str, tuned: bool
) -> None:
    setup = Setup("name", ("-x",), tuned=tuned)
    found = contested(monkeypatch, tmp_path, lambda _: "zz", setup, client)
    assert (found["name"], found["setup"]) == ("llama-server", f"name, {client} client")
    assert found["keystrokes"] == 7
    assert found["unanswered"] == 0
    assert found["n"]["computed"] > 0
    assert {"latency_ms", "ttft_ms", "evaluated_per_key", "stale_rate", "flags"} <= set(found)


def test_a_server_that_refuses_everything_is_a_users_matter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(_: Any) -> str:
        raise ConnectionResetError

    with pytest.raises(UserError, match="computed no answer"):
        contested(monkeypatch, tmp_path, refuse, Setup("s", (), tuned=True), "ideal")


def test_the_tuned_setup_is_the_fastest_in_the_trial_and_failures_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def contest(_: Any, __: Any, setup: Setup, *___: Any, **____: Any) -> dict[str, Any]:
        if "on" in setup.flags:
            raise UserError("no flash attention here")
        ms = 9.0 if "512" in setup.flags else 12.0
        return {"latency_ms": {"p50": ms}, "setup": setup.name}

    monkeypatch.setattr(peer, "contest", contest)
    model = find("embedded")
    best = asyncio.run(peer.best(tmp_path, model, TYPED))
    assert "512" in best.flags and "off" in best.flags
    assert "no flash attention here" in capsys.readouterr().err
    assert len(asyncio.run(peer.contests(tmp_path, model, TYPED, 7, 1.0))) == 4
