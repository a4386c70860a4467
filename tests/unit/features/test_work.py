"""Rows belong to a project, of which nobody learns the name, and to a task: the branch, or what a session says."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.features.complete import complete
from symbiote.features.house import Window
from symbiote.features.work import SALT_BYTES, Work, belongs, branch, hashed, salt
from unit.doubles import FakeEngine, house
from unit.marked import moment

SOME = bytes(range(SALT_BYTES))


def repository(folder: Path, head: str = "ref: refs/heads/login/form\n") -> Path:
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text(head)
    return folder


def test_the_branch_is_read_from_git_s_files(tmp_path: Path) -> None:
    top = repository(tmp_path / "repo")
    (top / "src").mkdir()
    assert branch(top) == branch(top / "src") == "login/form"
    (top / ".git" / "HEAD").write_text("0123456789abcdef0123456789abcdef01234567\n")
    assert branch(top) == "01234567"


@pytest.mark.parametrize("absolute", [True, False])
def test_worktrees_have_a_branch_of_their_own(tmp_path: Path, absolute: bool) -> None:
    own = repository(tmp_path / "repo") / ".git" / "worktrees" / "two"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/search\n")
    tree = tmp_path / "two"
    tree.mkdir()
    place = own if absolute else Path("../repo/.git/worktrees/two")
    (tree / ".git").write_text(f"gitdir: {place}\n")
    assert branch(tree) == "search"


@pytest.mark.parametrize("head", ["", "ref: refs/remotes/x", "\0\0", "ref: "])
def test_what_is_no_branch_is_none(tmp_path: Path, head: str) -> None:
    assert branch(repository(tmp_path, head)) == ""
    (tmp_path / ".git" / "HEAD").unlink()
    assert branch(tmp_path) == ""


def test_a_project_is_the_same_and_cannot_be_told_from_its_folder(tmp_path: Path) -> None:
    first = hashed("/home/somebody/project", SOME)
    assert first == hashed("/home/somebody/project/", SOME) != hashed("/home/somebody/other", SOME)
    assert first != hashed("/home/somebody/project", SOME[::-1])
    assert len(first) == 16 and "project" not in first
    file = tmp_path / "deep" / "salt"
    assert salt(file) == salt(file) and len(salt(file)) == SALT_BYTES
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"short")
    assert salt(file) == salt(file) and len(file.read_bytes()) == SALT_BYTES
    assert [one.name for one in file.parent.iterdir()] == ["salt"]


def test_where_no_salt_can_be_kept_ids_hold_for_this_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert salt(tmp_path / "file" / "salt") == salt(tmp_path / "file" / "salt")


def test_rows_have_task_and_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(tmp_path / "home"))
    root = repository(tmp_path / "repo")
    home, window = house(tmp_path, FakeEngine()), Window("w", roots=(root.as_uri(),))

    async def asks() -> None:
        await complete(home, window, replace(moment("x = ▮"), asked_at=time.monotonic()))
        while not window.project:
            await asyncio.sleep(0.01)
        await complete(home, window, replace(moment("yy = ▮"), asked_at=time.monotonic()))

    asyncio.run(asks())
    told = home.ledger._asked("SELECT task, project, late FROM asks ORDER BY at", lambda *row: row)
    project = belongs((root.as_uri(),))[0]
    assert told[-1] == ("login/form", project, None)
    home.ledger.close()


def test_a_session_s_name_stays_and_looks_are_rare(tmp_path: Path) -> None:
    now, looks = [0.0], []
    window = Window("w", roots=(repository(tmp_path / "repo").as_uri(),))
    work = Work(lambda: now[0])

    async def touched() -> None:
        work.touch(window)
        while work._looking:
            await asyncio.sleep(0.01)
        looks.append(window.task)

    async def happens() -> None:
        await touched()
        (tmp_path / "repo" / ".git" / "HEAD").write_text("ref: refs/heads/other")
        await touched()
        now[0] += 11
        await touched()
        window.task = "a session"
        now[0] += 11
        await touched()

    asyncio.run(happens())
    assert looks == ["login/form", "login/form", "other", "a session"]
