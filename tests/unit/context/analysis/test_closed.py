"""Of which expressions all names are known, and of which jedi cannot be sure. Each trick that makes names has a case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbiote.context.analysis.findings import Analyst
from symbiote.context.analysis.protocol import NameSet
from symbiote.context.analysis.reach import EXPRESSIONS, expressions, merged
from unit.context.analysis.asking import at

LONG = 60.0
"""Seconds: none of these is about time."""

Ask = Callable[[str], dict[str, set[str]]]

SHOP = """
class Basket:
    size = 1

    def __init__(self):
        self.items = []

    def add(self, item: str, count: int = 1) -> "Basket":
        self.last = item
        return self


def make(name: str) -> Basket: ...
def guess(name): ...
def either(name: str) -> Basket | Unknown: ...
def wide(**options): ...
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "lazy.py").write_text("def __getattr__(name): ...\nx = 1\n")
    (tmp_path / "filled.py").write_text("globals().update(a=1)\n")
    (tmp_path / "stars.py").write_text("from nowhere import *\nx = 1\n")
    (tmp_path / "starred.py").write_text("from shop import *\ny = 1\n")
    return tmp_path


@pytest.fixture
def told(analyst: Analyst, project: Path) -> Callable[[str, str], dict[str, set[str]]]:
    def ask(marked: str, kind: str = "members") -> dict[str, set[str]]:
        found = analyst.findings(at(marked, str(project / "main.py")), LONG)
        assert found.cut == ()
        return {of: set(one.names) for one in found.closed if one.kind == kind for of in one.of}

    return ask


def test_self_and_what_it_is_given(told: Ask) -> None:
    known = told(
        "import shop\nclass A(shop.Basket):\n    b = 1\n    def f(self):\n"
        "        self.c: int = 2\n        with open('d') as self.d:\n            pass\n        ▮\n"
    )
    assert {"b", "c", "d", "f", "items", "last", "size", "add"} <= known["self"]
    assert "nothing" not in known["self"]
    assert known["shop"] >= {"Basket", "make"}


@pytest.mark.parametrize(
    "made",
    [
        "def f(x: shop.Basket):",
        "def f(x: 'Basket'):",
        "def f(x: Basket | None = None):",
        "def f():\n    x = Basket()",
        "def f():\n    x = shop.make('a')",
        "def f():\n    x = make('a')",
        "def f(y: Basket):\n    x = y",
        "def f():\n    x: Basket = anything()",
        "def f(y: Basket):\n    x = y or Basket()",
    ],
)
def test_what_is_declared(told: Ask, made: str) -> None:
    known = told(f"import shop\nfrom shop import Basket, make\n{made}\n    x.add\n    ▮\n")
    assert known["x"] >= {"size", "items", "last", "add"}


@pytest.mark.parametrize(
    "made",
    [
        "def f(x):",
        "def f(x=Basket()):",
        "def f(x: Any):",
        "def f(x: Basket | Unknown):",
        "def f(x: nowhere.Basket):",
        "def f(*x: Basket):",
        "def f():\n    x = guess('a')",
        "def f():\n    x = either('a')",
        "def f(y):\n    x = y or Basket()",
        "def f(y):\n    x = Basket() if y else y",
        "def f(many):\n    for x in many: pass",
        "def f(y: Basket):\n    x, z = y, y",
        "def f(x: Basket):\n    if isinstance(x, Special): pass",
        "def f(x: Basket):\n    x.colour()",
        "def f():\n    x = None",
    ],
)
def test_what_may_be_something_else(told: Ask, made: str) -> None:
    text = "from typing import Any\nfrom shop import Basket, either, guess\nimport nowhere\n"
    assert "x" not in told(f"{text}{made}\n    x.add\n    ▮\n")


@pytest.mark.parametrize(
    "head",
    [
        "class A(Unknown):",
        "class A(Unknown, Basket):",
        "class A(nowhere.Base):",
        "class A(make('a')):",
        "class A(*bases):",
        "class A(metaclass=Meta):",
        "class A(Basket, extra=1):",
        "@decorate\nclass A:",
        "@decorate(1)\nclass A:",
        "class A:\n    def __getattr__(self, name): ...",
        "class A:\n    def __getattribute__(self, name): ...",
        "class A:\n    def g(self, name): setattr(self, name, 1)",
        "class A:\n    def g(self, **all): self.__dict__.update(all)",
        "class A:\n    def g(self, name): self.__dict__[name] = 1",
        "class A:\n    def g(self, **all): vars(self).update(all)",
        "class A:\n    def g(self, name): object.__setattr__(self, name, 1)",
        "class A:\n    __slots__ = names()",
        "class A:\n    def g(self): return self.from_elsewhere",
        "class B:\n    def __getattr__(self, name): ...\nclass A(B):",
        "class A(A):",
        "class A(NamedTuple):",
        "class A(TypedDict):",
    ],
)
def test_classes_that_may_have_more(told: Ask, head: str) -> None:
    text = (
        "from typing import NamedTuple, TypedDict\nfrom shop import Basket, make\nimport nowhere\n"
    )
    text += "class Meta(type): ...\n"
    assert "self" not in told(f"{text}{head}\n    def f(self):\n        self.f\n        ▮\n")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("@dataclass\nclass A:\n    x: int", "x"),
        ("@dataclass()\nclass A:\n    x: int = 1", "x"),
        ("class A:\n    __slots__ = ('x', 'y')", "x"),
        ("class A(Generic[T]):\n    x = 1", "x"),
        ("class A(ABC):\n    x = 1", "x"),
        ("class A(metaclass=ABCMeta):\n    x = 1", "x"),
        ("class A(Enum):\n    x = 1", "x"),
        ("class A:\n    def g(self): object.__setattr__(self, 'x', 1)", "x"),
        ("class A:\n    def __setstate__(self, all): self.__dict__.update(all)\n    x = 1", "x"),
        ("class A(dict):\n    x = 1", "setdefault"),
    ],
)
def test_classes_that_have_no_more(told: Ask, head: str, name: str) -> None:
    text = (
        "from abc import ABC, ABCMeta\nfrom dataclasses import dataclass\nfrom enum import Enum\n"
        "from typing import Generic, TypeVar\nT = TypeVar('T')\n"
    )
    known = told(f"{text}{head}\n    def f(self):\n        self.f\n        ▮\n")
    assert {name, "f"} <= known["self"]


def test_modules(told: Ask) -> None:
    known = told(
        "import lazy, filled, stars, starred, nowhere, os\nimport os.path\nos.path.join\n▮\n"
    )
    assert known.keys() & {"lazy", "filled", "stars", "starred", "nowhere"} == {"starred"}
    assert {"y", "Basket"} <= known["starred"]
    assert "getcwd" in known["os"]


def test_arguments(told: Callable[[str, str], dict[str, set[str]]]) -> None:
    text = "import shop\nfrom shop import Basket, wide, make, guess\n@odd\ndef own(a): ...\n"
    uses = "Basket()\nmake()\nwide()\nguess()\nown()\nunknown()\nb = Basket()\nb.add()\n▮\n"
    known = told(text + uses, "keywords")
    assert known.keys() == {"Basket", "make", "guess", "b.add"}
    assert known["b.add"] == {"item", "count"}
    assert known["make"] == {"name"}


def test_half_written_lines_around_the_cursor_do_not_matter(told: Ask) -> None:
    known = told(
        "class A:\n    x = 1\n    def f(self):\n        y = g(self.▮\n\n    def g(self): ...\n"
    )
    assert {"x", "f", "g"} <= known["self"]


def test_the_nearest_expressions_come_first() -> None:
    lines = [f"a{number}.b(c)\n" for number in range(1000)]
    found = [one.text for one in expressions(lines, 500)]
    assert found[:3] == ["a500", "a500.b", "c"]
    assert len(found) == EXPRESSIONS


def test_what_is_defined_or_imported_there_is_no_expression() -> None:
    assert [one.text for one in expressions(["def f(a): return if.x\n", "import os\n"], 0)] == ["a"]


def test_equal_sets_are_told_once() -> None:
    sets = [NameSet("members", (of,), ("x",)) for of in "ab"] + [
        NameSet("keywords", ("c",), ("x",))
    ]
    assert merged(sets) == (
        NameSet("members", ("a", "b"), ("x",)),
        NameSet("keywords", ("c",), ("x",)),
    )


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "class A(A):\n",
                "    def f(self):\n",
                "self.f",
                "import os\n",
                "(",
                ")",
                "\n",
                " = ",
            ),
            *(
                "    ",
                "A().f.f",
                "x: A",
                '"""',
                "lambda ",
                "os.path",
                "@",
                "return ",
                ",",
                "[",
                "é",
            ),
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(PIECES, PIECES)
def test_whatever_is_written_there_is_an_answer(analyst: Analyst, before: str, after: str) -> None:
    found = analyst.findings(at(f"{before}▮{after}"), LONG)
    assert not any(fault.startswith("closed") for fault in found.faults)


def test_names_that_go_round_in_circles(told: Ask) -> None:
    text = "class A(B): ...\nclass B(A): ...\nx = y\ny = x\nclass C(A):\n    def f(self):\n        ▮x.a\n"
    assert "x" not in told(text)


def test_a_file_that_went_away(analyst: Analyst, project: Path) -> None:
    question = at("import shop\nb = shop.Basket()\nb.add\n▮\n", str(project / "main.py"))
    assert any("b" in one.of for one in analyst.findings(question, LONG).closed)
    (project / "shop.py").unlink()
    (project / "pyproject.toml").unlink()
    found = analyst.findings(question, LONG)
    assert not any(fault.startswith("closed") for fault in found.faults)
