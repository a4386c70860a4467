"""`symbiote rewrite` as a user meets it: the real daemon, the real engine, the embedded model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "sample" / "inventory.py"
KEYS = {
    *("schema", "text", "diff", "iterations", "engine", "model"),
    *("first_text_ms", "total_ms", "tokens_per_second", "drafted_share"),
}


def rewrite(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        "-m",
        "symbiote",
        "rewrite",
        *map(str, arguments),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_it_prints_what_came_and_what_it_cost() -> None:
    run = rewrite(SAMPLE, 12, 13, "Round the total", "and log it", "--json")
    answer = json.loads(run.stdout)
    assert answer.keys() >= KEYS
    assert (answer["schema"], answer["iterations"], answer["engine"]) == (1, 2, "local")
    assert (run.returncode == 0) == (answer["text"] is not None or answer["reason"] == "no_change")
    assert bool(answer["diff"]) == (answer["text"] is not None)


def test_the_file_is_written_only_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    text = SAMPLE.read_text().replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = file.read_bytes()
    run = rewrite(file, 12, 13, "--name", "simplify", "--diff")
    assert file.read_bytes() == before
    assert "embedded: first text" in run.stderr
    run = rewrite(file, 12, 13, "--name", "simplify", "--write", "--json")
    answer = json.loads(run.stdout)
    after = file.read_bytes()
    assert (after != before) == (answer["text"] is not None)
    lines = text.split("\r\n")
    new = answer["text"].split("\n") if answer["text"] is not None else lines[11:13]
    whole = "\r\n".join([*lines[:11], *new, *lines[13:]])
    assert after == b"\xef\xbb\xbf" + whole.encode()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((SAMPLE, 12, 13), "Say what to do"),
        ((SAMPLE, 13, 12, "do"), "are not among them"),
        ((SAMPLE, 1, 900, "do"), "are not among them"),
        ((SAMPLE.with_name("none.py"), 1, 1, "do"), "cannot be read"),
        ((SAMPLE, 12, 13, "--name", "nonesuch"), "no_intention"),
        ((SAMPLE, 12, 13, "--name", "explain"), "no_rewrite_model"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments: tuple[str | Path, ...], reason: str) -> None:
    run = rewrite(*arguments)
    assert run.returncode == 1, run.stdout
    assert reason in run.stderr
    assert "Traceback" not in run.stderr


def test_five_thousand_lines_are_answered_with_how_many_would_do(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text("".join(f"value_{n} = compute({n}, other)\n" for n in range(5_000)), "utf-8")
    run = rewrite(file, 1, 5_000, "rename other to rest")
    assert run.returncode == 1
    assert "5,000 lines are about" in run.stderr
    assert "This model can do about" in run.stderr and "such lines at once." in run.stderr
    assert "(selection_too_large)" in run.stderr
