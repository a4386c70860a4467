"""The local engine behind the port: keeps one worker alive, and asks it one thing at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

from symbiote.core.errors import AskRefused, EngineGone, PromptTooLong, UserError
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import probe
from symbiote.engine.local.catalogue import ModelFile, find
from symbiote.engine.local.process import WorkerProcess, patience
from symbiote.engine.local.protocol import Message, read_done
from symbiote.engine.port import Ask, Delta, Done, EngineStatus, State

log = logging.getLogger(__name__)

DEATHS = 3
DEATHS_SECONDS = 60.0
DRAIN_SECONDS = 1.0
LATE_SECONDS = 0.002
"""The worker's clock for an ask starts when the ask arrives there, a little later than here."""
OWN = ("model", "gpu_layers", "threads", "context_tokens")


class LocalEngine:
    """An `Engine` over a worker process. All methods belong to one event loop.

    `on_change` is called whenever the status says something new, but not for memory figures. `plain` leaves drafts out of
    long answers, which changes their time only: benchmarks compare. `draft` is a model that writes drafts, in place of the
    catalogue's ("": none).
    """

    def __init__(
        self,
        settings: MachineSettings,
        on_change: Callable[[], None],
        *,
        plain: bool = False,
        draft: str | None = None,
    ) -> None:
        self._settings = settings
        self._on_change = on_change
        self._job = ("--plain",) if plain else ()
        self._draft = draft
        self._note = ""
        self._status = EngineStatus(State.STARTING)
        self._worker: WorkerProcess | None = None
        self._again = asyncio.Event()
        self._changed = asyncio.Event()
        self._absent = ""
        self._deaths: list[float] = []
        self._closing = False
        self._life: asyncio.Task[None] | None = None

    @property
    def status(self) -> EngineStatus:
        return self._status

    def start(self) -> None:
        """Begin loading the model; returns at once. The status tells how it goes."""
        if self._life is None:
            self._life = asyncio.create_task(self._live())

    def configure(self, settings: MachineSettings) -> None:
        """Take new settings. The model is loaded anew only when one that concerns it has changed."""
        changed = any(getattr(settings, n) != getattr(self._settings, n) for n in OWN)
        self._settings = settings
        if changed:
            self.restart()

    def restart(self) -> None:
        """Load the model anew, and forgive earlier deaths."""
        self._deaths.clear()
        if self._life is not None:  # said at once: who asks from now on waits for the new model
            self._set(EngineStatus(State.STARTING, model=self._settings.model))
        self._again.set()

    async def settled(self) -> EngineStatus:
        """The status once the model is ready, or once it is certain that it will not be."""
        while self._status.state in (State.STARTING, State.LOADING):
            self._changed.clear()
            await self._changed.wait()
        return self._status

    async def suspend(self, reason: str) -> None:
        """End the worker and give its memory back, until `resume`; the status says `reason`."""
        self._absent = reason
        self._again.set()
        while self._life is not None and not self._life.done() and self._status.reason != reason:
            self._changed.clear()
            await self._changed.wait()

    def resume(self) -> None:
        """Load the model again after `suspend`."""
        if self._absent:
            self._absent = ""
            self.restart()

    async def close(self) -> None:
        """End the worker. Asks are refused from here on."""
        self._closing = True
        self._again.set()
        if self._life is not None:
            await asyncio.shield(self._life)
        self._set(EngineStatus(State.OFF, reason="The engine was closed."))

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        """Answer `ask`; see `port.Engine`. Raises `EngineGone` while no model is ready."""
        worker = self._worker
        if worker is None:
            raise EngineGone(self._status.reason or "The model is still loading.")
        number = await worker.begin(ask)
        wait = patience(ask)
        alarm = _alarm(ask, worker)
        try:
            while True:
                message = await worker.next(wait)
                kind = message["is"]
                if kind == "delta":
                    yield Delta(message["text"], message["tokens"], message.get("drafted", 0))
                elif kind == "done":
                    yield read_done(message)
                    return
                elif kind == "refused":
                    sizes = message.get("sizes")
                    raise PromptTooLong(*sizes) if sizes else AskRefused(message["reason"])
                elif kind != "beat":
                    raise EngineGone(message.get("reason", "The engine stopped this answer."))
        finally:
            if alarm is not None:
                alarm.cancel()
            await worker.settle(number)

    # -- the worker's life

    async def _live(self) -> None:
        """Keep a worker serving until closed: load, serve, and start over when it dies."""
        while not self._closing:
            self._again.clear()
            if self._absent:
                self._set(replace(self._status, state=State.OFF, reason=self._absent, pid=0))
                await self._again.wait()
                continue
            serving = asyncio.create_task(self._serve(self._settings))
            again = asyncio.create_task(self._again.wait())
            try:
                await asyncio.wait({serving, again}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                again.cancel()
                serving.cancel()
                await asyncio.gather(serving, again, return_exceptions=True)
            if self._again.is_set():
                continue
            reason = self._judge(serving.exception())
            if reason:
                self._set(replace(self._status, state=State.OFF, reason=reason, pid=0))
                await self._again.wait()

    async def _serve(self, settings: MachineSettings) -> None:
        """Load the model and serve until the worker ends. Raises `UserError` or `EngineGone`."""
        self._set(EngineStatus(State.STARTING, model=settings.model))
        model = find(settings.model)
        if self._draft is not None:
            model = replace(model, draft=self._draft)
        self._set(EngineStatus(State.LOADING, model=model.name, family=model.family or ""))
        plan = await probe.plan(model, settings)
        worker = await WorkerProcess.start(*self._job)
        try:
            ready = await self._load(worker, model, settings, plan)
            worker.on_done = self._learn
            self._worker = worker
            status = _ready(worker, model, plan, ready)
            self._note = status.note
            self._set(status)
            raise EngineGone(await asyncio.shield(worker.ended))
        finally:
            self._worker = None
            await worker.stop(DRAIN_SECONDS)

    async def _load(
        self, worker: WorkerProcess, model: ModelFile, settings: MachineSettings, plan: probe.Plan
    ) -> Message:
        try:
            ready = await worker.load(plan.options, plan.seconds)
        except EngineGone:
            probe.forget(model, settings)
            raise
        if ready["is"] == "failed":
            raise UserError(str(ready["reason"]))
        return ready

    def _judge(self, error: BaseException | None) -> str:
        """Why to stay off after `error`; empty to try again."""
        if isinstance(error, UserError):
            return str(error)
        if not isinstance(error, EngineGone):
            log.error("the engine's supervisor failed", exc_info=error)
            return f"The engine could not be started: {error}. `symbiote doctor` may say more."
        now = time.monotonic()
        self._deaths = [t for t in self._deaths if now - t < DEATHS_SECONDS] + [now]
        log.warning("engine worker died (%d): %s", len(self._deaths), error)
        if len(self._deaths) < DEATHS:
            return ""
        return (
            f"{error} That was the {len(self._deaths)}rd time within {DEATHS_SECONDS:.0f} s, so the "
            "local engine is off. Restart it from the status bar, or choose another model."
        )

    def _set(self, status: EngineStatus) -> None:
        if status == self._status:
            return
        self._status = status
        self._changed.set()
        try:
            self._on_change()
        except Exception:
            log.exception("a listener to the engine's status failed")

    def _learn(self, message: Message) -> None:
        """Memory figures, and what became of the drafts of a second model."""
        with contextlib.suppress(KeyError):
            self._status = replace(self._status, memory_mb=message["memory_mb"])
        if drafting := message.get("drafting"):
            self._set(replace(self._status, note=f"{self._note} {drafting}".strip()))


def _alarm(ask: Ask, worker: WorkerProcess) -> asyncio.TimerHandle | None:
    """Interrupts the worker just after the ask's deadline, should it be in a long call then."""
    if math.isinf(ask.deadline):
        return None
    left = max(0.0, ask.deadline - time.monotonic())
    return asyncio.get_running_loop().call_later(left + LATE_SECONDS, worker.nudge)


def _ready(
    worker: WorkerProcess, model: ModelFile, plan: probe.Plan, ready: dict[str, Any]
) -> EngineStatus:
    return EngineStatus(
        State.READY,
        model=model.name,
        family=model.family or "",
        device=ready["device"],
        pid=worker.pid,
        threads=plan.options["threads"],
        gpu_layers=ready["gpu_layers"],
        context=ready["context"],
        memory_mb=ready["memory_mb"],
        vram_mb=ready["vram_mb"],
        note=" ".join(part for part in (plan.note, ready["note"]) if part),
        specials=frozenset(ready["specials"]),
        gate=model.gate,
        gate_quiet=model.gate_quiet,
        gate_eager=model.gate_eager,
        tuning=plan.tuning.as_dict() if plan.tuning else None,
    )
