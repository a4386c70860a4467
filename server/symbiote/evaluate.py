"""`symbiote evaluate`: fill holes through the real daemon, engine and finish chain, and score them.

Part of the composition root. A hole is a JSON line {id, prefix, suffix, answer, path?, language?}, or one with a session
that leads to it (`rehearsal.py`). One whose answer is empty, as in the reproduction of an ask, is filled and told, but not scored: there is nothing to compare.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiote import rehearsal
from symbiote.core.errors import UserError
from symbiote.metrics.readout import percentile
from symbiote.metrics.score import exact, similarity, wilson
from symbiote.rehearsal import Session
from symbiote.wire.client import Client, client

SCHEMA = 1
DEADLINE_MS = 10_000
PROGRESS_SECONDS = 2.0
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Hole:
    id: str
    prefix: str
    suffix: str
    answer: str
    language: str = "python"
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of one hole; `text` is empty for a silence, which then has its reason."""

    hole: Hole
    text: str
    reason: str | None
    milliseconds: float
    generated: int
    confidence: float | None

    @property
    def judged(self) -> bool:
        """Whether there is an answer to compare with."""
        return self.hole.answer != ""

    @property
    def exact(self) -> bool:
        return exact(self.text, self.hole.answer)

    @property
    def perfect(self) -> bool:
        """The line is as it was, blanks at its start included: nothing is left to type or to delete."""
        rest = self.hole.suffix.split("\n", 1)[0]
        return (self.text + rest).rstrip() == (self.hole.answer + rest).rstrip()


async def evaluate(
    file: Path,
    model: str | None,
    limit: int | None,
    *,
    invoked: bool = False,
    context: Sequence[str] | None = None,
    eagerness: str = "normal",
) -> dict[str, Any]:
    """Fill the holes of the file, one after the other, and add them up.

    `limit` takes that many, evenly spread; `invoked` asks as a user does by hand, so that nothing is
    held back for want of confidence; `eagerness` says whose gate holds. What was learned of the user plays no part.
    `context` are the sources that are on, None for those that ship so.
    """
    holes = spread(list(read(file)), limit)
    settings: dict[str, Any] = {"deadlineMs": DEADLINE_MS, "learnWhenToShow": False}
    settings["eagerness"] = eagerness
    if model:
        settings["model"] = model
    if context is not None:
        settings["context"] = list(context)
    filled: list[Filled] = []
    told = time.monotonic()
    with rehearsal.stage() as stage:
        async with client(settings=settings) as window:
            for number, hole in enumerate(holes):
                if hole.session is None:
                    filled.append(await fill(window, hole, number, invoked=invoked))
                else:
                    async with rehearsal.at_hole(stage, hole.session, settings) as (own, uri):
                        filled.append(await ask(own, uri, hole, invoked=invoked))
                if sys.stderr.isatty() and time.monotonic() - told > PROGRESS_SECONDS:
                    told = time.monotonic()
                    progress = f"\r{number + 1} of {len(holes)} holes"
                    print(progress, end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    return scores(filled)


def spread(holes: list[Hole], limit: int | None) -> list[Hole]:
    """`limit` of the holes at equal distances: files of holes are sorted by where they were cut."""
    if limit is None or limit >= len(holes):
        return holes
    return [holes[index * len(holes) // limit] for index in range(max(0, limit))]


async def fill(window: Client, hole: Hole, number: int, *, invoked: bool = False) -> Filled:
    uri = f"file:///holes/{number}.py"
    window.open(uri, hole.prefix + hole.suffix, language=hole.language)
    filled = await ask(window, uri, hole, invoked=invoked)
    window.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return filled


async def ask(window: Client, uri: str, hole: Hole, *, invoked: bool = False) -> Filled:
    """Fill a hole whose document is open."""
    line = hole.prefix.count("\n")
    column = len(hole.prefix) - hole.prefix.rfind("\n") - 1
    answer = await window.request(
        "symbiote/complete",
        {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": column},
            "automatic": not invoked,
        },
    )
    return Filled(
        hole,
        answer["text"] or "",
        answer["reason"],
        answer["timing_ms"]["total"],
        answer["tokens"]["generated"],
        answer["confidence"],
    )


def scores(filled: list[Filled]) -> dict[str, Any]:
    """The figures of docs/protocol.md, with 95 % intervals; latency of computed answers only."""
    n, shown = len(filled), [f for f in filled if f.text]
    judged = [f for f in filled if f.judged]
    offered = [f for f in judged if f.text]
    hits = sum(f.exact for f in judged)
    all_holes = wilson(hits, len(judged))
    of_shown = wilson(sum(f.exact for f in offered), len(offered))
    times = sorted(f.milliseconds for f in filled if f.generated) or [0.0]
    return {
        "schema": SCHEMA,
        "n": n,
        "compared": len(judged),
        "exact_match": round(all_holes.share, 4),
        "exact_match_95": all_holes.as_list(),
        "edit_similarity": round(_mean([similarity(f.text, f.hole.answer) for f in judged]), 4),
        "shown": round(len(shown) / n, 4) if n else 0.0,
        "show_precision": round(of_shown.share, 4),
        "show_precision_95": of_shown.as_list(),
        "silence_rate": round(1 - len(shown) / n, 4) if n else 0.0,
        "perfect_line_rate": round(_mean([float(f.perfect) for f in judged]), 4),
        "precision_at_shown": _precision(judged),
        "kinds": _kinds(judged),
        "characters_saved": sum(len(f.text) for f in judged if f.exact),
        "latency_ms": {f"p{p}": round(percentile(times, p / 100), 2) for p in (50, 95, 99)},
        "per_hole": [
            {
                "id": f.hole.id,
                "text": f.text,
                "exact": f.exact if f.judged else None,
                "ms": round(f.milliseconds, 2),
                "reason": f.reason,
                "confidence": f.confidence,
            }
            for f in filled
        ],
    }


def _precision(filled: list[Filled]) -> dict[str, float]:
    """How many of the surest answers are right, if only that share of the asks were answered."""
    surest = sorted(filled, key=lambda f: -(f.confidence or 0.0) if f.text else math.inf)
    counts = {share: max(1, round(share * len(filled))) for share in SHARES}
    return {
        f"{share:.0%}": round(sum(f.exact for f in surest[:count]) / count, 4)
        for share, count in counts.items()
        if filled
    }


def _kinds(filled: list[Filled]) -> dict[str, dict[str, Any]]:
    """By the part of the holes' ids before the last hyphen."""
    groups: dict[str, list[bool]] = {}
    for one in filled:
        groups.setdefault(one.hole.id.rpartition("-")[0], []).append(one.exact)
    return {
        kind: {"n": len(hits), "exact_match": round(sum(hits) / len(hits), 4)}
        for kind, hits in sorted(groups.items())
        if kind
    }


def read(file: Path) -> Iterator[Hole]:
    """The holes of a file. Raises `UserError` with the line that is not one."""
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            yield _with_session(raw, file.parent) if "project" in raw else _hole(raw)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{file}, line {number} is not a hole: {error!r}.") from error


def _hole(raw: dict[str, Any]) -> Hole:
    prefix, suffix, answer = (_text(raw, key) for key in ("prefix", "suffix", "answer"))
    return Hole(str(raw["id"]), prefix, suffix, answer, raw.get("language", "python"))


def _with_session(raw: dict[str, Any], folder: Path) -> Hole:
    session = rehearsal.read(raw, folder)
    text, cursor = session.text(), session.cursor
    return Hole(str(raw["id"]), text[:cursor], text[cursor:], _text(raw, "answer"), session=session)


def add(file: Path, hole: str) -> None:
    """Put one more hole, a line of JSON, at the end of a file. Raises `UserError` when it cannot be written."""
    try:
        held = file.read_text("utf-8") if file.exists() else ""
        start = "\n" if held and not held.endswith("\n") else ""
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"{start}{hole}\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be added to: {error}.") from error


def summary(found: dict[str, Any]) -> str:
    """The figures of `scores` for a human, and what came of each hole that has no answer."""
    lines = []
    for hole in found["per_hole"]:
        if hole["exact"] is None:
            text = repr(hole["text"]) if hole["text"] else f"nothing ({hole['reason']})"
            lines.append(f"{hole['id']}: {text}, {hole['ms']:.0f} ms")
    low, high = found["exact_match_95"]
    if found["compared"] or not found["n"]:
        lines.append(
            f"{found['compared']} holes: exact {found['exact_match']:.1%} ({low:.1%} to {high:.1%}), "
            f"edit similarity {found['edit_similarity']:.1%}\n"
            f"shown {found['shown']:.1%}, of those right {found['show_precision']:.1%}; "
            f"{found['characters_saved']} characters saved"
        )
    latency = ", ".join(f"{name} {ms:.0f}" for name, ms in found["latency_ms"].items())
    return "\n".join([*lines, f"latency {latency} ms"])


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a text")
    return value.replace("\r\n", "\n")


def _mean(values: list[float]) -> float:
    return statistics.fmean(values) if values else 0.0
