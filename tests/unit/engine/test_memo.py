from __future__ import annotations

from pathlib import Path

from symbiote.core import paths
from symbiote.engine.local.memo import MOST, Memo, stamp


def test_what_is_put_is_found_by_the_next(home: Path) -> None:
    Memo("a.json").put("k", True)
    assert Memo("a.json").get("k") is True
    Memo("a.json").forget("k")
    assert Memo("a.json").get("k") is None


def test_a_book_that_is_not_there_is_sound(home: Path) -> None:
    assert Memo("a.json").sound


def test_a_broken_book_is_an_empty_one(home: Path) -> None:
    paths.state().mkdir(parents=True)
    for text in ("{", "[1]", "\0"):
        (paths.state() / "a.json").write_text(text, "utf-8")
        assert Memo("a.json").get("k") is None
        assert not Memo("a.json").sound
    Memo("a.json").put("k", 1)
    assert Memo("a.json").sound
    assert Memo("a.json").get("k") == 1


def test_an_unwritable_place_is_no_error(home: Path) -> None:
    home.mkdir()
    paths.state().write_text("a file where the folder should be", "utf-8")
    Memo("a.json").put("k", 1)
    assert Memo("a.json").get("k") is None


def test_old_entries_give_way(home: Path) -> None:
    book = Memo("a.json")
    for n in range(MOST + 5):
        book.put(str(n), n)
    assert book.get("4") is None
    assert book.get("5") == 5


def test_a_stamp_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"1")
    first = stamp(path)
    assert stamp(path) == first
    path.write_bytes(b"22")
    assert stamp(path) != first
