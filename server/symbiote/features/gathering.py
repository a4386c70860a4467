"""What a window knows of other texts, gathered for a place: each file that gives text is asked for in `hush.excluded` first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from symbiote.context.analysis.protocol import Findings
from symbiote.context.gather import gather, value
from symbiote.context.hunks import Changed, Edit, edits
from symbiote.context.neighbours import neighbours, read
from symbiote.context.scene import Scene, Visit, repository
from symbiote.context.slices import slices
from symbiote.context.sources import SOURCES
from symbiote.core.chunk import Context, sealed
from symbiote.core.errors import ModelError
from symbiote.core.facts import Facts
from symbiote.core.moment import Moment
from symbiote.core.place import place
from symbiote.core.settings import WindowSettings
from symbiote.engine.port import State
from symbiote.features.around import nearby, share
from symbiote.features.expected import expected
from symbiote.features.house import House, Window
from symbiote.features.hush import quotable

LOOKUP = 12_000
"""Characters of other files that an engine may look things up in."""
OTHERS = 24
"""Open documents looked into, those visited last."""
DISK = 0.5
"""Seconds for the disk to tell of one file, or of one folder."""
LIBRARY = ("/site-packages/", "/dist-packages/", "/lib/python3", "/typeshed/")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Use:
    """For which a context is gathered. `usual` are the sources that go into this model's prompts, `budget` is in
    characters."""

    settings: WindowSettings
    usual: frozenset[str]
    budget: int

    def on(self, source: str) -> bool:
        return self.settings.looks_up(source) or self.settings.prompts(source, self.usual)


async def gathered(house: House, window: Window, moment: Moment) -> Context | None:
    """None where no engine is there to use it."""
    engine = house.desk.engine.status
    try:
        family = house.family()
    except ModelError:
        return None
    if engine.state is not State.READY:
        return None
    use = Use(window.settings, family.context, share(engine, moment.document))
    scene, changes = await _scene(house, window, moment, use)
    cut = nearby(engine, moment)
    scene = replace(scene, near=cut.prefix + cut.suffix)
    contexts = window.contexts
    known, held = contexts.edits, contexts.of(moment.document.uri)
    scene = await asyncio.to_thread(_looked_into, scene, changes, known, dict(contexts.visits))
    contexts.edits = scene.edits
    contexts.visits = {visit.document.uri: visit for visit in scene.others}
    context = await asyncio.to_thread(assembled, scene, use, held)
    names = expected(moment, scene.findings) if use.on("definitions") else ()
    context = sealed(replace(context, names=names))
    for uri in tuple(contexts.visits):
        if uri not in window.trail or uri in window.excluded:  # since we asked
            context = context.without(uri)
            contexts.forget(uri)
    return context


def assembled(scene: Scene, use: Use, held: Context) -> Context:
    """The chunks of all sources that are on, as far as there is room."""
    chunks = {source: give(scene) for source, give in SOURCES.items() if use.on(source)}
    prompt = [
        chunk
        for source, given in chunks.items()
        for chunk in given
        if use.settings.prompts(source, use.usual)
    ]
    lookup = [
        chunk
        for source, given in chunks.items()
        for chunk in given
        if use.settings.looks_up(source)
    ]
    uri = scene.document.uri
    path, name = scene.shown(uri), repository(uri, scene.roots)
    room = use.budget - Context(path=path, repository=name).heading
    looked = sorted(gather(lookup, LOOKUP, scene.near), key=value)
    found = gather(prompt, room, scene.near, held.prompt)
    return Context(found, tuple(looked), (), path, name)


async def _scene(
    house: House, window: Window, moment: Moment, use: Use
) -> tuple[Scene, tuple[Changed, ...]]:
    """What may be looked at, and what was edited of it."""
    uri, trail = moment.document.uri, window.trail
    facts, findings = window.facts.get(uri, Facts()), window.prepared.at(moment)
    open_uris = [other for other in trail.uris if other != uri][-OTHERS:]
    wanted = [*open_uris, *(one.uri for one in facts.definitions)]
    beside: list[str] = []
    if use.on("siblings"):
        beside = [one for one in await _from_disk(list[str](), neighbours, uri) if one not in trail]
    mine = {path for path in paths(findings) if not _of_library(path, window.roots)}
    allowed = {uri} | {
        one
        for one in {*wanted, *beside, *mine}
        if await quotable(house, window, one, trail.__contains__)
    }
    others = [
        Visit(followed.now, followed.visited)
        for one in open_uris
        if one in allowed and (followed := trail.get(one)) is not None
    ]
    told = tuple(one for one in facts.definitions if one.uri in allowed)
    findings = without(findings, mine - allowed)
    read_beside = [
        document
        for one in beside
        if one in allowed
        and (document := await _from_disk(None, read, one, moment.document.language)) is not None
    ]
    scene = Scene(
        moment.document,
        moment.line,
        moment.column,
        time.monotonic(),
        window.roots,
        tuple(others),
        tuple(read_beside),
        (),
        replace(facts, definitions=told),
        findings,
    )
    return scene, trail.changes(allowed)


def paths(found: Findings | None) -> set[str]:
    """The files that what was found comes from."""
    if found is None:
        return set()
    told = {one.path for one in found.call} | {one.path for one in found.members}
    told |= {one.path for one in found.definitions} | {one.path for one in found.imports}
    return told - {""}


def without(found: Findings | None, files: Collection[str]) -> Findings | None:
    """As if these files had given nothing: a signature quotes its file as well as a definition does."""
    if found is None or not files:
        return found
    return replace(
        found,
        call=tuple(one for one in found.call if one.path not in files),
        members=tuple(one for one in found.members if one.path not in files),
        definitions=tuple(one for one in found.definitions if one.path not in files),
        imports=tuple(one for one in found.imports if one.path not in files),
    )


async def _from_disk(otherwise: Found, look: Callable[..., Found], *about: str) -> Found:
    """What `look` finds; a disk that does not answer in time has nothing."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(look, *about), DISK)
    except TimeoutError:
        return otherwise


def _of_library(path: str, roots: Iterable[str]) -> bool:
    """Whether it belongs to Python or an installed package and lies outside the workspace: nobody's secret."""
    inside = any(path.startswith(place(root).path.rstrip("/") + "/") for root in roots if root)
    return not inside and any(part in path for part in LIBRARY)


def _looked_into(
    scene: Scene, changes: tuple[Changed, ...], known: tuple[Edit, ...], cut: dict[str, Visit]
) -> Scene:
    """With slices of those documents that are not known as they are, and with the edits."""

    def into(visit: Visit) -> Visit:
        before = cut.get(visit.document.uri)
        if before is not None and before.document is visit.document:
            return replace(visit, slices=before.slices)
        return replace(visit, slices=slices(visit.document))

    return replace(scene, others=tuple(map(into, scene.others)), edits=edits(changes, known))
