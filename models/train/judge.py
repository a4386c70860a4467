"""What is wrong in the suggestions that `members.py` wrote down: attributes and arguments that do not exist.

Judged by running the packages, not by the analysis that the filter goes by: a module is imported, `self` is the class around the
hole in the true file, and a name exists if the object has it, or a method of its classes assigns or reads it. What follows from
no module and no class (parameters, local names) is told as `unknown`, with its text, for a human.

    python models/train/judge.py FILE --site VENV [--verdicts FILE]

`--verdicts`: JSON, "receiver.name @ hole" to true (it exists) or false, by hand.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import inspect
import json
import re
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symbiote.metrics.score import wilson

Row = dict[str, Any]
STEADY = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def whole_text(row: Row, site: Path) -> str:
    root = Path(sysconfig.get_path("stdlib")) if row["package"] == "python-heldout" else site
    return (root / row["path"]).read_text("utf-8")


def accesses(text: str, at: int, said: str) -> Iterator[tuple[str, str, str]]:
    """(kind, receiver, name) of what ends in the suggestion, in strings and comments left out."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:at] + said
    hidden = re.sub(
        r"\"(?:\\.|[^\"\\])*(?:\"|$)|'(?:\\.|[^'\\])*(?:'|$)", lambda m: "'" * len(m[0]), line
    )
    hidden = re.sub(r"#.*", "", hidden)
    for match in re.finditer(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*|[)\]'])\.([^\W\d]\w*)", hidden):
        parts = match[0].split(".")
        place = match.start() + len(parts[0])
        for number in range(1, len(parts)):
            place += 1 + len(parts[number])
            if place > at - start:
                yield "attribute", ".".join(parts[:number]), parts[number]
    for match in re.finditer(r"([^\W\d][\w.]*)\(([^()]*)", hidden):
        if re.search(r"\b(?:def|class)\s+$", hidden[: match.start()]):
            continue
        for given in re.finditer(r"(?:^|,)\s*([^\W\d]\w*)\s*=(?!=)", match[2]):
            if match.start(2) + given.end(1) > at - start:
                yield "keyword", match[1], given[1]


def module_of(row: Row) -> Any:
    name = row["path"].removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    try:
        return importlib.import_module(name)
    except BaseException:
        return None


def around(text: str, line: int) -> tuple[list[str], set[str]]:
    """The classes around a line, outermost first, and the names its functions bind."""
    classes: list[str] = []
    local: set[str] = set()
    node: ast.AST = ast.parse(text)
    while True:
        inside = [
            one
            for one in ast.walk(node)
            if one is not node
            and isinstance(one, STEADY)
            and one.lineno <= line <= (one.end_lineno or 0)
        ]
        if not inside:
            return classes, local
        node = min(inside, key=lambda one: (one.lineno, -(one.end_lineno or 0)))
        if isinstance(node, ast.ClassDef):
            classes.append(node.name)
        else:
            local |= {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
            local |= {
                one.id
                for one in ast.walk(node)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            }
            local |= {
                (alias.asname or alias.name).partition(".")[0]
                for one in ast.walk(node)
                if isinstance(one, ast.Import | ast.ImportFrom)
                for alias in one.names
            }


def has(cls: type, name: str) -> bool:
    """Whether objects of a class have an attribute, by what its classes hold, assign or read."""
    if hasattr(cls, name) or name in getattr(cls, "__slots__", ()):
        return True
    for one in cls.__mro__:
        if name in getattr(one, "__annotations__", {}):
            return True
        try:
            source = inspect.getsource(one)
        except (OSError, TypeError):
            continue
        if re.search(rf"\b(?:self|cls)\.{name}\b", source):
            return True
    return any(has(below, name) for below in type.__subclasses__(cls)[:50])


def exists(row: Row, text: str, kind: str, receiver: str, name: str) -> bool | None:
    line = text.count("\n", 0, row["at"]) + 1
    module = module_of(row)
    classes, local = around(text, line)
    first, *rest = receiver.split(".")
    own: Any = module
    for step in classes:
        own = getattr(own, step, None)
    if first in ("self", "cls") and isinstance(own, type):
        if not rest:
            return has(own, name) if kind == "attribute" else None
        value = getattr(own, rest.pop(0), None)
        if value is None or isinstance(value, property):
            return None
    elif first in local or not first.isidentifier():
        return None
    elif hasattr(module, first):
        value = getattr(module, first)
    elif hasattr(builtins, first):
        value = getattr(builtins, first)
    else:
        return None
    for step in rest:
        if not hasattr(value, step):
            return None
        value = getattr(value, step)
    if kind == "attribute":
        return hasattr(value, name)
    return takes(value, name)


def takes(value: Any, name: str) -> bool | None:
    try:
        parameters = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return None
    kinds = {one.kind for one in parameters.values()}
    return name in parameters or inspect.Parameter.VAR_KEYWORD in kinds


def made(text: str, at: int, said: str, receiver: str, name: str) -> bool:
    """Whether the suggestion assigns the attribute."""
    line = text[text.rfind("\n", 0, at) + 1 : at] + said
    return re.search(rf"(?<!\w){re.escape(receiver)}\.{name}\s*(?::[^=]+)?=(?!=)", line) is not None


def judge(
    row: Row, text: str, said: str, verdicts: dict[str, bool]
) -> list[tuple[str, bool | None]]:
    found = []
    at = row["at"]
    true = set(accesses(text, at, row["answer"]))
    for kind, receiver, name in accesses(text, at, said):
        what = f"{receiver}{'.' if kind == 'attribute' else '('}{name} @ {row['id']}"
        if (kind, receiver, name) in true or (
            kind == "attribute" and made(text, at, said, receiver, name)
        ):
            verdict: bool | None = True
        elif name.startswith("__"):
            verdict = True
        else:
            verdict = verdicts.get(what)
            if verdict is None:
                verdict = exists(row, text, kind, receiver, name)
        found.append((what, verdict))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--verdicts", type=Path)
    parser.add_argument("--gate", type=float, default=-1.6, help="of the embedded model")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    site = next(options.site.glob("lib/python3*/site-packages"))
    sys.path.insert(0, str(site))
    verdicts = json.loads(options.verdicts.read_text("utf-8")) if options.verdicts else {}
    rows = [json.loads(line) for line in options.file.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row.get("before")]
    for title, some in (
        ("asked for by hand", rows),
        ("surer than the gate", [row for row in rows if row["confidence"] >= options.gate]),
    ):
        report(title, some, site, verdicts)


def report(title: str, rows: list[Row], site: Path, verdicts: dict[str, bool]) -> None:
    print(f"\n{title}: {len(rows)} suggestions")
    changed = {"removed wrong": 0, "repaired right": 0, "repaired wrong": 0, "lost right": 0}
    for when in ("before", "after"):
        named = wrong = unknown = 0
        for row in rows:
            text = whole_text(row, site)
            found = judge(row, text, row[when], verdicts)
            if not found:
                continue
            named += 1
            wrong += any(verdict is False for _, verdict in found)
            unknown += any(verdict is None for _, verdict in found)
            if when == "before":
                bad = any(verdict is False for _, verdict in found)
                for what, verdict in found:
                    if verdict is not True and title.startswith("asked"):
                        print(f"  {verdict}: {what} | {row['before']!r} was {row['answer']!r}")
                if row["after"] != row["before"]:
                    after = judge(row, text, row["after"], verdicts) if row["after"] else []
                    if not row["after"]:
                        changed["removed wrong" if bad else "lost right"] += 1
                    else:
                        good = row["after"].strip() == row["answer"].strip()
                        fine = all(verdict is True for _, verdict in after)
                        changed["repaired right" if good or fine else "repaired wrong"] += 1
                    print(
                        f"  changed: {row['before']!r} -> {row['after']!r}, was {row['answer']!r}"
                    )
        share = wilson(wrong, named)
        print(
            f"  {when}: {named} name something, {wrong} wrongly ({share.share:.1%},"
            f" {share.as_list()}), {unknown} with something unknown"
        )
    print(f"  {changed}")


if __name__ == "__main__":
    main()
