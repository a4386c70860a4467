"""Every benchmark against the real daemon, engine and embedded model, with counts that say nothing but that it runs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from symbiote.apart import apart
from symbiote.bench import contest, pages, peer
from symbiote.bench.typist import standard
from symbiote.engine.local.catalogue import find


def bench(*arguments: str) -> tuple[dict[str, Any], str]:
    """The result, and what was said on stderr."""
    command = [sys.executable, "-I", "-X", "utf8", "-m", "symbiote", "bench", *arguments, "--json"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    assert found["schema"] == 1
    assert pages.PARTS[found["bench"]](found), "it has a table"
    return found, run.stderr


def test_sixty_keys_are_typed_and_every_one_is_answered() -> None:
    found, said = bench("typing", "--keys", "60", "--speed", "4")
    assert "60 keys" in said
    assert found["model"] == "embedded"
    assert found["trace"]["keys"] == 60
    assert 40 < found["keystrokes"] <= 60, "accepted suggestions save keys"
    assert found["unanswered"] == 0
    assert found["n"]["computed"] + found["n"]["cancelled"] > 5
    low, high = found["latency_ms_95"]["p50"]
    assert 0 < low <= found["latency_ms"]["p50"] <= high
    assert found["cpu_s_per_1000_keys"] > 0
    assert found["peers"] == []


def test_contestants_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "llama-server"
    double = Path(__file__).with_name("fake_llama_server.py")
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{double}" "$@"\n')
    program.chmod(0o755)
    candidates = peer.candidates(find("embedded"))[:2]
    monkeypatch.setattr(peer, "candidates", lambda _: candidates)
    played = standard().first(10)
    with apart():
        found = asyncio.run(
            contest.typing(find("embedded"), None, played, 4.0, program=program, rounds=2)
        )
    assert found["trace"]["rounds"] == 2
    assert [rival["setup"] for rival in found["peers"]] == [
        f"{setup}, {client} client"
        for setup in ("documented", "tuned")
        for client in ("llama.vim", "ideal")
    ]
    for one in (found, *found["peers"]):
        assert 0 < one["keystrokes"] <= 10
        assert one["unanswered"] == 0
        assert one["idle_cpu_share"] is not None
    assert all(len(rival["ratio"]["p50"]) == 3 for rival in found["peers"])
    assert "took turns, 2 each" in pages.typing(found)


def test_every_goal_that_can_be_measured_here_is_measured() -> None:
    found, _ = bench("goals", "--quick", "--keys", "20")
    rows = found["rows"]
    assert len(rows) >= 15
    for row in rows:
        absent = row["note"].startswith("not measured: ")
        assert absent == (not row["n"]), row
        assert absent or row["figures"]["p50"] is not None, row
        assert (row["holds"] is None) == (absent or not row["goal"]), row
    crowd = next(row for row in rows if "without a model" in row["what"])
    assert "0 unanswered" in crowd["note"]
    assert crowd["n"] == 8 * 30 * 3


def test_the_engine_alone_reads_every_prompt_anew() -> None:
    found, _ = bench("engine", "--runs", "1", "3")
    assert [series["runs"] for series in found["series"]] == [1, 3]
    for series in found["series"]:
        assert series["evaluated_share"] > 0.99
        assert series["load_s"] > 0 and series["total_ms"]["p50"] > 0


def test_a_short_soak_has_nothing_to_complain_of() -> None:
    found, _ = bench("soak", "--minutes", "0.1", "--windows", "2")
    assert (found["windows"], found["unanswered"], found["orphans"]) == (2, 0, 0)
    assert found["keystrokes"] > 5
    for name in ("daemon", "worker"):
        assert found[name]["starts"] == 1
        assert found[name]["memory_mb"][0] > 10
        assert found[name]["descriptors"][0] > 3


def test_rewrites_stream_end_and_stop() -> None:
    """The embedded model follows no instruction, and its rewrites are measured all the same."""
    found, _ = bench("rewrite", "--quick", "--model", "embedded")
    assert sum(found["ends"].values()) == 3 + 3 + 2
    first, *_ = found["rows"]
    assert first["goal"] == "p50 ≤ 200 ms"
    whole = next(row for row in found["rows"] if row["what"].endswith("lines, whole"))
    assert whole["n"] == 3 and whole["figures"]["p50"] > 0
    assert not found["failed"]
