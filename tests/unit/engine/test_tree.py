"""Trees of continuations, and walking over what is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import MOST_ROWS, Known, Path, Walk, tree

paths = st.lists(st.integers(0, 3), min_size=1, max_size=5).map(tuple)


@given(st.lists(paths, max_size=4), st.sets(paths, max_size=3), st.integers(0, 12))
def test_a_tree_holds_each_continuation_once_and_parents_first(
    wanted: list[Path], known: set[Path], room: int
) -> None:
    made = tree(wanted, known, room)
    assert len(made) <= room
    assert len(set(made.paths)) == len(made) == len(made.branches)
    for index, path in enumerate(made.paths):
        assert len(path) == 1 or path[:-1] in made.paths[:index]
    assert made.tokens.tolist() == [path[-1] for path in made.paths]
    assert made.depths.tolist() == [len(path) for path in made.paths]
    for branch in range(1, made.width + 1):
        nodes = [
            p for p, through in zip(made.paths, made.branches, strict=True) if branch in through
        ]
        assert nodes == [nodes[-1][:end] for end in range(1, len(nodes) + 1)]
        assert nodes[-1] in wanted
    if room == 12 and sum(map(len, wanted)) <= room:
        assert set(made.paths) | known >= set(wanted)


def test_what_does_not_fit_gives_way_to_what_does() -> None:
    made = tree([(1, 2), (3, 4, 5), (6,)], set(), 3)
    assert set(made.paths) == {(1,), (1, 2), (6,)}


def rows(count: int) -> np.ndarray:
    return np.arange(count * 4, dtype=np.float32).reshape(count, 4)


def test_what_is_known_is_known_until_the_prompt_changes() -> None:
    known, prompt = Known(), np.array([1, 2], np.int32)
    known.begin(prompt)
    known.learn([(), (3,)], rows(2))
    assert np.exp(known[(3,)]).sum() == pytest.approx(1)
    known.begin(prompt.copy())
    assert (3,) in known
    known.begin(np.array([1, 2, 3], np.int32))
    assert () not in known


def test_not_more_is_kept_than_there_is_room_for() -> None:
    known, prompt = Known(), np.array([1], np.int32)
    known.begin(prompt)
    known.learn([(n,) for n in range(MOST_ROWS + 1)], rows(MOST_ROWS + 1))
    known.begin(prompt)
    assert (0,) not in known


def test_a_walk_reads_only_what_is_not_known() -> None:
    known, read = Known(), list[list[int]]()
    known.begin(np.array([9], np.int32))
    known.learn([(), (1,)], rows(2))

    def reads(tokens: Ids, outputs: int) -> None:
        assert outputs == 1
        read.append(tokens.tolist())

    for _ in range(2):
        walk = Walk(known, reads, lambda: rows(1)[0])
        for token in (1, 2, 3):
            walk.took(token)
            walk.go(token, 5)
        walk.close()
    assert read == [[1, 2], [3]], "the second walk finds all of it known"
