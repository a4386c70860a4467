"""What happens to the file in which money stands: then nothing is spent, and what costs nothing goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from symbiote.engine.remote.book import BookError
from symbiote.engine.remote.spend import Refused, Reservation, Spend
from unit.engine.remote.spending import CAPS, Caps, refused, reserved, spending


async def free_goes_on(spend: Spend) -> None:
    free = await reserved(spend, 0.0, Caps(0.0, 0.0))
    spend.settle(free, 0.0)
    spend.release(free)


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
@pytest.mark.asyncio
async def test_a_corrupt_file_is_left_and_nothing_is_spent(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "spend.sqlite3"
    path.write_bytes(content)
    async with spending(path) as spend:
        sentence = await refused(spend, 0.001)
        assert str(path) in sentence and "delete it" in sentence
        assert (await spend.totals()).trouble == sentence
        with pytest.raises(BookError):
            await spend.sums()
        await free_goes_on(spend)
        assert path.read_bytes() == content
        path.unlink()
        await reserved(spend, 0.5)
        assert (spend.recent.trouble, spend.recent.day) == ("", 0.5)


@pytest.mark.asyncio
async def test_a_file_damaged_under_a_running_daemon(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with spending(path) as spend:
        await reserved(spend, 0.5)
    pages = path.read_bytes()
    path.write_bytes(pages[:4096] + os.urandom(len(pages) - 4096))
    async with spending(path) as spend:
        assert str(path) in await refused(spend, 0.001)


@pytest.mark.asyncio
async def test_a_file_deleted_while_it_is_open_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with spending(path) as one, spending(path) as other:
        old = await reserved(one, 1.0)
        assert await refused(other, 0.5)
        path.unlink()
        await reserved(other, 0.5)
        one.settle(old, 1.0)  # of a file that is gone
        assert (await one.totals()).day == 0.5


@pytest.mark.asyncio
async def test_a_place_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "s", tmp_path):
        async with spending(path) as spend:
            assert str(path) in await refused(spend, 0.001)
            await free_goes_on(spend)


@contextlib.contextmanager
def anybody() -> Iterator[Path]:
    """A folder of somebody else's, and the rights of a user who may only read in it."""
    with tempfile.TemporaryDirectory() as name:
        folder, root = Path(name), os.geteuid() == 0
        yield folder
        if root:
            os.seteuid(0)
        folder.chmod(0o700)


@pytest.mark.asyncio
async def test_a_file_that_may_only_be_read(tmp_path: Path) -> None:
    with anybody() as folder:
        path = folder / "s"
        async with spending(path) as spend:
            await reserved(spend, 0.25)
        path.chmod(0o444)
        folder.chmod(0o555)
        if os.geteuid() == 0:
            os.seteuid(65534)
        async with spending(path) as spend:
            assert str(path) in await refused(spend, 0.001)
            await free_goes_on(spend)


@pytest.mark.asyncio
async def test_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with spending(path) as spend:
        await reserved(spend, 0.25)
        open_reservation = await reserved(spend, 0.25)
        base = (
            spend._book._base
        )  # at a limit of pages SQLite says what it says at the end of a disk
        assert base is not None
        limited = spend._thread.submit(base.execute, "PRAGMA max_page_count=1")
        await asyncio.wrap_future(limited)
        for number in range(200):  # other models, until the pages are full
            found = await spend.reserve("p", f"model-{number}" * 50, "rewrite", 1e-9, CAPS)
            if isinstance(found, Refused):
                break
        assert isinstance(found, Refused)
        assert str(path) in found.sentence and "full" in found.sentence
        await free_goes_on(spend)
        spend.settle(open_reservation, 0.125)
        assert round((await spend.totals()).day, 3) == 0.375  # there is room again


@pytest.mark.asyncio
async def test_a_file_that_somebody_keeps_locked(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with spending(path) as spend:
        one = await reserved(spend, 0.5)
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("BEGIN IMMEDIATE")
        assert "locked" in await refused(spend, 0.1)
        spend.settle(one, 0.25)
        assert "locked" in (await spend.totals()).trouble
        base.execute("ROLLBACK")
        base.close()
        assert (await spend.totals()).day == 0.25  # what could not be written was not forgotten


@pytest.mark.asyncio
async def test_a_file_of_a_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "s"
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version=99")
    base.close()
    async with spending(path) as spend:
        assert "newer version" in await refused(spend, 0.1)


@pytest.mark.asyncio
async def test_names_that_no_file_can_hold(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        assert isinstance(await spend.reserve("p", "half \ud800", "t", 0.1, CAPS), Reservation)
