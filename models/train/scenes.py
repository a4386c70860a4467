"""Sessions of holes as scenes: what the sources of context would see at a hole, without a daemon.

What jedi finds there takes longest, so it is kept in a file: JSON lines of findings under their holes' ids.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from symbiote import rehearsal
from symbiote.context.analysis.findings import Analyst
from symbiote.context.analysis.protocol import (
    Findings,
    Question,
    findings_message,
    read_findings,
)
from symbiote.context.hunks import Changed, edits
from symbiote.context.neighbours import neighbours, read
from symbiote.context.scene import Scene, Visit
from symbiote.context.slices import slices
from symbiote.core.chunk import Context, sealed
from symbiote.core.moment import Moment, Trigger
from symbiote.core.settings import WindowSettings
from symbiote.core.text import Document, opened
from symbiote.engine.port import EngineStatus
from symbiote.evaluate import Hole
from symbiote.features.around import nearby, share
from symbiote.features.expected import expected
from symbiote.features.gathering import Use, assembled

SECONDS = 1.0
"""For jedi, as the daemon waits for it before it gathers."""


def session(hole: Hole) -> rehearsal.Session:
    """A hole's own, or for one without its file alone."""
    if hole.session is not None:
        return hole.session
    return rehearsal.alone(hole.id, "hole.py", hole.prefix + hole.suffix, len(hole.prefix))


class Stage:
    """Projects in a folder, and what jedi finds in them; `kept` is read first and added to."""

    def __init__(self, folder: Path, kept: Path) -> None:
        self._stage = rehearsal.Stage(folder)
        self._kept = kept
        self._known: dict[str, Findings] = {}
        if kept.exists():
            for line in kept.read_text("utf-8").splitlines():
                raw = json.loads(line)
                self._known[raw["key"]] = read_findings(raw)
        self._analyst = Analyst(folder / "jedi")

    def known(self, hole: Hole) -> bool:
        return hole.id in self._known

    def scene(self, hole: Hole, *, ask: bool = True) -> Scene:
        """As the daemon has it after a pause at the hole. `ask`: have jedi look where nothing is known yet."""
        own = session(hole)
        root = self._stage.set_up(own)
        texts, order = dict(own.files), list[str]()
        for path, closed in own.visits:
            order = [other for other in order if other != path] + ([] if closed else [path])
        changes: dict[str, Changed] = {}
        for clock, edit in enumerate(own.edits, start=1):
            uri, before = (root / edit.path).as_uri(), texts[edit.path]
            texts[edit.path] = edit.made_in(before)
            order = [other for other in order if other != edit.path] + [edit.path]
            first = changes[edit.path].opened if edit.path in changes else document(uri, before)
            changes[edit.path] = Changed(first, document(uri, texts[edit.path]), float(clock))
            self._stage.write(root / edit.path, texts[edit.path])
        here = document((root / own.path).as_uri(), texts[own.path])
        line = hole.prefix.count("\n")
        column = len(hole.prefix) - hole.prefix.rfind("\n") - 1
        findings = (
            self._findings(hole, root, own, line, column) if ask or self.known(hole) else None
        )
        others = [
            document((root / path).as_uri(), texts[path]) for path in order if path != own.path
        ]
        beside = [uri for uri in neighbours(here.uri) if uri not in {one.uri for one in others}]
        return Scene(
            here, line, column, 100.0, (root.as_uri(),),
            tuple(Visit(one, float(at), slices(one)) for at, one in enumerate(others)),
            tuple(one for uri in beside if (one := read(uri, "python")) is not None),
            edits(changes.values()), findings=findings,
        )  # fmt: skip

    def _findings(
        self, hole: Hole, root: Path, own: rehearsal.Session, line: int, column: int
    ) -> Findings:
        found = self._known.get(hole.id)
        if found is None:
            asked = Question(
                str(root / own.path), hole.prefix + hole.suffix, line, column, str(root)
            )
            found = self._known[hole.id] = self._analyst.findings(asked, SECONDS)
            with self._kept.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"key": hole.id, **findings_message(0, found)}) + "\n")
        return found


def document(uri: str, text: str) -> Document:
    return opened(uri, "python", 1, text)


def moment(scene: Scene, context: Context, trigger: Trigger = Trigger.AUTOMATIC) -> Moment:
    return Moment(scene.document, scene.line, scene.column, "", trigger, 0.0, context=context)


def context(scene: Scene, engine: EngineStatus, sources: Sequence[str]) -> Context:
    """What is gathered with these sources on, by name or as name:prompt, name:lookup."""
    at = moment(scene, Context())
    use = Use(WindowSettings(context=tuple(sources)), frozenset(), share(engine, scene.document))
    cut = nearby(engine, at)
    near = Scene(
        **{name: getattr(scene, name) for name in Scene.__slots__}
        | {"near": cut.prefix + cut.suffix}
    )
    made = assembled(near, use, Context())
    names = expected(at, scene.findings) if use.on("definitions") else ()
    return sealed(Context(made.prompt, made.lookup, names, made.path, made.repository))
