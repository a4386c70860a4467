"""The throw-away process that tries a model first, and what is remembered of it.

A bad build or a hostile file ends the process that loads it; here that costs nothing. The answer is
remembered until the file, the library, the processor or the settings change.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

from symbiote.core.errors import EngineGone, ModelError, SettingError
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import machine, memo, tuning
from symbiote.engine.local.catalogue import ModelFile, find, here, names, verify
from symbiote.engine.local.process import WorkerProcess
from symbiote.engine.local.protocol import Message
from symbiote.engine.local.tuning import Tuning

BOOK = "probes.json"
LOAD_SECONDS = 120.0
LOAD_BYTES_PER_SECOND = 20e6

SLOWER = (
    "This build of llama.cpp crashes with this processor's fastest matrix instructions; the model "
    "runs without them, reading prompts two to three times slower. Build it again to mend that."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to load the model: the worker's options, what to tell the user, seconds to allow, and the calibration
    that was used.
    """

    options: Message
    note: str
    seconds: float
    tuning: Tuning | None = None


async def plan(model: ModelFile, settings: MachineSettings, *, tuned: bool = True) -> Plan:
    """How `model` can be loaded, tried out first unless that was done before. Raises `ModelError`.

    `tuned` False leaves out what a calibration chose.
    """
    await asyncio.to_thread(verify, model)
    seconds = LOAD_SECONDS + model.path.stat().st_size / LOAD_BYTES_PER_SECOND
    choice, remark = tuning.recall(model, settings) if tuned else (None, "")
    draft, without = await asyncio.to_thread(drafts_by, model)
    options = _options(model, settings, choice) | {"draft": draft}
    book, key = memo.Memo(BOOK), _key(model, options)
    verdict = book.get(key)
    if not isinstance(verdict, bool):
        verdict = await _try(options, seconds)
        book.put(key, verdict)
    note = " ".join(part for part in ("" if verdict else SLOWER, remark, without) if part)
    return Plan(options | {"extra_buffers": verdict}, note, seconds, choice)


def forget(model: ModelFile, settings: MachineSettings) -> None:
    """Have the model tried again at the next start: it died although it had been found good."""
    choice, _ = tuning.recall(model, settings)
    options = _options(model, settings, choice) | {"draft": drafts_by(model)[0]}
    memo.Memo(BOOK).forget(_key(model, options))


def drafts_by(model: ModelFile) -> tuple[str, str]:
    """The file of the model that writes drafts, "" without one; a sentence about one that is there and cannot be used."""
    if not model.draft or (model.draft in names() and here(model.draft) is None):
        return "", ""
    try:
        found = find(model.draft)
        verify(found)
    except ModelError as error:
        return "", f"Drafts by {model.draft} are off: {error}"
    return str(found.path), ""


async def _try(options: Message, seconds: float) -> bool:
    """Whether the model runs with all buffer types, or at least without the extra ones."""
    died = ""
    for extra in (True, False):
        process = await WorkerProcess.start("--probe")
        try:
            message = await process.load(options | {"extra_buffers": extra}, seconds)
        except EngineGone as gone:
            died = str(gone)
            continue
        finally:
            await process.stop()
        if message["is"] == "failed":
            raise ModelError(str(message["reason"]))
        return extra
    raise ModelError(
        f"llama.cpp crashes on {options['path']}. {died} Choose another model in symbiote.model."
    )


def _options(model: ModelFile, settings: MachineSettings, choice: Tuning | None) -> Message:
    if settings.context_tokens < 0 or settings.threads < 0:
        raise SettingError(
            "symbiote.contextTokens and symbiote.threads must be 0 (choose by itself) or more."
        )
    # One core is left to the editor: a competing process makes the last thread 400 times slower.
    threads = choice.threads if choice else max(1, machine.cores() - 1)
    return {
        "path": str(model.path),
        "context": settings.context_tokens or model.context,
        "gpu_layers": settings.gpu_layers,
        "threads": settings.threads or threads,
        "batch_threads": settings.threads or machine.cores(),
        "ranking": str(model.ranking or ""),
        "flash": choice.flash if choice else None,
        "ubatch": choice.ubatch if choice else 0,
    }


def _key(model: ModelFile, options: Message) -> str:
    parts = [
        memo.stamp(model.path),
        machine.library(),
        machine.processor(),
        repr(sorted(options.items())),
    ]
    if options.get("draft"):
        parts.append(memo.stamp(Path(options["draft"])))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
