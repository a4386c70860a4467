"""All members of a value, and all keywords of a call, where jedi can be sure that there are no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from symbiote.context.analysis.origin import KEEPING, decorators

MOST = 3_000
"""Names of a set. Larger ones are of generated modules."""
Names = frozenset[str]
Convert = Callable[[list[Any]], Iterable[Any]]
"""From values of stubs to those of the sources, and back: both have names that the other lacks."""

HARMLESS = frozenset(
    name + call
    for name in [
        "attrs",
        "dataclass",
        "define",
        "final",
        "frozen",
        "mutable",
        "runtime_checkable",
        "s",
        "unique",
    ]
    for call in ("", "()")
)
"""Decorators of classes that add no attributes but special ones."""
METACLASSES = frozenset(["ABCMeta", "EnumMeta", "EnumType", "type"])
GENERIC = frozenset(["Generic", "Protocol"])
MAKERS = frozenset(["NamedTuple", "TypedDict"])
"""Bases that make a class out of something else than its attributes."""
HOOKS = frozenset(["__getattr__", "__getattribute__"])
DYNAMIC = re.compile(
    r"\b(?:setattr|__setattr__)\(\s*(?:self|cls|type\([^)]*\))\s*,(?!\s*[\"']\w+[\"'])"
    r"|\b__dict__\s*(?:\.(?:update|setdefault)\(|\[[^\]]*\]\s*=(?!=)|=(?!=))"
    r"|\bvars\(\s*(?:self|cls)?\s*\)\s*[.\[]"
)
"""Ways to make an attribute that no reader of a class sees."""
SET = re.compile(r"\b(?:setattr|__setattr__)\(\s*(?:self|cls)\s*,\s*[\"'](\w+)[\"']")
RESTORING = frozenset(["__setstate__", "__copy__", "__deepcopy__", "__reduce__"])
"""Methods that put back attributes which others made."""
SLOTS = re.compile(r"\b__slots__\s*(?::[^=\n]*)?=\s*([(\[{][^)\]}]*|[\"']\w*[\"'])?")
STRING = re.compile(r"[\"'](\w+)[\"']")
LAZY = re.compile(r"\bglobals\(|\bsys\.modules\b|\b__getattr__\b|\bsetattr\(|\blocals\(|\bvars\(")
"""Ways to make a name of a module."""


class Closed:
    def __init__(self, sources: Convert, stubs: Convert) -> None:
        self._sources = sources
        self._stubs = stubs
        self._known: dict[tuple[str, int], bool] = {}
        self._more: dict[tuple[str, int], set[str]] = {}
        self._told: dict[tuple[object, ...], Names | None] = {}

    def members(self, values: list[Any]) -> Names | None:
        """Of a value that is one of these; None if there may be others, or if there are none."""
        told = [value for value in values if not _none(value)]
        found = [self._of(value) for value in told]
        sets = [names for names in found if names is not None]
        if not sets or len(sets) < len(told):
            return None
        all_names = frozenset().union(*sets)
        return all_names if len(all_names) <= MOST else None

    def keywords(self, values: list[Any]) -> Names | None:
        """Names of arguments that one of these takes; None if it may take others."""
        found: set[str] = set()
        for value in values:
            for one in self._both(value):
                names = self._parameters(one)
                if names is None:
                    return None
                found |= names
        return frozenset(found) if values else None

    def _of(self, value: Any) -> Names | None:
        what = value.py__class__() if _is_object(value) else value
        file, node = what.get_root_context().py__file__(), what.tree_node
        place = node.start_pos if node is not None else what.py__name__()
        key = (what is value, str(file), place)
        if key not in self._told:
            self._told[key] = self._names(value)
        return self._told[key]

    def _names(self, value: Any) -> Names | None:
        both = self._both(value)
        # What a stub says of a class or a module is all of it, however its source makes it.
        judged = [one for one in both if one.is_stub()] or [value]
        if not all(map(self._complete, judged)):
            return None
        names = {
            name.string_name
            for found in both
            for one in found.get_filters()
            for name in one.values()
        }
        for cls in _classes(value):
            names |= self._more.get(_place(cls), set())
        return frozenset(names | _spelled(value))

    def _complete(self, value: Any) -> bool:
        if value.is_module():
            return self._module(value)
        if value.is_class():
            return self._class(value)
        return _is_object(value) and self._class(value.py__class__())

    def _both(self, value: Any) -> list[Any]:
        """The value in its source and in its stub, as far as there are both."""
        found = [value]
        for other in (*self._sources([value]), *self._stubs([value])):
            if other not in found:
                found.append(other)
        return found

    def _module(self, module: Any) -> bool:
        if module.is_compiled():
            return True
        tree = module.tree_node
        if tree is None or any(one.name.value in HOOKS for one in tree.iter_funcdefs()):
            return False
        if module.is_stub():
            return True
        if LAZY.search(tree.get_code()):
            return False
        stars = [one for one in tree.iter_imports() if one.is_star_import()]
        followed = list(module.star_imports()) if stars else []
        return len(followed) >= len(stars) and all(
            one.is_module() and self._module(one) for one in followed
        )

    def _class(self, cls: Any) -> bool:
        return all(self._plain(one) for one in cls.py__mro__())

    def _plain(self, cls: Any) -> bool:
        """One class of those that a class descends from, its bases' bases left out."""
        if cls.is_compiled():
            return True
        tree = cls.tree_node
        if tree is None or tree.type != "classdef":
            return cls.py__name__() in GENERIC
        root, place = cls.get_root_context(), _place(cls)
        if place not in self._known:
            self._known[place] = (
                _written_plainly(tree, stub=root.is_stub())
                and not _defines(cls, HOOKS)
                and (all(self._base(node, root) for node in _bases(tree)) or self._built(cls))
            )
        return self._known[place]

    def _built(self, cls: Any) -> bool:
        """Whether a stub's class, of whose bases jedi misses some, is one of this interpreter's: that one has all names."""
        built = [one for one in self._sources([cls]) if one.is_compiled()] if cls.is_stub() else []
        names = {
            name.string_name for one in built for f in one.get_filters() for name in f.values()
        }
        self._more[_place(cls)] = names
        return bool(built)

    def _base(self, node: Any, root: Any) -> bool:
        """Whether a base in a class's head is known."""
        if node.type == "argument":
            key, value = node.children[0], node.children[-1]
            if node.children[1] != "=" or key.value != "metaclass":
                return False
            return value.get_last_leaf().value in METACLASSES
        leaf = _named(node)
        if leaf is None or leaf.value in MAKERS:
            return False
        if leaf.value in GENERIC:
            return True
        values = list(root.create_context(node).infer_node(node))
        return bool(values) and all(value.is_class() for value in values)

    def _parameters(self, value: Any) -> Names | None:
        if value.is_class():
            if not self._class(value) or _makes_itself(value):
                return None
        elif value.is_compiled() or not _kept(value):
            return None
        signatures = value.get_signatures()
        if not signatures:
            return None
        names: set[str] = set()
        for signature in signatures:
            for one in signature.get_param_names(resolve_stars=True):
                if one.get_kind().name == "VAR_KEYWORD":
                    return None
                names.add(one.string_name)
        return frozenset(names)


def _is_object(value: Any) -> bool:
    """Displays (`[]`, `{}`) are objects as well, though jedi does not say so."""
    return bool(value.is_instance() or getattr(value, "array_type", None))


def _none(value: Any) -> bool:
    return bool(value.is_instance() and value.py__class__().py__name__() == "NoneType")


def _defines(cls: Any, names: frozenset[str]) -> bool:
    if cls.is_compiled():
        return False
    root = cls.get_root_context()
    if root.is_builtins_module():
        return False
    return any(one.name.value in names for one in cls.tree_node.iter_funcdefs())


def _makes_itself(cls: Any) -> bool:
    """Whether calling a class may be something else than its `__init__`."""
    for one in cls.py__mro__():
        if one.is_compiled() or one.get_root_context().is_builtins_module():
            continue
        if _defines(one, frozenset(["__new__"])) or decorators(one.tree_node):
            return True
        if "metaclass" in one.tree_node.get_code().split(":", 1)[0]:
            return True
    return False


def _kept(value: Any) -> bool:
    """Whether a function takes what is written."""
    tree = value.tree_node
    return tree is not None and tree.type == "funcdef" and KEEPING.issuperset(decorators(tree))


def _written_plainly(tree: Any, *, stub: bool) -> bool:
    if stub:
        return True
    text = tree.get_code()
    for method in tree.iter_funcdefs():
        if method.name.value in RESTORING:
            text = text.replace(method.get_code(), "")
    return (
        HARMLESS.issuperset(decorators(tree))
        and DYNAMIC.search(text) is None
        and all(SLOTS.findall(text))
    )


def _place(cls: Any) -> tuple[str, int]:
    line = 0 if cls.is_compiled() or cls.tree_node is None else cls.tree_node.start_pos[0]
    return (str(cls.get_root_context().py__file__()), line)


def _classes(value: Any) -> list[Any]:
    if value.is_module():
        return []
    return list((value.py__class__() if _is_object(value) else value).py__mro__())


def _spelled(value: Any) -> set[str]:
    """Attributes that a class makes room for, whoever fills them, and those it sets by their names."""
    found: set[str] = set()
    for cls in _classes(value):
        tree = None if cls.is_compiled() else cls.tree_node
        text = "" if tree is None else tree.get_code()
        if "__slots__" in text:
            found.update(name for slots in SLOTS.findall(text) for name in STRING.findall(slots))
        if "setattr" in text:
            found.update(SET.findall(text))
    return found


def _bases(tree: Any) -> list[Any]:
    arguments = tree.get_super_arglist()
    if arguments is None:
        return []
    if arguments.type != "arglist":
        return [arguments]
    return [one for one in arguments.children if one != ","]


def _named(node: Any) -> Any | None:
    """The last name of a base that is a name with dots, or such a name with a subscript."""
    if node.type == "name":
        return node
    if node.type not in ("atom_expr", "power"):
        return None
    parts = list(node.children)
    if parts[-1].type == "trailer" and parts[-1].children[0] == "[":
        parts.pop()
    if any(part.type == "trailer" and part.children[0] != "." for part in parts[1:]):
        return None
    return parts[-1].get_last_leaf()
