"""How well remembered answers are told apart: by cosine alone, and by the words and the cosine (features/rewrite/alike.py).

    python models/minilm/judge.py [--out FILE]     the tables of README.md
    python models/minilm/judge.py --time N         how long a hit takes, through a daemon of its own, with the shipped models

Every pair of lines of a group in wishes.txt that mean the same should be a hit, every pair of one of them and a line that
means something else is a false hit.
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiote.apart import apart
from symbiote.engine.local.embedding.model import described
from symbiote.engine.local.embedding.native import Embedding
from symbiote.features.rewrite.alike import alike
from symbiote.wire.client import client

HERE = Path(__file__).parent
FILES = {"made with": "wishes.txt", "held out": "wishes_held_out.txt"}
THRESHOLDS = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
CODE = "def total(items):\n    result = 0\n    for item in items:\n        result += item\n    return result\n"
WISH, OTHERWISE = "add type hints", "please add type hints"

Pair = tuple[str, str]


def groups(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Lines that mean the same, and lines that do not."""
    for block in path.read_text("utf-8").split("\n\n"):
        lines = [line for line in block.split("\n") if line and line[0] != "#"]
        if lines:
            same = [line.removeprefix("= ") for line in lines if line[0] != "!"]
            yield same, [line[2:] for line in lines if line[0] == "!"]


def pairs(path: Path) -> tuple[list[Pair], list[Pair]]:
    """That mean the same, and near-misses."""
    found = list(groups(path))
    same = [(a, b) for lines, _ in found for i, a in enumerate(lines) for b in lines[i + 1 :]]
    return same, [(a, b) for lines, near in found for a in lines for b in near]


def cosines(model: Embedding, of: list[Pair]) -> NDArray[np.float64]:
    known = {text: model.embed(text) for text in sorted({one for pair in of for one in pair})}
    return np.array([float(known[a] @ known[b]) for a, b in of])


def upper(hits: int, of: int) -> float:
    """Of a share: the upper end of its 95 % interval (Wilson)."""
    share, z = hits / of, 1.96
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle + spread) / (1 + z * z / of)


def judged(path: Path, model: Embedding) -> dict[str, object]:
    """Hits and false hits at each threshold."""
    same, near = pairs(path)
    close, far = cosines(model, same), cosines(model, near)
    words = np.array([alike(*pair) for pair in same]), np.array([alike(*pair) for pair in near])
    rows = []
    for at in THRESHOLDS:
        hits, false = int((words[0] & (close >= at)).sum()), int((words[1] & (far >= at)).sum())
        rows.append({
            "cosine": at,
            "cosine_alone": [round(float((close >= at).mean()), 3), int((far >= at).sum())],
            "with_words": [round(hits / len(same), 3), false],
            "false_at_most": round(upper(false, len(near)), 4),
        })  # fmt: skip
    return {
        "same": len(same),
        "near": len(near),
        "nearest": round(float(far.max()), 4),
        "rows": rows,
    }


async def timed(count: int) -> dict[str, object]:
    """Milliseconds from the arrival of a request to its whole answer, as the daemon tells them."""
    found: dict[str, list[float]] = {"same words": [], "other words, the vector read ahead": []}
    found["other words"] = []
    uri = "file:///a.py"
    async with client(settings={"model": "embedded", "rewriteModel": "edit"}) as window:
        window.open(uri, CODE)

        async def ask(words: str) -> Any:
            span = {"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}}
            asked = {"textDocument": {"uri": uri}, "range": span, "rewrite": uuid.uuid4().hex}
            return await window.request(
                "symbiote/rewrite", asked | {"intention": words}, timeout=200
            )

        first = await ask(WISH)
        await asyncio.sleep(2)  # by then its vector is there
        chance = random.Random(1)
        for _ in range(count):
            extra = "".join(
                chance.choice(".,;:!-") for _ in range(3)
            )  # no two alike: nothing is kept
            wishes = zip(found, (WISH, OTHERWISE, f"{OTHERWISE}{extra}."), strict=True)
            for name, words in wishes:
                answer = await ask(words)
                if answer["origin"] == "remembered":
                    found[name].append(float(answer["totalMs"]))
            await asyncio.sleep(0.01)
    told: dict[str, object] = {"computed_ms": first["totalMs"]}
    for name, times in found.items():
        cut = statistics.quantiles(times, n=100) if len(times) > 1 else [math.nan] * 99
        told[name] = {"n": len(times), **{f"p{p}": round(cut[p - 1], 2) for p in (50, 95, 99)}}
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--time", type=int, default=0)
    options = parser.parse_args()
    if options.time:
        with apart():
            told: dict[str, object] = asyncio.run(timed(options.time))
    else:
        model = Embedding(str(described().path), 1)
        told = {name: judged(HERE / file, model) for name, file in FILES.items()}
        told["threshold"] = described().threshold
    text = json.dumps(told, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
