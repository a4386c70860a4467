"""Which files belong together by their names: a file, its tests, its header."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from symbiote.core.place import fold, place

SIDES = re.compile(r"^(?:tests?_)?(.+?)(?:[._-](?:tests?|spec|impl|internal|private))?$")
"""`test_foo`, `foo_test`, `foo.spec`: what is left is the name of all of them."""
C = ("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "m", "mm")
SCRIPT = ("js", "jsx", "ts", "tsx", "mjs", "cjs", "css", "scss", "vue", "svelte")
PYTHON = ("py", "pyi", "pyx")


def kin(uri: str) -> tuple[str, tuple[str, ...]]:
    """Equal for files that belong together: the name without what makes it a test, and the endings of its languages."""
    names = place(uri).names
    return _kin(names[-1] if names else "")


def beside(names: Iterable[str], name: str) -> Iterator[str]:
    """Those of a folder's `names` that belong to the file `name`."""
    own = _kin(fold(name))
    return (other for other in names if other != name and _kin(fold(other)) == own)


def _kin(name: str) -> tuple[str, tuple[str, ...]]:
    stem, end = posixpath.splitext(name)
    end = end.removeprefix(".")
    found = SIDES.match(stem)
    group = next((group for group in (C, SCRIPT, PYTHON) if end in group), (end,))
    return (found[1] if found else stem), group
