"""`symbiote providers`: who else may be asked, how they stand, and whether their keys are right. And what other commands need
to have one of them answer: the mode, and the keys that this command's environment holds.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symbiote.core.errors import UserError

if TYPE_CHECKING:
    from symbiote.wire.client import Client

SCHEMA = 1
PATIENCE = 40.0
"""Seconds for one test: every model of a provider is asked for a word."""
NONE = (
    "No provider is turned on, and nothing leaves this machine. The setting symbiote.providers turns one on: "
    'docs/providers.md says how, {"groq": true} is an example.'
)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")
    commands = parser.add_subparsers(metavar="COMMAND")
    test = commands.add_parser(
        "test", help="ask one for a word", description="Ask a provider for a word, with its key."
    )
    test.add_argument("name")
    test.set_defaults(run=tried)


def add_mode(parser: argparse.ArgumentParser) -> None:
    """The option of commands that a provider may answer."""
    parser.add_argument(
        "--mode",
        help="who may answer: fast, build, double-check or one of your own; without it nothing leaves this machine",
    )


def run(options: argparse.Namespace) -> int:
    import asyncio

    state = asyncio.run(_state())
    found = [one for one in state["providers"] if "title" in one]
    if options.json:
        told = {"schema": SCHEMA, "providers": found, "spend": state["spend"]}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print("\n".join(map(line, found)) if found else NONE)
    if found and (spend := state["spend"]):
        print(spent(spend))
    return 0


def tried(options: argparse.Namespace) -> int:
    import asyncio

    found = asyncio.run(_tried(options.name))
    if options.json:
        print(json.dumps({"schema": SCHEMA, **found}, ensure_ascii=False))
    else:
        print(found["sentence"])
    return 0 if found["ok"] else 1


def line(one: Mapping[str, Any]) -> str:
    """A provider in one line, for a human."""
    models = ", ".join(f"{task} {model}" for task, model in one["models"].items())
    usual = f", first text {one['p50_ms']:.0f} ms" if one["p50_ms"] is not None else ""
    return f"{one['name']:<12} {one['state']}{usual} ({models})" + (
        f"\n  → {one['why']}" if one["why"] else ""
    )


def spent(spend: Mapping[str, float | None]) -> str:
    def amount(period: str) -> str:
        cap = spend[f"cap_{period}_usd"]
        return f"{spend[f'{period}_usd']:.4f} USD" + (f" of {cap:g}" if cap is not None else "")

    return f"spent        {amount('day')} today, {amount('month')} this month"


def snaked(outside: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Who answered from elsewhere, as the command line prints it."""
    if outside is None:
        return None
    return {re.sub("[A-Z]", lambda found: "_" + found[0].lower(), k): outside[k] for k in outside}


def known_by(answer: Mapping[str, Any]) -> str:
    """The model of an answer, and where it is if not here."""
    outside = answer["outside"]
    return f"{answer['model']} ({outside['title']})" if outside else str(answer["model"])


def route(mode: str | None) -> dict[str, Any]:
    """What a window of the command line says at its start. Raises `UserError` for a mode that does not exist."""
    from symbiote.engine.remote.modes import mode as known
    from symbiote.wire.client import HERE

    return (
        HERE
        if mode is None
        else {"complete": known(mode).name, "rewrite": mode, "localOnly": False}
    )


async def tell_keys(window: Client, mode: str | None, task: str) -> None:
    """Give the daemon the keys that this command's environment holds, where the mode may ask providers."""
    from symbiote.engine.port import LOCAL
    from symbiote.engine.remote.modes import mode as known

    if mode is None or all(name == LOCAL for name in known(mode).policy(task).order):
        return
    for problem in await _give(window):
        print(f"symbiote: {problem}", file=sys.stderr)


async def _give(window: Client) -> list[str]:
    """Keys of the providers that are turned on, by their own environment variables."""
    from symbiote.app import remembered
    from symbiote.engine.remote import presets
    from symbiote.engine.remote.chosen import read_providers

    found = read_providers(json.loads(remembered().providers)).presets.values()
    given = ((one, presets.key_from(os.environ, one)) for one in found)
    keys = {one.name: key.reveal(one.base_url) for one, key in given if key is not None}
    if not keys:
        return []
    told = await window.request("symbiote/keys", {"keys": keys})
    problems: list[str] = told["problems"]
    return problems


async def _state() -> Any:
    from symbiote.wire.client import client

    async with client() as window:
        return await window.request("symbiote/state")


async def _tried(name: str) -> dict[str, Any]:
    from symbiote.engine.remote.modes import DEFAULT
    from symbiote.wire.client import client

    async with client(mode=route(DEFAULT)) as window:
        state = await window.request("symbiote/state")
        on = [one["name"] for one in state["providers"] if "title" in one]
        if name not in on:
            raise UserError(f"{name} is not turned on. {_which(on)}")
        await _give(window)
        found: dict[str, Any] = await window.request(
            "symbiote/testKey", {"provider": name}, timeout=PATIENCE
        )
        return found


def _which(on: list[str]) -> str:
    return f"Those that are: {', '.join(on)}." if on else NONE
