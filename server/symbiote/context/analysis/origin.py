"""Whether jedi knows every type that an expression may have, and not just some of them.

jedi tells the types that it finds and is silent about the rest: a parameter without an annotation has the type of its default,
of `a or b()` it may know `a` alone. Here a type counts as known where the text declares it: imports, classes, annotations,
`self`, literals, calls of classes and of functions that say what they return, and names that were assigned such.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

DEEPEST = 5
"""Steps from a name to what declares it."""
PLAIN = frozenset(["name", "number", "string", "strings", "fstring", "keyword"])
DISPLAYS = ("[", "{")
WRAPPERS = frozenset(["Annotated", "ClassVar", "Final", "Optional", "Required", "Union"])
"""What an annotation is written in that says nothing of the type itself."""
OPEN = frozenset(["Any", "Literal", "Self", "Type", "TypeVar", "object", "type"])
"""Types that are anything, or none of their own."""
KEEPING = frozenset(
    ["abstractmethod", "classmethod", "final", "override", "overload", "property", "staticmethod"]
)
"""Decorators that leave what is returned, and the parameters' names, as they are written; without their modules."""


class Origins:
    """`state` is jedi's InferenceState."""

    def __init__(self, state: Any) -> None:
        self._state = state

    def values(self, leaf: Any, root: Any) -> list[Any]:
        """What jedi takes the expression for that ends with the name `leaf` of the module with the context `root`."""
        return list(self._state.infer(root.create_context(leaf), leaf))

    def names(self, leaf: Any, root: Any) -> list[Any]:
        """Where that name was given, imports followed."""
        return [found for name in root.create_name(leaf).goto() for found in _followed(name)]

    def sure(self, leaf: Any, root: Any, depth: int = 0) -> bool:
        """Whether all types that the expression may have are known."""
        if depth > DEEPEST or leaf.type != "name":
            return False
        before = leaf.get_previous_leaf()
        if before == "." and not self.sure(before.get_previous_leaf(), root, depth + 1):
            return False
        names = self.names(leaf, root)
        # A module under another name, as `os.path` is in its stub.
        if names and all(name.api_type == "statement" and _stubbed(name) for name in names):
            values = self.values(leaf, root)
            if values and all(value.is_module() for value in values):
                return True
        return bool(names) and all(self._declared(name, depth) for name in names)

    def _declared(self, name: Any, depth: int) -> bool:
        if name.api_type in ("module", "class"):
            return not name.is_import()
        if name.tree_name is None:
            return False
        node, root = name.tree_name.get_definition(), name.get_root_context()
        if node is None:
            return False
        if node.type == "param":
            return self._parameter(node, root)
        if node.type == "funcdef":
            return "property" in decorators(node) and self.returns(node, root)
        if node.type == "expr_stmt":
            return self._assigned(name, node, depth)
        return False

    def returns(self, node: Any, root: Any) -> bool:
        """Whether a function says what it returns, and nothing around it changes that."""
        plain = KEEPING.issuperset(decorators(node)) and node.annotation is not None
        return plain and self._typed(node.annotation, root)

    def _parameter(self, node: Any, root: Any) -> bool:
        if node.star_count:
            return False
        return _own(node) if node.annotation is None else self._typed(node.annotation, root)

    def _typed(self, node: Any, root: Any, depth: int = 0) -> bool:
        """Whether all types that an annotation names are known."""
        if depth > DEEPEST:
            return False
        if node.type == "keyword":
            return bool(node == "None")
        if node.type == "string":
            name = node.value[1:-1]
            return name.isidentifier() and bool(
                root.create_context(node).py__getattribute__(name, position=None)
            )
        if node.type == "name":
            return self._type(node, root, depth)
        if node.type in ("expr", "arith_expr") and set(node.children[1::2]) == {"|"}:
            return all(self._typed(one, root, depth + 1) for one in node.children[::2])
        if node.type not in ("atom_expr", "power"):
            return False
        last = node.children[-1]
        if last.type != "trailer" or last.children[0] == "(":
            return False
        if last.children[0] == ".":
            return self._type(last.children[1], root, depth)
        leaf = last.get_first_leaf().get_previous_leaf()
        if leaf.type != "name" or leaf.value not in WRAPPERS:
            return leaf.type == "name" and self._type(leaf, root, depth)
        inside = last.children[1]
        parts = inside.children[::2] if inside.type == "subscriptlist" else [inside]
        return all(self._typed(one, root, depth + 1) for one in parts)

    def _type(self, leaf: Any, root: Any, depth: int) -> bool:
        """Whether a name is a class's, or stands for an annotation that is known."""
        names = self.names(leaf, root)
        return (
            bool(names)
            and leaf.value not in OPEN
            and all(self._named(name, depth) for name in names)
        )

    def _named(self, name: Any, depth: int) -> bool:
        if name.api_type == "class":
            return not name.is_import()
        node = name.tree_name and name.tree_name.get_definition()
        if node is None or node.type != "expr_stmt" or node.children[1] != "=":
            return False
        return self._typed(node.get_rhs(), name.get_root_context(), depth + 1)

    def _assigned(self, name: Any, node: Any, depth: int) -> bool:
        root = name.get_root_context()
        if node.children[1].type == "annassign":
            return self._typed(node.children[1].children[1], root)
        target = name.tree_name
        if target.parent.type == "trailer":
            target = target.parent.parent
        if target.parent is not node or node.children[1] != "=":
            return False
        return self._worth(node.get_rhs(), root, depth + 1)

    def _worth(self, node: Any, root: Any, depth: int) -> bool:
        """Whether all types of a right hand side are known."""
        if depth > DEEPEST:
            return False
        if node.type in PLAIN:
            return node.type != "name" or self.sure(node, root, depth)
        if node.type == "atom":
            return node.children[0] in DISPLAYS
        if node.type == "or_test":
            return all(self._worth(one, root, depth + 1) for one in node.children[::2])
        if node.type == "ternary":
            return all(self._worth(one, root, depth + 1) for one in node.children[::4])
        if node.type in ("atom_expr", "power"):
            return self._called(node, root, depth)
        return False

    def _called(self, node: Any, root: Any, depth: int) -> bool:
        """Of a call, whether what it gives is declared; of a name with dots, whether it is known."""
        first, last = node.children[0], node.children[-1]
        if first == "await" or last.type != "trailer":
            return False
        if last.children[0] == ".":
            return self.sure(last.children[1], root, depth)
        leaf = last.get_first_leaf().get_previous_leaf()
        if last.children[0] != "(" or leaf.type != "name":
            return False
        before = leaf.get_previous_leaf()
        if before == "." and not self.sure(before.get_previous_leaf(), root, depth + 1):
            return False
        names = self.names(leaf, root)
        return bool(names) and all(map(self._gives, names))

    def _gives(self, name: Any) -> bool:
        """Whether what a call of it gives is declared."""
        if name.api_type == "class":
            return not name.is_import()
        if name.api_type != "function" or name.tree_name is None:
            return False
        node = name.tree_name.get_definition()
        if node is None or node.type != "funcdef":
            return False
        return self.returns(node, name.get_root_context())


def decorators(node: Any) -> list[str]:
    """The last names of the decorators of a function or a class, in their order; "" for what is no plain name."""
    found = []
    for one in node.get_decorators():
        parts = getattr(one.children[1], "children", [one.children[1]])
        called = parts[-1].type == "trailer" and parts[-1].children[0] == "("
        leaf = (parts[-2] if called else parts[-1]).get_last_leaf()
        found.append(leaf.value + "()" * called if leaf.type == "name" else "")
    return found


def _followed(name: Any, depth: int = 0) -> Iterable[Any]:
    if not name.is_import() or depth > DEEPEST:
        return [name]
    onwards = [one for one in name.goto() if one is not name]
    return [found for one in onwards for found in _followed(one, depth + 1)] or [name]


def _stubbed(name: Any) -> bool:
    return bool(name.get_root_context().is_stub())


def _own(node: Any) -> bool:
    """Whether a parameter is `self` or `cls`."""
    function = node.get_parent_function()
    if node.position_index or function.type != "funcdef":
        return False
    holder = function.parent
    while holder is not None and holder.type in (
        "suite",
        "decorated",
        "async_funcdef",
        "async_stmt",
    ):
        holder = holder.parent
    static = "staticmethod" in decorators(function)
    return (
        holder is not None
        and holder.type == "classdef"
        and not static
        and node.name.value in ("self", "cls")
    )
