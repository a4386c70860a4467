"""Whatever the files: pressing all keys of a trace ends in exactly those files."""

from __future__ import annotations

import itertools
import statistics
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.bench import typist
from symbiote.bench.trace import File
from symbiote.bench.typist import standard, typed
from symbiote.core.errors import UserError

ROOT = Path(__file__).parents[3]
indented = st.builds(
    lambda depth, body: " " * depth + body,
    st.integers(0, 9),
    st.text("abe_1 :([{)=é\t", max_size=12),
)
sources = st.lists(indented | st.just(""), max_size=25).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(sources, min_size=1, max_size=3), st.integers(0, 400), st.integers(0, 2**32))
def test_every_key_pressed_ends_in_the_finished_files(
    texts: list[str], keys: int, seed: int
) -> None:
    targets = [File(f"{number}.py", "python", text) for number, text in enumerate(texts)]
    trace = typed(targets, keys, seed)
    assert trace.ends() == texts
    assert all(stroke.gap > 0 for stroke in trace.strokes)
    assert typed(targets, keys, seed) == trace


@pytest.fixture(scope="module", name="trace")
def _trace() -> typist.Trace:
    return standard()


def test_the_standard_trace_is_long_enough_and_ends_in_its_files(trace: typist.Trace) -> None:
    assert len(trace.files) == 3
    assert len(trace.strokes) >= typist.STANDARD_KEYS
    for file, end in zip(trace.files, trace.ends(), strict=True):
        assert end == (typist.SOURCES / f"{file.name}.txt").read_text("utf-8")


def test_the_standard_trace_has_all_that_typing_has(trace: typist.Trace) -> None:
    pairs = list(itertools.pairwise(trace.strokes))
    assert sum(bool(key.cut) and not key.put for key in trace.strokes) > 50, "backspaces"
    assert sum("\n" in key.put for key in trace.strokes) > 50, "new lines"
    assert sum(len(key.put) > 2 and key.put[0] == "\n" for key in trace.strokes) > 20, "indented"
    assert sum(a.file != b.file for a, b in pairs) > 5, "file switches"
    jumps = sum(a.file == b.file and b.at + b.cut != a.after for a, b in pairs)
    assert jumps > 5, "cursor jumps"
    gaps = [key.gap for key in trace.strokes]
    assert 0.19 < statistics.fmean(gaps) < 0.26, "mean of 136 million keystrokes: 0.24 s"
    assert statistics.fmean(gaps) > statistics.median(gaps), "a long tail"
    assert sum(gap > 0.8 for gap in gaps) > 20, "pauses"


def test_another_seed_types_other_parts(trace: typist.Trace) -> None:
    assert standard(1).strokes != trace.strokes


def test_no_model_is_trained_on_the_files() -> None:
    corpus = tomllib.loads((ROOT / "models" / "train" / "corpus.toml").read_text("utf-8"))
    assert "symbiote" not in corpus["train"]["packages"]


def test_without_a_checkout_the_user_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(typist, "SOURCES", tmp_path)
    with pytest.raises(UserError, match="--trace FILE"):
        standard()
