"""Every edit task does to real code what its instruction says."""

from __future__ import annotations

import ast
import json
import re
import sysconfig
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.models.edit_checks import CHECKS, first_statement, words
from unit.models.scripts import TRAIN, script

cut = script("pieces")
edits = script("edits")
wording = script("edit_wording")
names = script("edit_names")

FILES = (
    "argparse",
    "configparser",
    "zipfile",
    "shlex",
    "mailbox",
    "calendar",
    "sched",
    "csv",
    "asyncio/base_events",
)
POOL = ["limit", "items", "user_name", "path", "handler", "retries"]
WRITTEN = '''\
@cached
async def load(path, size: int = 10, *, strict=False) -> str:
    """Read it."""
    # the data
    data = await read(path, 'utf-8', size=size)
    names = [n.strip() for n in data if n]
    count = 0
    count += len(names)
    if path is None:
        log("%s" % path)
        kind = "a"
    else:
        kind = "b"
    try:
        use(path, kind == "b")
    except Exception:
        return "%s" % count
    return count > size

def total(values, start=0):
    result = start
    for value in values:
        result = result + value
    if not result:
        result = None
    return result == start

class Box:
    def fill(self, item, name="x"):
        self.item = item
        self.empty = not item
        print("filled")
        if item is not None:
            return f"{item}"
        return "say: %s" % name
'''


def sources() -> list[str]:
    root = Path(sysconfig.get_paths()["stdlib"])
    return [WRITTEN, *((root / f"{name}.py").read_text("utf-8") for name in FILES)]


@pytest.fixture(scope="module")
def made() -> dict[str, list[Any]]:
    """Some edits of every task."""
    found: dict[str, list[Any]] = defaultdict(list)
    rng = Random(3)
    for source in sources():
        for _ in range(30 if source is WRITTEN else 1):
            for piece in cut.pieces(source, rng):
                for task in edits.TASKS:
                    if len(found[task]) < 40:
                        edit = edits.edit(task, piece.code, rng, POOL)
                        found[task] += [edit] if edit else []
    return found


def test_every_task_is_checked() -> None:
    assert set(CHECKS) == set(edits.TASKS)
    assert set(edits.WORDED.values()) | set(edits.FORWARD) == set(wording.WORDINGS)


@pytest.mark.parametrize("task", sorted(CHECKS))
def test_a_task_does_what_it_says(task: str, made: dict[str, list[Any]]) -> None:
    assert made[task], "no code here that it applies to"
    for edit in made[task]:
        assert task in edits.UNPARSABLE or cut.parsed(edit.old), edit.old
        assert cut.parsed(edit.new), edit.new
        assert CHECKS[task](edit.old, edit.new), (
            f"{edit.instruction}\n{edit.old}\n-----\n{edit.new}"
        )


def test_the_words_of_an_instruction_name_what_changes(made: dict[str, list[Any]]) -> None:
    for edit in made["rename"]:
        (old,), (new,) = words(edit.old) - words(edit.new), words(edit.new) - words(edit.old)
        assert {old, new} <= set(words(edit.instruction)), edit.instruction
    for task in ("guard_none", "guard_empty", "guard_negative", "guard_type"):
        for edit in made[task]:
            test = first_statement(edit.new)
            assert isinstance(test, ast.If)
            assert any(
                isinstance(n, ast.Name) and n.id in words(edit.instruction)
                for n in ast.walk(test.test)
            ), edit.instruction  # fmt: skip


def test_a_piece_is_put_back_as_it_stood() -> None:
    for source in sources():
        for piece in cut.pieces(source, Random(1)):
            text = cut.indented(piece.code.text, piece.indent)
            assert "\n".join(filter(None, (piece.before, text, piece.after))) in source.replace(
                "\n\n", "\n\n"
            )
            assert text in source
            assert text.count("\n") < cut.MOST_LINES


@given(st.sampled_from(sorted(wording.WORDINGS)), st.integers(0, 2**32))
def test_no_sentence_loses_a_fact(task: str, seed: int) -> None:
    facts = {
        name: f"X{number}_y"
        for number, name in enumerate(
            sorted({f for w in wording.WORDINGS[task] for f in re.findall(r"{(\w+)}", w)})
        )
    }
    sentence = wording.say(task, facts, Random(seed))
    assert sentence.strip() and "%" not in sentence and "{" not in sentence
    mentioned = [w for w in wording.WORDINGS[task] if re.findall(r"{(\w+)}", w)]
    if len(mentioned) == len(wording.WORDINGS[task]):
        assert re.search(r"X\d_y", sentence)


def test_there_are_many_ways_to_say_it() -> None:
    rng = Random(1)
    for task in wording.WORDINGS:
        facts = {f: f for w in wording.WORDINGS[task] for f in re.findall(r"{(\w+)}", w)}
        assert len({wording.say(task, facts, rng) for _ in range(600)}) >= 30, task


def test_the_evaluation_tasks_are_from_withheld_packages() -> None:
    rows = [
        json.loads(line)
        for line in (TRAIN.parent / "holes" / "edits.jsonl").read_text("utf-8").splitlines()
    ]
    manifest = json.loads((TRAIN / "manifest.json").read_text("utf-8"))
    assert {row["package"] for row in rows} <= {entry["name"] for entry in manifest["heldout"]}
    assert len({row["id"] for row in rows}) == len(rows) >= 300
    for row in rows:
        assert row["turns"] and row["selection"].strip()
        for wish, answer in row["turns"]:
            assert wish.strip() and answer.strip()
            indent = answer[: len(answer) - len(answer.lstrip())]
            assert cut.parsed(f"if 1:\n{indent}pass\n{answer}" if indent else answer), row["id"]
