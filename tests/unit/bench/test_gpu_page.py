"""The part of docs/performance.md about a graphics card: every table is even, and a processor is never passed off as a card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from symbiote.bench import gpu_page, pages
from symbiote.cli import main
from unit.bench.test_pages import MACHINE, SERIES, TYPING

LOOK = {
    "readings": 9,
    "used_mb": 3000.0,
    "held_mb": 1800.4,
    "busy": {"p50": 31.0, "max": 64.0},
    "clock_mhz": 1980.0,
    "watts": None,
}
REST = LOOK | {"held_mb": None, "busy": {"p50": 0.0, "max": 0.0}}
RESULT: dict[str, Any] = {
    "bench": "gpu",
    "machine": MACHINE,
    "card": {"name": "A Card", "driver": "580.1", "memory_mb": 25_769.8},
    "file": {"name": "qwen2.5-coder-1.5b-random-q4_0", "bytes": 931_000_000, "random": True},
    "settle_s": 30.0,
    "watch": {"before": REST, "engine": LOOK, "typing": LOOK, "idle": REST, "after": REST},
    "engine": {
        "bench": "engine",
        "machine": MACHINE,
        "series": [SERIES | {"generated_tokens": 24}],
    },
    "typing": TYPING | {"device": "A Card", "gpu_layers": 29, "context": 4_096, "memory_mb": 900.0},
}


def test_the_card_is_named_and_the_tables_are_even() -> None:
    text = gpu_page.part(RESULT)
    first = text.splitlines()[0]
    assert first.startswith("A Card, 25,770 MB (driver 580.1), with A Processor, 2 cores")
    assert "(931 MB, random weights) runs on A Card, 29 layers on the card" in first
    assert "| typing | 1,800 | 31 / 64 % | 1,980 | – | 9 |" in text
    assert "| 30 s after the last answer | – | 0 / 0 % |" in text
    assert "| 10, 900 tokens read, 24 written | 0.40 | 19.0 |" in text
    assert "| llama-server, tuned | 4 / 1 | 20.0 |" in text
    for table in text.split("\n\n"):
        rows = [line for line in table.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1


def test_a_run_on_the_processor_says_so() -> None:
    text = gpu_page.part(RESULT | {"typing": RESULT["typing"] | {"device": "CPU", "gpu_layers": 0}})
    assert "the card was not used" in text.splitlines()[0]


def test_a_result_from_another_machine_is_written_into_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, result = tmp_path / "performance.md", tmp_path / "gpu.json"
    page.write_text(f"before\n{pages.BEGIN.format(name='gpu')}\n{pages.END.format(name='gpu')}\n")
    result.write_text(json.dumps(RESULT))
    monkeypatch.setattr(pages.write, "__defaults__", (page,))
    assert main(["bench", "docs", str(result)]) == 0
    assert "A Card, 25,770 MB" in page.read_text()
