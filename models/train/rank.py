"""Fits how answers are ranked (`server/symbiote/engine/local/ranking.py`) on holes of the tuning packages.

Those were neither trained on nor are they measured on. Runs in the project's own environment, through the
engine's own code, so that the features are those of the real thing.

    ../../.venv/bin/python rank.py --holes work/tuning_holes.jsonl --target ../embedded/ranking.json
"""

import argparse
import json
import math
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symbiote.context.window import window
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened
from symbiote.engine.local import catalogue
from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.candidates import candidates
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.ranking import FEATURES, SCHEMA, WAYS, Place, Ranking, Scored
from symbiote.engine.port import Ask
from symbiote.features.complete import CHARACTERS_PER_TOKEN, FILE_CHARACTERS, LIMIT, PROMPT_TOKENS
from symbiote.metrics.score import exact
from symbiote.prompt.family import choose
from symbiote.prompt.fim import fim

HERE = Path(__file__).parent
STRENGTH = 1e-3
"""Of the penalty on large weights, per example."""
HELD = 4
"""One hole in this many is kept from the fit and only reported on."""
Floats = NDArray[np.float64]


@dataclass
class Hole:
    before: str
    after: str
    answer: str
    held: bool
    scored: list[Scored]


def logistic(rows: Floats, right: Floats) -> Floats:
    """Weights of a logistic regression, the constant first; Newton's method on standardised features."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    spread[spread < 1e-6] = 1.0
    x = np.hstack([np.ones((len(rows), 1)), (rows - mean) / spread])
    penalty = STRENGTH * len(rows) * np.diag([0.0] + [1.0] * rows.shape[1])
    weights = np.zeros(x.shape[1])
    for _ in range(25):
        guess = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (guess - right) + penalty @ weights
        curvature = (
            (x * (guess * (1 - guess))[:, None]).T @ x + penalty + 1e-9 * np.eye(len(weights))
        )
        weights -= np.linalg.solve(curvature, gradient)
    scaled = weights[1:] / spread
    return np.concatenate([[weights[0] - scaled @ mean], scaled])


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
        room = min(self.native.context - LIMIT, PROMPT_TOKENS)
        near = window(moment, int(room * CHARACTERS_PER_TOKEN))
        file = window(moment, FILE_CHARACTERS)
        pieces = fim(self.family, near.prefix, near.suffix)
        return Ask(pieces, LIMIT, before=file.prefix, after=file.suffix, heal=True)

    def weigh(self, ask: Ask) -> list[Scored]:
        self.asks += 1
        return self.generator.weigh(self.asks, ask)


def read(file: Path, count: int) -> list[dict[str, str]]:
    holes = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    random.Random(5).shuffle(holes)
    return holes[:count]


def file_weights(holes: list[dict[str, str]]) -> Floats:
    """The first regression: is a proposal right, by the file alone?"""
    rows, right = [], []
    for hole in holes:
        for candidate in candidates(hole["prefix"], hole["suffix"]):
            rows.append(candidate.features)
            right.append(exact(candidate.text, hole["answer"]))
    return logistic(np.array(rows, np.float64), np.array(right, np.float64))


def way_weights(ranking: Ranking, holes: list[Hole]) -> dict[str, Floats]:
    """The second regression, one for each way an answer comes about."""
    rows: dict[str, list[Floats]] = {way: [] for way in WAYS}
    right: dict[str, list[bool]] = {way: [] for way in WAYS}
    for hole in holes:
        features = ranking.features(hole.scored, Place.of(hole.before, hole.after))
        for answer, row in zip(hole.scored, features, strict=True):
            rows[answer.way].append(row)
            right[answer.way].append(exact(answer.text, hole.answer))
    return {way: logistic(np.array(rows[way]), np.array(right[way], np.float64)) for way in WAYS}


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


def named(names: tuple[str, ...], weights: Floats) -> dict[str, float]:
    return {n: round(float(w), 5) for n, w in zip(("constant", *names), weights, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--holes", type=Path, default=HERE / "work" / "tuning_holes.jsonl")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--model", default="embedded", help="as the setting symbiote.model")
    parser.add_argument("--target", type=Path, default=HERE.parent / "embedded" / "ranking.json")
    options = parser.parse_args()
    raw = read(options.holes, options.count)
    empty = {way: [0.0] * (len(FEATURES) + 1) for way in WAYS}
    file = file_weights([hole for number, hole in enumerate(raw) if number % HELD])
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(options.model, Ranking(file, empty), Path(folder))
        holes = gather(engine, raw)
    ways = way_weights(Ranking(file, empty), [hole for hole in holes if not hole.held])
    ranking = Ranking(file, ways)
    report("fitted", judged(ranking, [hole for hole in holes if not hole.held]))
    report("kept apart", judged(ranking, [hole for hole in holes if hole.held]))
    weights = {
        "schema": SCHEMA,
        "file": named(FILE_FEATURES, file),
        "ways": {way: named(FEATURES, ways[way]) for way in WAYS},
    }
    options.target.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
