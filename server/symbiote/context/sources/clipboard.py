"""What was copied last, where the user allowed it to be told."""

from __future__ import annotations

from symbiote.context.scene import Scene
from symbiote.core.chunk import Chunk

NAME = "clipboard"
LEAST, LONGEST, LINES = 3, 1_500, 40


def clipboard(scene: Scene) -> list[Chunk]:
    """Nothing for what is no text, hardly any, or too much to be of use."""
    text = scene.facts.clipboard.replace("\r\n", "\n").strip("\n")
    long = len(text) > LONGEST or text.count("\n") >= LINES
    if len(text.strip()) < LEAST or long or "\0" in text:
        return []
    return [Chunk(NAME, "", "clipboard", text, scene.now, 1.0, "was copied")]
