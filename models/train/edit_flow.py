"""Edit tasks about conditions, order, hints and forms of expression."""

import ast
import io
import re
import tokenize
from random import Random

from edit_body import REACTIONS, STEP, gives_back, simple_hint
from edit_names import TYPES, Made, fresh
from pieces import Code, Span, indented, last_line, parsed, whole_lines

OPPOSITES = {
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
    ast.Lt: ("<", ">="), ast.GtE: (">=", "<"), ast.Gt: (">", "<="), ast.LtE: ("<=", ">"),
}  # fmt: skip


def negated(code: Code, test: ast.expr) -> str | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return code.of(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = code.of(test.left), code.of(test.comparators[0])
        now, other = OPPOSITES[type(test.ops[0])]
        same = code.of(test) == f"{left} {now} {right}"
        return f"{left} {other} {right}" if same else None
    if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        return f"not {code.of(test)}"
    return None


def conditions(code: Code) -> list[ast.If]:
    """The ifs on their own lines whose condition fits one."""
    return [
        n for n in ast.walk(code.tree)
        if isinstance(n, ast.If) and n.lineno == n.test.end_lineno
        and code.text[code.offset(n.lineno, n.col_offset) :].startswith("if ")
        and n.body[0].lineno > n.lineno
    ]  # fmt: skip


def invert(code: Code, rng: Random, pool: list[str]) -> Made:
    found = conditions(code)
    if len(found) != 1 or (new := negated(code, found[0].test)) is None:
        return None
    start, end = code.span(found[0].test)
    return {"test": code.text[start:end]}, code.changed([(start, end, new)])


def swap_branches(code: Code, rng: Random, pool: list[str]) -> Made:
    """The condition is inverted, what was done in either case stays."""
    both = [n for n in conditions(code) if n.orelse and not isinstance(n.orelse[0], ast.If)]
    if len(both) != 1 or (new := negated(code, both[0].test)) is None:
        return None
    node = both[0]
    top, bottom, lines = node.body, node.orelse, code.lines
    middle = last_line(top[-1])  # the line of the else comes next
    if lines[middle].strip() != "else:" or not whole_lines(code, bottom[-1]):
        return None
    first, second = lines[node.lineno : middle], lines[middle + 1 : last_line(bottom[-1])]
    head = lines[node.lineno - 1]
    test = code.of(node.test)
    made = [head.replace(f"if {test}:", f"if {new}:"), *second, lines[middle], *first]
    return {}, "\n".join([*lines[: node.lineno - 1], *made, *lines[last_line(bottom[-1]) :]])


def add_else(code: Code, rng: Random, pool: list[str]) -> Made:
    every = [n for n in conditions(code) if whole_lines(code, n.body[-1])]
    if len(every) != 1 or every[0].orelse:
        return None
    words = rng.choice([w for w in REACTIONS if w not in ("ignore it", "continue")])
    indent = " " * every[0].col_offset
    new = [f"{indent}else:", *(indent + STEP + line for line in REACTIONS[words])]
    return {"reaction": words}, code.inserted(last_line(every[0]) + 1, new)


def short(code: Code) -> list[ast.stmt]:
    """Statements of one short line each."""
    return [
        n for n in ast.walk(code.tree)
        if isinstance(n, ast.Assign | ast.Expr | ast.AugAssign | ast.AnnAssign | ast.Return)
        and n.lineno == n.end_lineno and whole_lines(code, n) and len(code.of(n)) <= 40
        and code.text.count(code.of(n)) == 1 and '"""' not in code.of(n)
    ]  # fmt: skip


def move_line(code: Code, rng: Random, pool: list[str]) -> Made:
    by_line = {n.lineno: n for n in short(code)}
    pairs = [
        (n, by_line[line + 1]) for line, n in by_line.items()
        if line + 1 in by_line and by_line[line + 1].col_offset == n.col_offset
        and not isinstance(by_line[line + 1], ast.Return)
    ]  # fmt: skip
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    lines = code.lines
    lines[first.lineno - 1], lines[second.lineno - 1] = (
        lines[second.lineno - 1],
        lines[first.lineno - 1],
    )
    return {"first": code.of(first), "second": code.of(second)}, "\n".join(lines)


def delete_line(code: Code, rng: Random, pool: list[str]) -> Made:
    if not (found := short(code)):
        return None
    node = rng.choice(found)
    return {"line": code.of(node)}, code.without(node.lineno, node.lineno)


def comment_out(code: Code, rng: Random, pool: list[str]) -> Made:
    if not (found := short(code)):
        return None
    node = rng.choice(found)
    start = code.span(node)[0]
    return {"line": code.of(node)}, code.changed([(start, start, "# ")])


def extract_variable(code: Code, rng: Random, pool: list[str]) -> Made:
    every = [n for n in ast.walk(code.tree) if isinstance(n, ast.Return) and n.value]
    if len(every) != 1 or not whole_lines(code, every[0]):
        return None
    node = every[0]
    if node.value is None or isinstance(node.value, ast.Name | ast.Constant | ast.Tuple):
        return None
    name = "result" if rng.random() < 0.3 else fresh(code, rng, pool)
    start, end = code.span(node)
    given = code.text[start + len("return ") : end]
    indent = " " * node.col_offset
    return {"name": name}, code.changed([(start, end, f"{name} = {given}\n{indent}return {name}")])


def type_hints(code: Code, rng: Random, pool: list[str]) -> Made:
    """What the defaults say, and None where nothing is returned."""
    function = code.function
    if function is None or function.returns or code.lines[function.lineno - 1][-2:] != "):":
        return None
    if any(a.annotation for a in ast.walk(function.args) if isinstance(a, ast.arg)):
        return None
    every = [*function.args.posonlyargs, *function.args.args]
    given = function.args.defaults
    pairs = list(zip(every[len(every) - len(given) :], given, strict=True))
    pairs += [
        (a, d)
        for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if d
    ]
    spans: list[Span] = []
    for argument, default in pairs:
        hint = simple_hint(default)
        end = code.span(argument)[1]
        if hint and code.text[end] == "=":
            spans.append((end, end + 1, f": {hint} = "))
    yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(function))
    if not gives_back(function) and not yields:
        at = code.offset(function.lineno, len(code.lines[function.lineno - 1]) - 1)
        spans.append((at, at, " -> None"))
    return ({"function": function.name}, code.changed(spans)) if spans else None


def remove_hints(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None:
        return None
    spans: list[Span] = []
    for node in ast.walk(function.args):
        if isinstance(node, ast.arg) and node.annotation:
            start, end = code.span(node)
            behind = re.match(r" = ", code.text[end:])
            spans.append((start + len(node.arg), end + (3 if behind else 0), "=" if behind else ""))
    if function.returns:
        start, end = code.span(function.returns)
        arrow = code.text.rfind("->", 0, start)
        spans.append((len(code.text[:arrow].rstrip()), end, ""))
    return ({}, code.changed(spans)) if spans else None


def return_type(code: Code, rng: Random, pool: list[str]) -> Made:
    function = code.function
    if function is None or function.returns or code.lines[function.lineno - 1][-2:] != "):":
        return None
    kind = rng.choice(
        (*TYPES, "list[str]", "dict[str, int]", "Path", "bytes", "Iterator[int]", "Self")
    )
    at = code.offset(function.lineno, len(code.lines[function.lineno - 1]) - 1)
    return {"type": kind}, code.changed([(at, at, f" -> {kind}")])


def tokens(text: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(text + "\n").readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return []


def requoted(code: Code, old: str, new: str) -> Made:
    spans: list[Span] = []
    for token in tokens(code.text):
        if token.type == tokenize.STRING and re.fullmatch(
            rf"[rbuRBU]?{old}[^'\"\\\n]*{old}", token.string
        ):
            start = code.offset(*token.start)
            spans.append((start, start + len(token.string), token.string.replace(old, new)))
    return ({}, code.changed(spans)) if spans else None


def double_quotes(code: Code, rng: Random, pool: list[str]) -> Made:
    return requoted(code, "'", '"')


def single_quotes(code: Code, rng: Random, pool: list[str]) -> Made:
    return requoted(code, '"', "'")


def remove_comments(code: Code, rng: Random, pool: list[str]) -> Made:
    gone: set[int] = set()
    lines = code.lines
    for token in tokens(code.text):
        if token.type == tokenize.COMMENT:
            row = token.start[0] - 1
            lines[row] = lines[row][: token.start[1]].rstrip()
            if not lines[row]:
                gone.add(row)
    text = "\n".join(line for row, line in enumerate(lines) if row not in gone)
    return ({}, text) if text != code.text else None


def formatted(code: Code, node: ast.AST) -> tuple[ast.expr, list[str], list[ast.expr]] | None:
    """An expression that fills values into a text: itself, the text between them, and they."""
    match node:
        case ast.BinOp(op=ast.Mod(), right=ast.Tuple(elts=values)):
            return node, code.of(node.left).split("%s"), values
        case ast.BinOp(op=ast.Mod()):
            return node, code.of(node.left).split("%s"), [node.right]
        case ast.Call(func=ast.Attribute(attr="format", value=text), keywords=[]):
            return node, code.of(text).split("{}"), node.args
    return None


def f_string(code: Code, rng: Random, pool: list[str]) -> Made:
    """`"... %s" % x` and `"... {}".format(x)` with plain names and attributes."""
    spans: list[Span] = []
    for found in (formatted(code, node) for node in ast.walk(code.tree)):
        if found is None:
            continue
        node, parts, values = found
        plain = values and all(isinstance(v, ast.Name | ast.Attribute) for v in values)
        if not plain or not re.fullmatch(r"""'[^'"\\\n]*'|"[^'"\\\n]*\"""", "".join(parts)):
            continue
        if len(parts) != len(values) + 1 or any(set("%{}") & set(part) for part in parts):
            continue
        shown = [f"{{{code.of(v)}}}" for v in values]
        new = "f" + "".join(a + b for a, b in zip(parts, [*shown, ""], strict=True))
        spans.append((*code.span(node), new))
    return ({}, code.changed(spans)) if len(spans) == 1 else None


def comprehension_as_loop(code: Code) -> str | None:
    """`x = [e for t in i if c]` written as a loop, where the piece has one such statement."""
    found = [
        n for n in ast.walk(code.tree)
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.ListComp)
        and len(n.value.generators) == 1 and isinstance(n.targets[0], ast.Name)
        and not n.value.generators[0].is_async and len(n.value.generators[0].ifs) <= 1
        and whole_lines(code, n) and n.lineno == n.end_lineno
    ]  # fmt: skip
    if len(found) != 1:
        return None
    node = found[0]
    value = node.value
    assert isinstance(value, ast.ListComp) and isinstance(node.targets[0], ast.Name)
    loop, name, indent = value.generators[0], node.targets[0].id, " " * node.col_offset
    lines = [f"{name} = []", f"for {code.of(loop.target)} in {code.of(loop.iter)}:"]
    deeper = STEP
    if loop.ifs:
        lines.append(f"{STEP}if {code.of(loop.ifs[0])}:")
        deeper = STEP * 2
    lines.append(f"{deeper}{name}.append({code.of(value.elt)})")
    start, end = code.span(node)
    return code.changed([(start, end, indented("\n".join(lines), indent).lstrip())])


def to_loop(code: Code, rng: Random, pool: list[str]) -> Made:
    text = comprehension_as_loop(code)
    return ({}, text) if text and parsed(text) else None
