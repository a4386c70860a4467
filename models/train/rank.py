"""Fits how answers are ranked (`server/symbiote/engine/local/ranking.py`): boosted trees, by scikit-learn.

The first trees see the file only, so any holes will do: those of the training packages. The second see what the
model says too, and learn from the tuning packages, which were neither trained on nor are measured on. Every fifth
hole is kept from the fit and only reported on. The first trees are kept in file_trees.json. Features come from the engine's own code; it needs `server` on
PYTHONPATH.

    PYTHONPATH=../../server python rank.py --work work --target ../embedded/ranking.json
"""

import argparse
import json
import math
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened
from symbiote.engine.local import catalogue
from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.candidates import candidates
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.ranking import FEATURES, SCHEMA, Place, Ranking, Scored
from symbiote.engine.local.trees import ARRAYS, Trees
from symbiote.engine.port import Ask, EngineStatus, State
from symbiote.features.around import around
from symbiote.metrics.score import exact
from symbiote.prompt.family import choose
from symbiote.prompt.fim import fim

HERE = Path(__file__).parent
HELD = 5
"""One hole in this many is kept from the fit and only reported on."""
Floats = NDArray[np.float64]
Flat = dict[str, Any]


@dataclass
class Hole:
    before: str
    after: str
    answer: str
    held: bool
    scored: list[Scored]


def fit(rows: Floats, right: Floats, rate: float, leaves: int, depth: int, least: int) -> Flat:
    """150 boosted trees as `Trees.read` takes them; a leaf holds `least` examples or more."""
    model = HistGradientBoostingClassifier(
        learning_rate=rate, max_iter=150, max_leaf_nodes=leaves, max_depth=depth,
        min_samples_leaf=least, l2_regularization=2.0, early_stopping=False, random_state=0,
    ).fit(rows, right)  # fmt: skip
    made = flat(model)
    mine = Trees.read(made).odds(rows[:500])
    assert np.abs(mine - model.decision_function(rows[:500])).max() < 1e-3, "the trees were misread"
    return made


def flat(model: HistGradientBoostingClassifier) -> Flat:
    """All nodes in one array; a leaf's children are itself."""
    made: dict[str, Any] = {name: [] for name in ARRAYS} | {"depth": 0}
    made["base"] = round(float(np.ravel(model._baseline_prediction)[0]), 6)
    for (predictor,) in model._predictors:
        first = len(made["value"])
        made["roots"].append(first)
        for index, node in enumerate(predictor.nodes):
            here, leaf = first + index, bool(node["is_leaf"])
            made["feature"].append(0 if leaf else int(node["feature_idx"]))
            # Unrounded: values equal to a threshold are common, and go left.
            made["threshold"].append(0.0 if leaf else float(node["num_threshold"]))
            made["left"].append(here if leaf else first + int(node["left"]))
            made["right"].append(here if leaf else first + int(node["right"]))
            made["value"].append(round(float(node["value"]), 5) if leaf else 0.0)
            made["depth"] = max(made["depth"], int(node["depth"]))
    return made


class Engine:
    """The engine's own code in this process; `ask` is what the daemon would ask for at a hole."""

    def __init__(self, model: str, ranking: Ranking, folder: Path) -> None:
        entry = catalogue.find(model)
        flag = AbortFlag.create(folder)
        self.native = Native(Options(str(entry.path), entry.context, 0, 1, 1), flag)
        self.family = choose(entry.family, entry.name, frozenset(self.native.controls))
        self.generator = Generator(self.native, flag, ranking=ranking)
        self.asks = 0

    def ask(self, before: str, after: str) -> Ask:
        document = opened("file:///hole.py", "python", 1, before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        moment = Moment(document, line, column, "", Trigger.AUTOMATIC, 0.0)
        cut = around(EngineStatus(State.READY, context=self.native.context), moment)
        return cut.ask(fim(self.family, cut.prefix, cut.suffix), math.inf)

    def weigh(self, ask: Ask) -> list[Scored]:
        self.asks += 1
        return self.generator.weigh(self.asks, ask)


def read(file: Path, count: int) -> list[dict[str, str]]:
    holes = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    random.Random(5).shuffle(holes)
    return holes[:count]


def file_trees(holes: list[dict[str, str]]) -> Flat:
    """The first trees: is a proposal right, by the file alone?"""
    rows, right = [], []
    for hole in holes:
        for candidate in candidates(hole["prefix"], hole["suffix"]):
            rows.append(candidate.features)
            right.append(exact(candidate.text, hole["answer"]))
    return fit(np.array(rows, np.float64), np.array(right, np.float64), 0.1, 24, 7, 40)


def both_trees(ranking: Ranking, holes: list[Hole]) -> Flat:
    """The second trees: is an answer right, by the file and the model?"""
    rows: list[Floats] = []
    right: list[bool] = []
    for hole in holes:
        rows.extend(ranking.features(hole.scored, Place.of(hole.before, hole.after)))
        right.extend(exact(answer.text, hole.answer) for answer in hole.scored)
    return fit(np.array(rows), np.array(right, np.float64), 0.05, 8, 4, 100)


def judged(ranking: Ranking, holes: list[Hole]) -> list[tuple[float, bool]]:
    """(log-odds, right) of the answer chosen at each hole; an empty hole is a wrong one."""
    made = []
    for hole in holes:
        if not hole.scored:
            made.append((-math.inf, False))
            continue
        odds = ranking.by_both(hole.scored, Place.of(hole.before, hole.after))
        best = int(odds.argmax())
        made.append((float(odds[best]), exact(hole.scored[best].text, hole.answer)))
    return sorted(made, reverse=True)


def report(name: str, made: list[tuple[float, bool]]) -> None:
    print(f"{name}: n {len(made)}, exact {sum(right for _, right in made) / len(made):.3f}")
    for share in (0.1, 0.2, 0.3, 0.4, 0.5):
        top = made[: max(1, round(share * len(made)))]
        odds = top[-1][0]
        gate = -math.log1p(math.exp(-odds))
        precision = sum(right for _, right in top) / len(top)
        print(f"  shown {share:.0%}: right {precision:.3f}, gate {gate:.2f}")


def gather(engine: Engine, raw: list[dict[str, str]]) -> list[Hole]:
    made, begun = [], time.monotonic()
    for number, hole in enumerate(raw):
        ask = engine.ask(hole["prefix"], hole["suffix"])
        held = number % HELD == 0
        made.append(Hole(ask.before, ask.after, hole["answer"], held, engine.weigh(ask)))
        if number % 200 == 199:
            print(f"{number + 1} holes, {time.monotonic() - begun:.0f} s", flush=True)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=HERE / "work", help="train_holes, tuning_holes"
    )
    parser.add_argument("--count", type=int, default=3000, help="of the tuning holes")
    parser.add_argument("--model", default="embedded", help="as the setting symbiote.model")
    parser.add_argument("--target", type=Path, default=HERE.parent / "embedded" / "ranking.json")
    options = parser.parse_args()
    first = options.work / "file_trees.json"
    if not first.exists():
        made = file_trees(read(options.work / "train_holes.jsonl", 20_000))
        first.write_text(json.dumps(made), encoding="utf-8")
    file = json.loads(first.read_text(encoding="utf-8"))
    print(f"first trees: {len(file['roots'])}, {len(file['value'])} nodes", flush=True)
    ranking = Ranking(Trees.read(file), Trees.read(file))
    raw = read(options.work / "tuning_holes.jsonl", options.count)
    with tempfile.TemporaryDirectory() as folder:
        holes = gather(Engine(options.model, ranking, Path(folder)), raw)
    both = both_trees(ranking, [hole for hole in holes if not hole.held])
    print(f"second trees: {len(both['roots'])}, {len(both['value'])} nodes")
    ranking = Ranking(Trees.read(file), Trees.read(both))
    report("fitted", judged(ranking, [hole for hole in holes if not hole.held]))
    report("kept apart", judged(ranking, [hole for hole in holes if hole.held]))
    weights = {
        "schema": SCHEMA,
        "file": {"features": FILE_FEATURES, **file},
        "both": {"features": FEATURES, **both},
    }
    options.target.write_text(json.dumps(weights) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
