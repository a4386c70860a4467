"""`symbiote flow`: a flow session from the terminal, the one that all windows see."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from symbiote.core import paths
from symbiote.core.errors import UserError
from symbiote.core.flow import Cause

ANSWERS = {"yes": True, "no": False}


def add(parser: argparse.ArgumentParser) -> None:
    known = ", ".join(cause.value for cause in Cause)
    parser.add_argument(
        "action", choices=("start", "pause", "resume", "interrupt", "end", "state", "report")
    )
    parser.add_argument("words", nargs="?", default="", help="the feature, or the cause")
    parser.add_argument("--minutes", type=float, default=30.0, help="planned (30)")
    parser.add_argument("--baseline", action="store_true", help="start: without help, to compare")
    parser.add_argument("--complete", choices=ANSWERS, help="end: is the feature complete?")
    parser.add_argument("--tests", choices=ANSWERS, help="end: has it tests?")
    parser.add_argument("--session", default="", metavar="ID", help="report: of this session")
    parser.epilog = f"Causes: {known}, or words of your own."


def run(options: argparse.Namespace) -> int:
    if options.action == "report":
        return _report(options)
    answer = asyncio.run(_asked(options))
    if answer["problem"]:
        raise UserError(answer["problem"])
    print(json.dumps(answer, ensure_ascii=False) if options.json else _line(answer))
    return 0


async def _asked(options: argparse.Namespace) -> Any:
    from symbiote.wire.client import client

    said = {
        "action": options.action,
        "feature": options.words,
        "minutes": options.minutes,
        "kind": "baseline" if options.baseline else "assistance",
        "cause": options.words,
        "complete": ANSWERS.get(options.complete),
        "tests": ANSWERS.get(options.tests),
    }
    async with client() as window:
        return await window.request("symbiote/flow", said)


def _line(state: dict[str, Any]) -> str:
    if state["ended"]:
        short = state["ended"][:8]
        return f"ended; symbiote flow report --session {short} tells how it went"
    if not state["session"]:
        return "no session"
    left, paused = round(state["leftS"]), ", paused" if state["paused"] else ""
    times = state["interruptions"]
    broken = f"{times} interruption{'' if times == 1 else 's'}"
    return (
        f"{state['feature']} ({state['kind']}{paused}): {left // 60}:{left % 60:02d} left, {broken}"
    )


def _report(options: argparse.Namespace) -> int:
    from symbiote.metrics.export.session import markdown
    from symbiote.metrics.flow import report
    from symbiote.metrics.reading import reading

    with reading(paths.ledger()) as base:
        found = report(base, options.session)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(f"# Flow: {found['feature']}\n\n{markdown(found)}", end="")
    return 0
