"""`symbiote bench gpu` from end to end, with a small model on the processor and a script that answers as nvidia-smi does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SMI = """#!/bin/sh
echo "NVIDIA Pretend 24GB, 580.1, 24576, $(cat {used}), 12, 1500, [N/A]"
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One that has a card, by the word of nvidia-smi."""
    (tmp_path / "used").write_text("100")
    program = tmp_path / "nvidia-smi"
    program.write_text(SMI.format(used=tmp_path / "used"))
    program.chmod(0o755)
    return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


def bench(*options: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-m", "symbiote", "bench", "gpu", *options]
    return subprocess.run(
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


SMALL = ("--like", "tiny", "--keys", "25", "--runs", "2", "3", "--settle", "0.1")


def test_everything_is_measured(environment: dict[str, str]) -> None:
    run = bench(*SMALL, "--json", environment=environment)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["card"]["name"] == "NVIDIA Pretend 24GB"
    assert found["file"]["name"] == "qwen-tiny-q4_0" and found["file"]["random"]
    assert list(found["watch"]) == ["before", "engine", "typing", "idle", "after"]
    assert found["watch"]["typing"]["held_mb"] == 0
    assert found["watch"]["idle"]["busy"] == {"p50": 12, "max": 12}
    assert [one["runs"] for one in found["engine"]["series"]] == [2, 3]
    assert found["typing"]["keystrokes"] == 25
    assert found["typing"]["unanswered"] == 0
    assert found["typing"]["peers"] == []


def test_figures_of_the_processor_do_not_go_into_the_documentation(
    environment: dict[str, str],
) -> None:
    run = bench(*SMALL, "--write-docs", environment=environment)
    assert run.returncode == 1
    assert "built without CUDA" in run.stderr.splitlines()[-1]


def test_a_benchmark_that_fails_ends_it_with_its_reason(
    environment: dict[str, str], tmp_path: Path
) -> None:
    model = tmp_path / "damaged.gguf"
    model.write_bytes(b"GGUF" + bytes(64))
    run = bench("--model", str(model), *SMALL, environment=environment)
    assert run.returncode == 1
    assert "damaged.gguf" in run.stderr
    assert "`symbiote bench engine` failed" in run.stderr.splitlines()[-1]


def test_without_a_card_it_is_one_sentence(tmp_path: Path) -> None:
    run = bench(environment={"PATH": str(tmp_path)})
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    assert "needs a machine with an NVIDIA card" in run.stderr
