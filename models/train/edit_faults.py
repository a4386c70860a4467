"""Edit tasks made backwards: real code is the answer, what is asked about is the same code with a fault put in.

Messages are worded as Pyflakes, pycodestyle and CPython word theirs.
"""

import ast
import re
from random import Random

from edit_body import STEP
from edit_flow import comprehension_as_loop
from edit_names import Made, strings
from pieces import Code, whole_lines

EMPTY = {"[]": "list()", "{}": "dict()", "()": "tuple()"}


def line_of(code: Code, offset: int) -> str:
    return str(code.text.count("\n", 0, offset) + 1)


def said(message: str, code: Code, offset: int, text: str) -> Made:
    return {"message": message, "line": line_of(code, offset)}, text


def misspelt(name: str, rng: Random) -> str:
    at = rng.randrange(len(name) - 1)
    draw = rng.random()
    if draw < 0.5 and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at + 1 :] if draw < 0.8 else name[:at] + name[at] + name[at:]


def undefined_name(code: Code, rng: Random, pool: list[str]) -> Made:
    """A name that stands elsewhere in the piece too, misspelt in one place."""
    every = [n for n in ast.walk(code.tree) if isinstance(n, ast.Name) and len(n.id) > 3]
    every = [n for n in every if len(re.findall(rf"\b{n.id}\b", code.text)) > 1]
    if not every or strings(code):
        return None
    node = rng.choice(every)
    wrong = misspelt(node.id, rng)
    if re.search(rf"\b{wrong}\b", code.text) or not wrong.isidentifier():
        return None
    start, end = code.span(node)
    word = rng.choice(
        (
            "undefined name '{}'",
            "Undefined name `{}`",
            "name '{}' is not defined",
            '"{}" is not defined',
        )
    )
    return said(word.format(wrong), code, start, code.changed([(start, end, wrong)]))


def missing_colon(code: Code, rng: Random, pool: list[str]) -> Made:
    rows = [
        row for row, line in enumerate(code.lines)
        if re.match(r"\s*(if|for|while|def|else|elif|try|with|except|class)\b.*:$", line)
    ]  # fmt: skip
    if not rows:
        return None
    row = rng.choice(rows)
    at = code.offset(row + 1, len(code.lines[row]) - 1)
    message = rng.choice(
        ("expected ':'", "SyntaxError: expected ':'", 'Expected ":"', "invalid syntax")
    )
    return said(message, code, at, code.changed([(at, at + 1, "")]))


def missing_bracket(code: Code, rng: Random, pool: list[str]) -> Made:
    rows = [row for row, line in enumerate(code.lines) if re.search(r"[)\]}]:?$", line)]
    if not rows:
        return None
    row = rng.choice(rows)
    line = code.lines[row]
    column = max(line.rfind(mark) for mark in ")]}")
    opener = {")": "(", "]": "[", "}": "{"}[line[column]]
    at = code.offset(row + 1, column)
    message = rng.choice(
        (
            f"'{opener}' was never closed",
            f"SyntaxError: '{opener}' was never closed",
            f'"{opener}" was not closed',
        )
    )
    return said(message, code, at, code.changed([(at, at + 1, "")]))


def wrong_indent(code: Code, rng: Random, pool: list[str]) -> Made:
    rows = [
        row for row in range(1, len(code.lines))
        if re.match(r" +\w", code.lines[row]) and re.search(r"[\w:)]$", code.lines[row - 1])
    ]  # fmt: skip
    if not rows or '"""' in code.text:
        return None
    row = rng.choice(rows)
    at = code.offset(row + 1, 0)
    opens = code.lines[row - 1].endswith(":")
    if opens:
        message = "expected an indented block"
        text = code.changed([(at, at + len(STEP), "")])
    else:
        message = "unexpected indent"
        text = code.changed([(at, at, " " * rng.choice((1, 2, 4)))])
    head = rng.choice(("", "IndentationError: "))
    return said(head + message, code, at, text)


def unused_variable(code: Code, rng: Random, pool: list[str]) -> Made:
    every = [
        n for n in ast.walk(code.tree)
        if isinstance(n, ast.Assign | ast.Expr | ast.Return | ast.If) and whole_lines(code, n)
        and not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    ]  # fmt: skip
    if not every or code.kind == "imports":
        return None
    node, name = rng.choice(every), rng.choice(pool)
    if name in code.names:
        return None
    value = rng.choice(("0", "None", "[]", '""', "1", "{}", "False", rng.choice(pool)))
    at = code.offset(node.lineno, 0)
    new = f"{' ' * node.col_offset}{name} = {value}\n"
    word = rng.choice(
        (
            "local variable '{}' is assigned to but never used",
            "Local variable `{}` is assigned to but never used",
            'Variable "{}" is not accessed',
        )
    )
    return said(word.format(name), code, at, code.changed([(at, at, new)]))


def missing_self(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or function.decorator_list or not function.args.args:
        return None
    first = function.args.args[0]
    if first.arg != "self" or first.annotation:
        return None
    start, end = code.span(first)
    end += 2 if code.text[end : end + 2] == ", " else 0
    word = rng.choice(
        (
            'Instance methods should take a "self" parameter',
            "undefined name 'self'",
            "method has no argument self",
        )
    )
    return said(word, code, start, code.changed([(start, end, "")]))


def none_comparison(code: Code, rng: Random, pool: list[str]) -> Made:
    every = [
        n for n in ast.walk(code.tree)
        if isinstance(n, ast.Compare) and len(n.ops) == 1 and isinstance(n.ops[0], ast.Is | ast.IsNot)
        and isinstance(n.comparators[0], ast.Constant) and n.comparators[0].value is None
    ]  # fmt: skip
    if not every or strings(code):
        return None
    node = rng.choice(every)
    same = isinstance(node.ops[0], ast.Is)
    new = f"{code.of(node.left)} {'==' if same else '!='} None"
    message = f"comparison to None should be 'if cond is {'' if same else 'not '}None:'"
    return said(message, code, code.span(node)[0], code.changed([(*code.span(node), new)]))


def bare_except(code: Code, rng: Random, pool: list[str]) -> Made:
    found = list(re.finditer(r"except Exception:", code.text))
    if len(found) != 1:
        return None
    message = rng.choice(("do not use bare 'except'", "Do not use bare `except`"))
    return said(message, code, found[0].start(), code.changed([(*found[0].span(), "except:")]))


def empty_f_string(code: Code, rng: Random, pool: list[str]) -> Made:
    found = list(re.finditer(r"(?<![\w\"'])([\"'])[\w :,.-]+\1", code.text))
    lone = [m for m in found if code.text.count('"""') == 0]
    if not lone:
        return None
    at = rng.choice(lone).start()
    message = rng.choice(("f-string is missing placeholders", "f-string without any placeholders"))
    return said(message, code, at, code.changed([(at, at, "f")]))


def longer_return(code: Code, node: ast.Return, rng: Random) -> str | None:
    if not isinstance(node.value, ast.Compare) or not whole_lines(code, node):
        return None
    if node.lineno != node.end_lineno:
        return None
    indent = " " * node.col_offset
    first = f"if {code.of(node.value)}:\n{indent}{STEP}return True\n{indent}"
    return first + ("return False" if rng.random() < 0.3 else f"else:\n{indent}{STEP}return False")


def longer(code: Code, node: ast.AST, rng: Random) -> tuple[ast.expr | ast.stmt, str] | None:
    """What to write a roundabout form over, and that form; None where none is known."""
    match node:
        case ast.Return():
            new = longer_return(code, node, rng)
            return (node, new) if new else None
        case ast.If(test=ast.Name() | ast.Attribute()):
            return node.test, f"{code.of(node.test)} == True"
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute()):
            form = rng.choice(("{} == False", "len({}) == 0"))
            return node, form.format(code.of(node.operand))
        case ast.Compare(ops=[ast.NotIn() | ast.IsNot() as operator]):
            word = "in" if isinstance(operator, ast.NotIn) else "is"
            return node, f"not {code.of(node.left)} {word} {code.of(node.comparators[0])}"
        case ast.Assign() if code.of(node.value) in EMPTY:
            return node.value, EMPTY[code.of(node.value)]
        case ast.AugAssign(op=ast.Add() | ast.Sub()):
            sign, name = "+" if isinstance(node.op, ast.Add) else "-", code.of(node.target)
            return node, f"{name} = {name} {sign} {code.of(node.value)}"
    return None


def simplify(code: Code, rng: Random, pool: list[str]) -> Made:
    """Something the long way round, in place of what the code says."""
    if strings(code):
        return None
    found = [made for node in ast.walk(code.tree) if (made := longer(code, node, rng))]
    if not found:
        return None
    node, new = rng.choice(found)
    return {}, code.changed([(*code.span(node), new)])


def to_comprehension(code: Code, rng: Random, pool: list[str]) -> Made:
    text = comprehension_as_loop(code)
    return ({}, text) if text else None


def plain_imports(code: Code) -> list[ast.Import]:
    return [
        n for n in code.tree.body
        if isinstance(n, ast.Import) and len(n.names) == 1 and whole_lines(code, n)
        and not n.names[0].asname and "." not in n.names[0].name
    ]  # fmt: skip


def add_import(code: Code, rng: Random, pool: list[str]) -> Made:
    """The answer has the line where the file has it."""
    if code.kind != "imports" or not (found := plain_imports(code)):
        return None
    node = rng.choice(found)
    if code.text.count(node.names[0].name) > 1:
        return None
    return {"module": node.names[0].name}, code.without(node.lineno, node.lineno)


def remove_import(code: Code, rng: Random, pool: list[str]) -> Made:
    if code.kind != "imports":
        return None
    used = {n.names[0].name for n in plain_imports(code)}
    modules = (
        "os",
        "sys",
        "re",
        "json",
        "time",
        "math",
        "random",
        "shutil",
        "logging",
        "typing",
        "abc",
        "io",
    )
    module = rng.choice([m for m in modules if m not in used] or ["os"])
    if re.search(rf"\b{module}\b", code.text):
        return None
    lines = [n.lineno for n in code.tree.body]
    return {"module": module}, code.inserted(rng.choice(lines), [f"import {module}"])
