"""Questions from texts with a cursor (`▮`)."""

from __future__ import annotations

from symbiote.context.analysis.protocol import Question

CURSOR = "▮"


def at(marked: str, path: str = "", root: str = "") -> Question:
    before, after = marked.split(CURSOR)
    lines = before.split("\n")
    return Question(path, before + after, len(lines) - 1, len(lines[-1]), root)
