"""Every edit task does to real code what its instruction says."""

from __future__ import annotations

import ast
import io
import json
import re
import sysconfig
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def tree(text: str) -> ast.Module:
    return ast.parse(text)


def function(text: str) -> Any:
    return next(
        n for n in ast.walk(tree(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def same(one: str, other: str) -> bool:
    return ast.dump(tree(one)) == ast.dump(tree(other))


def nodes(text: str, *kinds: type[ast.AST]) -> int:
    return sum(isinstance(n, kinds) for n in ast.walk(tree(text)))


def counted(kind: type[ast.AST], more: int) -> Callable[[str, str], bool]:
    return lambda old, new: nodes(new, kind) - nodes(old, kind) == more


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def added(old: str, new: str) -> Counter[str]:
    return words(new) - words(old)


def documented(text: str) -> bool:
    return bool(ast.get_docstring(function(text)))


def without_docstring(text: str) -> str:
    node = function(text)
    node.body = node.body[1:]
    return ast.dump(node)


def hints(text: str) -> int:
    node = function(text)
    every = [a for a in ast.walk(node.args) if isinstance(a, ast.arg) and a.annotation]
    return len(every) + bool(node.returns)


def comments(text: str) -> list[str]:
    every = tokenize.generate_tokens(io.StringIO(text + "\n").readline)
    return [t.string for t in every if t.type == tokenize.COMMENT]


def first_statement(text: str) -> ast.stmt:
    body: list[ast.stmt] = function(text).body
    return body[1] if documented(text) else body[0]


def guards(old: str, new: str) -> bool:
    return isinstance(first_statement(new), ast.If) and counted(ast.If, 1)(old, new)


def adds_docstring(old: str, new: str) -> bool:
    return (
        documented(new)
        and not documented(old)
        and without_docstring(new) == ast.dump(function(old))
    )


def renames(old: str, new: str) -> bool:
    gone, come = words(old) - words(new), words(new) - words(old)
    return len(gone) == len(come) == 1 and sum(gone.values()) == sum(come.values())


def shorter(old: str, new: str) -> bool:
    return len(new) < len(old)


def lines_sorted(text: str) -> list[str]:
    return sorted(text.split("\n"))


def function_args(text: str) -> str:
    return f"lambda {ast.unparse(unhinted(function(text).args))}: 0"


def unhinted(arguments: ast.arguments) -> ast.arguments:
    for node in ast.walk(arguments):
        if isinstance(node, ast.arg):
            node.annotation = None
    return arguments


def ifs(text: str) -> list[ast.If]:
    return [n for n in ast.walk(tree(text)) if isinstance(n, ast.If)]


def renames_one(old: str, new: str) -> bool:
    return sum((words(new) - words(old)).values()) == sum((words(old) - words(new)).values()) == 1


CHECKS: dict[str, Callable[[str, str], bool]] = {
    "rename": renames,
    "rename_function": renames,
    "rename_attribute": renames,
    "add_parameter": lambda old, new: nodes(function_args(new), ast.arg) - nodes(function_args(old), ast.arg) == 1,
    "change_default": lambda old, new: not same(old, new) and nodes(old, ast.arg) == nodes(new, ast.arg),
    "replace_value": lambda old, new: not same(old, new),
    "pass_argument": counted(ast.keyword, 1),
    "extract_constant": lambda old, new: isinstance(tree(new).body[0], ast.Assign),
    "guard_none": guards,
    "guard_empty": guards,
    "guard_return": guards,
    "guard_negative": guards,
    "guard_type": guards,
    "docstring": adds_docstring,
    "short_docstring": adds_docstring,
    "given_docstring": adds_docstring,
    "remove_docstring": lambda old, new: adds_docstring(new, old),
    "remove_comments": lambda old, new: same(old, new) and bool(comments(old)) and not comments(new),
    "type_hints": lambda old, new: hints(new) > hints(old) == 0,
    "remove_hints": lambda old, new: hints(old) > hints(new) == 0,
    "return_type": lambda old, new: function(new).returns and not function(old).returns,
    "try_default": counted(ast.Try, 1),
    "try_except": counted(ast.Try, 1),
    "log_call": lambda old, new: "logger.debug" in ast.unparse(first_statement(new)),
    "log_value": lambda old, new: new.count("logger.debug(") - old.count("logger.debug(") == 1,
    "print_value": lambda old, new: new.count("print(") - old.count("print(") == 1,
    "decorate": lambda old, new: len(function(new).decorator_list) == 1,
    "undecorate": lambda old, new: not function(new).decorator_list,
    "make_async": lambda old, new: isinstance(function(new), ast.AsyncFunctionDef),
    "make_sync": lambda old, new: not nodes(new, ast.AsyncFunctionDef, ast.Await, ast.AsyncFor),
    "invert": lambda old, new: not same(old, new) and nodes(old, ast.If) == nodes(new, ast.If),
    "swap_branches": lambda old, new: nodes(old, ast.If) == nodes(new, ast.If) and not same(old, new),
    "add_else": lambda old, new: not any(n.orelse for n in ifs(old)) and any(n.orelse for n in ifs(new)),
    "move_line": lambda old, new: lines_sorted(old) == lines_sorted(new),
    "delete_line": lambda old, new: new.count("\n") == old.count("\n") - 1,
    "comment_out": lambda old, new: len(comments(new)) == len(comments(old)) + 1,
    "extract_variable": counted(ast.Assign, 1),
    "double_quotes": lambda old, new: same(old, new) and new.count("'") < old.count("'"),
    "single_quotes": lambda old, new: same(old, new) and new.count('"') < old.count('"'),
    "f_string": counted(ast.JoinedStr, 1),
    "to_loop": counted(ast.For, 1),
    "undefined_name": renames_one,
    "missing_colon": lambda old, new: len(new) == len(old) + 1 and new.count(":") > old.count(":"),
    "missing_bracket": lambda old, new: len(new) == len(old) + 1,
    "wrong_indent": lambda old, new: old.replace(" ", "") == new.replace(" ", "") and old != new,
    "unused_variable": lambda old, new: old.count("\n") == new.count("\n") + 1,
    "missing_self": lambda old, new: function(new).args.args[0].arg == "self",
    "none_comparison": lambda old, new: "= None" in old and nodes(new, ast.Is, ast.IsNot) > 0,
    "bare_except": lambda old, new: "except:" in old and "except Exception:" in new,
    "empty_f_string": counted(ast.JoinedStr, -1),
    "simplify": lambda old, new: shorter(old, new) and not same(old, new),
    "to_comprehension": counted(ast.ListComp, 1),
    "add_import": lambda old, new: nodes(new, ast.Import) == nodes(old, ast.Import) + 1,
    "remove_import": lambda old, new: nodes(new, ast.Import) == nodes(old, ast.Import) - 1,
    "nothing": lambda old, new: old == new,
}  # fmt: skip


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
