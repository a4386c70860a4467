"""Quality: holes in held-out packages, filled greedily by the GGUF in the order it is served (SPM).

A hole runs from a cursor to the end of its line. Reported with 95 % intervals, beside three
floors that need no model: a constant, the line before, and the best match in the same file.

    nice -n 19 python evaluate.py --work work --holes 200
"""

import argparse
import io
import json
import math
import random
import tokenize
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from export import HERE, TARGET
from native import Native

PREFIX_TOKENS = 900
SUFFIX_TOKENS = 300
LONGEST_ANSWER = 40


@dataclass(frozen=True)
class Hole:
    kind: str  # "line": after the indentation; "mid": anywhere later in the line
    prefix: str
    answer: str
    suffix: str


@dataclass(frozen=True)
class Score:
    exact: bool
    similarity: float
    confidence: float = 0.0


def code_lines(text: str) -> list[int]:
    """Numbers of the lines that hold a name: neither blank, nor comment, nor inside a string."""
    found = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME:
                found.add(token.start[0] - 1)
    except (tokenize.TokenError, IndentationError):
        return []
    return sorted(found)


def holes(file: Path, count: int) -> list[Hole]:
    """As many from each package, alternately at the line's start and inside it."""
    packages: dict[str, list[str]] = {}
    with file.open(encoding="utf-8") as records:
        for record in map(json.loads, records):
            packages.setdefault(record["package"], []).append(record["text"])
    made: list[Hole] = []
    rng, names = random.Random(7), sorted(packages)
    while len(made) < count:
        text = rng.choice(packages[names[len(made) % len(names)]])
        numbers = code_lines(text)
        if len(numbers) < 10:
            continue
        lines = text.split("\n")
        number = rng.choice(numbers)
        line = lines[number]
        indent = len(line) - len(line.lstrip())
        kind = "line" if (len(made) // len(names)) % 2 else "mid"
        at = indent if kind == "line" else rng.randint(indent + 1, max(indent + 1, len(line) - 2))
        if len(line[at:].rstrip()) < 2:
            continue
        before = "\n".join([*lines[:number], line[:at]])
        made.append(Hole(kind, before, line[at:].rstrip(), "\n" + "\n".join(lines[number + 1 :])))
    return made


def similarity(one: str, other: str) -> float:
    """1 - Levenshtein distance / longer length."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return 1.0 - row[-1] / max(len(one), len(other), 1)


def constant(hole: Hole) -> str:
    return "return None" if hole.kind == "line" else ")"


def previous_line(hole: Hole) -> str:
    lines = [line.strip() for line in hole.prefix.split("\n")]
    typed = lines[-1]
    earlier = next((line for line in reversed(lines[:-1]) if line), "")
    return earlier[len(typed) :]


def same_file(hole: Hole) -> str:
    """What followed the longest earlier copy of the text before the cursor, up to the line's end."""
    around = hole.prefix[:-1] + "\0" + hole.suffix
    for length in range(min(60, len(hole.prefix)), 1, -1):
        found = around.rfind(hole.prefix[-length:])
        if found >= 0:
            rest = around[found + length :].split("\n", 1)[0]
            return rest.split("\0")[0].rstrip()
    return ""


def complete(native: Native, hole: Hole) -> tuple[str, float]:
    """The first line the model writes, and the mean log-probability of its tokens."""
    prefix, suffix = native.tokens(hole.prefix)[-PREFIX_TOKENS:], native.tokens(hole.suffix)
    end, pre, suf, mid = (
        native.tokens(f"<|{name}|>", special=True)[0]
        for name in ("endoftext", "fim_prefix", "fim_suffix", "fim_middle")
    )
    prompt = [suf, *suffix[:SUFFIX_TOKENS], pre, *prefix, mid]
    logits, past = native.evaluate(prompt), len(prompt)
    written, scores = b"", []
    for _ in range(LONGEST_ANSWER):
        token = int(logits.argmax())
        top = float(logits.max())
        scores.append(-math.log(float(np.exp(logits - top).sum())))
        written += native.piece(token)
        if token == end or (b"\n" in written and written.strip()):
            break
        logits, past = native.evaluate([token], past), past + 1
    text = written.decode("utf-8", "replace").lstrip("\n").split("\n", 1)[0]
    return text.rstrip(), sum(scores) / len(scores)


def interval(hits: int, count: int) -> str:
    """Wilson, 95 %."""
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    half /= 1 + z * z / count
    return f"{100 * share:.1f} % ({100 * max(0.0, middle - half):.1f}-{100 * (middle + half):.1f})"


def line(name: str, scores: list[Score]) -> str:
    if not scores:
        return f"{name:34} -"
    hits = sum(score.exact for score in scores)
    edit = sum(score.similarity for score in scores) / len(scores)
    return f"{name:34} n {len(scores):4}  EM {interval(hits, len(scores)):22} ES {100 * edit:.1f}"


def judge(hole: Hole, answer: str, confidence: float = 0.0) -> Score:
    return Score(answer == hole.answer, similarity(answer, hole.answer), confidence)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--holes", type=int, default=200)
    parser.add_argument("--show", type=int, default=0, help="print this many answers")
    options = parser.parse_args()
    asked = holes(options.work / "heldout.jsonl", options.holes)
    floors: dict[str, Callable[[Hole], str]] = {
        "floor: constant": constant, "floor: line before": previous_line,
        "floor: same file": same_file,
    }  # fmt: skip
    native = Native(options.target)
    scores = []
    for number, hole in enumerate(asked):
        answer, confidence = complete(native, hole)
        scores.append(judge(hole, answer, confidence))
        if number < options.show:
            typed = hole.prefix.rsplit("\n", 1)[-1]
            print(f"{confidence:6.2f} {typed}[{answer}] wanted [{hole.answer}]")
    for name, floor in floors.items():
        print(line(name, [judge(hole, floor(hole)) for hole in asked]))
    print(line("model", scores))
    for kind in ("line", "mid"):
        chosen = [s for s, hole in zip(scores, asked, strict=True) if hole.kind == kind]
        print(line(f"model, {kind}", chosen))
    ranked = sorted(scores, key=lambda score: -score.confidence)
    for share in (0.1, 0.2, 0.3):
        top = ranked[: round(share * len(ranked))]
        print(line(f"model, surest {share:.0%} (>= {top[-1].confidence:.2f})", top))


if __name__ == "__main__":
    main()
