"""`symbiote bench` from the command line: mistakes get one line, the trace is printed, nothing is started for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symbiote.bench import contest, soak
from symbiote.bench.trace import load
from symbiote.bench.typist import standard
from symbiote.cli import main
from symbiote.core.errors import WireError
from unit.bench.test_long_and_alone import long_run
from unit.bench.test_pages import RESULTS


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["typing", "--trace", "none.jsonl"], "none.jsonl cannot be read"),
        (["typing", "--model", "nonesuch"], "nonesuch"),
        (["engine", "--model", "nonesuch"], "nonesuch"),
        (["soak", "--model", "none.gguf"], "none.gguf"),
        (["goals", "--model", "nonesuch"], "nonesuch"),
        (["goals", "--quick", "--write-docs"], "too little for the docs"),
        (["rewrite", "--model", "nonesuch"], "nonesuch"),
        (["rewrite", "--model", "embedded", "--tasks", "none.jsonl"], "none.jsonl cannot be read"),
        (["rewrite", "--quick", "--write-docs"], "too little for the docs"),
        (["drafts", "--model", "nonesuch"], "nonesuch"),
        (["drafts", "--model", "edit"], "give one with --draft"),
        (["drafts", "--draft", "edit", "--runs", "3", "--write-docs"], "12 or more for the docs"),
        (["docs", "none.json"], "none.json is not a result"),
    ],
)
def test_mistakes_get_one_clear_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *arguments]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["typing", "--keys", "0"],
        ["typing", "--keys", "x"],
        ["typing", "--speed", "0"],
        ["typing", "--rounds", "0"],
        ["goals", "--keys", "0"],
        ["engine", "--runs", "-1"],
        ["soak", "--minutes", "nan"],
    ],
)
def test_wrong_usage_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        main(["bench", *arguments])
    assert error.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_the_peer_without_a_compiler_fails_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    for kind in ("typing", "goals"):
        assert main(["bench", kind, "--peer"]) == 1
        assert "C++ compiler" in capsys.readouterr().err


def test_the_own_trace_is_printed_in_the_format_that_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "trace"]) == 0
    file = tmp_path / "trace.jsonl"
    file.write_text(capsys.readouterr().out, "utf-8")
    assert load(file) == standard()


def test_a_soak_that_fails_says_why_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(*_: Any) -> dict[str, Any]:
        return {**RESULTS["soak"], **long_run(unanswered=2, orphans=1)}

    monkeypatch.setattr(soak, "soak", run)
    assert main(["bench", "soak", "--minutes", "1"]) == 1
    said = capsys.readouterr()
    assert "2 unanswered" in said.out, "the table is printed all the same"
    assert said.err.splitlines() == [
        "symbiote: 2 requests were not answered.",
        "symbiote: 1 processes were left behind when the daemon had ended.",
    ]


def test_a_daemon_that_does_not_last_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(*_: Any) -> dict[str, Any]:
        raise WireError("the server has hung up")

    monkeypatch.setattr(soak, "_soak", run)
    assert main(["bench", "soak"]) == 1
    assert "The daemon ended in the middle of the run" in capsys.readouterr().err


def test_typing_with_an_unanswered_request_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(*_: Any) -> dict[str, Any]:
        return {**RESULTS["typing"], "unanswered": 3}

    monkeypatch.setattr(contest, "typing", run)
    assert main(["bench", "typing", "--keys", "400"]) == 1
    said = capsys.readouterr().err
    assert "400 keys at most, about 1." in said
    assert "3 requests were not answered." in said
