"""A place that is not ours alone is refused, in words that help."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from symbiote.core.errors import PlaceError
from symbiote.wire import address as places


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sy", dir="/tmp"))
    monkeypatch.setenv("SYMBIOTE_HOME", str(folder))
    yield folder
    shutil.rmtree(folder)


def test_made_private(home: Path) -> None:
    at = places.address()
    assert at.directory == home / "run"
    assert stat.S_IMODE(at.directory.stat().st_mode) == 0o700
    assert len(os.fsencode(at.socket)) <= places.LONGEST
    assert places.build() in at.socket.name
    assert len({at.socket, at.lock, at.token, at.starting}) == 4


def test_a_planted_link_is_not_followed(home: Path) -> None:
    (home / "elsewhere").mkdir(mode=0o700)
    (home / "run").symlink_to(home / "elsewhere")
    with pytest.raises(PlaceError, match=r"symbolic link.*remove it"):
        places.address()


def test_a_file_in_the_way(home: Path) -> None:
    (home / "run").touch()
    with pytest.raises(PlaceError, match="remove"):
        places.address()


def test_open_to_others(home: Path) -> None:
    (home / "run").mkdir()
    (home / "run").chmod(0o755)
    with pytest.raises(PlaceError, match="chmod 700"):
        places.address()


def test_somebody_elses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places.address()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(PlaceError, match="belongs to another user"):
        places.address()


def test_a_long_path_gets_a_short_stand_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(home / ("long" * 40)))
    monkeypatch.setattr(tempfile, "tempdir", str(home / "tmp"))
    at = places.address()
    assert at.directory.parent == home / "tmp"
    assert len(os.fsencode(at.socket)) <= places.LONGEST
    assert stat.S_IMODE(at.directory.stat().st_mode) == 0o700
    other = home / ("long" * 40) / "other"
    monkeypatch.setenv("SYMBIOTE_HOME", str(other))
    assert places.address().directory != at.directory


def test_the_token(home: Path) -> None:
    at = places.address()
    token = places.write_token(at)
    assert len(token) == 32
    assert places.read_token(at) == token
    assert stat.S_IMODE(at.token.stat().st_mode) == 0o600
    assert places.write_token(at) != token
    assert sorted(p.name for p in at.directory.iterdir()) == [at.token.name]


def test_a_token_others_may_read_is_refused(home: Path) -> None:
    at = places.address()
    places.write_token(at)
    at.token.chmod(0o640)
    with pytest.raises(PlaceError, match="not private"):
        places.read_token(at)


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 31, "ab" * 40, "é" * 32])
def test_a_damaged_token(home: Path, text: str) -> None:
    at = places.address()
    at.token.touch(mode=0o600)
    at.token.write_text(text, "utf-8")
    with pytest.raises(PlaceError, match="damaged"):
        places.read_token(at)


def test_a_link_in_place_of_the_token(home: Path) -> None:
    at = places.address()
    (home / "secret").write_text("ab" * 32)
    at.token.symlink_to(home / "secret")
    with pytest.raises(OSError):
        places.read_token(at)


def test_a_file_in_place_of_the_socket(home: Path) -> None:
    at = places.address()
    with pytest.raises(FileNotFoundError):
        places.check_socket(at)
    at.socket.touch()
    with pytest.raises(PlaceError):
        places.check_socket(at)


def test_no_place_without_user_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getuid")
    with pytest.raises(PlaceError, match="WSL"):
        places.address()
