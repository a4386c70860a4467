"""Sessions that lead to a hole, played before it is filled: a project on disk, files opened, edits made, a pause.

Part of the composition root; `models/holes/README.md` says what a hole with a session is made of. Nothing waits for a time:
the pause is over once the window says that it prepares nothing any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from symbiote.core.errors import UserError
from symbiote.wire.client import Client, client

POLL = 0.01
STARTING = ("starting", "loading")
PATIENT = 30.0
"""Seconds a pause may last before it is given up."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Code points `start` to `end` of a file, as it is by then, become `text`."""

    path: str
    start: int
    end: int
    text: str

    def made_in(self, text: str) -> str:
        return text[: self.start] + self.text + text[self.end :]


@dataclass(frozen=True, slots=True)
class Session:
    """What happened before somebody stood at a hole in `path`, a file of the project `files` (path to text).

    The hole's file is there without the answer; at `cursor` (code points) the last key is typed once all `edits` are
    made. `visits` are the files opened before it, in this order, and whether they were closed again.
    """

    project: str
    path: str
    cursor: int
    files: Mapping[str, str] = field(repr=False)
    visits: tuple[tuple[str, bool], ...] = ()
    edits: tuple[Edit, ...] = ()

    def text(self) -> str:
        """The hole's file at the hole."""
        text = self.files[self.path]
        for edit in self.edits:
            text = edit.made_in(text) if edit.path == self.path else text
        return text


def alone(project: str, path: str, text: str, cursor: int) -> Session:
    """A session in a project of one file."""
    return Session(project, path, cursor, {path: text})


def read(raw: Mapping[str, Any], folder: Path) -> Session:
    """The session of a hole. `files` names the file of sources in `folder`. Raises `KeyError`, `TypeError` or
    `ValueError` for what is none, `UserError` for sources that cannot be read.
    """
    projects = sources(folder / raw["files"])
    files, path = dict(projects[raw["project"]]), str(raw["path"])
    start, end = map(int, raw["removed"])
    files[path] = files[path][:start] + files[path][end:]
    edits = tuple(Edit(one["path"], one["start"], one["end"], one["text"]) for one in raw["edits"])
    visits = tuple((one["path"], bool(one["closed"])) for one in raw["visits"])
    made = Session(raw["project"], path, int(raw["cursor"]), files, visits, edits)
    for one in (path, *(visit for visit, _ in visits), *(edit.path for edit in edits)):
        if one not in files:
            raise ValueError(f"{one} is no file of the project")
    if not 0 < made.cursor <= len(made.text()):
        raise ValueError("the cursor is outside of the text")
    return made


@lru_cache(maxsize=2)
def sources(file: Path) -> dict[str, dict[str, str]]:
    """Projects by name, their files by path, from JSON lines {projects, path, text}."""
    found: dict[str, dict[str, str]] = {}
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                raw = json.loads(line)
                path = PurePosixPath(raw["path"])
                if path.is_absolute() or ".." in path.parts:
                    raise ValueError(f"{path} is outside of the project")
                for project in raw["projects"]:
                    found.setdefault(project, {})[raw["path"]] = raw["text"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{file} cannot be read as sources of holes: {error!r}.") from error
    return found


class Stage:
    """A temporary folder with the projects that sessions play in. Each session finds its project as it should be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[Path, str] = {}

    def set_up(self, session: Session) -> Path:
        """Write the project of `session`: the folder of its workspace."""
        root = self._folder / re.sub(r"[^\w.]", "-", session.project)
        for path, text in session.files.items():
            self.write(root / path, text)
        return root

    def write(self, file: Path, text: str) -> None:
        """Nothing is written that is there already, so that whoever looks at times sees what has changed."""
        if self._written.get(file) == text:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        self._written[file] = text


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="holes-") as folder:
        yield Stage(Path(folder).resolve())


@contextlib.asynccontextmanager
async def at_hole(
    stage: Stage, session: Session, settings: Mapping[str, Any]
) -> AsyncGenerator[tuple[Client, str], None]:
    """A window of its own in which `session` has been played and everything is prepared; and the document's URI."""
    root = stage.set_up(session)
    async with client(settings=settings, folders=(root.as_uri(),)) as window:
        await until(window, lambda state: state["engine"]["state"] not in STARTING)
        play(window, stage, root, session)
        await until(window, lambda state: not state["window"]["preparing"])
        yield window, (root / session.path).as_uri()


def play(window: Client, stage: Stage, root: Path, session: Session) -> None:
    """Open what was visited, make the edits, and press the key before the hole, all in the project at `root`."""
    texts = dict(session.files)
    versions: dict[str, int] = {}

    def open_(path: str) -> None:
        if path not in versions:
            versions[path] = 1
            window.open((root / path).as_uri(), texts[path])

    def make(edit: Edit) -> None:
        open_(edit.path)
        versions[edit.path] += 1
        window.notify("textDocument/didChange", _change(root, texts, edit, versions[edit.path]))
        texts[edit.path] = edit.made_in(texts[edit.path])

    for path, closed in session.visits:
        open_(path)
        if closed:
            window.notify(
                "textDocument/didClose", {"textDocument": {"uri": (root / path).as_uri()}}
            )
            versions.pop(path)
    for edit in session.edits:
        make(edit)
        if edit.path != session.path:
            stage.write(root / edit.path, texts[edit.path])
            saved = {"textDocument": {"uri": (root / edit.path).as_uri()}}
            window.notify("textDocument/didSave", saved)
    open_(session.path)
    # Somebody typing is what tells where the cursor is: the last key before the hole is pressed again.
    cursor, own = session.cursor, session.path
    key = texts[own][cursor - 1]
    make(Edit(own, cursor - 1, cursor, ""))
    make(Edit(own, cursor - 1, cursor - 1, key))


def _change(root: Path, texts: Mapping[str, str], edit: Edit, version: int) -> dict[str, Any]:
    text = texts[edit.path]
    ends = {"start": _place(text, edit.start), "end": _place(text, edit.end)}
    return {
        "textDocument": {"uri": (root / edit.path).as_uri(), "version": version},
        "contentChanges": [{"range": ends, "text": edit.text}],
    }


def _place(text: str, offset: int) -> dict[str, int]:
    """In lines and code points, which a `Client` counts in."""
    return {
        "line": text.count("\n", 0, offset),
        "character": offset - text.rfind("\n", 0, offset) - 1,
    }


async def until(window: Client, true: Callable[[Mapping[str, Any]], bool]) -> None:
    """Wait until something is true of the state. Raises `TimeoutError`."""
    async with asyncio.timeout(PATIENT):
        while True:
            if true(await window.request("symbiote/state")):
                return
            await asyncio.sleep(POLL)
