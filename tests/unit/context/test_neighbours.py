"""Siblings on the disk, and everything a disk can have instead of a file."""

from __future__ import annotations

import os
from pathlib import Path

from symbiote.context.neighbours import LARGEST, MOST, neighbours, read


def found(folder: Path, name: str) -> list[str]:
    return [uri.rpartition("/")[2] for uri in neighbours((folder / name).as_uri())]


def test_siblings_of_a_file(tmp_path: Path) -> None:
    for name in ("shop.py", "test_shop.py", "shop.pyi", "shop.ts", "shopping.py", "TEST_SHOP.txt"):
        (tmp_path / name).write_text("")
    assert found(tmp_path, "shop.py") == ["shop.pyi", "test_shop.py"]
    assert found(tmp_path, "new.py") == []
    assert found(tmp_path / "gone", "shop.py") == []
    assert neighbours("untitled:shop.py") == []


def test_no_more_than_a_few(tmp_path: Path) -> None:
    for end in ("c", "cc", "cpp", "cxx", "h", "hh", "hpp"):
        (tmp_path / f"shop.{end}").write_text("")
    assert len(found(tmp_path, "shop.c")) == MOST


def test_what_is_no_text_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "binary.py").write_bytes(b"a\0b")
    (tmp_path / "latin.py").write_bytes(b"\xe4\xf6")
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(LARGEST + 1)
    names = ("loop", "pipe", "folder", "binary", "latin", "huge", "gone")
    assert [read((tmp_path / f"{name}.py").as_uri(), "python") for name in names] == [None] * 7
    (tmp_path / "text.py").write_bytes(b"\xef\xbb\xbfa = 1\n")
    document = read((tmp_path / "text.py").as_uri(), "python")
    assert document is not None
    assert document.text == "a = 1\n"
