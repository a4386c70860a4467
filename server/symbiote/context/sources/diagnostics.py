"""Problems that the editor shows near the cursor: what is being written often mends one."""

from __future__ import annotations

from symbiote.context.scene import Scene
from symbiote.core.chunk import Chunk
from symbiote.core.place import unplaced
from symbiote.core.text import body

NAME = "diagnostics"
NEAR = 20
"""Lines."""
MOST, CHARACTERS = 5, 300
WARNING = 2
SEVERITIES = {1: "error", 2: "warning"}


def diagnostics(scene: Scene) -> list[Chunk]:
    """One chunk of them all, the nearest last; errors and warnings only."""
    lines, line = scene.document.own.lines, scene.line - scene.document.above
    near = [
        one
        for one in scene.facts.diagnostics
        if abs(one.line - line) <= NEAR and one.severity <= WARNING and one.line < len(lines)
    ]
    near = sorted(near, key=lambda one: (abs(one.line - line), one.severity))[:MOST]
    told = [
        f"{SEVERITIES.get(one.severity, 'error')}: {' '.join(unplaced(one.message).split())[:CHARACTERS]}"
        f" in: {body(lines[one.line]).strip()[:CHARACTERS]}"
        for one in reversed(near)
    ]
    uri = scene.document.uri
    text, why = "\n".join(dict.fromkeys(told)), "problems near the cursor"
    return [Chunk(NAME, uri, scene.shown(uri), text, scene.now, 1.0, why)] if told else []
