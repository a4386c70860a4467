"""What only the editor knows of a document, told when it changes and never asked for on a keystroke's path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem the editor shows. `line` counts from 0; `severity` is LSP's, 1 (error) to 4 (hint)."""

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
