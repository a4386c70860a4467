from __future__ import annotations

from symbiote.engine.local.threads import EXPLORE_EVERY, Threads


def run(threads: Threads, cost: dict[int, float], batches: int, tokens: int = 128) -> list[int]:
    picked = []
    for _ in range(batches):
        count = threads.pick(tokens)
        threads.took(count, tokens, cost[count] * tokens)
        picked.append(count)
    return picked


def test_small_batches_leave_a_core_free() -> None:
    threads = Threads(3, 4)
    assert {threads.pick(n) for n in range(1, 32)} == {3}
    assert threads.pick(32) == 4


def test_both_counts_are_tried_and_the_faster_stays() -> None:
    assert run(Threads(1, 2), {1: 1.0, 2: 0.6}, 6) == [2, 1, 2, 2, 2, 2]
    assert run(Threads(1, 2), {1: 1.0, 2: 3.0}, 6) == [2, 1, 1, 1, 1, 1]


def test_a_machine_that_changes_is_followed() -> None:
    threads = Threads(1, 2)
    run(threads, {1: 1.0, 2: 3.0}, 10)
    later = run(threads, {1: 1.0, 2: 0.5}, 4 * EXPLORE_EVERY)
    assert later[-1] == 2
    assert run(threads, {1: 1.0, 2: 3.0}, 3)[-1] == 1


def test_the_other_count_is_looked_at_now_and_then_only() -> None:
    threads = Threads(1, 2)
    picked = run(threads, {1: 1.0, 2: 3.0}, 10 * EXPLORE_EVERY)
    assert 5 <= picked.count(2) <= 12


def test_one_count_is_never_measured() -> None:
    assert set(run(Threads(4, 4), {4: 1.0}, 50)) == {4}
