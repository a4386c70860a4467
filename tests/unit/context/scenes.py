"""Scenes from marked texts, for tests of sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbiote.context.hunks import Changed, edits
from symbiote.context.scene import Scene, Visit
from symbiote.context.slices import slices
from symbiote.core.text import opened
from unit.marked import CURSOR

ROOT = "file:///shop"
HERE = f"{ROOT}/main.py"


def scene(
    marked: str,
    others: Mapping[str, str] | None = None,
    *,
    opened_as: Mapping[str, str] | None = None,
    name: str = "main.py",
    language: str = "python",
    **more: Any,
) -> Scene:
    """The cursor is in a document `name`; `others` are open, the last one visited last, and were `opened_as` told."""
    before, after = marked.split(CURSOR)
    document = opened(f"{ROOT}/{name}", language, 1, before + after)
    visits, changes = [], []
    for at, (path, text) in enumerate((others or {}).items(), start=1):
        now = opened(f"{ROOT}/{path}", language, 2, text)
        visits.append(Visit(now, float(at), slices(now)))
        if path in (opened_as or {}):
            then = opened(f"{ROOT}/{path}", language, 1, (opened_as or {})[path])
            changes.append(Changed(then, now, float(at)))
    if name in (opened_as or {}):
        then = opened(f"{ROOT}/{name}", language, 1, (opened_as or {})[name])
        changes.append(Changed(then, document, 100.0))
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    return Scene(
        document,
        line,
        column,
        now=200.0,
        roots=(ROOT,),
        others=tuple(visits),
        edits=edits(changes),
        **more,
    )
