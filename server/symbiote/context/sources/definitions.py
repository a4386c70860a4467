"""Where the names near the cursor come from: what jedi found in Python, what the editor's language support found elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symbiote.context.analysis.protocol import Call, Definition, EnclosingClass, Findings, Member
from symbiote.context.scene import Scene
from symbiote.context.slices import names
from symbiote.core.chunk import Chunk
from symbiote.core.place import place

NAME = "definitions"
LINES, CHARACTERS = 12, 600
"""Of one definition."""
MEMBERS, OFFERED = 24, 16


def definitions(scene: Scene) -> list[Chunk]:
    """The call being written first, then members, definitions, the class around, what imports offer."""
    found = [*_editors(scene)]
    if scene.findings is not None:
        found = [*_jedis(scene, scene.findings), *found]
    return found


def _editors(scene: Scene) -> Iterator[Chunk]:
    for rank, one in enumerate(scene.facts.definitions):
        if one.uri != scene.document.uri and one.text.strip():
            text = _short(one.text.rstrip())
            why = f"defines {one.name}"
            yield Chunk(NAME, one.uri, scene.shown(one.uri), text, scene.now, 0.95**rank, why)


def _jedis(scene: Scene, found: Findings) -> Iterator[Chunk]:
    here, path = scene.document.uri, scene.shown(scene.document.uri)
    if calls := "\n".join(call.signature for call in found.call if call.signature):
        why = f"the call of {found.call[0].name}"
        uri, also = _files(found.call, here)
        yield Chunk(NAME, uri, path, _short(calls), scene.now, 1.0, why, also=also)
    if found.members:
        text = "\n".join(map(_member, found.members[:MEMBERS]))
        uri, also = _files(found.members[:MEMBERS], here)
        why = "members of the object before the dot"
        yield Chunk(NAME, uri, path, text, scene.now, 0.95, why, also=also)
    for rank, one in enumerate(found.definitions):
        if one.path and _same(one.path, scene):
            continue
        uri, text = one.path or one.module, _short(_definition(one))
        if text:
            shown = scene.shown(uri) if one.path else f"{one.module.replace('.', '/')}.py"
            yield Chunk(
                NAME,
                uri,
                shown,
                text,
                scene.now,
                (0.5 if one.kind == "statement" else 0.95) * 0.95**rank,
                f"defines {one.name}",
                one.head,
            )
    if found.enclosing is not None and (text := _enclosing(found.enclosing, scene)):
        yield Chunk(NAME, here, path, text, scene.now, 0.4, "the class around the cursor")
    for one_import in found.imports:
        offered = [name for name in one_import.names if name not in scene.near][:OFFERED]
        if offered:
            text = f"from {one_import.module} import {', '.join(offered)}"
            why = "what an import offers"
            yield Chunk(NAME, one_import.path or here, path, text, scene.now, 0.2, why)


def _files(told: Sequence[Call | Member], here: str) -> tuple[str, tuple[str, ...]]:
    """Whose text it is, and whose besides."""
    first, *others = dict.fromkeys(one.path or here for one in told)
    return first, tuple(others)


def _member(member: Member) -> str:
    return member.signature or member.name


def _same(path: str, scene: Scene) -> bool:
    return place(path).path == place(scene.document.uri).path


def _definition(one: Definition) -> str:
    """Its first lines; of a function, where they end before its signature does, that too."""
    head = one.head.rstrip()
    if one.kind == "function" and one.signature and head.count("(") > head.count(")"):
        return f"{head}\n{one.signature}"
    return head or one.signature


def _enclosing(one: EnclosingClass, scene: Scene) -> str:
    """Its head and those members that are not to be seen anyway."""
    seen = set(names(scene.near))
    hidden = [member for member in one.members if member.name not in seen][:MEMBERS]
    if not hidden:
        return ""
    return "\n".join([one.head, *(f"    {_member(member)}" for member in hidden)])


def _short(text: str) -> str:
    lines, left = [], CHARACTERS
    for line in text.split("\n")[:LINES]:
        left -= len(line)
        if left < 0:
            break
        lines.append(line.rstrip("\r"))
    return "\n".join(lines)
