"""Parts of other open files that are most like the text around the cursor, or define what it uses.

Similarity is BM25 over names (Robertson and Zaragoza 2009) with each name counted once per slice. A file says a name as
often as its style has it, and the slices are of one length anyway.
"""

from __future__ import annotations

import math
from collections import Counter

from symbiote.context.scene import Scene, Visit
from symbiote.context.slices import Slice, names
from symbiote.core.chunk import Chunk

NAME = "open"
MOST = 8
ABOVE, BELOW = 20, 5
"""Lines around the cursor that are compared."""
HERE, CLOSE = 3.0, 3
"""What a name of the cursor's line counts, and so many lines from it a name counts twice."""
SHARED = 2
"""Names that a slice must share, unless it defines one or has one of the cursor's line."""
DEFINES = 2.0
"""A definition of a name counts so many times its use."""


def open_files(scene: Scene) -> list[Chunk]:
    """The likeliest first, no two of them overlapping."""
    weights = _query(scene)
    every = [(visit, part) for visit in scene.others for part in visit.slices]
    if not weights or not every:
        return []
    among = Counter(name for _, part in every for name in part.names if name in weights)
    rare = {name: math.log(1 + (len(every) - n + 0.5) / (n + 0.5)) for name, n in among.items()}
    mean = sum(len(part.names) for _, part in every) / len(every)
    scored = [(_score(part, weights, rare, mean), visit, part) for visit, part in every]
    ranked = sorted((s for s in scored if s[0] > 0), key=lambda s: (-s[0], -s[1].at, s[2].start))
    chosen: list[tuple[float, Visit, Slice]] = []
    for one in ranked:
        if not any(
            one[1] is v and one[2].start < p.end and p.start < one[2].end for _, v, p in chosen
        ):
            chosen.append(one)
        if len(chosen) == MOST:
            break
    best = chosen[0][0] if chosen else 1.0
    return [
        _chunk(scene, score / best, visit, part, weights, rare) for score, visit, part in chosen
    ]


def _query(scene: Scene) -> dict[str, float]:
    """The names around the cursor and how much each counts."""
    weights: dict[str, float] = {}
    lines = scene.document.lines
    for line in range(max(scene.line - ABOVE, 0), min(scene.line + BELOW + 1, len(lines))):
        far = abs(line - scene.line)
        weight = HERE if far == 0 else 2.0 if far <= CLOSE else 1.0
        for name in names(lines[line]):
            weights[name] = max(weights.get(name, 0.0), weight)
    return weights


def _score(part: Slice, weights: dict[str, float], rare: dict[str, float], mean: float) -> float:
    shared = part.names & weights.keys()
    defined = part.defines & weights.keys()
    if len(shared) < SHARED and not defined and not any(weights[n] >= HERE for n in shared):
        return 0.0
    uses = sum(weights[name] * rare[name] for name in shared)
    makes = sum(weights[name] * rare.get(name, 0.0) for name in defined)
    return (uses + DEFINES * makes) / (0.5 + 0.5 * len(part.names) / mean)


def _chunk(
    scene: Scene,
    worth: float,
    visit: Visit,
    part: Slice,
    weights: dict[str, float],
    rare: dict[str, float],
) -> Chunk:
    shared = sorted(part.names & weights.keys(), key=lambda name: -weights[name] * rare[name])
    uri = visit.document.uri
    why = f"has {', '.join(shared[:3])}"
    return Chunk(NAME, uri, scene.shown(uri), part.text, visit.at, worth, why)
