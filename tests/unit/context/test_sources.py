"""What each source contributes to one scene, what it leaves out, and what its chunks cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symbiote.context.analysis.protocol import (
    Call,
    Definition,
    EnclosingClass,
    Findings,
    Import,
    Member,
)
from symbiote.context.sources import SOURCES
from symbiote.context.sources.clipboard import clipboard
from symbiote.context.sources.definitions import definitions
from symbiote.context.sources.diagnostics import diagnostics
from symbiote.context.sources.edits import edits
from symbiote.context.sources.open import open_files
from symbiote.context.sources.siblings import siblings
from symbiote.core import facts
from symbiote.core.chunk import HEAD, LINE
from symbiote.core.facts import Diagnostic, Facts
from symbiote.core.settings import SOURCES as NAMES
from symbiote.core.text import opened
from unit.context.scenes import HERE, ROOT, scene

SHOP = """class Invoice:
    total: float

    def settle_invoice(self, discount):
        return round(self.total - discount, 2)
"""
FILLER = "".join(f"value_{n} = compute_{n}(other_{n})\n" for n in range(60))


def test_every_source_can_be_switched_on() -> None:
    assert tuple(SOURCES) == NAMES


def test_open_gives_the_part_that_defines_what_is_used() -> None:
    given = open_files(
        scene(
            "def close(invoice, discount):\n    paid = settle_invoice(▮\n",
            {"far.py": FILLER, "shop.py": FILLER + SHOP + FILLER},
        )
    )
    assert "def settle_invoice(self, discount):" in given[0].text
    assert (given[0].source, given[0].path, given[0].worth) == ("open", "shop.py", 1.0)
    assert given[0].uri == f"{ROOT}/shop.py"
    assert "settle_invoice" in given[0].why
    lines = given[0].text.count("\n") + 1
    assert given[0].cost == len(given[0].text) + len("shop.py") + HEAD + LINE * lines
    assert all("settle_invoice" not in chunk.text for chunk in given[1:]), "they overlap"


def test_in_a_workspace_elsewhere_a_file_has_its_name_alone() -> None:
    given = open_files(
        replace(
            scene("paid = settle_invoice(▮", {"shop.py": SHOP}),
            roots=("vscode-remote://host/shop",),
        )
    )
    assert [chunk.path for chunk in given] == ["shop.py"]


def test_open_has_nothing_of_files_that_share_nothing() -> None:
    assert open_files(scene("paid = settle_invoice(▮", {"far.py": FILLER})) == []
    assert open_files(scene("▮", {"shop.py": SHOP})) == []
    assert open_files(scene("paid = settle_invoice(▮")) == []


@pytest.mark.parametrize(
    "text",
    [
        "\0" + SHOP,
        "x = '" + "a" * 500 + "'; settle_invoice\n",
        SHOP + "x = 1\n" * 60_000,
        SHOP + "x = 1\n" * 900_000,
    ],
    ids=["binary", "one long line", "generated", "5 MB"],
)
def test_open_leaves_out_data(text: str) -> None:
    assert open_files(scene("paid = settle_invoice(▮", {"data.py": text})) == []


def test_edits_are_told_newest_first_as_diffs() -> None:
    given = edits(
        scene(
            "▮",
            {"a.py": "one = 1\ntwo = 22\n", "b.py": "alpha = 1\nbeta = 2\n"},
            opened_as={"a.py": "one = 1\ntwo = 2\n", "b.py": "alpha = 1\n"},
        )
    )
    assert [(chunk.path, chunk.text, chunk.plain) for chunk in given] == [
        ("b.py", "beta = 2", "beta = 2"),
        ("a.py", "-two = 2\n+two = 22", "two = 22"),
    ]
    assert given[0].recency > given[1].recency
    assert given[0].worth > given[1].worth
    assert given[0].why == "changed 198 s before"


def test_the_place_that_is_being_written_is_no_edit_yet() -> None:
    old = "a = 1\n" + "keep\n" * 20 + "z = 1\n"
    new = "a = 2\n" + "keep\n" * 20 + "z = 2▮\n"
    given = edits(scene(new, opened_as={"main.py": old}))
    assert [chunk.text for chunk in given] == ["-a = 1\n+a = 2"]


def test_edits_of_blanks_and_of_files_that_are_excluded_are_none() -> None:
    assert edits(scene("▮", {"a.py": "if x:\n    y\n"}, opened_as={"a.py": "if x:\n  y\n"})) == []
    found = scene("▮", {"a.py": "b = 2\n"}, opened_as={"a.py": "b = 1\n"})
    assert edits(found)

    assert edits(replace(found, others=())) == []


FOUND = Findings(
    call=(Call("price", "price(item: str, count: int = 1) -> float", 0),),
    members=(Member("total", "statement"), Member("settle", "function", "settle(discount)")),
    enclosing=EnclosingClass("Order", "class Order(Base):", "", (Member("ship"), Member("size"))),
    definitions=(
        Definition(
            "price", "function", "price(item)", "", "shop", "def price(item): ...", "/shop/shop.py"
        ),
        Definition("own", "function", "own()", "", "main", "def own(): ...", "/shop/main.py"),
        Definition(
            "dumps", "function", "dumps(obj)", "", "json.encoder", "def dumps(obj):\n    ..."
        ),
    ),
    imports=(Import("shop", ("price", "Basket")),),
)


def test_definitions_of_jedi() -> None:
    given = definitions(scene("▮", findings=FOUND, near="self.size = price("))
    assert [(chunk.path, chunk.text) for chunk in given] == [
        ("main.py", "price(item: str, count: int = 1) -> float"),
        ("main.py", "total\nsettle(discount)"),
        ("shop.py", "def price(item): ..."),
        ("json/encoder.py", "def dumps(obj):\n    ..."),
        ("main.py", "class Order(Base):\n    ship"),
        ("main.py", "from shop import Basket"),
    ]
    assert given[2].uri == "/shop/shop.py"
    assert [chunk.worth for chunk in given] == sorted((c.worth for c in given), reverse=True)


def test_definitions_of_the_editor() -> None:
    told = Facts(
        definitions=(
            facts.Definition("settle", f"{ROOT}/shop.ts", 3, "function settle(): void {\n}\n"),
            facts.Definition("own", f"{ROOT}/main.ts", 3, "function own() {}"),
            facts.Definition("none", f"{ROOT}/none.ts", 3, "\n"),
        )
    )
    given = definitions(scene("▮", name="main.ts", language="typescript", facts=told))
    assert [(c.path, c.text) for c in given] == [("shop.ts", "function settle(): void {\n}")]


@pytest.mark.parametrize(
    ("name", "other", "text", "told"),
    [
        (
            "test_shop.py",
            "shop.py",
            SHOP,
            "class Invoice:\n    def settle_invoice(self, discount):",
        ),
        ("shop.py", "tests/test_shop.py", "def test_it():\n    pass\n", "def test_it():"),
        (
            "shop.test.ts",
            "shop.ts",
            "export function f(): void {\n  g();\n}\n",
            "export function f(): void {",
        ),
        ("shop.cpp", "shop.h", "int settle(int discount);\n  x\n", "int settle(int discount);"),
        ("shop_test.go", "shop.go", "func Settle() {\n\tx()\n}\n", "func Settle() {"),
    ],
)
def test_siblings(name: str, other: str, text: str, told: str) -> None:
    given = siblings(scene("▮", {"else.py": SHOP, other: text}, name=name))
    assert [(chunk.path, chunk.text) for chunk in given] == [(other, told)]


def test_siblings_on_the_disk_and_those_that_are_data() -> None:
    beside = opened(f"{ROOT}/test_main.py", "python", 0, "def test_a(): ...\n")
    binary = opened(f"{ROOT}/main_test.py", "python", 0, "def test_b(): ...\0\n")
    given = siblings(scene("▮", beside=(binary, beside)))
    assert [chunk.text for chunk in given] == ["def test_a(): ..."]


def test_diagnostics_near_the_cursor_the_nearest_last() -> None:
    told = Facts(
        diagnostics=(
            Diagnostic(2, "undefined  name\n'x'", 1),
            Diagnostic(0, "unused", 2),
            Diagnostic(1, "a hint", 4),
            Diagnostic(60, "far away", 1),
            Diagnostic(999, "gone", 1),
        )
    )
    (given,) = diagnostics(scene("import os\ny\n  print(x)▮\n" + "\n" * 80, facts=told))
    assert given.text == "warning: unused in: import os\nerror: undefined name 'x' in: print(x)"
    assert (given.uri, given.cost) == (HERE, len(given.text) + len("main.py") + HEAD + 2 * LINE)
    assert diagnostics(scene("▮")) == []


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2_000, "a\n" * 50, "a\0bcd"])
def test_a_clipboard_of_no_use(text: str) -> None:
    assert clipboard(scene("▮", facts=Facts(clipboard=text))) == []


def test_the_clipboard() -> None:
    (given,) = clipboard(scene("▮", facts=Facts(clipboard="settle(\r\n  1)\n")))
    assert (given.uri, given.text) == ("", "settle(\n  1)")
