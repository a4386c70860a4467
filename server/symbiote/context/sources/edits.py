"""What was edited in this session, in all open files: what one does here goes on elsewhere."""

from __future__ import annotations

from symbiote.context.hunks import Edit
from symbiote.context.scene import Scene
from symbiote.core.chunk import Chunk

NAME = "edits"
MOST = 8
FADING = 0.85
"""What an edit is worth by that of the one after it."""


def edits(scene: Scene) -> list[Chunk]:
    """The newest places first. The one that the cursor is in is being written: it is in no chunk."""
    allowed = {scene.document.uri, *(visit.document.uri for visit in scene.others)}
    found: list[Chunk] = []
    for edit in reversed(scene.edits):
        if edit.uri not in allowed or _here(edit, scene) or not _says_something(edit):
            continue
        ago = max(0, round(scene.now - edit.at))
        found.append(
            Chunk(
                NAME,
                edit.uri,
                scene.shown(edit.uri),
                _told(edit),
                edit.at,
                FADING ** len(found),
                f"changed {ago} s before",
                "\n".join(edit.after),
            )
        )
        if len(found) == MOST:
            break
    return found


def _here(edit: Edit, scene: Scene) -> bool:
    end = edit.line + max(len(edit.after), 1)
    line = scene.line - scene.document.above
    return edit.uri == scene.document.uri and edit.line - 1 <= line <= end


def _says_something(edit: Edit) -> bool:
    before, after = ("".join("".join(side).split()) for side in (edit.before, edit.after))
    return before != after and bool(after)


def _told(edit: Edit) -> str:
    """New lines as they stand; changed ones as a diff has them."""
    if not any(line.strip() for line in edit.before):
        return "\n".join(edit.after)
    return "\n".join([*(f"-{line}" for line in edit.before), *(f"+{line}" for line in edit.after)])
