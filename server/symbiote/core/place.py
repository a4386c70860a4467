"""Where a document lies, by its URI: a path of this machine, and names to compare. Reads no disk."""

from __future__ import annotations

import os
import posixpath
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

LOCAL = frozenset({"file", "untitled", "vscode-notebook-cell"})
"""Schemes whose path is one of this machine: a file, one that is yet to be saved, the notebook of a cell."""

LONGEST = 4_096
"""Bytes. Linux opens no longer path (PATH_MAX, linux/limits.h)."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""Two characters at least: `c:` is a drive."""
_DRIVE = re.compile(r"/?[A-Za-z]:[/\\]")
_FOLDERS = re.compile(
    r"(?<![\w:/.\\])(?:file:/{2,3}(?:[A-Za-z](?::|%3A)/)?|[A-Za-z]:[/\\]{1,2}|~/|"
    r"/(?:home|Users|root|private|var|tmp|opt|usr|mnt|media|srv|data|build|workspaces?|builds|github|Volumes|nix|etc)/)"
    r"(?:[^\s/\\\"'`<>|:;,()]{1,128}+[/\\]{1,2}){0,64}+"
)
"""Of an absolute path all but its last name. A path on a server, which begins with other names, is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """`path` is absolute and without dots, "" for what cannot lie on this machine's disk; `names` are folded."""

    path: str
    names: tuple[str, ...]


def place(uri: str, *, windows: bool = os.name == "nt") -> Place:
    """The place of any text at all, a URI or a path: what cannot be understood is a name."""
    scheme = _SCHEME.match(uri)
    path, local = (uri, True) if scheme is None else _of_uri(scheme[1].lower(), uri[scheme.end() :])
    if drive := _DRIVE.match(path):
        path = path.replace("\\", "/").removeprefix("/" if windows else "")
    path = posixpath.normpath(path) if path else ""
    absolute = drive is not None if windows else path.startswith("/")
    on_disk = path if local and absolute and _possible(path) else ""
    return Place(on_disk, names(path))


def innermost(path: str, roots: Sequence[str]) -> str:
    """The innermost of the folders at `roots` (URIs) around a path, with a slash at its end; "" where it lies in none."""
    tops = (top.rstrip("/") + "/" for root in roots if (top := place(root).path))
    return max((top for top in tops if path.startswith(top)), key=len, default="")


def unplaced(message: str) -> str:
    """A tool's message without the folders of this machine that it names: they say who works here, and on what."""
    return _FOLDERS.sub("", message)


def names(path: str) -> tuple[str, ...]:
    """The folded names a path with forward slashes consists of."""
    return tuple(fold(name) for name in path.split("/") if name)


def fold(name: str) -> str:
    """Equal for names that some file system takes for the same one: without case, accents composed (Unicode 3.13, D145)."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _of_uri(scheme: str, rest: str) -> tuple[str, bool]:
    """The decoded path of a URI, and whether it is one of this machine (RFC 3986, RFC 8089)."""
    rest, host = re.split("[?#]", rest, maxsplit=1)[0], ""
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        rest = slash + path
    return unquote(rest, errors="surrogateescape"), scheme in LOCAL and host in ("", "localhost")


def _possible(path: str) -> bool:
    """Whether the operating system would take it for a path."""
    try:
        return "\0" not in path and len(os.fsencode(path)) <= LONGEST
    except UnicodeEncodeError:
        return False
