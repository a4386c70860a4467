"""Edit tasks as lines of documents, long selections, and how much of one stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from symbiote.bench import edits
from symbiote.bench.edits import Edit, kept, long, read
from symbiote.bench.trace import File
from symbiote.core.errors import UserError


def task(**more: Any) -> str:
    raw = {"id": "t-1", "before": "", "selection": "a\nb", "after": "", "turns": [["do", "c"]]}
    return json.dumps(raw | more)


def test_a_task_is_a_selection_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text(task(before="x\ny\n", after="\nz") + "\n" + task(selection="a"), "utf-8")
    (found,) = read(file, 2, 3)
    assert found == Edit("t-1", "x\ny\n\na\nb\n\nz\n", 3, 5, "do")
    assert found.selection == ["a", "b"]
    marked = found.marked(7)
    assert marked.selection == found.selection
    assert marked.text == f"# 7 of these\n{found.text}"
    (alone,) = read(file, 1, 1)
    assert alone.selection == ["a"]


@pytest.mark.parametrize("text", ["{}", "no", "[]", task(turns=[]), task(before=1), ""])
def test_what_is_no_task_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"tasks\.jsonl"):
        read(file)
    with pytest.raises(UserError, match="--tasks"):
        read(tmp_path / "none.jsonl")


def test_the_tasks_of_the_checkout_are_enough() -> None:
    found = read(edits.TASKS)
    assert len(found) >= 40
    assert all(15 <= len(one.selection) <= 28 and one.words for one in found)


def test_long_selections_change_a_name_that_stands_there_a_few_times() -> None:
    body = "def f(a):\n    total = a\n    b = 1\n    return total\n\n"
    assert long([File("a.py", "python", body * 20), File("b.py", "python", body)], 4, 60) == []
    rare = "def f(a):\n    total = a\n    return total\n" + "    pass\n" * 70
    (first, *_) = long([File("a.py", "python", rare)], 4, 60)
    assert (first.start, first.end, first.words) == (0, 60, "Rename total to total_too")


def test_kept_lines_are_counted_in_their_order() -> None:
    assert kept(["a", "b", "c", "d"], ["a", "x", "c", "d"]) == 0.75
    assert kept(["a", "b"], ["b", "a"]) == 0.5
    assert kept([], ["a"]) == 0.0
    assert kept(["a"], []) == 0.0
