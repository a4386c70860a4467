"""The command line as a user meets it: the real daemon, the real engine, the embedded model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from symbiote.core import paths
from symbiote.core.timing import Timing, Tokens
from symbiote.metrics.acceptance import Acceptance

SAMPLE = Path(__file__).parents[1] / "sample" / "inventory.py"


def symbiote(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-X", "utf8", "-m", "symbiote", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


def failed(run: subprocess.CompletedProcess[str]) -> str:
    """What a failed command says: one line with the reason, no stack trace."""
    assert run.returncode == 1, (run.stdout, run.stderr)
    assert "Traceback" not in run.stderr
    return run.stderr


def test_complete_prints_a_completion_with_its_timing() -> None:
    run = symbiote("complete", SAMPLE, 31, 26, "--json")
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert answer["schema"] == 1
    assert (answer["engine"], answer["model"]) == ("local", "embedded")
    assert set(answer["timing_ms"]) == set(Timing().as_dict())
    assert set(answer["tokens"]) == set(Tokens().as_dict())
    assert answer["tokens"]["prompt"] > 50
    assert (answer["text"] is None) == (answer["reason"] is not None)
    human = symbiote("complete", SAMPLE, 31, 26)
    assert " ms" in human.stderr and "embedded" in human.stderr


def test_complete_explains_itself_and_can_be_run_again(tmp_path: Path) -> None:
    file = tmp_path / "holes.jsonl"
    run = symbiote("complete", SAMPLE, 31, 26, "--explain", "--reproduction", file)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("# Why this?\n")
    for title in ("What came of it", "The prompt as sent", "The raw answer", "The engine"):
        assert f"\n## {title}\n" in run.stdout
    assert "Control token `<|fim_middle|>`" in run.stdout
    assert "raise KeyError(name)" in run.stdout
    answer = json.loads(symbiote("complete", SAMPLE, 31, 26, "--explain", "--json").stdout)
    assert answer["why"]["title"] == "Why this?"
    assert f"- Text: `{answer['text']!r}`" in answer["why"]["text"]
    found = json.loads(symbiote("evaluate", file, "--invoked", "--json").stdout)
    assert (found["n"], found["compared"]) == (1, 0)
    (hole,) = found["per_hole"]
    assert (hole["text"], hole["exact"]) == (answer["text"], None)
    assert f"{hole['id']}: {hole['text']!r}, " in symbiote("evaluate", file, "--invoked").stdout


def test_a_session_is_played_before_its_hole(tmp_path: Path) -> None:
    shop = "def price(item, count=1):\n    return TABLE[item] * count\n"
    main = "from shop import price\n\nprint(price('tea'))\n"
    files = [{"path": "shop.py", "text": shop}, {"path": "main.py", "text": main}]
    lines = (json.dumps({"projects": ["shop 1"], **file}) for file in files)
    (tmp_path / "files.jsonl").write_text("\n".join(lines), "utf-8")
    hole = {
        "id": "use-1", "project": "shop 1", "files": "files.jsonl", "path": "main.py",
        "removed": [30, 42], "cursor": 30, "answer": "price('tea')",
        "visits": [{"path": "shop.py", "closed": False}],
        "edits": [{"path": "shop.py", "start": 0, "end": 0, "text": "TABLE = {}\n"}],
    }  # fmt: skip
    (tmp_path / "holes.jsonl").write_text(json.dumps(hole), "utf-8")
    run = symbiote(
        *("evaluate", tmp_path / "holes.jsonl", "--context", "open", "edits"),
        *("--invoked", "--json"),
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert (found["n"], found["compared"]) == (1, 1)
    assert found["per_hole"][0]["id"] == "use-1"
    assert found["per_hole"][0]["text"]


def test_what_was_not_asked_cannot_be_run_again(tmp_path: Path) -> None:
    long, holes = tmp_path / "long.py", tmp_path / "holes.jsonl"
    long.write_text("#" * 5_000)
    run = symbiote("complete", long, 1, 1, "--explain")
    assert run.stdout.startswith("# Why nothing?\n")
    assert "- Shown: nothing (long_line)" in run.stdout
    error = failed(symbiote("complete", long, 1, 1, "--reproduction", holes))
    assert "nothing to reproduce" in error
    assert not holes.exists()
    assert "cannot be added to" in failed(
        symbiote("complete", SAMPLE, 31, 26, "--reproduction", tmp_path)
    )


def test_status_tells_of_the_running_daemon_and_stop_ends_it() -> None:
    symbiote("complete", SAMPLE, 31, 26)
    state = json.loads(symbiote("status", "--json").stdout)
    assert state["daemon"]["pid"] > 0
    assert state["engine"]["state"] == "ready"
    assert state["engine"]["memory_mb"] > 1
    assert (state["analysis"]["restarts"], state["analysis"]["lost"]) == (0, 0)
    told = symbiote("status").stdout
    assert "ready" in told
    assert "questions answered" in told
    assert symbiote("stop").stdout == "Stopped.\n"
    assert symbiote("stop").stdout == "The daemon was not running.\n"
    nothing = {"schema": 1, "daemon": None, "engine": None, "providers": []}
    assert json.loads(symbiote("status", "--json").stdout) == nothing
    assert "not running" in symbiote("status").stdout


def test_what_was_learned_is_told_and_forgotten() -> None:
    assert symbiote("gate").stdout == "The daemon is not running.\n"
    kept = paths.learned()
    kept.parent.mkdir(parents=True, exist_ok=True)
    learned = Acceptance()
    learned.note("end", -1.0, accepted=True)
    pair = {"model": "embedded", "language": "python", **learned.as_dict()}
    kept.write_text(json.dumps({"schema": 1, "pairs": [pair]}))
    symbiote("complete", SAMPLE, 31, 26)
    told = symbiote("gate").stdout
    assert "embedded, python: 1 outcomes: start 20%, end 20%, inside 20%" in told
    assert "learned from 1 outcomes" in symbiote("status").stdout
    assert json.loads(symbiote("gate", "--json").stdout)["gate"]["shipped"] == 0.202
    assert "Forgotten" in symbiote("gate", "--reset").stdout
    assert not kept.exists()
    assert json.loads(symbiote("gate", "--json").stdout)["gate"]["learned"] == []
    symbiote("stop")
    kept.write_text("{}")
    assert "Forgotten" in symbiote("gate", "--reset").stdout
    assert not kept.exists()


def test_doctor_finds_a_sound_machine() -> None:
    run = symbiote("doctor", "--json")
    findings = {f["about"]: f for f in json.loads(run.stdout)["findings"]}
    expected = {"machine", "llama.cpp", "model file", "model runs", "analysis", "socket", "daemon"}
    assert expected <= set(findings)
    assert run.returncode == 0, [f for f in findings.values() if not f["ok"]]


def test_models_are_listed() -> None:
    names = [line.split()[0] for line in symbiote("models").stdout.splitlines()]
    assert {"edit", "embedded"} <= set(names)


@pytest.mark.parametrize(
    ("name", "content", "place", "says"),
    [
        ("missing.py", None, (1, 1), "cannot be read"),
        ("latin.py", b"caf\xe9 = 1\n", (1, 1), "not UTF-8"),
        ("short.py", b"x = 1\n", (9, 1), "there is no line 9"),
        ("short.py", b"x = 1\n", (1, 7), "columns 1 to 6"),
        ("short.py", b"x = 1\n", (0, 1), "there is no line 0"),
    ],
)
def test_mistakes_get_one_clear_line(
    tmp_path: Path, name: str, content: bytes | None, place: tuple[int, int], says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    error = failed(symbiote("complete", file, *map(str, place)))
    assert says in error
    assert error.count("\n") == 1


def test_wrong_usage_is_exit_code_2(tmp_path: Path) -> None:
    assert symbiote("complete", "a.py", "one", "1").returncode == 2
    assert symbiote("nonsense").returncode == 2
    assert symbiote().returncode == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("function f() {\n  return ", ".js"),
        ("no code at all ", ".txt"),
        ("", ".py"),
        ("x = '\f\u2028' + ", ".py"),
    ],
)
def test_any_text_gets_an_answer(tmp_path: Path, text: str, language: str) -> None:
    file = tmp_path / f"any{language}"
    file.write_text(text, "utf-8", newline="")
    lines = text.split("\n")
    run = symbiote("complete", file, len(lines), len(lines[-1]) + 1, "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["schema"] == 1


def test_an_unknown_model_says_which_are_known() -> None:
    error = failed(symbiote("complete", SAMPLE, 31, 26, "--json", "--model", "nonesuch"))
    assert "nonesuch" in error
    assert "embedded" in error


def test_a_truncated_model_file_is_refused_by_name_and_disturbs_nobody(tmp_path: Path) -> None:
    symbiote("complete", SAMPLE, 31, 26)
    before = json.loads(symbiote("status", "--json").stdout)
    whole = next((SAMPLE.parents[2] / "models" / "embedded").glob("*.gguf"))
    file = tmp_path / "half.gguf"
    file.write_bytes(whole.read_bytes()[:100_000])
    answer = json.loads(symbiote("complete", SAMPLE, 31, 26, "--json", "--model", file).stdout)
    assert answer["reason"] == "no_model"
    assert "half.gguf" in answer["detail"]
    after = json.loads(symbiote("status", "--json").stdout)
    assert after["engine"]["state"] == "ready"
    assert after["engine"]["pid"] == before["engine"]["pid"]


def test_a_model_of_ones_own_is_used_from_its_path(tmp_path: Path) -> None:
    whole = next((SAMPLE.parents[2] / "models" / "embedded").glob("*.gguf"))
    file = tmp_path / "symbiote-copy.gguf"
    file.write_bytes(whole.read_bytes())
    answer = json.loads(symbiote("complete", SAMPLE, 31, 26, "--json", "--model", file).stdout)
    assert answer["model"] == "symbiote-copy"
    assert answer["tokens"]["generated"] > 0


def test_a_daemon_that_does_not_answer_is_named(home: Path) -> None:
    symbiote("complete", SAMPLE, 31, 26)
    pid = json.loads(symbiote("status", "--json").stdout)["daemon"]["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert str(pid) in failed(symbiote("status"))
    finally:
        os.kill(pid, signal.SIGCONT)
