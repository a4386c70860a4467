"""What jedi finds at a place, and that whatever the text is, there is an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbiote.context.analysis import protocol
from symbiote.context.analysis.findings import Analyst
from symbiote.context.analysis.protocol import Call, Findings, Question
from unit.context.analysis.asking import at

Ask = Callable[[str], Findings]

LONG = 60.0
"""Seconds: none of these is about time."""

SHOP = '''"""A shop."""
LIMIT = 3
_HIDDEN = 4


def price(item: str, count: int = 1) -> float:
    """What an item costs.

    More.
    """
    return 2.0 * count


class Basket:
    """What somebody buys."""

    def add(self, item: str) -> None:
        self.items = [item]
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "__init__.py").write_text("from shop import price\n")
    (tmp_path / "deep" / "sub.py").write_text("def dig(depth): ...\n")
    return tmp_path


@pytest.fixture
def found(analyst: Analyst, project: Path) -> Ask:
    def ask(marked: str) -> Findings:
        return analyst.findings(at(marked, str(project / "main.py")), LONG)

    return ask


def names(findings: Findings) -> set[str]:
    return {member.name for member in findings.members}


@pytest.mark.parametrize("typed", ["", "du", "dumps"])
def test_members_before_the_dot_however_much_of_one_is_typed(found: Ask, typed: str) -> None:
    result = found(f"import json\nx = json.{typed}▮\n")
    assert {"dumps", "loads"} <= names(result)
    assert not any(name.startswith("__") for name in names(result))
    dumps = next(member for member in result.members if member.name == "dumps")
    assert dumps.kind == "function"
    assert dumps.signature.startswith("dumps(obj")


def test_members_of_an_object_of_ones_own(found: Ask) -> None:
    result = found("import shop\nbasket = shop.Basket()\nbasket.▮")
    assert {"add", "items"} <= names(result)
    add = next(member for member in result.members if member.name == "add")
    assert add.signature == "add(item: str) -> None"


def test_without_a_dot_there_are_no_members(found: Ask) -> None:
    assert found("import json\njs▮").members == ()
    assert found("x = 1.0 + 2▮").members == ()
    assert found("open('/.▮").members == ()
    assert found("open('../.▮')").members == ()


def test_the_call_being_written(found: Ask) -> None:
    result = found("def greet(name, times=1): ...\n\ngreet('you', ▮")
    assert result.call == (Call("greet", "greet(name, times=1)", 1),)
    other = found("import shop\nshop.price(▮)")
    assert other.call == (Call("price", "price(item: str, count: int=1) -> float", 0),)
    assert found("print()▮").call == ()


def test_whose_text_it_is(found: Ask) -> None:
    """A signature or a name quotes its file as a definition does."""
    call = found("import shop\nshop.price(▮")
    assert {Path(one.path).name for one in (*call.call, *call.imports)} == {"shop.py"}
    assert {Path(one.path).name for one in found("import shop\nshop.pr▮").members} == {"shop.py"}


def test_the_enclosing_class(found: Ask) -> None:
    result = found(
        "class Order(dict):\n"
        '    """An order."""\n\n'
        "    kind = 1\n\n"
        "    def __init__(self, size: int) -> None:\n"
        "        self.size: int = size\n"
        "        self.open = self.size == 1\n\n"
        "    def total(self, tax: float) -> float:\n"
        "        rate = tax\n"
        "        ▮\n\n"
        "def after(): ...\n"
    ).enclosing
    assert (result.name, result.head, result.doc) == ("Order", "class Order(dict):", "An order.")
    members = {member.name: member for member in result.members}
    assert {"kind", "total", "size", "open"} <= members.keys()
    assert "after" not in members
    assert "tax: float" in members["total"].signature
    assert found("x = 1\n▮").enclosing is None


def test_definitions_of_the_names_nearby(found: Ask) -> None:
    result = found(
        "from shop import price, LIMIT\n\ndef f(thing):\n    n = len(thing)\n    price(LIMIT, ▮"
    )
    told = {one.name: one for one in result.definitions}
    assert told["price"].module == "shop"
    assert told["price"].signature == "price(item: str, count: int=1) -> float"
    assert told["price"].doc == "What an item costs."
    assert told["price"].head.startswith("def price(item: str, count: int = 1) -> float:\n")
    assert told["LIMIT"].head.startswith("LIMIT = 3\n")
    assert not {"n", "len", "thing"} & told.keys()


def test_imports_and_what_they_offer(found: Ask) -> None:
    result = found("import json as j, shop\nfrom deep.sub import dig\nimport nowhere\n▮")
    told = {one.module: one.names for one in result.imports}
    assert {"dumps", "loads"} <= set(told["json"])
    assert told["shop"] == ("LIMIT", "price", "Basket")
    assert told["deep.sub"] == ("dig",)
    assert "nowhere" not in told


def test_what_is_written_in_strings_is_no_import(found: Ask) -> None:
    assert found('"""\nimport json\nfrom shop import price\n"""\n▮').imports == ()


@pytest.mark.parametrize(
    "marked",
    [
        "▮",
        "\n\n▮",
        "class A(:\n  def f(self, :\n    self.x = (\n  def g(self)\n    A().▮",
        "def f(): return f()\nx = f()\nx.▮",
        "class A(A): ...\nA().▮",
        "class A(B): ...\nclass B(A): ...\nA().▮",
        "a = b\nb = a\na.b.a.▮",
        "x = " + "(" * 300 + "▮",
        "x = " + "[" * 300 + "▮" + "]" * 300,
        "if x:\n" * 90 + "▮",
        "from . import ▮",
        "from ... import x\nx.▮",
        "import a.b.c.▮",
        "import ▮",
        "\ud800.▮",
        "\0.▮\0",
        "s = 'a\\'.▮",
        "f'{x.▮",
        "@▮",
        "lambda: [x for x in y.▮",
        "x\f.\u2028▮",
        "match x:\n  case A(▮",
    ],
)
def test_any_text_has_findings(found: Ask, marked: str) -> None:
    result = found(marked)
    assert protocol.read_findings(protocol.findings_message(1, result)) == result
    assert result.cut == ()
    assert not any("MemoryError" in fault for fault in result.faults)


def test_a_binary_file(found: Ask) -> None:
    text = bytes(range(256)).decode("latin-1").replace("▮", "")
    assert isinstance(found(text * 20 + "x.▮"), Findings)


CODE = st.text("abxy().,:=[]{}'\"\\ \t\n\r\f#@*\0é▲", max_size=60) | st.lists(
    st.sampled_from(
        ["def f(a, *b):", "class A(B):", "import os", "from x import", "    ", "\n", "self.", "A", "(", ")", "f(",
         "lambda:", "if", "else:", "'''", "yield", "@", "await", "0x", ":=", "[", "async"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(CODE, st.integers(-2, 9), st.integers(-2, 60))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_text_and_no_place_is_too_much(
    analyst: Analyst, text: str, line: int, column: int
) -> None:
    result = analyst.findings(Question("", text, line, column), LONG)
    assert isinstance(result, Findings)
    sent = protocol.pack(protocol.findings_message(1, result))
    assert protocol.read_findings(protocol.unpack(sent)) == result


@pytest.mark.parametrize("path", ["/no/such/folder/a.py", "/a\0b.py", "/" + "x" * 5_000 + "/a.py"])
def test_files_that_are_not_there_any_more(analyst: Analyst, path: str) -> None:
    result = analyst.findings(at("def f(a): ...\nf(▮", path), LONG)
    assert isinstance(result, Findings)
    gone = analyst.findings(at("def f(a): ...\nf(▮", "/no/such/folder/a.py"), LONG)
    assert gone.call == (Call("f", "f(a)", 0),)


def test_links_that_lead_to_themselves(found: Ask, project: Path) -> None:
    (project / "loop").symlink_to("loop")
    (project / "round").symlink_to(project)
    (project / "self.py").symlink_to("self.py")
    result = found("import loop\nimport self\nfrom round.round.shop import price\nprice(▮")
    assert [one.name for one in result.call] == ["price"]
    assert [one.module for one in result.imports] == ["round.round.shop"]
    assert found("import self\nself.▮").members == ()
