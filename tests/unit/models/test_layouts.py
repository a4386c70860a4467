"""The comparison of prompt layouts: where typing is said to have begun, and the sums."""

from __future__ import annotations

from typing import Any

import pytest

from symbiote.core.text import Position
from symbiote.evaluate import Hole
from unit.models.scripts import script

layouts = script("layouts")


@pytest.mark.parametrize(
    ("prefix", "layout", "place"),
    [
        ("a\n    b = ", "psm", None),
        ("a\n    b = ", "spm", None),
        ("a\n    b = ", "psm line", (1, 4)),
        ("a\n    b = ", "spm line", (1, 4)),
        ("a\n    ", "psm line", (1, 4)),
        ("a\n    b = ", "psm 200", (0, 0)),
        ("x" * 196 + "\na\nb", "psm 200", (0, 0)),
        ("x" * 197 + "\na\nb", "psm 200", (1, 0)),
        ("x\n" + "y" * 201, "psm 200", (1, 0)),
    ],
)
def test_where_typing_began(prefix: str, layout: str, place: tuple[int, int] | None) -> None:
    line = prefix.rsplit("\n", 1)[-1]
    found = layouts.anchored(Hole("1", prefix, "\n", ""), line, layout)
    assert found == (Position(*place) if place else None)


def test_the_sums() -> None:
    def filled(texts: str) -> list[Any]:
        hole = Hole("1", "", "", "a")
        return [layouts.Filled(hole, text, 3 if text == "b" else None) for text in texts]

    found = layouts.scores(filled("aabb"), filled("abab"))
    assert (found["n"], found["exact_match"], found["against_plain"]) == (4, 0.5, [1, 1])
    assert found["tokens_per_key"]["mean"] == 3
    assert "| psm line | 50.0% (15.0% to 85.0%) | 50.0% | +1 −1 | 3.0 / 3 / 3 |" in layouts.table(
        {"psm line": found}
    )
