"""Edit tasks about names, parameters and values: each takes real code and says what to change.

A task returns the words its instruction is made of and the text after the edit, or None where it does not apply.
"""

import ast
import re
from random import Random

from pieces import Code, Function, Span

Facts = dict[str, str]
Made = tuple[Facts, str] | None

SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TYPES = {"int": "0", "str": '""', "bool": "False", "float": "1.0", "None": "None"}
DEFAULTS = (
    "None",
    "None",
    "True",
    "False",
    "False",
    "0",
    "1",
    "10",
    '""',
    '"utf-8"',
    "()",
    "1.0",
    "100",
)
EXTRA = (
    "timeout", "verbose", "limit", "name", "default", "strict", "encoding", "retries", "logger",
    "prefix", "callback", "config", "path", "key", "max_size", "dry_run", "force", "depth",
)  # fmt: skip


def strings(code: Code) -> str:
    """All text inside strings, f-strings included."""
    found = [code.of(n) for n in ast.walk(code.tree) if isinstance(n, ast.JoinedStr)]
    return "\n".join(found)


def free(code: Code, name: str) -> bool:
    return name.isidentifier() and re.search(rf"\b{name}\b", code.text) is None


def fresh(code: Code, rng: Random, pool: list[str], like: str = "") -> str:
    """A name the code does not have; sometimes a variation of `like`."""
    for _ in range(20):
        draw = rng.random()
        name = rng.choice(pool)
        if draw < 0.15:
            name = f"{rng.choice(pool)}_{rng.choice(pool)}"
        elif draw < 0.3 and like:
            ends = (
                f"{like}s",
                f"{like}_{rng.choice(EXTRA)}",
                f"new_{like}",
                f"{like}2",
                f"_{like}",
            )
            name = rng.choice(ends)
        if len(name) <= 24 and free(code, name):
            return name
    return "replacement"


def places(code: Code, name: str) -> list[Span]:
    """Where `name` stands as a variable or a parameter."""
    found: list[Span] = []
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Name) and node.id == name:
            found.append((*code.span(node), ""))
        elif isinstance(node, ast.arg) and node.arg == name:
            start = code.span(node)[0]
            found.append((start, start + len(name), ""))
    return found


def bound(code: Code) -> list[str]:
    """Names that the piece itself binds: parameters and assigned variables."""
    found: set[str] = set()
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            return []
    in_strings = strings(code)
    return sorted(
        n for n in found - {"self", "cls", "_"} if re.search(rf"\b{n}\b", in_strings) is None
    )


def rename(code: Code, rng: Random, pool: list[str]) -> Made:
    names = bound(code)
    if (
        code.kind == "statements" and rng.random() < 0.5
    ):  # a selection may use what it does not bind
        names = sorted({n.id for n in ast.walk(code.tree) if isinstance(n, ast.Name)} - {"self"})
        names = [n for n in names if re.search(rf"\b{n}\b", strings(code)) is None]
    if not names:
        return None
    old = rng.choice(names)
    new = fresh(code, rng, pool, old)
    return {"old": old, "new": new}, code.changed([(a, b, new) for a, b, _ in places(code, old)])


def rename_function(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or function.name.startswith("__") or function.name in bound(code):
        return None
    new = fresh(code, rng, pool, function.name)
    head = code.offset(function.lineno, function.col_offset)
    start = code.text.index(function.name, head + len("def "))
    spans = [(a, b, new) for a, b, _ in places(code, function.name)]
    return {"old": function.name, "new": new}, code.changed(
        [*spans, (start, start + len(function.name), new)]
    )


def rename_attribute(code: Code, rng: Random, pool: list[str]) -> Made:
    found: dict[str, list[Span]] = {}
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Attribute) and code.text[: code.span(node)[1]].endswith(node.attr):
            end = code.span(node)[1]
            found.setdefault(node.attr, []).append((end - len(node.attr), end, ""))
    names = sorted(n for n in found if re.search(rf"\b{n}\b", strings(code)) is None)
    if not names:
        return None
    old = rng.choice(names)
    new = fresh(code, rng, pool, old)
    return {"old": old, "new": new}, code.changed([(a, b, new) for a, b, _ in found[old]])


def last_argument(code: Code, function: Function) -> int | None:
    """The offset behind the last positional parameter, its default included."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args]
    if not every or arguments.vararg or arguments.kwonlyargs:
        return None
    ends = [code.span(every[-1])[1]]
    if arguments.defaults:
        ends.append(code.span(arguments.defaults[-1])[1])
    end = max(ends)
    # A bracket around the default would be cut through.
    return end if code.text[end : end + 1] in (",", ")") else None


def add_parameter(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None:
        return None
    name = rng.choice(EXTRA) if rng.random() < 0.4 else fresh(code, rng, pool)
    if not free(code, name):
        return None
    default, hint = rng.choice(DEFAULTS), ""
    if rng.random() < 0.25:
        hint = rng.choice([t for t in TYPES if t != "None"])
        default = TYPES[hint]
    words = f"{name}: {hint} = {default}" if hint else f"{name}={default}"
    facts = {"name": name, "default": default, "parameter": words, "function": function.name}
    if (end := last_argument(code, function)) is not None:
        return facts, code.changed([(end, end, f", {words}")])
    start = code.text.find("()", code.offset(function.lineno, 0))
    if function.args.vararg or function.args.kwonlyargs or function.args.kwarg or start < 0:
        return None
    return facts, code.changed([(start + 1, start + 1, words)])


def change_default(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or not function.args.defaults:
        return None
    every = [*function.args.posonlyargs, *function.args.args]
    pairs = list(zip(every[-len(function.args.defaults) :], function.args.defaults, strict=True))
    argument, default = rng.choice(pairs)
    new = rng.choice(DEFAULTS)
    if new == code.of(default):
        return None
    start, end = code.span(default)
    return {"name": argument.arg, "old": code.of(default), "new": new}, code.changed(
        [(start, end, new)]
    )


def replace_value(code: Code, rng: Random, pool: list[str]) -> Made:
    """A literal or an expression for another, wherever it stands."""
    found: dict[str, list[Span]] = {}
    inside: set[int] = set()  # strings inside f-strings have no place of their own
    for node in ast.walk(code.tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(n) for n in ast.walk(node)}
    for node in ast.walk(code.tree):
        if not isinstance(node, ast.Constant | ast.Attribute) or id(node) in inside:
            continue
        if 1 <= len(text := code.of(node)) <= 30 and "\n" not in text:
            found.setdefault(text, []).append((*code.span(node), ""))
    found = {old: spans for old, spans in found.items() if old not in ("None", "self")}
    if not found:
        return None
    old = rng.choice(sorted(found))
    if len(re.findall(re.escape(old), code.text)) != len(found[old]):
        return None
    if old[0] in "\"'":
        new = old[0] + rng.choice(pool).replace("_", " ") + old[0]
    elif old[0].isdigit():
        new = str(rng.choice((0, 1, 2, 3, 5, 10, 16, 60, 100, 255, 1000, rng.randrange(5000))))
    elif old in ("True", "False"):
        new = {"True": "False", "False": "True"}[old]
    else:
        new = fresh(code, rng, pool) if rng.random() < 0.5 else f"self.{fresh(code, rng, pool)}"
    return {"old": old, "new": new}, code.changed([(a, b, new) for a, b, _ in found[old]])


def calls(code: Code) -> list[ast.Call]:
    """Calls that end in a plain bracket and hold no generator alone."""
    return [
        n
        for n in ast.walk(code.tree)
        if isinstance(n, ast.Call)
        and isinstance(n.func, ast.Name | ast.Attribute)
        and n.lineno == n.end_lineno
        and not any(isinstance(a, ast.GeneratorExp | ast.Starred) for a in n.args)
    ]


def pass_argument(code: Code, rng: Random, pool: list[str]) -> Made:
    found = calls(code)
    names = [code.of(c.func) for c in found]
    found = [c for c, name in zip(found, names, strict=True) if names.count(name) == 1]
    if not found or strings(code):
        return None
    call = rng.choice(found)
    name = rng.choice(EXTRA) if rng.random() < 0.5 else fresh(code, rng, pool)
    if any(k.arg in (name, None) for k in call.keywords):
        return None
    value = rng.choice((*DEFAULTS, name))
    end = code.span(call)[1] - 1
    comma = ", " if call.args or call.keywords else ""
    words = f"{name}={value}"
    if code.text[end - 1] in ", \n":
        return None
    return {"argument": words, "function": code.of(call.func)}, code.changed(
        [(end, end, comma + words)]
    )


def extract_constant(code: Code, rng: Random, pool: list[str]) -> Made:
    inside: set[int] = set()
    for node in ast.walk(code.tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(n) for n in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
    found: dict[str, list[Span]] = {}
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Constant) and id(node) not in inside:
            text = code.of(node)
            if "\n" not in text and isinstance(node.value, int | float | str) and len(text) <= 40:
                found.setdefault(text, []).append((*code.span(node), ""))
    found = {t: s for t, s in found.items() if t not in ("0", "1", "True", "False", "''", '""')}
    if not found or code.kind == "imports":
        return None
    old = rng.choice(sorted(found))
    new = fresh(code, rng, pool).upper().strip("_")
    text = code.changed([(a, b, new) for a, b, _ in found[old]])
    space = "\n\n\n" if code.function else "\n"
    return {"value": old, "new": new}, f"{new} = {old}{space}{text}"
