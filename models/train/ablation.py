"""What each source of context is worth: the same holes with every source alone, and with all but it.

As the daemon asks, without a daemon: jedi looks at each hole once (`--work` keeps what it found), each variant is one ask of the real
engine, finished as the daemon does, and judged once with nothing held back (exact match) and once by the gate (shown, and of that right).
What was measured is kept too, hole by hole, so that a run goes on where one was stopped, with the holes in an order that is drawn once: those that are
done are a fair sample at any time. Differences are paired, hole by hole; their intervals are those of 2,000 resamples of the holes. "Alone right / alone wrong" counts the
holes that one side has right and the other has not. A source that has nothing to say changes nothing, and is not asked again.

    python ablation.py ../holes/cross.jsonl --use lookup --json ../runs/ablation.json
    python ablation.py ../holes/python.jsonl --use prompt --limit 300
"""

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from scenes import Stage, context, moment

from symbiote.core.answer import Reason
from symbiote.core.settings import USES
from symbiote.engine.local import catalogue
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.ranking import Ranking
from symbiote.engine.port import EngineStatus, State
from symbiote.evaluate import Hole, read
from symbiote.features.around import Around, around
from symbiote.finish.chain import finish
from symbiote.metrics.score import exact, wilson
from symbiote.prompt.family import choose

HERE = Path(__file__).parent
SOURCES = ("edits", "open", "definitions", "siblings")
"""Those of which a hole can know something: nobody copies there, and no editor marks problems."""
RESAMPLES, SEED = 2_000, 20_26


@dataclass(frozen=True)
class Filled:
    """`right` with nothing held back; `shown` by the gate. `ms` is what the engine took."""

    right: bool
    shown: bool
    ms: float


def variants(use: str, sources: Sequence[str] = SOURCES) -> dict[str, tuple[str, ...]]:
    """none, each alone, all, and all but each: the sources that are on, in the words of the setting."""
    every = tuple(f"{source}:{use}" for source in sources)
    made: dict[str, tuple[str, ...]] = {"none": ()}
    made |= {f"only {source}": (f"{source}:{use}",) for source in sources}
    made["all"] = every
    made |= {f"but {s}": tuple(one for one in every if not one.startswith(s)) for s in sources}
    return made


class Asked:
    """The engine in this process, and what it said to each ask."""

    def __init__(self, model: str, ranking: Path | None, folder: Path) -> None:
        entry = catalogue.find(model)
        flag = AbortFlag.create(folder)
        native = Native(Options(str(entry.path), entry.context, 0, 1, 1), flag)
        self.family = choose(entry.family, entry.name, frozenset(native.controls))
        weights = ranking or entry.ranking
        chosen = Ranking.load(weights) if weights else None
        self._generator = Generator(native, flag, ranking=chosen)
        self.status = EngineStatus(State.READY, context=native.context, gate=entry.gate)
        self._number = 0

    def fill(self, hole: Hole, cut: Around, scene: Any) -> Filled:
        self._number += 1
        parts: list[str] = []
        begun = time.perf_counter()
        ask = cut.ask(cut.prompt(self.family), math.inf)
        done = self._generator.answer(self._number, ask, lambda text, _: parts.append(text))
        took = (time.perf_counter() - begun) * 1000
        text = finish("".join(parts), moment(scene, cut.context))
        if isinstance(text, Reason):
            return Filled(False, False, took)
        return Filled(exact(text, hole.answer), done.confidence >= self.status.gate, took)


def fill(
    asked: Asked, stage: Stage, hole: Hole, variants: Collection[tuple[str, ...]]
) -> dict[str, Filled]:
    """By the sources that are on. Those that make the same ask have the same object."""
    looks = any(one.startswith("definitions") for sources in variants for one in sources)
    scene = stage.scene(hole, ask=looks)
    told: dict[bytes, Filled] = {}
    found = {}
    for sources in sorted(variants):
        ungated = EngineStatus(State.READY, context=asked.status.context)
        cut = around(ungated, moment(scene, context(scene, asked.status, sources)))
        if cut.key not in told:
            told[cut.key] = asked.fill(hole, cut, scene)
        found[" ".join(sources)] = told[cut.key]
    return found


def remembered(file: Path) -> dict[str, dict[str, Filled]]:
    """What was measured before, by hole and by the sources that were on."""
    known: dict[str, dict[str, Filled]] = {}
    if file.exists():
        for line in file.read_text("utf-8").splitlines():
            raw = json.loads(line)
            asks = [Filled(*one) for one in raw["asks"]]
            known[raw["id"]] = {name: asks[index] for name, index in raw["variants"].items()}
    return known


def keep(file: Path, hole: str, found: dict[str, Filled]) -> None:
    asks = list({id(one): one for one in found.values()}.values())
    index = {id(one): number for number, one in enumerate(asks)}
    line = {
        "id": hole,
        "asks": [astuple(one) for one in asks],
        "variants": {name: index[id(one)] for name, one in found.items()},
    }
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


# --- figures


def share(filled: Sequence[Filled]) -> float:
    return sum(one.right for one in filled) / len(filled)


def shown(filled: Sequence[Filled]) -> float:
    return sum(one.shown for one in filled) / len(filled)


def precision(filled: Sequence[Filled]) -> float:
    seen = [one.right for one in filled if one.shown]
    return sum(seen) / len(seen) if seen else 0.0


MEASURES: dict[str, Callable[[Sequence[Filled]], float]] = {
    "exact": share, "shown": shown, "precision": precision,
}  # fmt: skip


def against(one: list[Filled], other: list[Filled]) -> dict[str, Any]:
    """`one` minus `other`, each measure with its interval."""
    rng, n = random.Random(SEED), len(one)
    draws = [rng.choices(range(n), k=n) for _ in range(RESAMPLES)]
    found: dict[str, Any] = {}
    for name, measure in MEASURES.items():
        differences = sorted(
            measure([one[i] for i in drawn]) - measure([other[i] for i in drawn]) for drawn in draws
        )
        ends = differences[int(0.025 * RESAMPLES)], differences[int(0.975 * RESAMPLES) - 1]
        found[name] = [round(value, 4) for value in (measure(one) - measure(other), *ends)]
    pairs = list(zip(one, other, strict=True))
    found["alone_right"] = sum(a.right and not b.right for a, b in pairs)
    found["alone_wrong"] = sum(b.right and not a.right for a, b in pairs)
    found["told"] = sum(a is not b for a, b in pairs)
    return found


def figures(made: dict[str, list[Filled]]) -> dict[str, Any]:
    n = len(made["none"])
    found: dict[str, Any] = {"n": n, "variants": {}, "against": {}}
    for name, filled in made.items():
        times = sorted(one.ms for one in filled)
        found["variants"][name] = {
            "exact": round(share(filled), 4),
            "exact_95": wilson(sum(one.right for one in filled), n).as_list(),
            "shown": round(shown(filled), 4), "precision": round(precision(filled), 4),
            "ms_50": round(times[n // 2], 1), "ms_95": round(times[int(0.95 * n)], 1),
        }  # fmt: skip
        if name == "all" or name.startswith("only"):
            found["against"][f"{name} - none"] = against(filled, made["none"])
        elif name.startswith("but"):
            found["against"][f"all - all {name}"] = against(made["all"], filled)
    return found


def table(found: dict[str, Any]) -> str:
    lines = [f"n = {found['n']}", ""]
    for name, one in found["variants"].items():
        lines.append(
            f"{name}: exact {one['exact']:.1%}, shown {one['shown']:.1%}, right {one['precision']:.1%}, "
            f"{one['ms_50']} ms (p95 {one['ms_95']})"
        )
    lines += [
        "",
        "| | told | exact match | alone right / wrong | shown | of shown, right |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in found["against"].items():
        cells = [points(one[measure]) for measure in ("exact", "shown", "precision")]
        alone = f"{one['alone_right']} / {one['alone_wrong']}"
        lines.append(f"| {name} | {one['told']} | {cells[0]} | {alone} | {cells[1]} | {cells[2]} |")
    return "\n".join(lines)


def points(values: Sequence[float]) -> str:
    value, low, high = (f"{100 * value:+.1f}" for value in values)
    return f"{value} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("holes", type=Path)
    parser.add_argument("--use", choices=USES, default="lookup")
    parser.add_argument("--sources", nargs="*", choices=SOURCES, default=SOURCES)
    parser.add_argument("--only", nargs="*", help="only these variants")
    parser.add_argument("--model", default="embedded", help="as the setting symbiote.model")
    parser.add_argument("--ranking", type=Path, help="another than the model's")
    parser.add_argument("--limit", type=int, help="only so many holes, drawn by chance")
    parser.add_argument("--report", action="store_true", help="only what was measured before")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.work.mkdir(exist_ok=True)
    on = {
        k: v
        for k, v in variants(options.use, options.sources).items()
        if not options.only or k in options.only
    }
    holes = list(read(options.holes))
    random.Random(SEED).shuffle(holes)
    made: dict[str, list[Filled]] = {name: [] for name in on}
    kept = options.work / f"{options.holes.stem}_{options.use}.jsonl"
    known = remembered(kept)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder).resolve(), options.work / f"{options.holes.stem}_findings.jsonl")
        asked = Asked(options.model, options.ranking, Path(folder))
        for number, hole in enumerate(holes[: options.limit], start=1):
            found = known.get(hole.id, {})
            if missing := {sources for sources in on.values() if " ".join(sources) not in found}:
                if options.report:
                    continue
                found |= fill(asked, stage, hole, missing | {()})
                keep(kept, hole.id, found)
            for name, sources in on.items():
                made[name].append(found[" ".join(sources)])
            if number % 50 == 0:
                print(f"{number} of {len(holes)}, {time.monotonic() - begun:.0f} s", flush=True)
    told = {"holes": options.holes.name, "use": options.use, **figures(made)}
    print(table(told))
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
