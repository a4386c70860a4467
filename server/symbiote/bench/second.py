"""`symbiote bench drafts`: what a second model's drafts give over those that the text itself gives, and over none.

Three engines with the same model take turns at the same asks: completions of many lines, in the files of the typing trace.
Greedy decoding makes their answers the same, which is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symbiote.apart import apart
from symbiote.bench.alone import prompt, ready
from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.drafting import Said, said
from symbiote.bench.heavier import heavier
from symbiote.bench.peer_build import say
from symbiote.bench.rows import Row, compared, measured, unmeasured
from symbiote.bench.trace import File
from symbiote.core.settings import MachineSettings
from symbiote.engine.local.catalogue import find
from symbiote.engine.local.client import LocalEngine
from symbiote.prompt.family import choose

LONG = 96
"""Tokens of an answer at most."""
LEAST = 16
"""Tokens of an answer that is counted: what reading costs the second model does not come back in less."""
PLAIN, TEXT, BOTH = "one token a call", "drafts of the text", "drafts of the text and the model"
KINDS = (PLAIN, TEXT, BOTH)

Answers = dict[str, Said]


def second(
    model: str, draft: str, files: Sequence[File], runs: int, *, heavy: bool
) -> dict[str, Any]:
    """The figures (docs/protocol.md). With `heavy` the model is first made to cost as much as a larger one. Raises `UserError`."""
    load, began = load_average(), time.monotonic()
    file, name, cost = find(model), model, ""
    small = find(draft)
    with apart() as home:
        if heavy:
            large = Path(home) / f"{file.path.stem}-heavier.gguf"
            heavier(file.path, large)
            name, cost = str(large), f", made {large.stat().st_size / 1e6:,.0f} MB heavy"
        say(f"measuring: {runs} answers of at most {LONG} tokens, three times each")
        found, note, device = asyncio.run(_answers(name, str(small.path), files, runs))
    return {
        "schema": SCHEMA,
        "bench": "drafts",
        "machine": machine(load),
        "model": f"{file.name}{cost}, drafts by {small.name}",
        "device": device,
        "seconds": round(time.monotonic() - began),
        "rows": [row.as_dict() for row in rows(found)],
        "verdict": note,
        "differ": sum(len({one.text for one in answers.values()}) > 1 for answers in found),
    }


async def _answers(
    model: str, draft: str, files: Sequence[File], runs: int
) -> tuple[list[Answers], str, str]:
    settings, found = MachineSettings(model=model), []
    engines = {
        PLAIN: LocalEngine(settings, lambda: None, plain=True),
        TEXT: LocalEngine(settings, lambda: None, draft=""),
        BOTH: LocalEngine(settings, lambda: None, draft=draft),
    }
    async with contextlib.AsyncExitStack() as stack:
        for engine in engines.values():
            stack.push_async_callback(engine.close)
            engine.start()
            status = await ready(engine)
        family = choose(status.family or None, status.model, status.specials)
        for number in range(runs):
            ask = replace(prompt(family, files, number), limit=LONG)
            turn = number % len(KINDS)
            order = KINDS[turn:] + KINDS[:turn]
            found.append({kind: await said(engines[kind], ask) for kind in order})
        return found, engines[BOTH].status.note, status.device


def rows(found: Sequence[Answers]) -> list[Row]:
    """Tokens a second of each, and how many times as fast the second model makes it."""
    long = [one for one in found if one[PLAIN].done.cost.tokens.generated >= LEAST]
    if not long:
        return [unmeasured("tokens/s", "", f"no answer has {LEAST} tokens")]
    rates = {kind: [one[kind].rate for one in long] for kind in KINDS}
    made = [
        measured(kind, rates[kind], unit="tokens/s", note=_drafted([one[kind] for one in long]))
        for kind in KINDS
    ]
    by = [compared(f"{BOTH}, by {than}", rates[BOTH], rates[than], {}) for than in (TEXT, PLAIN)]
    return [*made, *by]


def _drafted(some: Sequence[Said]) -> str:
    tokens = [one.done.cost.tokens for one in some]
    drafted, right = sum(t.drafted for t in tokens), sum(t.accepted for t in tokens)
    if not drafted:
        return ""
    share = right / max(1, sum(t.generated for t in tokens))
    return f"{right / drafted:.0%} of drafted tokens right, {share:.0%} of all tokens drafts"
