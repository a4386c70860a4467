"""Plots are well-formed SVG, and a result changes only its own part of the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.bench import pages
from symbiote.bench.figures import figures
from symbiote.bench.plot import Line, plot
from symbiote.bench.rows import measured
from symbiote.core.errors import UserError
from unit.bench.test_figures import DONE

ROOT = Path(__file__).parents[3]
MACHINE = {"processor": "A Processor", "cores": 2, "load": 0.1}
TYPING: dict[str, Any] = {
    "bench": "typing",
    "trace": {"name": "t", "speed": 1.0, "keys": 12, "rounds": 4},
    "model": "embedded",
    "device": "CPU",
    "machine": MACHINE,
    "cold_start_s": 1.2,
    **figures(DONE, 0.9),
    "idle_cpu_share": 0.001,
    "peers": [
        {
            "name": "llama-server",
            "setup": "tuned",
            **figures(DONE, None),
            "idle_cpu_share": None,
            "ratio": {"p50": [5.25, 4.9, 5.4], "p95": [2.0, 1.0, 3.0], "at_least_p50": None},
        }
    ],
}
SERIES = {
    "runs": 10,
    "model": "embedded",
    "device": "CPU",
    "load_s": 0.4,
    "first_to_warm": 1.05,
    "total_ms_95": {"p50": [18.0, 19.5], "p95": None},
    "range_ms": [17.5, 21.5],
    "variation": 0.026,
    "generated_tokens": 11.5,
    "drafted_share": 0.07,
    "first_ms": 20.0,
    "total_ms": {"p50": 19.0, "p90": 20.0, "p95": 20.0, "p99": 21.0},
    "mean_ms": 19.5,
    "stdev_ms": 0.5,
    "ttft_ms": {"p50": 9.0},
    "prompt_tokens": 900.0,
    "evaluated_share": 0.999,
    "prefill_tokens_per_s": 9000.0,
    "decode_tokens_per_s": 500.0,
}
PROCESS = {
    "starts": 1,
    "memory_mb": [50.0, 51.0],
    "memory_mb_per_hour": 0.5,
    "descriptors": [19, 19, 20],
}
RESULTS = {
    "typing": TYPING,
    "engine": {"bench": "engine", "machine": MACHINE, "series": [SERIES]},
    "goals": {
        "bench": "goals",
        "machine": MACHINE,
        "model": "embedded",
        "device": "CPU",
        "rows": [measured("a thing", [1.0, 2.0], {"p95": 3.0}).as_dict()],
    },
    "rewrite": {
        "bench": "rewrite",
        "machine": MACHINE,
        "model": "edit",
        "device": "CPU",
        "differ": 0,
        "rows": [measured("drafts", [9.0, 9.5], unit="tokens/s").as_dict()],
    },
    "drafts": {
        "bench": "drafts",
        "machine": MACHINE,
        "model": "embedded, drafts by embedded",
        "device": "CPU",
        "verdict": "Drafts by it do not pay here and are off: 50 % of its tokens were right.",
        "differ": 1,
        "rows": [measured("plain", [9.0, 9.5], unit="tokens/s").as_dict()],
    },
    "soak": {
        **TYPING,
        "bench": "soak",
        "windows": 4,
        "minutes": 30.0,
        "orphans": 0,
        "daemon": PROCESS,
        "worker": {},
    },
}
times = st.lists(st.floats(0, 1e6), max_size=101).map(sorted)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=9), st.lists(st.tuples(st.text(max_size=9), times), max_size=7))
def test_a_plot_is_well_formed_whatever_it_shows(
    title: str, lines: list[tuple[str, list[float]]]
) -> None:
    printable = str.maketrans("", "", "".join(map(chr, [*range(32), 0xFFFE, 0xFFFF])))
    named = [Line(name.translate(printable), values) for name, values in lines]
    root = ElementTree.fromstring(plot(title.translate(printable), named))
    drawn = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(drawn) == sum(len(values) > 1 for _, values in lines)
    for line in drawn:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 760 and 0 <= y <= 420


def test_the_plot_of_a_result_names_every_contestant() -> None:
    text = pages.picture_of(TYPING)
    for name in ("Symbiote", "llama-server, tuned"):
        assert f"{name} (4 answers, 1 cancelled before)" in text


def page(tmp_path: Path) -> Path:
    marks = [
        f"{pages.BEGIN.format(name=name)}\nold {name}\n{pages.END.format(name=name)}\n"
        for name in pages.PARTS
    ]
    file = tmp_path / "performance.md"
    file.write_text("# Performance\n" + "between\n".join(marks) + "end\n", "utf-8")
    return file


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_replaces_its_own_part(tmp_path: Path, name: str) -> None:
    file = page(tmp_path)
    pages.write(RESULTS[name], file)
    text = file.read_text("utf-8")
    assert f"old {name}" not in text
    assert all(f"old {other}" in text for other in RESULTS if other != name)
    assert text.count("between") == len(pages.PARTS) - 1 and text.endswith("end\n")
    assert "A Processor, 2 cores, load 0.1 before" in text
    pages.write(RESULTS[name], file)
    assert file.read_text("utf-8") == text, "writing again changes nothing"
    assert (tmp_path / "images" / "typing.svg").exists() == (name == "typing")


def test_the_table_has_a_row_and_a_ratio_for_each_contestant() -> None:
    text = pages.typing(TYPING)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1
    assert "| **Symbiote** | 4 / 1 | 20.0 (10.0–40.0) | 40.0 | 40.0 (" in text
    assert "| llama-server, tuned | 4 / 1 | 20.0 (10.0–40.0) |" in text
    assert "| 5.25× (4.90–5.40) |" in text
    assert "2.00× (1.00–3.00) / – (tuned)" in text
    assert "12 keys of the trace “t” at 1×, 10 of them pressed" in text
    assert "took turns, 4 each" in text and "at most 0.1% of one core" in text


def test_without_a_peer_nothing_is_said_of_turns() -> None:
    assert "turns" not in pages.typing({**TYPING, "peers": []})


def test_the_engine_table_names_the_model_and_has_the_variance_and_the_cold_start() -> None:
    text = pages.engine(RESULTS["engine"])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1
    assert "model embedded on CPU" in text
    for cell in ("19.0 (18.0–19.5)", "17.5–21.5", "19.5 ± 0.5 (2.6%)", "20.0 (1.05× warm)"):
        assert f"| {cell} |" in text


def test_the_real_pages_have_the_marks() -> None:
    for name in pages.PARTS:
        page = pages.DOCS / pages.PLACES.get(name, pages.PAGE)
        pages.replaced(page.read_text("utf-8"), name, "part")


def test_a_page_without_marks_and_a_file_without_a_result_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "performance.md"
    file.write_text("# Performance\n")
    with pytest.raises(UserError, match="lacks the marks"):
        pages.write(TYPING, file)
    with pytest.raises(UserError, match="cannot be written"):
        pages.write(TYPING, tmp_path / "none" / "performance.md")
    with pytest.raises(UserError, match="is needed"):
        pages.write({"bench": "other"}, file)
    for content in ("nonsense", "[]", "{}"):
        (tmp_path / "r.json").write_text(content)
        with pytest.raises(UserError, match="not a result"):
            pages.read(tmp_path / "r.json")
    (tmp_path / "r.json").write_text(json.dumps(TYPING))
    assert pages.read(tmp_path / "r.json")["bench"] == "typing"
