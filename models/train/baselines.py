"""Floors: what predictors without a neural model score on a file of holes, as `symbiote evaluate` scores it.

constant            the commonest answers of the tuning holes: a docstring's quotes at a line's start, else `self`
line before         the line above, from the cursor's column on
repeat              what followed the longest earlier copy of the text before the cursor in the file
n-gram, corpus      `ngram.py` over train.jsonl, all of it: about a minute and 2.3 GB
n-gram, corpus+file the same with the open file mixed in

All answer with one line, cut where the rest of the cursor's line begins once more. Shares are those of
all holes, with 95 % intervals. Where a predictor has a confidence (mean log-probability; for `repeat` the
length of the copy) the precision of its surest answers is given too. Runs in the project's
environment, since the score is imported from it.

    python baselines.py --work work --holes ../holes/python.jsonl --json ../runs/baselines.json
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ngram

from symbiote.metrics.score import Interval, exact, similarity, wilson

SHOWN = (0.1, 0.2, 0.3, 0.4)
LONGEST_COPY = 60
"""Characters; longer copies say the same."""


@dataclass(frozen=True)
class Hole:
    kind: str  # the id up to its last "-"
    prefix: str
    suffix: str
    answer: str

    @property
    def typed(self) -> str:
        return self.prefix.rsplit("\n", 1)[-1]


@dataclass(frozen=True)
class Filled:
    hole: Hole
    text: str
    confidence: float | None

    @property
    def exact(self) -> bool:
        return exact(self.text, self.hole.answer)


Predictor = Callable[[Hole], tuple[str, float | None]]


def read(file: Path) -> list[Hole]:
    """The holes of a JSON lines file {id, prefix, suffix, answer}; line ends become `\\n`."""
    found = []
    for line in file.read_text("utf-8").split("\n"):
        if line.strip():
            raw = json.loads(line)
            texts = (raw[key].replace("\r\n", "\n") for key in ("prefix", "suffix", "answer"))
            found.append(Hole(raw["id"].rpartition("-")[0], *texts))
    return found


def constant(hole: Hole) -> tuple[str, None]:
    return "self" if hole.typed.strip() else '"""', None


def line_before(hole: Hole) -> tuple[str, None]:
    lines = [line.strip() for line in hole.prefix.split("\n")]
    earlier = next((line for line in reversed(lines[:-1]) if line), "")
    return ngram.Cut(hole.suffix)(earlier[len(lines[-1]) :]), None


def repeat(hole: Hole) -> tuple[str, float | None]:
    """Copies before the cursor and after it count; of equally long ones the last in the file."""
    around = hole.prefix[:-1] + "\0" + hole.suffix  # the text at the cursor is no copy of itself
    for length in range(min(LONGEST_COPY, len(hole.prefix)), 1, -1):
        found = around.rfind(hole.prefix[-length:])
        if found >= 0:
            rest = around[found + length :].split("\n", 1)[0].split("\0")[0]
            return ngram.Cut(hole.suffix)(rest), float(length)
    return "", 0.0


def by_ngrams(corpus: ngram.Corpus, cache: bool) -> Predictor:
    writer = ngram.Writer(corpus, cache)
    return lambda hole: writer.complete(hole.prefix, hole.suffix, ngram.Cut(hole.suffix))


def texts(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def figures(filled: list[Filled]) -> dict[str, object]:
    """Shares of 1: exact matches, their interval, and edit similarity."""
    matched = wilson(sum(f.exact for f in filled), len(filled))
    close = sum(similarity(f.text, f.hole.answer) for f in filled) / len(filled)
    return {"n": len(filled), **exactness(matched), "edit_similarity": round(close, 4)}


def exactness(share: Interval) -> dict[str, object]:
    return {"exact_match": round(share.share, 4), "exact_match_95": share.as_list()}


def surest(filled: list[Filled], share: float) -> dict[str, object]:
    """Precision when only the `share` of the holes with the highest confidence is answered."""
    ranked = sorted(filled, key=lambda f: -(f.confidence or 0.0))
    shown = ranked[: max(1, round(share * len(ranked)))]
    precision = wilson(sum(f.exact for f in shown), len(shown))
    return {
        "shown": share, "n": len(shown), "precision": round(precision.share, 4),
        "precision_95": precision.as_list(), "confidence": round(shown[-1].confidence or 0.0, 3),
    }  # fmt: skip


def measure(predict: Predictor, holes: list[Hole]) -> dict[str, object]:
    filled = [Filled(hole, *predict(hole)) for hole in holes]
    kinds = sorted({hole.kind for hole in holes})
    found = figures(filled)
    found["kinds"] = {k: figures([f for f in filled if f.hole.kind == k]) for k in kinds}
    if filled[0].confidence is not None:
        found["surest"] = [surest(filled, share) for share in SHOWN]
    return found


def percent(share: float, interval: list[float]) -> str:
    return f"{100 * share:.1f} % ({100 * interval[0]:.1f}-{100 * interval[1]:.1f})"


def table(found: dict[str, dict]) -> Iterator[str]:
    """The figures as lines of text, in percent."""
    for name, figure in found.items():
        for label, part in ((name, figure), *((f"- {k}", v) for k, v in figure["kinds"].items())):
            match = percent(part["exact_match"], part["exact_match_95"])
            yield f"{label:20} n {part['n']:4}  EM {match:20} ES {100 * part['edit_similarity']:.1f}"
        for part in figure.get("surest", ()):
            precision = percent(part["precision"], part["precision_95"])
            label = f"- surest {part['shown']:.0%}"
            yield f"{label:20} n {part['n']:4}  right {precision:20} from {part['confidence']}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    parser.add_argument("--holes", type=Path, required=True)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    holes, corpus = read(options.holes), ngram.Corpus(texts(options.work / "train.jsonl"))
    predictors: dict[str, Predictor] = {
        "constant": constant, "line before": line_before, "repeat": repeat,
        "n-gram, corpus": by_ngrams(corpus, cache=False),
        "n-gram, corpus+file": by_ngrams(corpus, cache=True),
    }  # fmt: skip
    found = {name: measure(predict, holes) for name, predict in predictors.items()}
    print(f"{len(holes)} holes; n-grams of order {ngram.ORDER} over {corpus.size:,} tokens")
    print("\n".join(table(found)))
    if options.json:
        facts = {"holes": options.holes.name, "n": len(holes), "corpus_tokens": corpus.size}
        text = json.dumps(facts | {"order": ngram.ORDER, "predictors": found}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
