"""`symbiote bench providers`, `bench team` and `bench queueing`: what can be asked for, and what is printed."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from symbiote.bench.telling import at_least_one, tell
from symbiote.core.errors import UserError

KEY = "SYMBIOTE_KEY_TEAM"
FIRST, RATE, SPREAD, SLOTS = 200.0, 150.0, 0.25, 8


def add(kinds: Any) -> None:
    """All three as commands of their own under `bench`."""
    about = "time to the first token and tokens/s per provider, with your keys; says what it costs first"
    one = _kind(kinds, "providers", providers, about)
    one.add_argument(
        "names", nargs="*", metavar="PROVIDER", help="whom to ask; keys come from the environment"
    )
    one.add_argument(
        "--setting",
        type=Path,
        metavar="FILE",
        help="JSON as in symbiote.providers: servers of your own",
    )
    one.add_argument("--task", choices=("complete", "rewrite"), help="one of them (both)")
    one.add_argument(
        "--runs", type=at_least_one, metavar="N", help="requests of each provider and task (30)"
    )
    one.add_argument("--yes", action="store_true", help="send them")
    one.add_argument(
        "--simulated", action="store_true", help="ask nobody outside, but a server that waits"
    )
    _add_team(kinds)
    about = "what servers a team needs, by queueing theory: measures nothing"
    three = _kind(kinds, "queueing", queueing, about)
    three.add_argument("--users", type=at_least_one, default=10_000, metavar="N")
    three.add_argument(
        "--slots", type=at_least_one, default=32, metavar="N", help="of each machine (32)"
    )


def _add_team(kinds: Any) -> None:
    about = "many users who type against one server, and what queueing theory says of it"
    two = _kind(kinds, "team", team, about)
    two.add_argument("--users", type=at_least_one, default=50, metavar="N")
    two.add_argument("--minutes", type=_above, default=5.0)
    two.add_argument(
        "--typing",
        type=_part,
        default=0.1,
        metavar="SHARE",
        help="of the time that each types (0.1)",
    )
    two.add_argument(
        "--patient", action="store_true", help="nobody types on before the answer is there"
    )
    two.add_argument("--simulated", action="store_true", help="no engine, but a server that waits")
    two.add_argument(
        "--first",
        type=_above,
        default=FIRST,
        metavar="MS",
        help="its median to the first token (200)",
    )
    two.add_argument(
        "--rate", type=_above, default=RATE, metavar="N", help="its tokens a second (150)"
    )
    two.add_argument(
        "--slots", type=at_least_one, default=SLOTS, metavar="N", help="requests served at once (8)"
    )
    two.add_argument("--url", help=f"a server of your own, up to /v1; its key in {KEY}")
    two.add_argument(
        "--model", help="a catalogue name or a .gguf file; with --url, the server's name for it"
    )
    two.add_argument("--yes", action="store_true", help="with --url: put that load on it")


def _kind(kinds: Any, name: str, run: Any, about: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = kinds.add_parser(name, help=about, description=about)
    made.set_defaults(run=run)
    made.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")
    made.add_argument("--write-docs", action="store_true", help="into docs/ too")
    return made


def providers(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.bench import providers as measure
    from symbiote.bench.typist import standard
    from symbiote.engine.remote.presets import TASKS

    runs = options.runs or measure.RUNS
    tasks = (options.task,) if options.task else TASKS
    texts = [file.start for file in standard().finished()]
    if options.simulated:
        if options.setting:
            raise UserError("--simulated asks nobody outside: leave --setting out.")
        return _told(options, asyncio.run(measure.simulated(options.names, runs, tasks, texts)))
    raw = measure.chosen(options.names, _setting(options.setting))
    _agree(raw, runs, tasks, yes=options.yes)
    return _told(options, asyncio.run(_paid(raw, runs, tasks, texts)))


async def _paid(
    raw: dict[str, Any], runs: int, tasks: tuple[str, ...], texts: list[str]
) -> dict[str, Any]:
    """Ask, and write down what was spent where the daemon does."""
    from symbiote.bench import providers as measure
    from symbiote.core import paths
    from symbiote.engine.remote.spend import Spend

    spend = Spend(paths.spend())
    try:
        return await measure.real(raw, runs, tasks, texts, spend)
    finally:
        await spend.close()


def _agree(raw: dict[str, Any], runs: int, tasks: tuple[str, ...], *, yes: bool) -> None:
    """Say what it costs. Raises `UserError` unless that was agreed to."""
    from symbiote.bench import providers as measure
    from symbiote.bench.peer_build import say

    usd, guessed = measure.estimate(raw, runs, tasks)
    unsure = (
        " No price is known of some of them: the dearest known one counts for those."
        if guessed
        else ""
    )
    say(
        f"{runs} requests for each task to {', '.join(sorted(set(raw) - {'limits'}))}: at most {usd:.4f} USD.{unsure}"
    )
    if not yes:
        raise UserError("Nothing was sent. With --yes it is.")


def _setting(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read as JSON: {error}.") from error
    if not isinstance(found, dict):
        raise UserError(f"{file} is not an object, as symbiote.providers is.")
    return found


def team(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.bench.delay_server import Delays
    from symbiote.bench.team import MODEL, Plan
    from symbiote.bench.team import team as run
    from symbiote.engine.local.catalogue import find

    if options.simulated and (options.url or options.model):
        raise UserError("--simulated has no engine: leave --url and --model out.")
    if options.url and not options.yes:
        raise UserError(f"{options.users} users would ask {options.url}. With --yes they do.")
    about = {n: getattr(options, n) for n in ("users", "minutes", "typing", "patient", "slots")}
    if options.simulated:
        delays = Delays(options.first / 1000, options.rate, SPREAD, options.slots)
        plan = Plan(**about, delays=delays)
    elif options.url:
        key = os.environ.get(KEY, "")
        plan = Plan(**about, url=options.url, model=options.model or MODEL, key=key)
    else:
        plan = Plan(**about, file=find(options.model or "embedded").path)
    return _told(options, asyncio.run(run(plan)))


def queueing(options: argparse.Namespace) -> int:
    from symbiote.bench.sizing import sizing

    return _told(options, sizing(options.users, options.slots))


def _above(text: str) -> float:
    number = float(text)
    if not 0 < number < 1_000_000:
        raise argparse.ArgumentTypeError("a number above 0 is needed")
    return number


def _part(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError("a share is needed, above 0 and at most 1")
    return number


def _told(options: argparse.Namespace, found: dict[str, Any]) -> int:
    return tell(options, found, found.get("failed", ()))
