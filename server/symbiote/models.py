"""`symbiote models`: which there are, fetching one, using one, trying one. Part of the composition root."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from symbiote.core.errors import UserError

LOADING_SECONDS = 180.0


def add(command: argparse.ArgumentParser) -> None:
    """The subcommands of `symbiote models`."""
    command.set_defaults(run=listed)
    jobs = command.add_subparsers(metavar="WHAT")

    def job(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        made = jobs.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    job("list", listed, "the models that can be used by name, and which are here")
    fetched = job("pull", pulled, "fetch a model of the catalogue; goes on where it was stopped")
    fetched.add_argument("name")
    used = job("use", use, "have the running daemon load a model, and the next ones")
    used.add_argument("name", help="a catalogue name or a .gguf file")
    used.add_argument("--rewrites", action="store_true", help="for rewrites instead of completions")
    tried = job("check", checked, "try a model file without risk")
    tried.add_argument("file", help="a .gguf file, or a catalogue name")


def listed(options: argparse.Namespace) -> int:
    from symbiote.engine.local.catalogue import here, listing

    for name, entry in sorted(listing().items()):
        found = here(name)
        size = f"{entry['bytes'] / 1e6:,.1f} MB{'' if found else ' *'}"
        print(f"{name:28} {size:>14}  {entry.get('description', '')}")
    print("* not on this machine yet: symbiote models pull NAME")
    return 0


def pulled(options: argparse.Namespace) -> int:
    from symbiote.engine.local.catalogue import here, listing, target
    from symbiote.pull import Wanted, pull

    entries = listing()
    if options.name not in entries:
        raise UserError(f"{options.name!r} is not in the catalogue: {', '.join(sorted(entries))}.")
    if (found := here(options.name)) is not None:
        print(f"{options.name} is here already: {found}")
        return 0
    entry = entries[options.name]
    if not entry.get("url"):
        raise UserError(f"The catalogue has no address for {options.name}.")
    place, size = target(options.name), int(entry["bytes"])
    wanted = Wanted(options.name, entry["url"], place, entry["sha256"].lower(), size)
    bar = _Bar(options.name)
    try:
        pull(wanted, bar)
    finally:
        bar.end()
    print(f"{options.name} is here, and is the file the catalogue describes: {wanted.target}")
    kind = "--rewrites " if entry.get("rewrites") else ""
    print(f"Use it: symbiote models use {kind}{options.name}, or name it in the editor's settings.")
    return 0


def use(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.engine.local.catalogue import find

    find(options.name)
    key, setting = (
        ("rewriteModel", "symbiote.rewriteModel")
        if options.rewrites
        else ("model", "symbiote.model")
    )
    reason = asyncio.run(_told(key, options.name))
    if reason:
        raise UserError(reason)
    print(f"{options.name} is in use. An editor that has another one in {setting} sets that again.")
    return 0


async def _told(key: str, name: str) -> str:
    """Tell the daemon; why it could not load the model, or nothing."""
    import asyncio

    from symbiote.wire.client import client

    async with client(settings={key: name}) as window:
        end = time.monotonic() + LOADING_SECONDS
        while time.monotonic() < end:
            engine = (await window.request("symbiote/state"))["engine"]
            if key != "model" or engine["state"] == "ready":
                return ""
            if engine["state"] == "off":
                return str(engine["reason"])
            await asyncio.sleep(0.1)
    return f"{name} is not loaded after {LOADING_SECONDS:.0f} s; `symbiote status` tells more."


def checked(options: argparse.Namespace) -> int:
    import asyncio

    from symbiote.core.settings import MachineSettings
    from symbiote.engine.local import header, probe
    from symbiote.engine.local.catalogue import find

    model = find(options.file)
    found = header.check(model.path)
    plan = asyncio.run(probe.plan(model, MachineSettings(model=options.file)))
    print(f"{model.path.name}: {found.architecture}, {found.tensors} tensors; one token decoded.")
    if plan.note:
        print(plan.note)
    return 0


class _Bar:
    """Progress on a terminal: how much is here, how fast, how long still."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._begun = self._told = time.monotonic()
        self._first = -1

    def __call__(self, done: int, whole: int) -> None:
        now = time.monotonic()
        if self._first < 0:
            self._first, self._begun = done, now
        if not sys.stderr.isatty() or now - self._told < 0.2:
            return
        self._told = now
        speed = (done - self._first) / max(now - self._begun, 0.001)
        left = f", {(whole - done) / speed:.0f} s left" if speed else ""
        line = f"{self._name}: {done / whole:.0%} of {whole / 1e6:,.0f} MB, {speed / 1e6:.1f} MB/s{left}"
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)
