"""The command line. Exit codes: 0 done, 1 failed with a reason on stderr, 2 wrong usage.

Each command imports what it needs: `lsp` runs at every start of an editor and must be light.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symbiote import __version__, models
from symbiote.bench import command as bench
from symbiote.commands import answers, files, flow, ledger, providers, report, rewrite
from symbiote.core.errors import SymbioteError, UserError

if TYPE_CHECKING:
    from symbiote.doctor import Finding

FAILED = 1
DEADLINE_MS = 10_000
"""Somebody who runs a command waits for the model to load."""

STOPPED: dict[str, Any] = {"schema": 1, "daemon": None, "engine": None, "providers": []}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _read(arguments)
    try:
        return int(options.run(options) or 0)
    except SymbioteError as error:
        print(f"symbiote: {error}", file=sys.stderr)
        return FAILED
    except TimeoutError:
        from symbiote.wire.address import holder

        found = f" It is process {pid}: kill it and try again." if (pid := holder()) else ""
        print(f"symbiote: The daemon does not answer.{found}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Words may come behind options too; argparse takes those before the first option only."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    words = getattr(options, "intention", None)
    if rest and (words is None or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.intention = [*(words or ()), *rest]
    return options


def lsp(options: argparse.Namespace) -> int:
    from symbiote.wire.forwarder import run

    return run()


def daemon(options: argparse.Namespace) -> int:
    from symbiote.app import open_house
    from symbiote.wire.daemon import run

    return run(open_house)


def complete(options: argparse.Namespace) -> int:
    import asyncio
    from pathlib import Path

    file = Path(options.file).absolute()
    with files.apart(options.model):
        answer = asyncio.run(_complete(options, files.text(file), file.as_uri()))
    if options.reproduction:
        _keep(options.reproduction, answer)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    if options.explain:
        print(f"# {answer['why']['title']}\n\n{answer['why']['text']}")
        return 0
    if answer["text"] is not None:
        print(answer["text"])
        if covers := answer["covers"]:
            print(f"in place of {covers} characters behind the cursor", file=sys.stderr)
    else:
        print(f"nothing ({answer['reason']}): {answer['detail']}")
    stages = " · ".join(f"{n} {ms:.1f}" for n, ms in answer["timing_ms"].items() if ms >= 0.05)
    print(f"{providers.known_by(answer)}: {stages} ms", file=sys.stderr)
    return 0


async def _complete(options: argparse.Namespace, text: str, uri: str) -> Any:
    from symbiote.core.text import body, split
    from symbiote.wire.client import client

    lines = split(text)
    if not 1 <= options.line <= len(lines):
        raise UserError(f"{options.file} has {len(lines)} lines; there is no line {options.line}.")
    width = len(body(lines[options.line - 1]))
    if not 1 <= options.column <= width + 1:
        raise UserError(f"Line {options.line} has columns 1 to {width + 1}, not {options.column}.")
    settings: dict[str, Any] = {"deadlineMs": DEADLINE_MS}
    if options.model:
        settings["model"] = options.model
    async with client(settings=settings, mode=providers.route(options.mode)) as window:
        await providers.tell_keys(window, options.mode, "complete")
        window.open(uri, text, language=files.language(options.file))
        place = {"line": options.line - 1, "character": options.column - 1}
        asked = {"textDocument": {"uri": uri}, "position": place, "explain": True}
        answer = await window.request("symbiote/complete", asked)
        answer["outside"] = providers.snaked(answer["outside"])
        if options.explain or options.reproduction:
            answer["why"] = await window.request("symbiote/why", {})
        return answer


def _keep(file: str, answer: dict[str, Any]) -> None:
    from pathlib import Path

    from symbiote.evaluate import add

    if (hole := answer["why"]["reproduction"]) is None:
        why = f"the model was not asked ({answer['reason']})"
        raise UserError(f"There is nothing to reproduce: {why}. {answer['detail']}")
    add(Path(file), hole)


def evaluate(options: argparse.Namespace) -> int:
    import asyncio
    from pathlib import Path

    from symbiote.evaluate import evaluate as run
    from symbiote.evaluate import summary

    with files.apart(options.model):
        how = {"invoked": options.invoked, "eagerness": options.eagerness}
        asked = run(
            Path(options.holes), options.model, options.limit, context=options.context, **how
        )
        found = asyncio.run(asked)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    print(summary(found))
    return 0


def status(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.apart import ask_running

    state = asyncio.run(ask_running("symbiote/state"))
    if options.json:
        print(json.dumps(state or STOPPED, ensure_ascii=False))
    elif state is None:
        print(
            "The daemon is not running. It starts with the first editor, or with `symbiote complete`."
        )
    else:
        from symbiote.doctor import told

        print(told(state))
    return 0


def gate(options: argparse.Namespace) -> int:
    from symbiote.doctor import forgotten, gates

    print(forgotten() if options.reset else gates(as_json=options.json))
    return 0


def stop(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.apart import ask_running

    stopped = asyncio.run(ask_running("symbiote/stop"))
    print("Stopped." if stopped else "The daemon was not running.")
    return 0


def doctor(options: argparse.Namespace) -> int:
    from symbiote.doctor import calibrated, examine

    if options.model and not options.calibrate:
        raise UserError("--model goes with --calibrate.")
    findings, more = calibrated(options.model) if options.calibrate else (examine(), {})
    if options.json:
        print(json.dumps({"schema": 1, "findings": [f._asdict() for f in findings]} | more))
    else:
        for finding in findings:
            print(_line(finding))
    return FAILED if any(not finding.ok for finding in findings) else 0


def _line(finding: Finding) -> str:
    mark = "✓" if finding.ok else "✗"
    return f"{mark} {finding.about}: {finding.text}" + (
        f"\n  → {finding.next}" if finding.next else ""
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="symbiote", description=__doc__)
    parser.add_argument("--version", action="version", version=f"symbiote {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Any, about: str, *, json_too: bool = False
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        if json_too:
            made.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")
        return made

    server = command("lsp", lsp, "the language server over stdio, for any editor")
    server.add_argument(
        "--stdio", action="store_true", help="accepted and ignored: it is always stdio"
    )
    command("daemon", daemon, "the shared daemon itself; editors start it when they need it")
    one = command("complete", complete, "one completion at a 1-based position", json_too=True)
    one.add_argument("file")
    one.add_argument("line", type=int)
    one.add_argument("column", type=int)
    one.add_argument("--model", help="a catalogue name or a .gguf file, as in symbiote.model")
    one.add_argument(
        "--explain", action="store_true", help="why this, or why nothing, step by step"
    )
    one.add_argument(
        "--reproduction", metavar="FILE", help="add the ask to FILE as a hole for evaluate"
    )
    providers.add_mode(one)
    rewrite.add(command("rewrite", rewrite.run, "rewrite lines of a file", json_too=True))
    many = command("evaluate", evaluate, "fill the holes of a file and score them", json_too=True)
    many.add_argument("holes", help="JSON lines {id, prefix, suffix, answer}, or with a session")
    many.add_argument("--model", help="a catalogue name or a .gguf file, as in symbiote.model")
    many.add_argument("--limit", type=int, help="only so many holes, evenly spread")
    many.add_argument(
        "--invoked", action="store_true", help="as if asked for by hand: unsure answers count too"
    )
    many.add_argument("--context", nargs="*", metavar="SOURCE", help="as in symbiote.context")
    many.add_argument(
        "--eagerness",
        choices=["quiet", "normal", "eager"],
        default="normal",
        help="whose gate holds",
    )
    _of_the_machine(command)
    return parser


def _of_the_machine(command: Any) -> None:
    command("status", status, "daemon, engine and model", json_too=True)
    report.add(command("report", report.run, "what was measured", json_too=True))
    flow.add(command("flow", flow.run, "a session whose interruptions count", json_too=True))
    ledger.add(
        command("ledger", None, "what was measured, as a whole: export, delete, keep, check")
    )
    when = command("gate", gate, "what was learned of when to show", json_too=True)
    when.add_argument("--reset", action="store_true", help="forget it: the shipped gates hold")
    answers.add(
        command("answers", answers.run, "answers to rewrites that are remembered: how many, forget")
    )
    providers.add(command("providers", providers.run, "who else may be asked: list, test"))
    command("stop", stop, "end the daemon, for all windows")
    sick = command("doctor", doctor, "what is wrong here and what to do about it", json_too=True)
    sick.add_argument(
        "--calibrate", action="store_true", help="measure what is fastest here, and use it (30 s)"
    )
    sick.add_argument("--model", help="which model to calibrate; without it the one in use")
    models.add(
        command("models", None, "the models that can be used by name: list, pull, use, check")
    )
    bench.add(command("bench", None, "measure: typing, the engine alone, a long run"))
