"""What only the editor knows of a document, told when it changes and never asked for on a keystroke's path."""

from __future__ import annotations

from dataclasses import dataclass

DIAGNOSTICS = 10
DEFINITIONS = 8
"""So many of each are kept of one document."""
MESSAGE = 300
NAME = 100
URI = 4_096
TEXT = 4_000
CLIPBOARD = 2_000
"""Characters. What is longer is cut, but a name or a URI, which would be another one."""
TEXT_LINES = 40


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem the editor shows. `line` counts from 0 in the text that the editor knows by the document's URI;
    `severity` is LSP's, 1 (error) to 4 (hint). `message` and `source` are one line each."""

    line: int
    message: str
    severity: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition the editor's own language support found for a name near the cursor: its text, and where it is."""

    name: str
    uri: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one document. `clipboard` is empty unless the user allowed it."""

    diagnostics: tuple[Diagnostic, ...] = ()
    definitions: tuple[Definition, ...] = ()
    clipboard: str = ""
