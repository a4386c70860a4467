"""Edit tasks about what a function does first, around everything, or on its way: guards, docstrings, try, logging."""

import ast
from random import Random

from edit_names import TYPES, Made, fresh
from pieces import Code, Function, first_line, indented, last_line, whole_lines

STEP = "    "
REACTIONS = {
    "return None": ["return None"],
    "return False": ["return False"],
    "return an empty list": ["return []"],
    "ignore it": ["pass"],
    "raise RuntimeError": ["raise RuntimeError"],
    "continue": ["continue"],
    "raise LookupError": ["raise LookupError"],
}
ERRORS = (
    "ValueError", "KeyError", "TypeError", "OSError", "AttributeError", "IndexError", "Exception",
    "FileNotFoundError", "ImportError", "RuntimeError", "StopIteration", "TimeoutError",
)  # fmt: skip
DECORATORS = (
    "staticmethod", "classmethod", "property", "cache", "functools.cache", "abstractmethod",
    "lru_cache(maxsize=None)", "override", "contextmanager", "pytest.fixture", "cached_property",
)  # fmt: skip


def documented(function: Function) -> ast.Expr | None:
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first if isinstance(first.value.value, str) else None
    return None


def body(code: Code, function: Function) -> tuple[int, str] | None:
    """The line before which new first statements go, and their indentation."""
    rest = function.body[1:] if documented(function) else function.body
    if not rest or not whole_lines(code, function.body[0]):
        return None
    line = first_line(rest[0])
    header = function.body[0].lineno if not documented(function) else last_line(function.body[0])
    while line - 1 > header and code.lines[line - 2].strip().startswith("#"):
        line -= 1
    return line, " " * rest[0].col_offset


def parameters(function: Function) -> list[str]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [a.arg for a in every if a.arg not in ("self", "cls")]


def guarded(code: Code, rng: Random, test: str, reaction: str) -> Made:
    """`test` and `reaction` name the parameter in braces."""
    function = code.function
    if function is None or not parameters(function) or (place := body(code, function)) is None:
        return None
    line, indent = place
    name = rng.choice(parameters(function))
    new = [f"{indent}if {test}:", f"{indent}{STEP}{reaction}"]
    filled = [text.replace("{name}", name) for text in new]
    return {"name": name, "function": function.name}, code.inserted(line, filled)


def guard_none(code: Code, rng: Random, pool: list[str]) -> Made:
    return guarded(code, rng, "{name} is None", 'raise ValueError("{name} must not be None")')


def guard_empty(code: Code, rng: Random, pool: list[str]) -> Made:
    return guarded(code, rng, "not {name}", "return")


def guard_negative(code: Code, rng: Random, pool: list[str]) -> Made:
    return guarded(code, rng, "{name} < 0", 'raise ValueError("{name} must not be negative")')


def guard_return(code: Code, rng: Random, pool: list[str]) -> Made:
    value = rng.choice(("None", "[]", "{}", "False", "True", "0", '""', "self", "-1", "()"))
    made = guarded(code, rng, "{name} is None", f"return {value}")
    return made and (made[0] | {"value": value}, made[1])


def guard_type(code: Code, rng: Random, pool: list[str]) -> Made:
    kind = rng.choice(("str", "int", "float", "bool", "list", "dict", "bytes", "tuple", "Path"))
    reaction = f'raise TypeError("{{name}} must be a {kind}")'
    made = guarded(code, rng, f"not isinstance({{name}}, {kind})", reaction)
    return made and (made[0] | {"type": kind}, made[1])


def undocumented(code: Code) -> Function | None:
    """The function, where a docstring may be put on the line behind its header."""
    function = code.function
    if function is None or documented(function) or not whole_lines(code, function.body[0]):
        return None
    before = first_line(function.body[0]) - 1
    while before > function.lineno and code.lines[before - 1].strip().startswith("#"):
        before -= 1
    return function if code.lines[before - 1].rstrip().endswith(":") else None


def header_end(code: Code, function: Function) -> int:
    line = first_line(function.body[0])
    while code.lines[line - 2].strip().startswith("#"):
        line -= 1
    return line


def spaced(name: str) -> str:
    return " ".join(name.strip("_").split("_")) or name


def summary(function: Function) -> str:
    text = spaced(function.name).lower()
    return f"{text[:1].upper()}{text[1:]}."


def gives_back(function: Function) -> bool:
    return any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(function))


def docstring(code: Code, rng: Random, pool: list[str]) -> Made:
    if (function := undocumented(code)) is None:
        return None
    indent = " " * function.body[0].col_offset
    lines = [f'{indent}"""{summary(function)}']
    if names := parameters(function):
        lines += ["", f"{indent}Args:"]
        lines += [f"{indent}{STEP}{name}: The {spaced(name)}." for name in names]
    if gives_back(function):
        lines += ["", f"{indent}Returns:", f"{indent}{STEP}The result."]
    lines = [lines[0] + '"""'] if len(lines) == 1 else [*lines, f'{indent}"""']
    return {"function": function.name}, code.inserted(header_end(code, function), lines)


def short_docstring(code: Code, rng: Random, pool: list[str]) -> Made:
    if (function := undocumented(code)) is None:
        return None
    line = " " * function.body[0].col_offset + f'"""{summary(function)}"""'
    return {"function": function.name}, code.inserted(header_end(code, function), [line])


def given_docstring(code: Code, rng: Random, pool: list[str]) -> Made:
    if (function := undocumented(code)) is None:
        return None
    words = " ".join(rng.choice(pool).replace("_", " ").strip() for _ in range(rng.randint(2, 4)))
    words = words[:1].upper() + words[1:] + rng.choice((".", ""))
    line = " " * function.body[0].col_offset + f'"""{words}"""'
    return {"words": words}, code.inserted(header_end(code, function), [line])


def remove_docstring(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or len(function.body) < 2 or (node := documented(function)) is None:
        return None
    if not whole_lines(code, node):
        return None
    last = last_line(node)
    while not code.lines[last].strip():  # a blank line behind it goes with it
        last += 1
    return {}, code.without(node.lineno, last)


def wrap(code: Code, handler: str, reaction: list[str]) -> str | None:
    """The function's body, or the selected statements, inside try."""
    function = code.function
    if function is None and code.kind != "statements":
        return None
    place = body(code, function) if function else (1, "")
    if place is None:
        return None
    line, indent = place
    inner = "\n".join(code.lines[line - 1 :])
    if '"""' in inner or "'''" in inner or "\\\n" in inner:
        return None  # a deeper indentation would change the text
    lines = [f"{indent}try:", indented(inner, STEP), f"{indent}except {handler}:"]
    lines += [f"{indent}{STEP}{text}" for text in reaction]
    return "\n".join([*code.lines[: line - 1], *lines])


def try_default(code: Code, rng: Random, pool: list[str]) -> Made:
    name = code.function.name if code.function else "this"
    text = wrap(code, "Exception", [f'logger.exception("{name} failed")', "raise"])
    return ({}, text) if text else None


def try_except(code: Code, rng: Random, pool: list[str]) -> Made:
    error = rng.choice(ERRORS)
    words = rng.choice([w for w in REACTIONS if w != "continue"])
    reaction = REACTIONS[words]
    if rng.random() < 0.25:
        words, reaction = "log it", [f'logger.exception("{error}")']
    text = wrap(code, error, reaction)
    return ({"error": error, "reaction": words}, text) if text else None


def log_call(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or (place := body(code, function)) is None:
        return None
    line = f'{place[1]}logger.debug("{function.name} called")'
    return {"function": function.name}, code.inserted(place[0], [line])


def assigned(code: Code, rng: Random) -> tuple[ast.Assign, str] | None:
    """An assignment to one name, on lines of its own; a name assigned once."""
    every = [
        (n, n.targets[0].id)
        for n in ast.walk(code.tree)
        if isinstance(n, ast.Assign) and len(n.targets) == 1 and isinstance(n.targets[0], ast.Name)
        and whole_lines(code, n)
    ]  # fmt: skip
    names = [name for _, name in every]
    every = [(n, name) for n, name in every if names.count(name) == 1]
    return rng.choice(every) if every else None


def log_value(code: Code, rng: Random, pool: list[str]) -> Made:
    if (found := assigned(code, rng)) is None:
        return None
    node, name = found
    new = " " * node.col_offset + f'logger.debug("{name}: %s", {name})'
    return {"name": name}, code.inserted(last_line(node) + 1, [new])


def print_value(code: Code, rng: Random, pool: list[str]) -> Made:
    if (found := assigned(code, rng)) is None:
        return None
    node, name = found
    return {"name": name}, code.inserted(
        last_line(node) + 1, [" " * node.col_offset + f"print({name})"]
    )


def decorate(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or function.decorator_list:
        return None
    name = rng.choice(DECORATORS) if rng.random() < 0.6 else fresh(code, rng, pool)
    shown = name if rng.random() < 0.5 else f"@{name}"
    return {"decorator": shown, "function": function.name}, code.inserted(1, [f"@{name}"])


def undecorate(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or len(function.decorator_list) != 1:
        return None
    decorator = function.decorator_list[0]
    assert decorator.end_lineno is not None
    shown = code.of(decorator).partition("(")[0]
    shown = shown if rng.random() < 0.5 else f"@{shown}"
    return {"decorator": shown}, code.without(1, decorator.end_lineno)


def make_async(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if not isinstance(function, ast.FunctionDef):
        return None
    at = code.offset(function.lineno, function.col_offset)
    return {"function": function.name}, code.changed([(at, at, "async ")])


def make_sync(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if not isinstance(function, ast.AsyncFunctionDef):
        return None
    loops = (ast.AsyncFor, ast.AsyncWith, ast.AsyncFunctionDef)
    if any(isinstance(n, loops) or getattr(n, "is_async", 0) for n in ast.walk(function.args)):
        return None
    spans = []
    for node in ast.walk(code.tree):
        if isinstance(node, loops):
            at = code.offset(node.lineno, node.col_offset)
            spans.append((at, at + len("async "), ""))
        elif isinstance(node, ast.Await):
            at = code.span(node)[0]
            spans.append((at, at + len("await "), ""))
        elif isinstance(node, ast.comprehension) and node.is_async:
            return None
    return {"function": function.name}, code.changed(spans)


def simple_hint(node: ast.expr) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return type(value).__name__ if type(value).__name__ in TYPES else None
