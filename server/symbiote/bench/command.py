"""`symbiote bench …`: what can be asked for, and what is printed. Imports what it needs when it is asked."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from symbiote.bench import (
    draft_command,
    gpu_command,
    outside_command,
    recording_command,
    rewrite_command,
)
from symbiote.bench.telling import at_least_one, tell
from symbiote.core.errors import UserError

if TYPE_CHECKING:
    from symbiote.bench.trace import Trace

DEFAULT_MINUTES, DEFAULT_WINDOWS = 30.0, 4
DEFAULT_RUNS = (10, 1_000)
DEFAULT_ROUNDS = 4


def add(parser: argparse.ArgumentParser) -> None:
    """The benchmarks as commands of their own under `bench`."""
    kinds = parser.add_subparsers(required=True, metavar="WHAT")
    one = _kind(kinds, "typing", typing, "a typing trace against the daemon, and llama-server")
    one.add_argument("--trace", metavar="FILE", help="JSON lines (docs/protocol.md), not the own")
    one.add_argument("--keys", type=at_least_one, metavar="N", help="the first so many keys")
    one.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="2 halves every gap")
    one.add_argument("--peer", action="store_true", help="llama-server too; built when it is not")
    one.add_argument(
        "--rounds",
        type=at_least_one,
        default=DEFAULT_ROUNDS,
        metavar="R",
        help="turns of each, by --peer",
    )
    two = _kind(kinds, "engine", engine, "the engine alone: new prompts, nothing reused")
    two.add_argument(
        "--runs", type=at_least_one, nargs="+", metavar="N", default=list(DEFAULT_RUNS)
    )
    three = _kind(kinds, "soak", soak, "windows typing for long: memory, descriptors, orphans")
    three.add_argument("--minutes", type=_speed, default=DEFAULT_MINUTES)
    three.add_argument("--windows", type=at_least_one, default=DEFAULT_WINDOWS)
    four = _kind(kinds, "goals", goals, "every figure that is aimed at, and whether it is reached")
    four.add_argument("--keys", type=at_least_one, metavar="N", help="keys to type (2,000)")
    four.add_argument("--peer", action="store_true", help="llama-server too, as in typing")
    four.add_argument("--quick", action="store_true", help="few of everything: to see that it runs")
    about = "rewrites: first text, the whole, cancelling, and what drafts give"
    rewrite_command.add(_kind(kinds, "rewrite", rewrite, about))
    about = "what the drafts of a second model give"
    draft_command.add(_kind(kinds, "drafts", drafts, about))
    about = "print the own trace as JSON lines"
    kinds.add_parser("trace", help=about, description=about).set_defaults(run=trace)
    about = "write results (files of --json) into their pages of docs/"
    docs = kinds.add_parser("docs", help=about, description=about)
    docs.set_defaults(run=write_docs)
    docs.add_argument("results", nargs="+")
    gpu_command.add(kinds)
    recording_command.add(kinds)
    outside_command.add(kinds)


def _kind(kinds: Any, name: str, run: Any, about: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = kinds.add_parser(name, help=about, description=about)
    made.set_defaults(run=run)
    made.add_argument("--model", help="a catalogue name or a .gguf file, as in symbiote.model")
    made.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")
    made.add_argument("--write-docs", action="store_true", help="into docs/performance.md too")
    return made


def typing(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.apart import apart
    from symbiote.bench import contest, peer_build

    played = _trace(options.trace).first(options.keys)
    model, setting = _model(options)
    # Before anything runs, so that what is missing for it is said at once.
    program = peer_build.llama_server() if options.peer else None
    _tell_time(played, options.speed, options.peer)
    with apart():
        found = asyncio.run(
            contest.typing(model, setting, played, options.speed, program, options.rounds)
        )
    return tell(options, found, contest.failures(found))


def _tell_time(played: Trace, speed: float, peer: bool) -> None:
    from symbiote.bench.contest import minutes
    from symbiote.bench.peer import CLIENTS
    from symbiote.bench.peer_build import say

    count = 1 + 2 * len(CLIENTS) if peer else 1
    each, whole = minutes(played, speed, 1), minutes(played, speed, count)
    many = f" each for {count} contestants, {whole:.0f} in all and a trial" if peer else ""
    say(f"{len(played.strokes):,} keys at most, about {each:.1f} minutes{many}")


def goals(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from symbiote.bench import peer_build
    from symbiote.bench.goals import FULL, QUICK, Asked
    from symbiote.bench.goals import goals as run
    from symbiote.bench.typist import standard

    if options.quick and options.write_docs:
        raise UserError("--quick measures too little for the docs: leave --write-docs out.")
    model, setting = _model(options)
    counts = QUICK if options.quick else FULL
    counts = replace(counts, keys=options.keys or counts.keys)
    program = peer_build.llama_server() if options.peer else None
    trace = standard()
    _tell_time(trace.first(counts.keys), 1.0, options.peer)
    found = run(Asked(model, setting, trace, trace.finished(), counts, program))
    return tell(options, found, found["failed"])


def engine(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.apart import apart
    from symbiote.bench.alone import alone
    from symbiote.bench.typist import standard

    model, _ = _model(options)
    with apart():
        name = options.model or model.name
        found = asyncio.run(alone(name, standard().finished(), options.runs))
    return tell(options, found)


def soak(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.apart import apart
    from symbiote.bench.soak import failures
    from symbiote.bench.soak import soak as run
    from symbiote.bench.typist import STANDARD_SEED, standard

    _, setting = _model(options)
    traces = [standard(STANDARD_SEED + number) for number in range(options.windows)]
    with apart() as home:
        found = asyncio.run(run(setting, traces, options.minutes, home))
    return tell(options, found, failures(found))


def rewrite(options: argparse.Namespace) -> int:
    found = rewrite_command.rewrite(options)
    return tell(options, found, found["failed"])


def drafts(options: argparse.Namespace) -> int:
    return tell(options, draft_command.drafts(options))


def trace(options: argparse.Namespace) -> int:
    from symbiote.bench.trace import dump
    from symbiote.bench.typist import standard

    for line in dump(standard()):
        print(line)
    return 0


def write_docs(options: argparse.Namespace) -> int:
    from pathlib import Path

    from symbiote.bench import pages

    for name in options.results:
        pages.write(pages.read(Path(name)))
    return 0


def _trace(file: str | None) -> Trace:
    from pathlib import Path

    from symbiote.bench.trace import load
    from symbiote.bench.typist import standard

    return load(Path(file)) if file else standard()


def _model(options: argparse.Namespace) -> tuple[Any, str | None]:
    """The model's file, and the setting that names it: None for the one that is loaded by itself."""
    from symbiote.core.settings import MachineSettings
    from symbiote.engine.local.catalogue import find

    return find(options.model or MachineSettings().model), options.model


def _speed(text: str) -> float:
    number = float(text)
    if not 0 < number < 10_000:
        raise argparse.ArgumentTypeError("a number above 0 is needed")
    return number
