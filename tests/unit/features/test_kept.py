"""Where remembered answers lie: how many, how long, for whose eyes, and what becomes of a damaged file."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from symbiote.features.rewrite import kept
from symbiote.features.rewrite.kept import LIFE, Entry, Kept

NAMES = strategies.sampled_from("ab")
DAY = 24 * 3600.0


def entry(namespace: str = "n", place: str = "p", words: str = "w", answer: str = "x") -> Entry:
    return Entry(namespace, place, words, b"", answer, False, "e", "m", f"doc {place}")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Machine(RuleBasedStateMachine):
    """Against a list, the one used last at its end."""

    @initialize()
    def begin(self) -> None:
        self.most, kept.MOST = kept.MOST, 3
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        self.path = Path(self.folder.name) / "answers.sqlite3"
        self.kept = Kept(self.path, self.clock)
        self.model: list[tuple[tuple[str, str, str], str, float]] = []

    def teardown(self) -> None:
        if hasattr(self, "kept"):
            kept.MOST = self.most
            self.kept.close()
            self.folder.cleanup()

    def alive(self) -> None:
        self.model = [one for one in self.model if self.clock.now - one[2] <= LIFE]

    @rule(namespace=NAMES, place=NAMES, words=NAMES, answer=strategies.text(max_size=3))
    def put(self, namespace: str, place: str, words: str, answer: str) -> None:
        key = (namespace, place, words)
        answer = answer.encode("utf-8", "replace").decode()
        self.kept.put(entry(*key, answer))
        self.alive()
        self.model = [one for one in self.model if one[0] != key]
        self.model = [*self.model, (key, answer, self.clock.now)][-3:]

    @rule(namespace=NAMES, place=NAMES)
    def find_and_use(self, namespace: str, place: str) -> None:
        self.alive()
        found = self.kept.find(namespace, place)
        wanted = [one for one in self.model if one[0][:2] == (namespace, place)]
        assert {(one.words, one.answer) for one in found} == {(one[0][2], one[1]) for one in wanted}
        assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
        if found:
            self.kept.use(found[0].id)
            key = (namespace, place, found[0].words)
            used = next(one for one in self.model if one[0] == key)
            self.model.remove(used)
            self.model.append(used)

    @rule(hours=strategies.sampled_from([1, 12, 25]))
    def wait(self, hours: int) -> None:
        self.clock.now += hours * 3600

    @rule(place=NAMES)
    def forget(self, place: str) -> None:
        self.alive()
        self.kept.count()
        self.kept.forget(f"doc {place}")
        self.model = [one for one in self.model if one[0][1] != place]

    @rule()
    def begin_again(self) -> None:
        self.kept.close()
        self.kept = Kept(self.path, self.clock)

    @invariant()
    def counted(self) -> None:
        if hasattr(self, "kept"):
            self.alive()
            assert self.kept.count() == len(self.model)


Machine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestKept = Machine.TestCase


def test_a_thousand_for_a_day() -> None:
    assert (kept.MOST, LIFE) == (1_000, DAY)


def test_it_is_for_the_users_eyes_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "answers.sqlite3"
    Kept(path).put(entry())
    if os.name == "nt":  # its folders are the user's own
        return
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_forgotten_is_gone_from_the_file(tmp_path: Path) -> None:
    one = Kept(tmp_path / "a")
    one.put(entry(answer="very secret " * 400))
    assert b"very secret" in (tmp_path / "a").read_bytes()
    assert one.forget() == 1
    one.close()
    assert b"very secret" not in (tmp_path / "a").read_bytes()
    assert not (tmp_path / "a-journal").exists()


def test_what_is_too_old_is_gone_from_the_file_at_the_next_start(tmp_path: Path) -> None:
    clock = Clock()
    one = Kept(tmp_path / "a", clock)
    one.put(entry(answer="very secret"))
    one.close()
    clock.now += DAY + 1
    assert Kept(tmp_path / "a", clock).count() == 0
    assert b"very secret" not in (tmp_path / "a").read_bytes()


def test_a_clock_that_is_put_back_makes_nothing_younger(tmp_path: Path) -> None:
    clock = Clock()
    one = Kept(tmp_path / "a", clock)
    one.put(entry())
    clock.now -= 3 * DAY
    assert one.find("n", "p") == []
    one.put(entry(words="later"))
    clock.now += 3 * DAY
    assert one.find("n", "p") == []


@pytest.mark.parametrize("damage", ["garbage", "version", "folder"])
def test_what_is_damaged_is_begun_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a"
    one = Kept(path)
    one.put(entry())
    one.close()
    if damage == "garbage":
        path.write_bytes(b"no database" * 100)
    elif damage == "version":
        with sqlite3.connect(path) as held:
            held.execute("PRAGMA user_version = 99")
        held.close()
    else:
        path.unlink()
        path.mkdir()
    again = Kept(path)
    again.find("n", "p")
    again.put(entry(words="new"))
    wanted = [] if damage == "folder" else ["new"]
    assert [found.words for found in again.find("n", "p")] == wanted
    again.close()


def test_two_daemons_share_it(tmp_path: Path) -> None:
    one, other = Kept(tmp_path / "a"), Kept(tmp_path / "a")
    one.put(entry())
    assert [found.answer for found in other.find("n", "p")] == ["x"]
    other.put(entry(answer="y"))
    assert [found.answer for found in one.find("n", "p")] == ["y"]
    with sqlite3.connect(tmp_path / "a") as held:
        held.execute("BEGIN EXCLUSIVE")
        assert one.find("n", "p") == []  # a busy file is a miss, and stays
        held.rollback()
    held.close()
    assert len(one.find("n", "p")) == 1
    one.close()
    other.close()


def test_a_vector_that_comes_late_does_not_mark_another_answer(tmp_path: Path) -> None:
    one = Kept(tmp_path / "a")
    one.put(entry(answer="x"))
    one.put(entry(answer="y"))
    one.add_vector(Entry("n", "p", "w", b"12", "x", False, "e", "m", "doc p"))
    assert one.find("n", "p")[0].vector == b""
    one.add_vector(Entry("n", "p", "w", b"12", "y", False, "e", "m", "doc p"))
    assert one.find("n", "p")[0].vector == b"12"
    one.close()
