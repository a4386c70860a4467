"""The public yardstick's tasks become holes as they are."""

from __future__ import annotations

from unit.models.scripts import script


def test_a_task_becomes_a_hole() -> None:
    task = {
        "task_id": "SingleLineInfilling/HumanEval/0/L0",
        "prompt": "def f(x):\n",
        "suffix": "    return y\n",
        "canonical_solution": "    y = x + 1\n",
    }
    assert script("humaneval").hole(task) == {
        "id": "SingleLineInfilling/HumanEval/0/L0",
        "prefix": "def f(x):\n",
        "suffix": "\n    return y\n",
        "answer": "    y = x + 1",
    }
