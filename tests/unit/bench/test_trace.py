"""Traces survive their file format, and a file that is no trace is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbiote.bench.trace import File, Stroke, Trace, dump, load
from symbiote.core.errors import UserError

TRACE = Trace(
    "small",
    (File("a.py", "python", "x = \n"), File("b.py", "python", "é")),
    (Stroke(0.1, 0, 4, 0, "1"), Stroke(1.5, 1, 0, 1, "\n"), Stroke(0.0, 0, 4, 1, "")),
)
HEAD = '{"schema": 1, "trace": "t"}'
FILE = '{"file": "a.py", "language": "python", "start": "abc"}'


def test_a_trace_survives_its_file(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text("\n".join(dump(TRACE)) + "\n", "utf-8")
    assert load(file) == TRACE
    assert TRACE.ends() == ["x = \n", "\n"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([FILE], "line 1"),
        (['{"schema": 2}'], '"schema": 1'),
        ([HEAD, "nonsense"], "line 2"),
        ([HEAD, "[]"], "not an object"),
        ([HEAD, FILE, '{"gap": -1, "in": 0, "at": 0, "cut": 0, "put": "x"}'], "gap"),
        ([HEAD, FILE, '{"gap": 1, "in": 1, "at": 0, "cut": 0, "put": "x"}'], "no file number 1"),
        ([HEAD, FILE, '{"gap": 1, "in": 0, "at": 2, "cut": 2, "put": ""}'], "3 characters"),
        ([HEAD, FILE, '{"gap": 1, "in": 0, "at": -1, "cut": 0, "put": ""}'], "at must be"),
        ([HEAD, FILE, '{"gap": 1, "in": 0, "at": true, "cut": 0, "put": ""}'], "at must be"),
        ([HEAD, FILE, '{"gap": 1, "in": 0, "at": 0, "cut": 0, "put": "\\r"}'], "line ends"),
        ([HEAD, FILE], "no keys"),
        ([], "no keys"),
    ],
)
def test_what_is_no_trace_is_refused_with_the_place(
    tmp_path: Path, lines: list[str], says: str
) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    with pytest.raises(UserError, match=r"t\.jsonl") as error:
        load(file)
    assert says in str(error.value)


def test_a_missing_file_is_a_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.jsonl")


def test_a_trace_can_be_cut_and_knows_its_finished_files() -> None:
    assert TRACE.first(None) == TRACE
    cut = TRACE.first(1)
    assert (cut.strokes, cut.seconds) == (TRACE.strokes[:1], 0.1)
    assert [file.start for file in cut.finished()] == ["x = 1\n", "é"]
    assert [file.name for file in TRACE.finished()] == ["a.py", "b.py"]
