"""Which chunks get room: never more than there is, no duplicates, and what is there stays where it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.gather import WEIGHTS, gather
from symbiote.core.chunk import Chunk
from symbiote.core.comment import comment

LINES = st.sampled_from(["alpha = 1", "beta(alpha)", "return gamma", "}", "", "class Delta:"])
CHUNKS = st.builds(
    Chunk,
    source=st.sampled_from(sorted(WEIGHTS)),
    uri=st.sampled_from(["file:///a.py", "file:///b.py"]),
    path=st.sampled_from(["a.py", "folder/b.py"]),
    text=st.lists(LINES, min_size=1, max_size=6).map("\n".join),
    recency=st.floats(0, 100),
    worth=st.floats(0, 1),
)
SOME = st.lists(CHUNKS, max_size=12)


def lines(chunk: Chunk) -> set[str]:
    return {line for line in chunk.text.split("\n") if len(line) >= 4}


@given(SOME, st.integers(0, 400), st.lists(LINES).map("\n".join), SOME)
def test_room_duplicates_and_order(
    chunks: list[Chunk], budget: int, near: str, held: list[Chunk]
) -> None:
    found = gather(chunks, budget, near, held)
    assert sum(chunk.cost for chunk in found) <= budget
    assert set(found) <= set(chunks)
    assert len(set(found)) == len(found)
    for at, chunk in enumerate(found):
        for other in found[:at]:
            assert not lines(chunk) or lines(chunk) != lines(other)
        assert not lines(chunk) or not lines(chunk) <= set(near.split("\n"))
    stay = [chunk for chunk in dict.fromkeys(held) if chunk in found]
    assert list(found[: len(stay)]) == stay, "what is there stays in front, in its order"
    given_at = {chunk: chunk.recency for chunk in reversed(chunks)}
    fresh = [given_at[chunk] for chunk in found[len(stay) :]]
    assert fresh == sorted(fresh)


@given(SOME, st.integers(0, 400))
def test_gathered_again_it_is_the_same(chunks: list[Chunk], budget: int) -> None:
    found = gather(chunks, budget)
    assert gather(chunks, budget, held=found) == found


@given(CHUNKS, st.sampled_from(["python", "typescript", "css", "html", "sql", "unknown", ""]))
def test_no_layout_takes_more_than_a_chunk_costs(chunk: Chunk, language: str) -> None:
    assert len(comment(f"{chunk.path}\n{chunk.text}", language)) + 1 <= chunk.cost
    assert len(f"{chunk.path}\n{chunk.text}\n") <= chunk.cost


def chunk(text: str, worth: float = 1.0, recency: float = 0.0) -> Chunk:
    return Chunk("open", f"file:///{text[:3]}", "a.py", text, recency, worth)


def test_the_worthiest_get_the_room_and_the_newest_stands_last() -> None:
    best, good, poor = (
        chunk("first()", 1.0, 3.0),
        chunk("second()", 0.9, 1.0),
        chunk("third()", 0.1, 2.0),
    )
    room = best.cost + good.cost
    assert gather([poor, good, best], room) == (good, best)


def test_what_is_there_gives_way_only_to_what_is_clearly_worth_more() -> None:
    held, little, much = chunk("held()", 0.7), chunk("more()", 0.8), chunk("much()", 1.0)
    assert gather([held, little], held.cost, held=[held]) == (held,)
    assert gather([held, much], held.cost, held=[held]) == (much,)


KEY = "AKIA" + "ABCDEFGHIJKLMNOP"


@pytest.mark.parametrize(
    "text",
    [f"id = {KEY!r}", "password = 'x7Gh29sLqP0aZ3vB'", "-----BEGIN RSA " + "PRIVATE KEY-----"],
)
def test_no_chunk_holds_a_secret(text: str) -> None:
    assert gather([chunk(f"x = 1\n{text}")], 1_000) == ()
    assert gather([replace(chunk("x = 1"), lookup=text)], 1_000) == ()


def test_a_password_without_quotes_counts_where_it_is_no_code() -> None:
    text = "password: x7Gh29sLqP0aZ3vB"
    assert gather([replace(chunk(text), path="ci.yaml")], 1_000) == ()
    assert gather([replace(chunk("token = tokens_by_id_12(a1)"), path="a.py")], 1_000) != ()
