"""What the order of a prompt is worth and costs: the same weights, the same holes, six layouts.

spm        suffix, prefix, middle token: typed text lengthens the end of the prompt
psm        prefix, suffix, middle token: a key changes what stands before the suffix
psm line   as psm, but what is typed of the line stands behind the middle token, as the beginning of the answer:
           what is served where an anchor is new (`features/anchor.py`)
psm 200    the same with as many whole lines before it as 200 bytes reach: the most an anchor is kept for
spm line, spm 200  the same in the other order; not served

Weights alone, greedy, first line, finished as the daemon does; no ranking, nothing reused but the engine's own cache.
"Typed in" are the holes whose line has at least two visible characters before the cursor. Of those the tokens of a key
are counted too: the engine reads the prompt of one character less first. "Against plain" is how many holes a
layout has right that psm (or spm) has not, and the other way round. Runs in the project's environment.

    python layouts.py --holes ../holes/python.jsonl --json ../runs/layouts.json
"""

import argparse
import json
import math
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import Position, opened
from symbiote.engine.local import catalogue
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.native import Native, Options
from symbiote.engine.port import Ask, Done, EngineStatus, Keep, State, Text
from symbiote.evaluate import Hole, read, spread
from symbiote.features.around import TYPED, around
from symbiote.finish.chain import finish
from symbiote.metrics.score import exact, similarity, wilson
from symbiote.prompt.family import families
from symbiote.prompt.fim import fim

HERE = Path(__file__).parent
LAYOUTS = ("spm", "psm", "psm line", "psm 200", "spm line", "spm 200")
SPM, PSM = families()["symbiote"], families()["qwen"]
"""Both have the same control tokens."""


@dataclass
class Filled:
    """`key` is what the last typed key made the engine read, in tokens; None at the beginning of a line."""

    hole: Hole
    text: str
    key: int | None

    @property
    def exact(self) -> bool:
        return exact(self.text, self.hole.answer)


class Engine:
    """The engine's own code in this process."""

    def __init__(self, model: Path, context: int, threads: int, folder: Path) -> None:
        flag = AbortFlag.create(folder)
        native = Native(Options(str(model), context, 0, threads, threads), flag)
        self.status = EngineStatus(State.READY, context=native.context)
        self.generator = Generator(native, flag)
        self.asks = 0

    def fill(self, hole: Hole, layout: str) -> Filled:
        line = hole.prefix[hole.prefix.rfind("\n") + 1 :]
        anchor = anchored(hole, line, layout)
        key = None
        if len(line.strip()) > 1:
            self.answer(self.ask(hole.prefix[:-1], hole, layout, anchor))
        raw, done = self.answer(self.ask(hole.prefix, hole, layout, anchor))
        if len(line.strip()) > 1:
            key = done.cost.tokens.evaluated
        text = finish(raw, moment(hole.prefix, hole))
        return Filled(hole, "" if isinstance(text, Reason) else text, key)

    def ask(self, before: str, hole: Hole, layout: str, anchor: Position | None) -> Ask:
        cut = around(self.status, moment(before, hole), anchor)
        pieces = fim(SPM if layout.startswith("spm") else PSM, cut.prefix, cut.suffix)
        behind = (Text(cut.typed, Keep.END),) if cut.typed else ()
        return cut.ask((*pieces, *behind), math.inf)

    def answer(self, ask: Ask) -> tuple[str, Done]:
        self.asks += 1
        said: list[str] = []
        done = self.generator.answer(self.asks, ask, said.append)
        return "".join(said), done


def moment(before: str, hole: Hole) -> Moment:
    document = opened("file:///hole.py", hole.language, 1, before + hole.suffix)
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    return Moment(document, line, column, "", Trigger.INVOKED, 0.0)


def anchored(hole: Hole, line: str, layout: str) -> Position | None:
    """Where typing began: behind the indentation, or at the beginning of a line above."""
    if " " not in layout:
        return None
    number = hole.prefix.count("\n")
    at = Position(number, len(line) - len(line.lstrip()))
    lines = hole.prefix.split("\n")
    while layout.endswith("200") and len("\n".join(lines[number:]).encode()) <= TYPED:
        at = Position(number, 0)
        if number == 0:
            break
        number -= 1
    return at


def scores(filled: list[Filled], plain: list[Filled]) -> dict[str, Any]:
    share = wilson(sum(f.exact for f in filled), len(filled))
    pairs = [(f.exact, p.exact) for f, p in zip(filled, plain, strict=True)]
    keys = sorted(f.key for f in filled if f.key is not None)
    return {
        "n": len(filled),
        "exact_match": round(share.share, 4),
        "exact_match_95": share.as_list(),
        "edit_similarity": round(
            statistics.fmean(similarity(f.text, f.hole.answer) for f in filled), 4
        ),
        "against_plain": [pairs.count((True, False)), pairs.count((False, True))],
        "tokens_per_key": {
            "mean": round(statistics.fmean(keys), 1),
            "p50": keys[len(keys) // 2],
            "p95": keys[len(keys) * 95 // 100],
        },
    }


def table(found: dict[str, Any]) -> str:
    rows = [
        "| layout | exact match | edit similarity | against plain | tokens read per key, mean / p50 / p95 |",
        "|---|---|---|---|---|",
    ]
    for name, one in found.items():
        low, high = one["exact_match_95"]
        more, less = one["against_plain"]
        key = one["tokens_per_key"]
        rows.append(
            f"| {name} | {one['exact_match']:.1%} ({low:.1%} to {high:.1%}) | {one['edit_similarity']:.1%} "
            f"| +{more} −{less} | {key['mean']} / {key['p50']} / {key['p95']} |"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--holes", type=Path, default=HERE.parent / "holes" / "python.jsonl")
    parser.add_argument("--model", type=Path, help="a .gguf file; without it the embedded model")
    parser.add_argument("--limit", type=int, help="only so many holes, evenly spread")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to keep the scores")
    options = parser.parse_args()
    embedded = catalogue.find("embedded")
    holes = spread(list(read(options.holes)), options.limit)
    made: dict[str, list[Filled]] = {layout: [] for layout in LAYOUTS}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = options.model or embedded.path
        context = 0 if options.model else embedded.context
        engine = Engine(path, context, options.threads, Path(folder))
        for number, hole in enumerate(holes, start=1):
            for layout in LAYOUTS:
                made[layout].append(engine.fill(hole, layout))
            if number % 100 == 0:
                print(f"{number} holes, {time.monotonic() - began:.0f} s", flush=True)
    everywhere = {name: scores(filled, made[name[:3]]) for name, filled in made.items()}
    typed = {name: [f for f in filled if f.key is not None] for name, filled in made.items()}
    inside = {name: scores(filled, typed[name[:3]]) for name, filled in typed.items()}
    for title, found in (("all holes", everywhere), ("typed in", inside)):
        print(f"\n{title}, n = {found['psm']['n']}\n\n{table(found)}")
    if options.json:
        kept = {"all": everywhere, "typed in": inside}
        options.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
