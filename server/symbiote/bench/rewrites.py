"""`symbiote bench rewrite`: how soon a rewrite shows, ends and stops, and what drafts give."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiote.apart import apart
from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.drafting import STAYS, Pair, pairs
from symbiote.bench.edits import LEAST, LONG, MOST, Edit
from symbiote.bench.heavier import heavier
from symbiote.bench.intervals import ratio
from symbiote.bench.peer_build import say
from symbiote.bench.rewriter import Rewrite, rewriter
from symbiote.bench.rows import LEAST as AT_LEAST
from symbiote.bench.rows import Row, measured, times, unmeasured
from symbiote.bench.starts import stopped
from symbiote.engine.local.catalogue import find
from symbiote.metrics.readout import percentile

FIRST, WHOLE, SILENCE = {"p50": 200.0}, {"p50": 1_500.0}, {"p95": 50.0}
FASTER = {"p50": 3.0}
SOONEST, LATEST = 0.005, 0.15
"""Seconds after which a rewrite is cancelled: while its prompt is read, or while it streams."""
SEED = 1
NONE_FITS = "so many lines do not fit this model's context"
TOO_LARGE = "selection_too_large"
BROKEN = (
    "internal",
    "refused",
    "engine_died",
    "deadline",
    "superseded",
    "edited",
    "unknown_document",
)
USUAL = f"{LEAST} to {MOST} lines"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks of usual size, long ones, cancels, and tasks of usual size for a model that was made heavier."""

    usual: int = 60
    long: int = 15
    cancels: int = 40
    heavy: int = 16


FULL, QUICK = Counts(), Counts(3, 2, 4, 1)


@dataclass(slots=True)
class Found:
    """What was measured over the daemon; milliseconds in `silences`."""

    cold: list[Rewrite]
    warm: list[Rewrite]
    long: list[Rewrite]
    silences: list[float]
    engine: dict[str, Any]


def rewrites(
    model: str, usual: Sequence[Edit], long: Sequence[Edit], counts: Counts
) -> dict[str, Any]:
    """The figures (docs/protocol.md). Raises `UserError`."""
    file = find(model)
    load, began = load_average(), time.monotonic()
    usual, long = usual[: counts.usual], long[: counts.long]
    say(f"measuring: {len(usual)} rewrites twice, {len(long)} long ones, {counts.cancels} cancels")
    with apart():
        found = asyncio.run(_streamed(model, usual, long, counts.cancels))
        asyncio.run(stopped())
    say("measuring: drafts")
    with apart():
        both = asyncio.run(pairs(model, [*_marked(usual, 0), *_marked(long, len(usual))]))
    say("measuring: drafts of a model of the same words and a larger one's cost")
    with apart() as home:
        large = Path(home) / f"{file.path.stem}-heavier.gguf"
        heavier(file.path, large)
        most = asyncio.run(pairs(str(large), _marked(usual[: counts.heavy], 0)))
        cost = f", made {large.stat().st_size / 1e6:,.0f} MB heavy"
    rows = [*streamed_rows(found), *draft_rows(both), *draft_rows(most, cost)]
    return {
        "schema": SCHEMA,
        "bench": "rewrite",
        "machine": machine(load),
        "model": file.name,
        "device": found.engine["device"],
        "seconds": round(time.monotonic() - began),
        "rows": [row.as_dict() for row in rows],
        "ends": _ends([*found.cold, *found.warm, *found.long]),
        "differ": sum(not pair.same for pair in (*both, *most)),
        "failed": failures(found),
    }


async def _streamed(model: str, usual: Sequence[Edit], long: Sequence[Edit], cancels: int) -> Found:
    """Each edit with a prompt that was not read before and, in turns, with one that was read while it was typed."""
    rng = random.Random(SEED)  # noqa: S311
    cold: list[Rewrite] = []
    warm: list[Rewrite] = []
    silences: list[float] = []
    async with rewriter(model, [usual[0].marked(0)]) as window:
        for number, edit in enumerate(usual):
            for ahead in (True, False) if number % 2 else (False, True):
                one = await window.rewrite(edit.marked(1 + 2 * number + ahead), warm=ahead)
                (warm if ahead else cold).append(one)
        at = 1 + 2 * len(usual)
        lasting = [await window.rewrite(edit) for edit in _marked(long, at)]
        # Long ones stream for longer, where the model can do them.
        some = [*(one for one, done in zip(long, lasting, strict=True) if _fits(done)), *usual]
        for number in range(cancels):
            edit = some[number % len(some)].marked(at + len(long) + number)
            taken = await window.cancel(edit, rng.uniform(SOONEST, LATEST))
            silences += [taken] if taken is not None else []
        assert window.window is not None
        state = await window.window.request("symbiote/state")
    return Found(cold, warm, lasting, silences, state["engine"])


def _marked(edits: Sequence[Edit], start: int) -> list[Edit]:
    return [edit.marked(number) for number, edit in enumerate(edits, start)]


def streamed_rows(found: Found) -> list[Row]:
    """What somebody at the editor sees; a rewrite that leaves every line as it was has no changed text."""
    ahead = "the prompt read while the intention is typed"
    return [
        _firsts(f"rewrite of {USUAL}, to the first changed text", found.cold, FIRST),
        _firsts(f"the same, {ahead}", found.warm, FIRST),
        measured(f"rewrite of {USUAL}, whole", _wholes(found.cold), WHOLE, note=_ended(found.cold)),
        measured(f"the same, {ahead}", _wholes(found.warm), WHOLE),
        *_long_rows(found.long),
        measured("cancel of a rewrite, to the last word of it", found.silences, SILENCE),
    ]


def _long_rows(some: Sequence[Rewrite]) -> list[Row]:
    what, fit = f"rewrite of {LONG} lines", [one for one in some if _fits(one)]
    if not fit:
        return [unmeasured(what, "", NONE_FITS)]
    return [
        _firsts(f"{what}, to the first changed text", fit, {}),
        measured(f"{what}, whole", _wholes(fit), note=_ended(fit)),
    ]


def draft_rows(both: Sequence[Pair], model: str = "") -> Iterator[Row]:
    """Tokens a second with drafts by those without, where most lines stay; what `model` says of it stands with each row."""
    most = f"{STAYS:.0%} or more of the lines stay"
    sizes = [(f"{USUAL}{model}", _sized(both, LONG - 1))]
    if not model:
        sizes.append((f"{LONG} lines", _sized(both, None)))
    for what, some in sizes:
        stay = [pair for pair in some if pair.stays]
        name = f"tokens/s with drafts by plain decoding, {what}, {most}"
        if not stay:
            why = f"in none of {len(some)} answers" if some else NONE_FITS
            yield unmeasured(name, f"p50 {AT_LEAST} 3×", why)
        else:
            fast, slow = [p.with_drafts.rate for p in stay], [p.plain.rate for p in stay]
            found = {"p50": ratio(fast, slow, 0.5)}
            share = f"{_share(stay):.0%} of their tokens from drafts"
            note = f"{len(stay)} of {len(some)} answers; {share}"
            yield times(name, found, FASTER, sense=AT_LEAST, n=len(stay), note=note)
            yield measured(f"with drafts, {what}", fast, unit="tokens/s")
            yield measured(f"plain, {what}", slow, unit="tokens/s")
        rest = [pair for pair in some if not pair.stays]
        if rest:
            fast, slow = [p.with_drafts.rate for p in rest], [p.plain.rate for p in rest]
            found = {"p50": ratio(fast, slow, 0.5)}
            share = f"{_share(rest):.0%} of their tokens from drafts"
            yield times(f"the same, {what}, all other answers", found, {}, n=len(rest), note=share)


def _sized(both: Sequence[Pair], most: int | None) -> list[Pair]:
    """Those up to so many lines; None: the long ones."""
    return [pair for pair in both if (pair.edit.lines < LONG) == (most is not None)]


def _share(some: Sequence[Pair]) -> float:
    counts = [pair.with_drafts.done.cost.tokens for pair in some]
    return sum(one.accepted for one in counts) / max(1, sum(one.generated for one in counts))


def _firsts(what: str, some: Sequence[Rewrite], limits: dict[str, float]) -> Row:
    firsts = [one.first for one in some if one.first is not None]
    none = sum(one.first is None and _fits(one) for one in some)
    return measured(what, firsts, limits, note=f"{none} changed nothing" if none else "")


def _wholes(some: Sequence[Rewrite]) -> list[float]:
    return [one.whole for one in some if _fits(one)]


def _ended(some: Sequence[Rewrite]) -> str:
    """How many came to no end by themselves, and what drafts gave."""
    some = [one for one in some if _fits(one)]
    shares = sorted(one.result["draftedShare"] for one in some)
    early = sum(one.result["reason"] not in (None, "no_change") for one in some)
    note = f"{percentile(shares, 0.5):.0%} of the tokens from drafts, p50" if shares else ""
    return note + (f", {early} ended early" if early else "")


def _fits(one: Rewrite) -> bool:
    return bool(one.result["reason"] != TOO_LARGE)


def _ends(some: Sequence[Rewrite]) -> dict[str, int]:
    return dict(Counter(one.result["reason"] or "done" for one in some))


def failures(found: Found) -> list[str]:
    """What must not happen, a sentence each."""
    said = []
    for one in (*found.cold, *found.warm, *found.long):
        text, result = "\n".join(one.text), one.result
        if result["reason"] in BROKEN:
            said.append(f"The rewrite of {one.edit.name} failed: {result['detail']}")
        elif text != (
            result["text"] if result["text"] is not None else "\n".join(one.edit.selection)
        ):
            said.append(f"The window of {one.edit.name} holds another text than was answered.")
    return said
