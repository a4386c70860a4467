"""The composition root: builds the house from its parts.

With `cli`, `doctor` and `evaluate` the only place that knows everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from pathlib import Path

from symbiote.context.analysis.client import Analysis
from symbiote.context.exclude import Exclude
from symbiote.core import paths
from symbiote.core.errors import ModelError, SettingError
from symbiote.core.power import Battery
from symbiote.core.settings import MachineSettings
from symbiote.engine.desk import Desk
from symbiote.engine.local import memory
from symbiote.engine.local.catalogue import bytes_of
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.local.embedding.embedder import Embedder
from symbiote.engine.local.embedding.model import described
from symbiote.engine.port import EngineStatus
from symbiote.engine.remote.chosen import read_providers
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.spend import Spend
from symbiote.engine.router import Router
from symbiote.engine.slots import Slots
from symbiote.features.flow_state import carried_on
from symbiote.features.house import House, Rewriter
from symbiote.features.lookout import Lookout
from symbiote.features.rewrite.kept import Kept
from symbiote.features.rewrite.remembered import Remembered
from symbiote.metrics.learned import Learned
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.today import Today, midnight
from symbiote.metrics.upkeep import kept_days
from symbiote.prompt.family import Family, choose

log = logging.getLogger("symbiote.app")


def open_house() -> House:
    """One engine, one ledger. Starts loading the model that was used last; needs a running event loop."""
    watchers: list[Callable[[], None]] = []

    def changed() -> None:
        for watcher in tuple(watchers):
            watcher()

    def watch(watcher: Callable[[], None]) -> Callable[[], None]:
        watchers.append(watcher)
        return lambda: watchers.remove(watcher) if watcher in watchers else None

    settings = remembered()
    engine = Slots(settings, changed, LocalEngine, bytes_of, memory.available)
    engine.start()
    spend = _spend(changed)
    cloud = Cloud(spend)
    _turned_on(cloud, spend, settings)

    def configure(settings: MachineSettings) -> None:
        logging.getLogger("symbiote").setLevel(settings.log_level.upper())
        engine.configure(settings)
        _remember(settings)
        if complaints := _turned_on(cloud, spend, settings):
            raise SettingError(" ".join(complaints))

    battery = Battery()
    ledger = Ledger(paths.ledger(), kept_days())
    house = House(
        desk=Router(Desk(engine), cloud),
        ledger=ledger,
        today=_today(ledger),
        family=lambda: _family(engine.status),
        configure=configure,
        restart=engine.restart,
        watch=watch,
        on_battery=lambda: asyncio.to_thread(battery.in_use),
        why_excluded=Lookout(Exclude().why),
        analysis=Analysis(),
        learned=Learned(paths.learned()),
        rewriter=Rewriter(lambda: engine.rewriting, engine.load, lambda: _family(engine.rewriting)),
        flow=carried_on(paths.flow()),
        cloud=cloud,
        spend=spend,
        remembered=_answers(),
    )
    watch(lambda: house.resources.engine(house, time.monotonic()))
    return house


def _today(ledger: Ledger) -> Today:
    """The day goes on where the daemon before left it. No window has come in by the time the ledger is asked."""
    today, day = Today(), midnight(time.time())

    async def count() -> None:
        today.before(day, *await asyncio.to_thread(ledger.day, day))

    _running(count())
    return today


def _answers() -> Remembered:
    try:
        threshold = described().threshold
    except ModelError as error:
        log.warning("%s", error)
        return Remembered(Kept(paths.answers()), None, 1.0)
    return Remembered(Kept(paths.answers()), Embedder(), threshold)


def _spend(changed: Callable[[], None]) -> Spend:
    """What is spent. `changed` is called when that is another amount, by the event loop."""
    loop = asyncio.get_running_loop()

    def told() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(changed)

    return Spend(paths.spend(), told=told)


def _turned_on(cloud: Cloud, spend: Spend, settings: MachineSettings) -> list[str]:
    """Turn on the providers that the setting names; what is wrong with it."""
    raw = json.loads(settings.providers)
    chosen = read_providers(raw)
    if chosen.presets:  # what was spent before, and within which limits
        _running(spend.totals(chosen.limits))
    return cloud.configure(raw)


_RUNNING: set[asyncio.Task[object]] = set()


def _running(work: Coroutine[object, object, object]) -> None:
    """Have it done, whoever else forgets it."""
    task = asyncio.get_running_loop().create_task(work)
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)


def _family(engine: EngineStatus) -> Family:
    return choose(engine.family or None, engine.model, engine.specials)


def remembered() -> MachineSettings:
    """The machine settings of the last window, so that the right model loads before any window speaks."""
    try:
        found = MachineSettings(**json.loads(_note().read_text("utf-8")))
        json.loads(found.providers)
        return found
    except (OSError, ValueError, TypeError, SettingError):
        return MachineSettings()


def _remember(settings: MachineSettings) -> None:
    try:
        _note().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _note().write_text(json.dumps(asdict(settings)), "utf-8")
    except OSError as error:
        log.warning("machine settings not remembered: %s", error)


def _note() -> Path:
    return paths.state() / "machine.json"
