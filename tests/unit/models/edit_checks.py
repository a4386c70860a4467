"""What each edit task must have done to the code it was given."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable
from typing import Any


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
