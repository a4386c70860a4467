"""Edit tasks: real code, an instruction, and the code after it, for a model that rewrites a selection.

Writes one example a line: {"task", "package", "path", "before", "selection", "after", "turns": [[instruction,
answer], ...]}. The selection has the indentation it has in its file; a second turn goes on from the first answer.

    python edits.py --work work --source train.jsonl --count 60000 --target work/train_edits.jsonl
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import edit_body as body
import edit_faults as faults
import edit_flow as flow
import edit_names as names
from edit_names import EXTRA, Made
from edit_wording import say
from pieces import Code, Piece, indented, parsed, pieces

Apply = Callable[[Code, Random, list[str]], Made]

FORWARD: dict[str, tuple[float, Apply]] = {
    "rename": (6, names.rename), "rename_function": (2, names.rename_function),
    "rename_attribute": (1.5, names.rename_attribute), "add_parameter": (4, names.add_parameter),
    "change_default": (1, names.change_default), "replace_value": (3, names.replace_value),
    "pass_argument": (2, names.pass_argument), "extract_constant": (2.5, names.extract_constant),
    "guard_none": (3, body.guard_none), "guard_empty": (2, body.guard_empty),
    "guard_return": (2, body.guard_return), "guard_negative": (1.5, body.guard_negative),
    "guard_type": (1.5, body.guard_type), "docstring": (5, body.docstring),
    "short_docstring": (1.5, body.short_docstring), "given_docstring": (1.5, body.given_docstring),
    "remove_docstring": (1, body.remove_docstring), "remove_comments": (1, flow.remove_comments),
    "type_hints": (4, flow.type_hints), "remove_hints": (1, flow.remove_hints),
    "return_type": (1.5, flow.return_type), "try_default": (3, body.try_default),
    "try_except": (3, body.try_except), "log_call": (2, body.log_call),
    "log_value": (1.5, body.log_value), "print_value": (1, body.print_value),
    "decorate": (1.5, body.decorate), "undecorate": (0.7, body.undecorate),
    "make_async": (1, body.make_async), "make_sync": (0.7, body.make_sync),
    "invert": (1.5, flow.invert), "swap_branches": (1, flow.swap_branches),
    "add_else": (1, flow.add_else), "move_line": (1.5, flow.move_line),
    "delete_line": (1.5, flow.delete_line), "comment_out": (0.7, flow.comment_out),
    "extract_variable": (1.5, flow.extract_variable), "double_quotes": (1.5, flow.double_quotes),
    "single_quotes": (0.7, flow.single_quotes), "f_string": (1.5, flow.f_string),
    "to_loop": (0.7, flow.to_loop),
}  # fmt: skip

BACKWARD: dict[str, tuple[float, Apply]] = {
    "undefined_name": (4, faults.undefined_name), "missing_colon": (1.5, faults.missing_colon),
    "missing_bracket": (2, faults.missing_bracket), "wrong_indent": (1.5, faults.wrong_indent),
    "unused_variable": (2, faults.unused_variable), "missing_self": (1, faults.missing_self),
    "none_comparison": (1, faults.none_comparison), "bare_except": (0.7, faults.bare_except),
    "empty_f_string": (0.7, faults.empty_f_string), "simplify": (3, faults.simplify),
    "to_comprehension": (1, faults.to_comprehension), "add_import": (1, faults.add_import),
    "remove_import": (1, faults.remove_import),
}  # fmt: skip

NOTHING = {
    "rename": ("old", "new"), "remove_docstring": (), "remove_comments": (), "undecorate": ("decorator",),
    "single_quotes": (), "double_quotes": (), "f_string": (), "make_sync": (), "to_comprehension": (),
}  # fmt: skip
"""Tasks whose instruction may find nothing to do, and the facts made up for them."""

POOLED = re.compile(r"_?[a-z][A-Za-z0-9_]*")

TASKS = [*FORWARD, *BACKWARD, "nothing"]
UNPARSABLE = {"missing_colon", "missing_bracket", "wrong_indent", "missing_self"}
"""Faults that may leave a selection that does not parse."""
WORDED = dict.fromkeys(BACKWARD, "fault") | {
    t: t for t in ("simplify", "to_comprehension", "add_import", "remove_import")
}
PREPARED: dict[str, Apply] = {
    "docstring": body.remove_docstring, "short_docstring": body.remove_docstring,
    "given_docstring": body.remove_docstring, "type_hints": flow.remove_hints,
    "return_type": flow.remove_hints, "double_quotes": flow.single_quotes,
    "decorate": body.undecorate,
}  # fmt: skip
TRIES = 20
NOTHING_WEIGHT = 3.0
TWO_TURNS = 0.35
LONGEST = 3_600
"""Characters of before, selection, after and the answers together that fit a window."""


@dataclass(frozen=True)
class Edit:
    task: str
    instruction: str
    old: str
    new: str


def nothing(code: Code, rng: Random, pool: list[str]) -> Edit | None:
    """An instruction that finds nothing to do."""
    task = rng.choice(sorted(NOTHING))
    if task == "to_comprehension":
        applies = any(word in code.text for word in ("for ", "while "))
    elif task == "rename":
        applies = False
    elif task == "undecorate":
        applies = "@" in code.text
    else:
        applies = FORWARD[task][1](code, rng, pool) is not None or '"""' in code.text
    if task.endswith("quotes"):
        applies = ("'" if task == "double_quotes" else '"') in code.text
    if task == "f_string":
        applies = "%" in code.text or "format" in code.text
    if applies:
        return None
    facts = {fact: names.fresh(code, rng, pool) for fact in NOTHING[task]} | {"function": "it"}
    return Edit("nothing", say(task, facts, rng), code.text, code.text)


def edit(task: str, code: Code, rng: Random, pool: list[str]) -> Edit | None:
    """One task on one piece; None where it does not apply."""
    if task == "nothing":
        return nothing(code, rng, pool)
    forward = task in FORWARD
    code = prepared(task, code, rng, pool) if rng.random() < 0.8 else code
    made = (FORWARD if forward else BACKWARD)[task][1](code, rng, pool)
    if made is None or made[1] == code.text or not made[1].strip():
        return None
    facts, text = made
    if not parsed(text) and task not in UNPARSABLE:
        return None
    if any("\n" in fact or len(fact) > 60 for fact in facts.values()):
        return None
    sentence = say(WORDED.get(task, task), facts, rng)
    return Edit(task, sentence, *((code.text, text) if forward else (text, code.text)))


def weight(task: str) -> float:
    return (FORWARD | BACKWARD)[task][0] if task != "nothing" else NOTHING_WEIGHT


def drawn(code: Code, made: Counter[str], rng: Random, pool: list[str]) -> Edit | None:
    """A task that applies; those that got less than their share so far are tried first."""
    every = [weight(t) * (weight(t) * (made.total() + 100) / (made[t] + 1)) for t in TASKS]
    for task in rng.choices(TASKS, every, k=TRIES):
        if (found := edit(task, code, rng, pool)) is not None:
            return found
    return None


def prepared(task: str, code: Code, rng: Random, pool: list[str]) -> Code:
    """The code without what the task is to add, where it has it already."""
    before = PREPARED.get(task)
    made = before(code, rng, pool) if before else None
    tree = parsed(made[1]) if made else None
    return Code(made[1], tree, code.kind) if made and tree else code


def follow_up(first: Edit, kind: str, rng: Random, pool: list[str]) -> Edit | None:
    """A second wish about the first answer; it may not need a fault that is not there."""
    if (tree := parsed(first.new)) is None:
        return None
    code = Code(first.new, tree, kind)
    for task in rng.choices(list(FORWARD), [w for w, _ in FORWARD.values()], k=12):
        found = edit(task, code, rng, pool) if task != first.task else None
        if found is not None:
            return found
    return None


def example(piece: Piece, first: Edit, rng: Random, pool: list[str]) -> dict[str, object]:
    edits = [first]
    if rng.random() < TWO_TURNS:
        second = follow_up(first, piece.code.kind, rng, pool)
        edits += [second] if second else []
    turns = [[e.instruction, indented(e.new, piece.indent)] for e in edits]
    return {
        "task": first.task, "before": piece.before, "selection": indented(first.old, piece.indent),
        "after": piece.after, "turns": turns,
    }  # fmt: skip


def pool_of(records: list[dict[str, str]], rng: Random) -> list[str]:
    """Names that people gave: words of the packages' own code, each as often as it is common, roughly."""
    found: Counter[str] = Counter()
    for record in rng.sample(records, min(400, len(records))):
        tree = parsed(record["text"])
        if tree:
            for name in Code(record["text"], tree, "file").names:
                if 2 < len(name) <= 20 and name.isascii() and POOLED.fullmatch(name):
                    found[name] += 1
    every = sorted(found)
    return [*EXTRA, *every, *(name for name in every if found[name] > 3)]


def examples(file: Path, count: int, seed: int) -> Iterator[dict[str, object]]:
    """`count` examples, the files in random order as often as it takes."""
    rng = Random(seed)
    records = [json.loads(line) for line in file.open(encoding="utf-8")]
    pool = pool_of(records, rng)
    tasks: Counter[str] = Counter()
    each = min(8, 1 + count // len(records))
    while True:
        rng.shuffle(records)
        for record in records:
            found = list(pieces(record["text"], rng))
            for piece in rng.sample(found, min(len(found), each)):
                first = drawn(piece.code, tasks, rng, pool)
                if first is None:
                    continue
                row = example(piece, first, rng, pool)
                if len(json.dumps(row)) > LONGEST:
                    continue
                tasks[first.task] += 1
                head = {"id": f"{first.task}-{tasks[first.task]:04}"}
                yield head | {"package": record["package"], "path": record["path"]} | row
                if tasks.total() == count:
                    return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    parser.add_argument("--source", default="train.jsonl", help="file name inside --work")
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--sorted", action="store_true", help="by file: git packs it smaller")
    parser.add_argument("--target", type=Path, required=True)
    options = parser.parse_args()
    tasks: Counter[str] = Counter()
    rows = examples(options.work / options.source, options.count, options.seed)
    if options.sorted:
        rows = iter(sorted(rows, key=lambda row: (str(row["package"]), str(row["path"]))))
    partial = options.target.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
            tasks[str(row["task"])] += 1
    partial.replace(options.target)
    print(f"{tasks.total()} examples: {dict(tasks.most_common())}")


if __name__ == "__main__":
    main()
