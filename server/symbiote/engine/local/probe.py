"""The throw-away process that tries a model first, and what is remembered of it.

A bad build or a hostile file ends the process that loads it; here that costs nothing. The answer is
remembered until the file, the library, the processor or the settings change.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from symbiote.core.errors import EngineGone, ModelError, SettingError
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import memo
from symbiote.engine.local.catalogue import ModelFile, verify
from symbiote.engine.local.process import WorkerProcess
from symbiote.engine.local.protocol import Message

BOOK = "probes.json"
LOAD_SECONDS = 120.0
LOAD_BYTES_PER_SECOND = 20e6

SLOWER = (
    "This build of llama.cpp crashes with this processor's fastest matrix instructions; the model "
    "runs without them, reading prompts two to three times slower. Build it again to mend that."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to load the model: the worker's options, what to tell the user, and seconds to allow."""

    options: Message
    note: str
    seconds: float


async def plan(model: ModelFile, settings: MachineSettings) -> Plan:
    """How `model` can be loaded, tried out first unless that was done before. Raises `ModelError`."""
    await asyncio.to_thread(verify, model)
    seconds = LOAD_SECONDS + model.path.stat().st_size / LOAD_BYTES_PER_SECOND
    options = _options(model, settings)
    book, key = memo.Memo(BOOK), _key(model, options)
    verdict = book.get(key)
    if not isinstance(verdict, bool):
        verdict = await _try(options, seconds)
        book.put(key, verdict)
    return Plan(options | {"extra_buffers": verdict}, "" if verdict else SLOWER, seconds)


def forget(model: ModelFile, settings: MachineSettings) -> None:
    """Have the model tried again at the next start: it died although it had been found good."""
    memo.Memo(BOOK).forget(_key(model, _options(model, settings)))


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


def cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _options(model: ModelFile, settings: MachineSettings) -> Message:
    if settings.context_tokens < 0 or settings.threads < 0:
        raise SettingError(
            "symbiote.contextTokens and symbiote.threads must be 0 (choose by itself) or more."
        )
    # One core is left to the editor: a competing process makes the last thread 400 times slower.
    return {
        "path": str(model.path),
        "context": settings.context_tokens or model.context,
        "gpu_layers": settings.gpu_layers,
        "threads": settings.threads or max(1, cores() - 1),
        "batch_threads": settings.threads or cores(),
        "ranking": str(model.ranking or ""),
    }


def _key(model: ModelFile, options: Message) -> str:
    parts = [memo.stamp(model.path), _library(), _processor(), repr(sorted(options.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _library() -> str:
    """What identifies the installed llama.cpp without loading it: place, size and time of change."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise ModelError("llama-cpp-python is not installed. Run: python3 tasks.py start")
    own = os.environ.get("LLAMA_CPP_LIB_PATH")
    folder = Path(own) if own else Path(spec.origin).parent / "lib"
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return repr([(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files])


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith(("flags", "Features")):
                return line
    except OSError:
        pass
    return f"{platform.machine()} {platform.processor()}"
