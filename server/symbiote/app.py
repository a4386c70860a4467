"""The composition root: builds the house from its parts.

With `cli`, `doctor` and `evaluate` the only place that knows everything.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from symbiote.context.analysis.client import Analysis
from symbiote.context.exclude import Exclude
from symbiote.core import paths
from symbiote.core.errors import SettingError
from symbiote.core.power import Battery
from symbiote.core.settings import MachineSettings
from symbiote.engine.desk import Desk
from symbiote.engine.local import memory
from symbiote.engine.local.catalogue import bytes_of
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import EngineStatus
from symbiote.engine.slots import Slots
from symbiote.features.house import House, Rewriter
from symbiote.features.lookout import Lookout
from symbiote.metrics.learned import Learned
from symbiote.metrics.ledger import Ledger
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

    engine = Slots(remembered(), changed, LocalEngine, bytes_of, memory.available)
    engine.start()

    def family() -> Family:
        return _family(engine.status)

    def configure(settings: MachineSettings) -> None:
        logging.getLogger("symbiote").setLevel(settings.log_level.upper())
        engine.configure(settings)
        _remember(settings)

    battery = Battery()

    async def on_battery() -> bool:
        return await asyncio.to_thread(battery.in_use)

    house = House(
        desk=Desk(engine),
        ledger=Ledger(paths.ledger(), kept_days()),
        family=family,
        configure=configure,
        restart=engine.restart,
        watch=watch,
        on_battery=on_battery,
        why_excluded=Lookout(Exclude().why),
        analysis=Analysis(),
        learned=Learned(paths.learned()),
        rewriter=Rewriter(lambda: engine.rewriting, engine.load, lambda: _family(engine.rewriting)),
    )
    watch(lambda: house.resources.engine(house, time.monotonic()))
    return house


def _family(engine: EngineStatus) -> Family:
    return choose(engine.family or None, engine.model, engine.specials)


def remembered() -> MachineSettings:
    """The machine settings of the last window, so that the right model loads before any window speaks."""
    try:
        return MachineSettings(**json.loads(_note().read_text("utf-8")))
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
