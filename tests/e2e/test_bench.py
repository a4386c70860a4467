"""The typing benchmark against the real daemon, engine and embedded model: sixty keys of its own trace."""

from __future__ import annotations

import json
import subprocess
import sys


def test_sixty_keys_are_typed_and_every_one_is_answered() -> None:
    command = [sys.executable, "-I", "-X", "utf8", "-m", "symbiote", "bench", "typing"]
    run = subprocess.run(
        [*command, "--keys", "60", "--speed", "4", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert (found["schema"], found["model"], found["keystrokes"]) == (1, "embedded", 60)
    assert found["unanswered"] == 0
    assert found["n"]["computed"] + found["n"]["cancelled"] > 5
    assert found["latency_ms"]["p50"] > 0
    assert found["cpu_s_per_1000_keys"] > 0
    assert found["peers"] == []
