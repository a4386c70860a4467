"""The real daemon over a fake engine, for tests of everything but the model. Run as a script.

The fake answers `NAME = ` with `reply_NAME`. A name may give orders: `wait500_x` takes 500 ms,
`loseengine_x` loses the engine, `block_x` is answered with a line that begins a block. What the engine is doing shows in
its note as JSON: `started`, `finished`, `stopped`, `running`. With the model `off` there is no engine. A rewrite is answered with `say` lines: `slow 20` in the
instruction gives 20 of them, one in 10 ms, `loseengine` loses the engine behind the second.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from symbiote.context.analysis.client import Analysis
from symbiote.context.exclude import Exclude
from symbiote.core import paths
from symbiote.core.errors import EngineGone, UserError
from symbiote.core.pieces import Keep, Text
from symbiote.core.settings import MachineSettings
from symbiote.engine.desk import Desk
from symbiote.engine.local.embedding.embedder import Embedder
from symbiote.engine.local.embedding.model import described
from symbiote.engine.port import Ask, Delta, Done, End, EngineStatus, Slot, State
from symbiote.engine.remote.budget import Unlimited
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.router import Router
from symbiote.features.flow_state import carried_on
from symbiote.features.house import House
from symbiote.features.lookout import Lookout
from symbiote.features.rewrite.kept import Kept
from symbiote.features.rewrite.remembered import Remembered
from symbiote.metrics.learned import Learned
from symbiote.metrics.ledger import Ledger
from symbiote.prompt.family import families
from symbiote.wire.daemon import IDLE_EXIT, LOOK, run

LOADS_FOR = 0.15
WORD = re.compile(r"(\w+)\W*$")
ORDER = re.compile(r"wait(\d+)")
SLOW = re.compile(r"slow (\d+)")
SPECIALS = frozenset(
    ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|im_start|>", "<|im_end|>"]
)


@dataclass
class FakeEngine:
    """Behind the port as any other engine; one answer, one millisecond unless told otherwise."""

    changed: Callable[[], None]
    model: str = "fake-1"
    state: State = State.LOADING
    counts: dict[str, int] = field(
        default_factory=lambda: {
            "started": 0,
            "finished": 0,
            "stopped": 0,
            "running": 0,
            "restarts": 0,
        }
    )

    @property
    def status(self) -> EngineStatus:
        if self.model == "off":
            return EngineStatus(State.OFF, reason="The fake engine is off.", model=self.model)
        return EngineStatus(
            self.state,
            name="fake",
            model=self.model,
            family="qwen",
            device="none",
            pid=os.getpid(),
            context=2_048,
            specials=SPECIALS,
            note=json.dumps(self.counts),
        )

    async def load(self) -> None:
        self.state = State.LOADING
        self.changed()
        await asyncio.sleep(LOADS_FOR)
        self.state = State.READY
        self.changed()

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        if ask.slot is Slot.REWRITE:
            async for part in self._rewrites(ask):
                yield part
            return
        prefix, suffix = (
            "".join(p.text for p in ask.pieces if isinstance(p, Text) and p.keep is keep)
            for keep in (Keep.END, Keep.START)
        )
        found = WORD.search(prefix if WORD.search(prefix) else suffix)
        name = found[1] if found else "nothing"
        self.counts["started"] += 1
        self.counts["running"] += 1
        ended = "stopped"
        try:
            order = ORDER.search(name)
            await asyncio.sleep(int(order[1]) / 1000 if order else 0.001)
            if "loseengine" in name:
                raise EngineGone("the fake engine was told to go")
            yield Delta(f"reply_{name}" + "(" * ("block" in name))
            ended = "finished"
            yield Done(End.LINE)
        finally:
            self.counts[ended] += 1
            self.counts["running"] -= 1

    async def _rewrites(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        text = "".join(piece.text for piece in ask.pieces if isinstance(piece, Text))
        order = SLOW.search(text)
        words = [f"say({number})\n" for number in range(int(order[1]) if order else 3)]
        said = 0
        self.counts["started"] += 1
        self.counts["running"] += 1
        ended = "stopped"
        try:
            for number, word in enumerate(words):
                said += len(word)
                if said <= len(ask.said):
                    continue
                if "loseengine" in text and number == 2:
                    raise EngineGone("the fake engine was told to go")
                await asyncio.sleep(0.01 if order else 0.001)
                yield Delta(word)
            ended = "finished"
            yield Done(End.EOG)
        finally:
            self.counts[ended] += 1
            self.counts["running"] -= 1

    async def close(self) -> None:
        return


def open_house() -> House:
    watchers: list[Callable[[], None]] = []

    def changed() -> None:
        for watcher in tuple(watchers):
            watcher()

    def watch(watcher: Callable[[], None]) -> Callable[[], None]:
        watchers.append(watcher)
        return lambda: watchers.remove(watcher)

    engine = FakeEngine(changed)
    cloud = Cloud(Unlimited())
    tasks = [asyncio.get_running_loop().create_task(engine.load())]

    def configure(settings: MachineSettings) -> None:
        if settings.model == "missing":
            raise UserError("There is no model missing.")
        logging.getLogger("symbiote").setLevel(settings.log_level.upper())
        engine.model = settings.model
        complaints = cloud.configure(json.loads(settings.providers))
        changed()
        if complaints:
            raise UserError(" ".join(complaints))

    def restart() -> None:
        engine.counts["restarts"] += 1
        tasks.append(asyncio.get_running_loop().create_task(engine.load()))

    family = families()["qwen"]
    analysis = Analysis() if os.environ.get("SYMBIOTE_TEST_ANALYSIS") else None
    return House(
        Router(Desk(engine), cloud),
        Ledger(paths.ledger()),
        lambda: family,
        configure,
        restart,
        watch,
        why_excluded=Lookout(Exclude().why),
        analysis=analysis,
        learned=Learned(paths.learned()),
        flow=carried_on(paths.flow()),
        cloud=cloud,
        remembered=Remembered(Kept(paths.answers()), Embedder(), described().threshold),
    )


if __name__ == "__main__":
    sys.exit(
        run(
            open_house,
            idle_exit=float(os.environ.get("SYMBIOTE_TEST_IDLE_EXIT", IDLE_EXIT)),
            look=float(os.environ.get("SYMBIOTE_TEST_LOOK", LOOK)),
        )
    )
