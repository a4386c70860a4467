"""Whether a document's text is for no model to read, and which rule says so.

Secrets by their names; `.symbioteignore` and `.gitignore`, as git reads them. Asked of the path that the editor names and
of the path that its links lead to; one is enough. What cannot be told is excluded. Of the disk it reads links,
ignore files and whether there is a `.git`, never a document.
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field

from symbiote.context.gitignore import Gitignore, Line
from symbiote.context.secret import likely, secret
from symbiote.core.place import fold, names, place

OWN, GIT = ".symbioteignore", ".gitignore"
LARGEST = 262_144
"""Bytes of an ignore file. Those of large repositories have some thousands."""
DEEPEST = 100
"""Folders between the workspace and a file."""
WORK = 4_000_000
"""Characters of ignore files that are compared for one document: an ignore file of that size at a depth of 15."""
KEPT = 1_000
"""Ignore files remembered until they change."""
_NONE = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}

Stamp = tuple[int, int, int, int]


class _Refusal(Exception):
    """What an ignore file says cannot be known; the text says why."""


class Exclude:
    """Remembers ignore files until they change. Any thread may ask."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[Stamp, Gitignore]] = {}

    def why(self, uri: str, roots: Sequence[str] = ()) -> str | None:
        """A sentence that names the file and the rule; None where a model may read the text.

        `roots` are the URIs of the workspace's folders. Takes as long as the disk takes: not for an event loop.
        """
        here = place(uri)
        if not here.path:
            return _by_name(here.names) or _by_word(here.names)
        tops = [top for root in roots if (top := place(root).path)]
        tops += [os.path.realpath(top) for top in tops]
        real = os.path.realpath(here.path)
        found = self._of_path(here.path, tops)
        if found is None and real != here.path:
            found = self._of_path(real, tops)
            return f"It is a link. {found}" if found else None
        return found

    def _of_path(self, path: str, tops: Sequence[str]) -> str | None:
        shown = posixpath.basename(path)
        if found := _by_name(names(path), shown):
            return found
        try:
            line, where = self._walk(path, tops)
        except _Refusal as refusal:
            return str(refusal)
        if line is None:
            return _by_word(names(path), shown)
        return None if line.negated else f"Line {line.number} of {where} excludes it."

    def _walk(self, path: str, tops: Sequence[str]) -> tuple[Line | None, str]:
        """The line that decides, and the name of its file: of the file itself, or of the first folder that is excluded.

        A line of `.symbioteignore` goes before all of `.gitignore`. A folder that was opened, or holds one that was, is
        not ignored, whatever git says of it: somebody works there.
        """
        walk = _Walk(path, tops)
        for depth in range(walk.start, len(walk.names)):
            folder = walk.folders[depth]
            walk.own.append((depth, self._read(folder, OWN)))
            if depth >= walk.git:
                walk.ignored.append((depth, self._read(folder, GIT)))
            last = depth + 1 == len(walk.names)
            line, at = walk.decides(walk.own, depth + 1, folder=not last)
            if line is not None:
                if last or not line.negated:
                    return line, walk.shown(at, OWN)
                continue
            line, at = walk.decides(walk.ignored, depth + 1, folder=not last)
            if line is None or line.negated:
                continue
            if depth + 1 > walk.root:
                return line, walk.shown(at, GIT)
            walk.ignored.clear()
        return None, ""

    def _read(self, folder: str, name: str) -> Gitignore | None:
        """The ignore file as it is now. Raises `_Refusal` where there is one that cannot be read."""
        path = posixpath.join(folder, name)
        try:
            found = os.stat(path)  # noqa: PTH116  a Path for each would take longer than the call
            if not stat.S_ISREG(found.st_mode):
                return None
            stamp = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
            known = self._files.get(path)
            if known is None or known[0] != stamp:
                known = stamp, Gitignore(_text(path))
                if len(self._files) >= KEPT:
                    self._files.clear()
                self._files[path] = known
        except OSError as error:
            if error.errno in _NONE:
                return None
            raise _Refusal(f"{path} cannot be read ({error.strerror}).") from error
        return known[1]


@dataclass
class _Walk:
    """From the outermost folder whose ignore files count to a path. A depth is a number of names from the disk's root.

    `root`: of the workspace folder, `git`: of the repository, `start`: of the first of both.
    """

    path: str
    tops: Sequence[str]
    own: list[tuple[int, Gitignore | None]] = field(default_factory=list)
    ignored: list[tuple[int, Gitignore | None]] = field(default_factory=list)
    work: int = WORK

    def __post_init__(self) -> None:
        plain = [name for name in self.path.split("/") if name]
        self.names = [fold(name) for name in plain]
        first = "/" if self.path.startswith("/") else ""
        self.folders = [first + "/".join(plain[:end]) for end in range(max(len(plain), 1))]
        inner = len(self.folders) - 1
        git = next((d for d in range(inner, -1, -1) if self._has_git(d)), None)
        under = [len(top) for top in map(names, self.tops) if self._lies_in(top)]
        self.root = min(under) if under else inner if git is None else git
        self.start = self.root if git is None else min(self.root, git)
        self.git = self.start if git is None else git
        if inner - self.start > DEEPEST:
            raise _Refusal(f"It lies more than {DEEPEST} folders deep.")

    def decides(
        self, files: Sequence[tuple[int, Gitignore | None]], end: int, *, folder: bool
    ) -> tuple[Line | None, int]:
        """The line that decides about the first `end` names, the innermost file first, and the depth of its file."""
        for depth, file in reversed(files):
            if file is None:
                continue
            self.work -= file.size
            if self.work < 0:
                raise _Refusal("The ignore files above it are too long.")
            if line := file.decides(self.names[depth:end], folder=folder):
                return line, depth
        return None, 0

    def shown(self, depth: int, name: str) -> str:
        """An ignore file's name as seen from the workspace, its whole path if it lies above."""
        folder = self.folders[depth]
        if depth >= self.root:
            folder = folder.removeprefix(self.folders[self.root]).strip("/")
        return posixpath.join(folder, name)

    def _has_git(self, depth: int) -> bool:
        folder = self.folders[depth]
        return bool(folder) and os.path.lexists(posixpath.join(folder, ".git"))

    def _lies_in(self, top: tuple[str, ...]) -> bool:
        return len(top) < len(self.names) and tuple(self.names[: len(top)]) == top


def _by_name(parts: Sequence[str], shown: str = "") -> str | None:
    at = secret(parts)
    if at is None:
        return None
    if at < len(parts) - 1:
        return f"It lies in {parts[at]}, a folder of secrets."
    return f"{shown or parts[at]} is a secrets file."


def _by_word(parts: Sequence[str], shown: str = "") -> str | None:
    if not likely(parts):
        return None
    return f"{shown or parts[-1]} is named like a secrets file (a line in {OWN} can allow it)."


def _text(path: str) -> str:
    """Raises `_Refusal` for one that is too long, and `OSError`."""
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _Refusal(f"{path} is longer than {LARGEST // 1024} KB.")
    return data.decode("utf-8", "surrogateescape")
