"""What stripping a prompt saves, and what it costs: the same holes, whole and stripped (`prompt/strip.py`).

The text is cut around the hole as a completion's is, then stripped; the engine is asked with each, greedy, and its answers are finished as
the daemon does, with nothing held back. `comments` takes comments and runs of blank lines only, `bodies` the bodies of far functions too.
Saved are the tokens of the prompt, of all holes together. Differences are paired, hole by hole, with the 95 % intervals of 2,000 resamples.
With `--tokens` nobody is asked; then `saved_wide` is of 16,000 characters around the hole, what a provider may be sent.

    python stripped.py --limit 600 --json ../runs/stripped.json
    python stripped.py --tokens
"""

import argparse
import json
import math
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from symbiote.context.window import window
from symbiote.core.answer import Reason
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened
from symbiote.engine.local import catalogue
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.ranking import Ranking
from symbiote.engine.port import EngineStatus, State
from symbiote.evaluate import Hole, read, spread
from symbiote.features.around import Around, around
from symbiote.finish.chain import finish
from symbiote.metrics.score import exact, wilson
from symbiote.prompt.family import choose
from symbiote.prompt.strip import SHARE, strip

HERE = Path(__file__).parent
SHARES = {"whole": None, "comments": 1.0, "bodies": SHARE}
WIDE = 16_000
RESAMPLES, SEED = 2_000, 20_26


class Asked:
    """The engine in this process. `rank` lets other texts of the file compete, as it is shipped; without it the prompt alone
    says what comes."""

    def __init__(self, folder: Path, *, rank: bool) -> None:
        entry = catalogue.find("embedded")
        flag = AbortFlag.create(folder)
        self.native = Native(Options(str(entry.path), entry.context, 0, 1, 1), flag)
        self.family = choose(entry.family, entry.name, frozenset(self.native.controls))
        ranking = Ranking.load(entry.ranking) if rank and entry.ranking else None
        self._generator = Generator(self.native, flag, ranking=ranking)
        self.status = EngineStatus(State.READY, context=self.native.context)
        self._number = 0

    def fill(self, hole: Hole, at: Moment, cut: Around) -> bool:
        self._number += 1
        parts: list[str] = []
        ask = cut.ask(cut.prompt(self.family), math.inf)
        self._generator.answer(self._number, ask, lambda text, _: parts.append(text))
        text = finish("".join(parts), at)
        return not isinstance(text, Reason) and exact(text, hole.answer)

    def tokens(self, *texts: str) -> int:
        return sum(len(self.native.tokenize(text.encode())) for text in texts)


def moment(hole: Hole) -> Moment:
    document = opened("file:///hole", hole.language, 1, hole.prefix + hole.suffix)
    line = hole.prefix.count("\n")
    column = len(hole.prefix) - hole.prefix.rfind("\n") - 1
    return Moment(document, line, column, "", Trigger.AUTOMATIC, 0.0)


def stripped(prefix: str, suffix: str, language: str, share: float | None) -> tuple[str, str]:
    return (prefix, suffix) if share is None else strip(prefix, suffix, language, share=share)


def measure(asked: Asked, holes: list[Hole], *, ask: bool) -> list[dict[str, Any]]:
    """Of each hole and way: tokens of the prompt, of a wide one, and whether the answer was right. Equal prompts are asked
    once."""
    rows = []
    for number, hole in enumerate(holes, start=1):
        at = moment(hole)
        cut = around(asked.status, at)
        wide = window(at, WIDE)
        row: dict[str, Any] = {"id": hole.id}
        told: dict[tuple[str, str], tuple[int, bool]] = {}
        for name, share in SHARES.items():
            texts = stripped(cut.prefix + cut.typed, cut.suffix, hole.language, share)
            if texts not in told:
                same = replace(cut, prefix=texts[0], typed="", suffix=texts[1])
                right = asked.fill(hole, at, same) if ask else False
                told[texts] = asked.tokens(*texts), right
            far = stripped(wide.prefix + wide.typed, wide.suffix, hole.language, share)
            count, right = told[texts]
            row[name] = [count, 1 if ask else asked.tokens(*far), right]
        rows.append(row)
        if number % 50 == 0:
            print(f"{number} of {len(holes)}", flush=True)
    return rows


def figures(rows: list[dict[str, Any]], *, asked: bool) -> dict[str, Any]:
    n = len(rows)
    rng = random.Random(SEED)
    draws = [rng.choices(range(n), k=n) for _ in range(RESAMPLES)]
    found: dict[str, Any] = {"n": n, "asked": asked, "ways": {}}
    for name in SHARES:
        right = [row[name][2] for row in rows]
        one: dict[str, Any] = {
            "exact": round(sum(right) / n, 4),
            "exact_95": wilson(sum(right), n).as_list(),
        }
        for index, what in enumerate(("saved", "saved_wide")):
            if what == "saved_wide" and found["asked"]:
                continue
            whole = sum(row["whole"][index] for row in rows)
            one[what] = round(1 - sum(row[name][index] for row in rows) / whole, 4)
        gains = [row[name][2] - row["whole"][2] for row in rows]
        means = sorted(sum(gains[i] for i in drawn) / n for drawn in draws)
        ends = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
        one["against_whole"] = [round(value, 4) for value in (sum(gains) / n, *ends)]
        one["alone_right"], one["alone_wrong"] = gains.count(1), gains.count(-1)
        found["ways"][name] = one
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--holes", type=Path, default=HERE.parent / "holes" / "python.jsonl")
    parser.add_argument("--limit", type=int, help="only so many holes, evenly spread")
    parser.add_argument(
        "--rank", action="store_true", help="as shipped, with the file to look up in"
    )
    parser.add_argument("--tokens", action="store_true", help="count, ask nobody")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    holes = spread(list(read(options.holes)), options.limit)
    with tempfile.TemporaryDirectory() as folder:
        asked = Asked(Path(folder), rank=options.rank)
        rows = measure(asked, holes, ask=not options.tokens)
    told = {
        "holes": options.holes.name,
        "rank": options.rank,
        **figures(rows, asked=not options.tokens),
    }
    print(json.dumps(told, indent=1))
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
