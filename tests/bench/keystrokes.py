"""Keystroke → answer at the daemon: an open-loop replay of typing through the real socket and engine.

    .venv/bin/python tests/bench/keystrokes.py [--keys 400] [--gap 0.15] [--model NAME] [--json]

Types a file of this repository that no model here was trained on, one key each `--gap` seconds whether or not
answers have come, and cancels the older request on each key as VS Code does. Latency runs from sending the
change to the answer. Only answers the engine computed count: a suggestion, or a silence that cost decoding.
Every prompt is new; what the engine reuses is its own cached prefix, as in real typing, and the table says how much.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from symbiote.metrics.readout import percentile
from symbiote.wire.client import Client, Refused, client

FILE = Path(__file__).parents[2] / "server" / "symbiote" / "features" / "complete.py"
URI = "file:///bench/typed.py"
START_LINE = 60


async def main(options: argparse.Namespace) -> dict[str, Any]:
    lines = FILE.read_text("utf-8").splitlines(keepends=True)
    head, typed = "".join(lines[:START_LINE]), "".join(lines[START_LINE:])[: options.keys]
    tail = "\n\ndef _since(started):\n    return (time.monotonic() - started) * 1000\n"
    settings: dict[str, Any] = {"deadlineMs": 2000}
    if options.model:
        settings["model"] = options.model
    began = time.monotonic()
    async with client(settings=settings) as window:
        window.open(URI, head + tail)
        first = await ask(window, head)
        cold = time.monotonic() - began
        answers = await replay(window, head, typed, options.gap)
        state = await window.request("symbiote/state")
        await window.request("symbiote/stop")
    return figures(answers, cold, first, state)


async def replay(window: Client, head: str, typed: str, gap: float) -> list[dict[str, Any] | None]:
    answers: list[dict[str, Any] | None] = []
    tasks: list[asyncio.Task[None]] = []
    older: int | None = None
    due = time.monotonic()
    for version, key in enumerate(typed, start=2):
        due += gap
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        line, column = position(head)
        change = {"range": {"start": at(line, column), "end": at(line, column)}, "text": key}
        sent = time.monotonic()
        window.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]},
        )
        head += key
        if older is not None:
            window.cancel(older)
        older, answer = window.ask("symbiote/complete", params(head))
        tasks.append(asyncio.create_task(note(answer, sent, answers)))
    await asyncio.gather(*tasks)
    return answers


async def note(
    answer: asyncio.Future[Any], sent: float, answers: list[dict[str, Any] | None]
) -> None:
    try:
        got = await answer
    except Refused:
        answers.append(None)
        return
    answers.append({**got, "ms": (time.monotonic() - sent) * 1000})


async def ask(window: Client, head: str) -> dict[str, Any]:
    answer: dict[str, Any] = await window.request("symbiote/complete", params(head))
    return answer


def params(head: str) -> dict[str, Any]:
    line, column = position(head)
    return {"textDocument": {"uri": URI}, "position": at(line, column)}


def position(head: str) -> tuple[int, int]:
    return head.count("\n"), len(head) - head.rfind("\n") - 1


def at(line: int, column: int) -> dict[str, int]:
    return {"line": line, "character": column}


def figures(
    answers: list[dict[str, Any] | None], cold: float, first: dict[str, Any], state: Any
) -> dict[str, Any]:
    got = [a for a in answers if a]
    computed = [a for a in got if a["tokens"]["generated"]]
    ms = sorted(a["ms"] for a in computed)
    evaluated = sorted(a["tokens"]["evaluated"] for a in computed)
    stages = {
        name: round(statistics.median(a["timing_ms"][name] for a in computed), 2)
        for name in computed[0]["timing_ms"]
    }
    return {
        "schema": 1,
        "model": state["engine"]["model"],
        "threads": state["engine"]["threads"],
        "keystrokes": len(answers),
        "computed": len(computed),
        "cancelled": len(answers) - len(got),
        "silent_before_the_engine": len(got) - len(computed),
        "shown": sum(a["text"] is not None for a in got),
        "latency_ms": {f"p{p}": round(percentile(ms, p / 100), 1) for p in (50, 90, 95, 99)},
        "evaluated_per_key": {f"p{p}": percentile(evaluated, p / 100) for p in (50, 95)},
        "stage_p50_ms": stages,
        "cold_start_s": round(cold, 2),
        "first_answer_ms": round(first["timing_ms"]["total"], 1),
    }


def table(result: dict[str, Any]) -> str:
    latency = " · ".join(f"{p} {ms}" for p, ms in result["latency_ms"].items())
    return (
        f"{result['model']}, {result['threads']} threads: {latency} ms (n={result['computed']} computed of "
        f"{result['keystrokes']} keys; {result['cancelled']} cancelled by the next key, "
        f"{result['silent_before_the_engine']} silent before the engine; {result['shown']} shown)\n"
        f"tokens evaluated per key: {result['evaluated_per_key']}; stages, p50 ms: {result['stage_p50_ms']}\n"
        f"cold start to first answer: {result['cold_start_s']} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--gap", type=float, default=0.15)
    parser.add_argument("--model")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sym-") as home:
        os.environ["SYMBIOTE_HOME"] = home
        outcome = asyncio.run(main(asked))
    print(json.dumps(outcome) if asked.json else table(outcome))
