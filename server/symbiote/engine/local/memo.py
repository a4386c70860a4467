"""Small remembered answers in the state folder. Losing them costs time, nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from symbiote.core import paths

MOST = 64


def stamp(path: Path) -> str:
    """What identifies a file's content without reading it: its path, size and time of change."""
    stat = path.stat()
    return f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"


class Memo:
    """A dictionary in a file. Unreadable is empty; unwritable is forgotten."""

    def __init__(self, name: str) -> None:
        self._file = paths.state() / name

    @property
    def sound(self) -> bool:
        """Whether the file holds a dictionary, or is not there at all."""
        try:
            return isinstance(json.loads(self._file.read_text("utf-8")), dict)
        except FileNotFoundError:
            return True
        except (OSError, ValueError):
            return False

    def get(self, key: str) -> Any:
        return self._read().get(key)

    def put(self, key: str, value: Any) -> None:
        book = self._read()
        book.pop(key, None)
        book[key] = value
        self._write(dict(list(book.items())[-MOST:]))

    def forget(self, key: str) -> None:
        book = self._read()
        if key in book:
            del book[key]
            self._write(book)

    def _read(self) -> dict[str, Any]:
        try:
            book = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return book if isinstance(book, dict) else {}

    def _write(self, book: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(prefix=".memo-", dir=self._file.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(book, file)
            os.replace(name, self._file)
