"""How well a model rewrites: the tasks of ../holes/edits.jsonl through llama.cpp, greedy, one thread.

Every turn is measured after the reference answers of the turns before it. Shares come with 95 % intervals (Wilson).

    python rewrites.py --model ../embedded/symbiote-edit-6m-q8_0.gguf --json ../runs/edit.json
"""

import argparse
import difflib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median

import llama_cpp as llama
from chat import CONTROLS, Chat
from native import Native
from pieces import parsed

from symbiote.metrics.score import wilson

HERE = Path(__file__).parent
HOLES = HERE.parent / "holes" / "edits.jsonl"
ROOM = 200
"""Tokens that an answer may be longer than its selection."""


@dataclass(frozen=True)
class Result:
    """`kept`: share of the lines that stay in the reference and stayed in the answer. Times in seconds."""

    task: str
    turn: int
    lines: int
    exact: bool
    similarity: float
    parses: bool
    kept: float
    ended: bool
    same: bool
    first: float
    tokens: int
    took: float
    wish: str
    answer: str
    reference: str


def chat(native: Native) -> Chat:
    return Chat(
        lambda text: native.tokens(text) if text else [],
        {name: native.tokens(name, special=True)[0] for name in CONTROLS},
    )


def kept(selection: str, reference: str, answer: str) -> float:
    def stays(new: str) -> set[int]:
        old = selection.split("\n")
        matcher = difflib.SequenceMatcher(None, old, new.split("\n"), autojunk=False)
        return {i for a, _, size in matcher.get_matching_blocks() for i in range(a, a + size)}

    wanted = stays(reference)
    return len(wanted & stays(answer)) / len(wanted) if wanted else 1.0


def answer(native: Native, prompt: list[int], most: int) -> tuple[str, bool, float, int, float]:
    """Text, whether it ended by itself, seconds to the first token, tokens, seconds in all."""
    begun = time.perf_counter()
    logits = native.evaluate(prompt)
    first = time.perf_counter() - begun
    count, ended, raw = 0, False, b""
    while count < most and not ended:
        token = int(logits.argmax())
        count += 1
        ended = llama.llama_vocab_is_eog(native.vocab, token)
        if not ended:
            raw += native.piece(token)
            logits = native.evaluate([token], len(prompt) + count - 1)
    took = time.perf_counter() - begun
    return raw.decode("utf-8", "replace").removeprefix("\n"), ended, first, count, took


def unindented(text: str) -> str:
    lines = text.split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines)


def measure(native: Native, talk: Chat, row: dict[str, object]) -> list[Result]:
    found, prompt = [], []
    now = str(row["selection"])
    turns = row["turns"]
    assert isinstance(turns, list)
    for number, (wish, reference) in enumerate(turns):
        if number:
            prompt += talk.answer(now) + talk.again(wish)
        else:
            prompt = talk.prompt(str(row["before"]), now, str(row["after"]), wish)
        most = min(len(talk.encode(now)) + ROOM, 2040 - len(prompt))
        text, ended, first, count, took = answer(native, prompt, most)
        text = text.rstrip("\n")
        similarity = difflib.SequenceMatcher(None, text, reference, autojunk=False).ratio()
        found.append(Result(
            str(row["task"]) if not number else "follow_up", number, now.count("\n") + 1, text == reference,
            similarity, parsed(unindented(text)) is not None, kept(now, reference, text), ended, text == now,
            first, count, took, wish, text, reference,
        ))  # fmt: skip
        now = reference
    return found


def table(name: str, results: list[Result]) -> dict[str, object]:
    def share(test: Callable[[Result], bool]) -> list[float]:
        interval = wilson(sum(map(test, results)), len(results))
        return [round(interval.share, 4), *interval.as_list()]

    return {
        "name": name, "n": len(results), "exact": share(lambda r: r.exact),
        "similarity": round(mean(r.similarity for r in results), 4),
        "parses": share(lambda r: r.parses), "kept": round(mean(r.kept for r in results), 4),
        "all_kept": share(lambda r: r.kept == 1.0), "ended": share(lambda r: r.ended),
        "unchanged": share(lambda r: r.same),
    }  # fmt: skip


def speed(results: list[Result]) -> dict[str, float]:
    decoding = [r for r in results if r.tokens > 1]
    long = [r.took for r in results if 15 <= r.lines <= 25]
    return {
        "first_p50_ms": round(1000 * median(r.first for r in results), 1),
        "first_p95_ms": round(1000 * sorted(r.first for r in results)[int(0.95 * len(results))], 1),
        "tokens_per_second_p50": round(median((r.tokens - 1) / (r.took - r.first) for r in decoding)),
        "lines_15_to_25_p50_ms": round(1000 * median(long), 1) if long else 0.0,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, default=HOLES)
    parser.add_argument("--count", type=int, default=0, help="0: all")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--answers", type=Path, help="every answer, for reading")
    options = parser.parse_args()
    native = Native(options.model)
    talk = chat(native)
    rows = [json.loads(line) for line in options.tasks.read_text("utf-8").splitlines()]
    if options.count:
        rows = rows[:: max(1, len(rows) // options.count)][: options.count]
    results = [result for row in rows for result in measure(native, talk, row)]
    tasks = sorted({r.task for r in results})
    tables = [table("all", results), table("first turn", [r for r in results if not r.turn])]
    for low, high in ((1, 5), (6, 12), (13, 28)):
        some = [r for r in results if low <= r.lines <= high]
        tables += [table(f"{low} to {high} lines", some)] if some else []
    tables += [table(task, [r for r in results if r.task == task]) for task in tasks]
    for made in tables:
        print(made)
    print(speed(results))
    if options.json:
        made = {"model": options.model.name, "tables": tables, "speed": speed(results)}
        options.json.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    if options.answers:
        text = "\n".join(json.dumps(asdict(r)) for r in results)
        options.answers.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
