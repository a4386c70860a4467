"""What the sources of context look at: a snapshot of a window around one place, already cleared of excluded files."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.context.analysis.protocol import Findings
from symbiote.context.hunks import Edit
from symbiote.context.slices import Slice
from symbiote.core.facts import Facts
from symbiote.core.place import innermost, place
from symbiote.core.text import Document

NONE = Facts()


@dataclass(frozen=True, slots=True)
class Visit:
    """An open document, when somebody was last there (`time.monotonic()`), and its text in slices."""

    document: Document
    at: float
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """`others` are the open documents but this one, the one visited last at the end; `beside` are files of the same folder
    that were read from the disk. `near` is the text around the cursor that the prompt holds anyway. `now` is
    `time.monotonic()`, `roots` are the URIs of the workspace's folders.
    """

    document: Document
    line: int
    column: int
    now: float = 0.0
    roots: tuple[str, ...] = ()
    others: tuple[Visit, ...] = ()
    beside: tuple[Document, ...] = ()
    edits: tuple[Edit, ...] = ()
    facts: Facts = NONE
    findings: Findings | None = None
    near: str = ""

    def shown(self, uri: str) -> str:
        return shown(uri, self.roots)


def shown(uri: str, roots: Sequence[str] = ()) -> str:
    """A document's path as seen from the innermost folder of the workspace around it; its name where it lies in none."""
    path = place(uri).path
    top = innermost(path, roots)
    return path[len(top) :] if top else posixpath.basename(path or uri)


def repository(uri: str, roots: Sequence[str] = ()) -> str:
    """The name of the innermost folder of the workspace around a document, else of its own."""
    path = place(uri).path
    top = innermost(path, roots).rstrip("/")
    return posixpath.basename(top or posixpath.dirname(path))
