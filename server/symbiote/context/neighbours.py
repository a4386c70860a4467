"""Siblings of a file that lie beside it on the disk and are not open. Not for an event loop: it takes as long as the disk takes."""

from __future__ import annotations

import itertools
import os
import posixpath
import stat
from pathlib import Path

from symbiote.context.siblings import beside
from symbiote.core.place import place
from symbiote.core.text import Document, opened

LARGEST = 262_144
"""Bytes. Larger ones are generated, or data."""
NAMES = 5_000
"""Entries of a folder that are looked at."""
MOST = 3


def neighbours(uri: str) -> list[str]:
    """URIs of siblings; nothing where the folder cannot be read."""
    path = place(uri).path
    if not path:
        return []
    folder, name = posixpath.split(path)
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in itertools.islice(entries, NAMES))
    except (OSError, ValueError):
        return []
    found = itertools.islice(beside(names, name), MOST)
    return [Path(folder, other).as_uri() for other in found]


def read(uri: str, language: str) -> Document | None:
    """The file as it is on the disk; None for one that is gone, too large, binary, in another encoding, or no file at all."""
    try:
        descriptor = os.open(place(uri).path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    if len(data) > LARGEST or b"\0" in data:
        return None
    try:
        return opened(uri, language, 0, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None
