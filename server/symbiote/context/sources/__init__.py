"""Where context comes from, one source per file: pure functions from a `Scene` to chunks, the likeliest to help first.

The name of a source is that of its file and of its entry in the setting `symbiote.context`.
"""

from __future__ import annotations

from collections.abc import Callable

from symbiote.context.scene import Scene
from symbiote.context.sources.clipboard import clipboard
from symbiote.context.sources.definitions import definitions
from symbiote.context.sources.diagnostics import diagnostics
from symbiote.context.sources.edits import edits
from symbiote.context.sources.open import open_files
from symbiote.context.sources.siblings import siblings
from symbiote.core.chunk import Chunk

SOURCES: dict[str, Callable[[Scene], list[Chunk]]] = {
    "edits": edits,
    "open": open_files,
    "definitions": definitions,
    "siblings": siblings,
    "diagnostics": diagnostics,
    "clipboard": clipboard,
}
