"""Golden files, one per language: what holds the cursor, where a block ends, what is closed already.

`place` names the kind of text at `▮`. `block` takes `first` there and offers the lines of `next` as an engine would say
them: `expected` is what came of it. `closing` says what the finish chain leaves of `raw`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.features.extend import block
from symbiote.features.typed import accepted
from symbiote.finish.chain import finish
from symbiote.grammar import places, trees
from symbiote.grammar.languages import GRAMMARS
from unit.marked import moment

GOLDEN = Path(__file__).parents[2] / "golden" / "languages"
FILES = sorted(GOLDEN.glob("*.toml"))


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(file.stem, case, id=f"{file.stem}:{name}")
        for file in FILES
        for name, case in tomllib.loads(file.read_text("utf-8"))[kind].items()
    ]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    places.forget("file:///a.py")


def read(marked: str, language: str) -> Moment:
    at = moment(marked, language=language)
    assert trees.read(at.document) is not None
    return at


@pytest.mark.parametrize(("language", "case"), cases("place"))
def test_what_holds_the_cursor(language: str, case: dict[str, str]) -> None:
    at = read(case["document"], language)
    assert places.place(at.document, at.line, at.column).state.kind == case["expected"]


@pytest.mark.parametrize(("language", "case"), cases("closing"))
def test_what_is_closed_already_is_not_closed_again(language: str, case: dict[str, str]) -> None:
    got = finish(case["raw"], read(case["document"], language))
    assert (f"! {got.value}" if isinstance(got, Reason) else got) == case["expected"]


@pytest.mark.parametrize(("language", "case"), cases("block"))
def test_where_a_block_ends(language: str, case: dict[str, Any]) -> None:
    at = read(case["document"], language)
    after = accepted(at, at.column, case["first"])
    own, text = block(at, after), case["first"]
    assert (own is None) == (case["expected"] == "! none")
    for line in case["next"] if own is not None else []:
        if own is None or own.indent is None or (placed := own.placed(line)) is None:
            break
        text, own = f"{text}\n{placed}", own.grown(placed)
    assert own is None or text == case["expected"]


def test_every_grammar_has_golden_files() -> None:
    same = {"javascriptreact", "cuda-cpp", "dockercompose"}  # ids of a language that is there
    assert {file.stem for file in FILES} == GRAMMARS.keys() - same
    for file in FILES:
        found = tomllib.loads(file.read_text("utf-8"))
        assert all(len(found[kind]) >= 2 for kind in ("place", "block", "closing")), file.stem
