"""`symbiote report` over a ledger that the command before it wrote."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from symbiote.cli import main
from unit.metrics.history import written, year

pytestmark = pytest.mark.usefixtures("capsys")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMBIOTE_HOME", str(tmp_path))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["report", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def held(home: Path, count: int = 300) -> list[Any]:
    rows = year(count)
    written(home / "data" / "ledger.sqlite3", rows)
    return rows


def test_json_has_the_contract_s_keys_and_what_the_rows_say(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = held(home)
    code, out, _ = run(capsys, "--since", "2023-01-01", "--json")
    told = json.loads(out)
    keys = "schema since latency_ms tokens_per_second acceptance retention iterations_per_feature"
    keys += " flow_interruptions lines_per_hour silences origins cost"
    assert code == 0 and set(keys.split()) <= set(told)
    assert sum(told["silences"].values()) == sum(row.outcome != "shown" for row in rows)
    assert set(told["latency_ms"]["complete"]) >= {"n", "p50", "p95", "p99"}
    code, out, _ = run(capsys, "--since", "2023-01-01", "--json", "--language", "rust")
    assert sum(json.loads(out)["silences"].values()) < sum(told["silences"].values())


def test_tables_and_csv(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(home)
    code, out, _ = run(capsys, "--since", "2023-01-01")
    assert code == 0
    assert "Latency" in out and "p95" in out and "Nothing yet of:" in out
    target = home / "report.csv"
    assert run(capsys, "--since", "2023-01-01", "--csv", "--output", str(target))[0] == 0
    lines = list(csv.DictReader(io.StringIO(target.read_text("utf-8"))))
    value = next(one for one in lines if (one["figure"], one["column"]) == ("latency", "value"))
    assert math.isfinite(float(value["value"]))


def test_a_page_and_prometheus(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(home)
    page, text = home / "report.html", home / "symbiote.prom"
    words = ("--since", "2023-01-01", "--html", str(page), "--prometheus", str(text))
    assert run(capsys, *words) == (0, "", "")
    html = page.read_text("utf-8")
    assert "<svg" in html and "Latency" in html and "http-equiv" in html
    assert "src=" not in html and "<script" not in html and "href" not in html
    lines = [line for line in text.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z_0-9]+(\{[^}]+\})? \S+", line) for line in lines)
    names = [line.split(" ")[0] for line in lines]
    assert len(names) == len(set(names))
    assert any(line.startswith("symbiote_latency_by_p95{") for line in lines)
    assert not list(home.glob(".*.part"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "tomorrow"], "'tomorrow' is no time"),
        (["--since", "1d", "--until", "2d"], "--until must be later"),
        (["--json", "--csv"], "Either --json or --csv"),
        (["--figures", "speed"], "There is no figure 'speed'"),
        (["--output", "/nowhere/x"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    held(home, 3)
    code, _, err = run(capsys, *words)
    assert code == 1 and said in err


def test_without_a_ledger_it_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys)
    assert code == 1 and "Nothing was measured yet" in err
