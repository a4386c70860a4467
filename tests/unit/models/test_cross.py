"""Cross-file holes: where a file uses what others define, what a release changed, and the sessions before."""

from __future__ import annotations

from random import Random

import pytest

from unit.models.scripts import script

cross, uses = script("cross"), script("uses")

OLD = {
    "shop/__init__.py": "from .price import Price\n",
    "shop/price.py": "class Price:\n    def in_euros(self):\n        self.known = 1\n\n\ndef parse(t):\n    pass\n",
    "shop/main.py": (
        "from shop import Price\nfrom . import price\n\n\ndef run(text):\n"
        "    total = Price(text)\n    print(Price, total.in_euros())\n    return price.parse(text)\n"
    ),
    "shop/test_main.py": "from .main import run\n\nassert run('1')\n",
}
NEW = OLD | {
    "shop/price.py": OLD["shop/price.py"].replace("pass", "return Price(t)"),
    "shop/main.py": OLD["shop/main.py"].replace("total = Price(text)", "total = Price(text, 2)"),
}


def made(version: str, files: dict[str, str]):  # type: ignore[no-untyped-def]
    project = uses.Project("shop", version, files)
    for path, text in files.items():
        project.public[path], project.members[path] = uses.names(uses.ast.parse(text))
    return project


def test_what_other_files_define_is_found_where_it_is_used() -> None:
    text = OLD["shop/main.py"]
    found = [
        (use.kind, text[use.start : use.end], use.defined)
        for use in uses.uses(made("1", OLD), "shop/main.py")
    ]
    assert found == [
        ("first_use", "Price", "shop/price.py"),
        ("use", "Price", "shop/price.py"),
        ("attribute", "in_euros", "shop/price.py"),
        ("first_use", "price", "shop/price.py"),
        ("attribute", "parse", "shop/price.py"),
    ]


def replayed(hole: dict, files: dict[str, str]) -> str:  # type: ignore[type-arg]
    """The hole's file with the answer put back."""
    texts = dict(files)
    start, end = hole["removed"]
    texts[hole["path"]] = texts[hole["path"]][:start] + texts[hole["path"]][end:]
    for edit in hole["edits"]:
        text = texts[edit["path"]]
        texts[edit["path"]] = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
    text, at = texts[hole["path"]], hole["cursor"]
    return text[:at] + hole["answer"] + text[at:]


@pytest.mark.parametrize("count", [12])
def test_the_answer_in_its_place_makes_the_file(count: int) -> None:
    old, new = made("1", OLD), made("2", NEW)
    holes = cross.holes([[new, old]], count, 12)
    kinds = {hole["id"].split("-")[0] for hole in holes}
    assert {"first_use", "use", "attribute", "edit"} <= kinds
    for hole in holes:
        if hole["id"].startswith("edit"):
            assert hole["answer"] in NEW[hole["path"]]
            assert replayed(hole, OLD) == NEW[hole["path"]]
            assert hole["answer"] not in "".join(edit["text"] for edit in hole["edits"])
        else:
            assert replayed(hole, NEW) == NEW[hole["path"]]
        assert hole["path"] not in [visit["path"] for visit in hole["visits"]]
    assert cross.holes([[new, old]], count, 12) == holes


def test_each_file_is_written_once() -> None:
    lines = cross.sources([made("2", NEW), made("1", OLD)])
    assert [line["projects"] for line in lines if line["path"] == "shop/__init__.py"] == [
        ["shop 2", "shop 1"]
    ]
    assert len([line for line in lines if line["path"] == "shop/main.py"]) == 2


def test_a_cut_reaches_the_end_of_its_line() -> None:
    text = "a = 1\n    total = Price(text)  \nb\n"
    start = text.index("Price")
    for seed in range(20):
        begin, end = cross.cut(text, start, start + 5, Random(seed))
        assert text[end:].startswith("  \nb")
        assert begin in (text.index("total"), start, start + 1, start + 2)


def test_the_test_of_a_module_is_its_nearest() -> None:
    likeness = cross.likeness
    assert likeness("a/main.py", "a/tests/test_main.py") > likeness("a/main.py", "a/mail.py")
