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

from symbiote.bench import peer, peer_build, rounds
from symbiote.bench.infill import Setup
from symbiote.bench.rounds import alternate
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


def fought(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, say: Any, setup: Setup
) -> list[dict[str, Any] | None]:
    """Both clients of a set-up through the trace, in turns."""

    async def run() -> list[dict[str, Any] | None]:
        async with contextlib.AsyncExitStack() as stack, serving(say) as fake:

            @contextlib.asynccontextmanager
            async def server(*_: Any) -> AsyncGenerator[tuple[int, int], None]:
                yield fake.port, os.getpid()

            monkeypatch.setattr(peer, "server", server)
            model = ModelFile("m", tmp_path / "m.gguf")
            found = await peer.rivals(stack, tmp_path, model, [setup], TYPED, 1.0)
            await alternate([one.seat for one in found], len(TYPED.strokes), 2)
            return [await one.figures(found[0].seat.replay.done) for one in found]

    monkeypatch.setattr(rounds, "CALM", 0.01)
    monkeypatch.setattr(rounds, "CALM_MOST", 0.03)
    return asyncio.run(run())


@pytest.mark.parametrize("tuned", [False, True])
def test_a_contest_gives_the_figures_of_the_schema_for_each_client(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tuned: bool
) -> None:
    setup = Setup("name", ("-x",), tuned=tuned)
    both = fought(monkeypatch, tmp_path, lambda _: "zz", setup)
    assert [one and one["setup"] for one in both] == [f"name, {c} client" for c in peer.CLIENTS]
    for found in both:
        assert found is not None
        assert (found["name"], found["keystrokes"], found["unanswered"]) == ("llama-server", 7, 0)
        assert found["n"]["computed"] > 0
        assert {"latency_ms", "ttft_ms", "evaluated_per_key", "stale_rate", "flags"} <= set(found)
        assert set(found["ratio"]) == {"p50", "p95", "at_least_p50"}
    assert both[0] is not None and both[0]["ratio"]["p50"][0] == 1.0, "held against itself"


def test_a_server_that_refuses_everything_is_told_of_and_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Any) -> str:
        raise ConnectionResetError

    found = fought(monkeypatch, tmp_path, refuse, Setup("s", (), tuned=True))
    assert found == [None, None]
    assert capsys.readouterr().err.count("computed no answer") == 2


def test_a_server_that_does_not_start_is_told_of_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run() -> list[peer.Rival]:
        async with contextlib.AsyncExitStack() as stack:
            model = ModelFile("m", tmp_path / "m.gguf")
            setup = Setup("s", (), tuned=False)
            return await peer.rivals(stack, Path("/bin/false"), model, [setup], TYPED, 1.0)

    assert asyncio.run(run()) == []
    assert "llama-server did not start" in capsys.readouterr().err


def test_a_trial_gives_the_median_of_the_first_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def run(say: Any) -> float:
        async with serving(say) as fake:

            @contextlib.asynccontextmanager
            async def server(*_: Any) -> AsyncGenerator[tuple[int, int], None]:
                yield fake.port, os.getpid()

            monkeypatch.setattr(peer, "server", server)
            model = ModelFile("m", tmp_path / "m.gguf")
            return await peer.trial(tmp_path, model, Setup("s", (), tuned=True), TYPED)

    def refuse(_: Any) -> str:
        raise ConnectionResetError

    assert asyncio.run(run(lambda _: "zz")) > 0
    with pytest.raises(UserError, match="computed no answer"):
        asyncio.run(run(refuse))


def test_the_tuned_setup_is_the_fastest_in_the_trial_and_failures_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[Setup] = []

    async def trial(_: Any, __: Any, setup: Setup, ___: Any) -> float:
        tried.append(setup)
        if "on" in setup.flags:
            raise UserError("no flash attention here")
        busy = 20.0 if "512" in setup.flags and tried.count(setup) == 1 else 0.0
        return busy + (9.0 if "512" in setup.flags else 12.0)

    monkeypatch.setattr(peer, "trial", trial)
    model = find("embedded")
    known = peer.candidates(model)
    documented, best = asyncio.run(peer.setups(tmp_path, model, TYPED))
    assert documented.name == "documented"
    assert "512" in best.flags and "off" in best.flags, "its second try counts"
    again = [setup for setup in reversed(known) if "on" not in setup.flags]
    assert tried == [*known, *again], "there and back; what does not run is not tried again"
    assert "no flash attention here" in capsys.readouterr().err


def test_without_a_setup_that_runs_the_user_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def trial(*_: Any) -> float:
        raise UserError("bad magic")

    monkeypatch.setattr(peer, "trial", trial)
    with pytest.raises(UserError, match="in none of the tuned set-ups"):
        asyncio.run(peer.best(tmp_path, find("embedded"), TYPED))
