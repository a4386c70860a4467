"""Fits how answers are ranked where other files were looked into: two more sets of trees beside those of rank.py.

Holes of the tuning packages, as cross.py cuts them, each with a session: half of them have their answer elsewhere, half are any.
For each hole each source is on or off by chance, so that the trees hold for all of them. They go on from the odds of rank.py's trees,
which learnt from many more holes. Every fifth hole is kept from the fit and only reported on. What the model said is kept in
elsewhere_cases.pickle, so that another fit costs seconds. It needs `server` on PYTHONPATH.

    python rank_elsewhere.py --work work --target ../embedded/ranking.json
"""

import argparse
import json
import math
import pickle
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rank import HELD, Engine, Flat, Floats, fit, report
from scenes import Stage, context, moment

from symbiote.engine.local.candidates import Candidate, candidates
from symbiote.engine.local.elsewhere import Elsewhere
from symbiote.engine.local.ranking import ALL, FILE_AND_ELSEWHERE, SCHEMA, Place, Ranking, Scored
from symbiote.engine.local.trees import Trees
from symbiote.engine.port import Ask, EngineStatus, State
from symbiote.evaluate import Hole, read
from symbiote.features.around import around
from symbiote.metrics.score import exact
from symbiote.prompt.fim import fim

HERE = Path(__file__).parent
SOURCES = ("edits", "open", "definitions", "siblings")
ON = 0.75
"""How likely a source is on."""


@dataclass
class Case:
    """A hole as it is asked."""

    ask: Ask
    answer: str
    held: bool
    proposals: list[Candidate] = field(default_factory=list)
    scored: list[Scored] = field(default_factory=list)

    @property
    def elsewhere(self) -> Elsewhere:
        return Elsewhere(self.ask.before, self.ask.after, self.ask.elsewhere, self.ask.names)

    @property
    def place(self) -> Place:
        return Place.of(self.ask.before, self.ask.after, self.elsewhere)


def cases(holes: list[Hole], stage: Stage, engine: Engine, *, look: bool) -> list[Case]:
    """Those at which other files say anything."""
    rng, made = random.Random(7), []
    status = EngineStatus(State.READY, context=engine.native.context)
    for number, hole in enumerate(holes):
        assert hole.session is not None
        scene = stage.scene(hole, ask=look)
        on = [f"{source}:lookup" for source in SOURCES if rng.random() < ON]
        cut = around(status, moment(scene, context(scene, status, on)))
        if not (cut.context.elsewhere or cut.names):
            continue
        ask = cut.ask(fim(engine.family, cut.prefix, cut.suffix), math.inf)
        made.append(Case(ask, hole.answer, number % HELD == 0))
        made[-1].proposals = made[-1].elsewhere.joined(candidates(ask.before, ask.after))
    return made


def first(ranking: Ranking, file: Trees, made: list[Case]) -> Flat:
    rows, right = [], []
    for case in made:
        odds = file.odds(np.array([one.features for one in case.proposals]))
        rows.append(ranking.elsewhere(case.proposals, odds))
        right += [exact(one.text, case.answer) for one in case.proposals]
    return fit(np.concatenate(rows), np.array(right, np.float64), 0.05, 8, 4, 60)


def weighed(made: list[Case], engine: Engine, ranking: Ranking) -> None:
    """Have the model weigh what the first trees of `ranking` pick."""
    assert engine.generator._chooser is not None
    engine.generator._chooser._ranking = ranking
    begun = time.monotonic()
    for number, case in enumerate(made, start=1):
        case.scored = engine.weigh(case.ask)
        if number % 100 == 0:
            print(f"{number} of {len(made)}, {time.monotonic() - begun:.0f} s", flush=True)


def second(ranking: Ranking, both: Trees, made: list[Case]) -> Flat:
    rows: list[Floats] = []
    right: list[bool] = []
    for case in made:
        features = ranking.features(case.scored, case.place)
        rows.append(ranking.all(case.scored, case.elsewhere, features, both.odds(features)))
        right.extend(exact(answer.text, case.answer) for answer in case.scored)
    return fit(np.concatenate(rows), np.array(right, np.float64), 0.03, 6, 3, 60)


def judged(ranking: Ranking, made: list[Case]) -> list[tuple[float, bool]]:
    found = []
    for case in made:
        if not case.scored:
            found.append((-math.inf, False))
            continue
        odds = ranking.by_both(case.scored, case.place)
        best = int(odds.argmax())
        found.append((float(odds[best]), exact(case.scored[best].text, case.answer)))
    return sorted(found, reverse=True)


def gathered(
    work: Path, count: int, file: Trees, both: Trees, *, look: bool
) -> tuple[list[Case], Flat]:
    """The holes, weighed, and the first trees."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), work / "findings.jsonl")
        holes: list[Hole] = []
        for name in ("tuning_cross", "tuning_any"):
            sort = list(read(work / f"{name}.jsonl"))
            random.Random(3).shuffle(sort)
            sort.sort(key=lambda hole: not stage.known(hole))
            holes += sort[:count]
        random.Random(5).shuffle(holes)
        engine = Engine("embedded", Ranking(file, both), Path(folder))
        made = cases(holes, stage, engine, look=look)
        print(f"{len(made)} of {len(holes)} holes", flush=True)
        flat = first(Ranking(file, both), file, [c for c in made if not c.held and c.proposals])
        weighed(made, engine, Ranking(file, both, Trees.read(flat), both))
    return made, flat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work", help="tuning_cross, tuning_any")
    parser.add_argument("--count", type=int, default=1500, help="of each sort")
    parser.add_argument(
        "--look", action="store_true", help="have jedi look where findings.jsonl knows nothing"
    )
    parser.add_argument("--target", type=Path, default=HERE.parent / "embedded" / "ranking.json")
    options = parser.parse_args()
    raw = json.loads(options.target.read_text("utf-8"))
    file, both = (Trees.read(raw[name]) for name in ("file", "both"))
    plain = Ranking(file, both)
    kept = options.work / "elsewhere_cases.pickle"
    if kept.exists():
        made, first_flat = pickle.loads(kept.read_bytes())
    else:
        made, first_flat = gathered(options.work, options.count, file, both, look=options.look)
        kept.write_bytes(pickle.dumps((made, first_flat)))
    trees = Trees.read(first_flat)
    fitted, apart = ([c for c in made if c.held is held and c.scored] for held in (False, True))
    second_flat = second(plain, both, fitted)
    ranking = Ranking(file, both, trees, Trees.read(second_flat))
    report("fitted", judged(ranking, fitted))
    report("kept apart", judged(ranking, apart))
    raw["schema"] = SCHEMA
    raw["file_elsewhere"] = {"features": FILE_AND_ELSEWHERE, **first_flat}
    raw["both_elsewhere"] = {"features": ALL, **second_flat}
    options.target.write_text(json.dumps(raw) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
