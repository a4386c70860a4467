"""When somebody who types asks an engine far away, by the daemon's own rules of when to wait (`features/rhythm.py`). Pure.

Knows nothing of servers, nor of answers that spare an ask: every ask here is one that the text alone calls for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbiote.bench.trace import Trace
from symbiote.features.rhythm import Rhythm

BURST = 20.0
"""Seconds that somebody types before looking elsewhere for a while."""
BEFORE, AFTER = 1_200, 300
"""Characters around the cursor."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is around the cursor when an ask goes out, `at` seconds after the beginning."""

    at: float
    before: str
    after: str


def wishes(trace: Trace, engine: float) -> Iterator[Wish]:
    """The asks of a trace for an engine that takes `engine` seconds: a key that comes while an ask waits takes its place."""
    rhythm, now = Rhythm(), 0.0
    texts = [file.start for file in trace.files]
    strokes = trace.strokes
    for number, stroke in enumerate(strokes):
        now += stroke.gap
        texts[stroke.file] = stroke.applied(texts[stroke.file])
        rhythm.key(now)
        wait = rhythm.hold(now, engine)
        following = strokes[number + 1].gap if number + 1 < len(strokes) else float("inf")
        if wait < following:
            rhythm.began()
            text, cursor = texts[stroke.file], stroke.after
            yield Wish(
                now + wait, text[max(0, cursor - BEFORE) : cursor], text[cursor : cursor + AFTER]
            )


def per_minute(trace: Trace, engine: float) -> float:
    """Asks a minute of somebody who types all the time."""
    return 60 * sum(1 for _ in wishes(trace, engine)) / trace.seconds


def with_rests(wished: Sequence[Wish], typing: float, seed: int) -> Iterator[Wish]:
    """The same, by somebody who types a share `typing` of the time: stretches of `BURST` seconds, and rests between them of a
    length that is drawn anew (exponential). It begins anywhere in a stretch or a rest, so that at each time that share types."""
    rng = random.Random(seed)  # noqa: S311 - the same for everybody is the point
    rest = BURST * (1 - typing) / typing
    later = 0.0 if rng.random() < typing else rng.expovariate(1 / rest)
    until = BURST * rng.random() if later == 0.0 else BURST
    for wish in wished:
        while wish.at >= until:
            later += rng.expovariate(1 / rest) if rest else 0.0
            until += BURST
        yield Wish(wish.at + later, wish.before, wish.after)
