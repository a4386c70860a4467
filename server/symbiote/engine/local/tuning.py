"""What a calibration chose for a model on this machine: kept in the state folder, used at the next load.

A choice is for one file, one processor, one build of llama.cpp and one way of using the graphics card; when any of
them has changed it says nothing.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from symbiote.core.settings import MachineSettings
from symbiote.engine.local import machine, memo
from symbiote.engine.local.catalogue import ModelFile

BOOK = "tunings.json"
VERSION = 1
AGAIN = "Measure again: symbiote doctor --calibrate"


@dataclass(frozen=True, slots=True)
class Tuning:
    """`threads` decode; `ubatch` and `depth` (of the prompt it was measured behind) are in tokens; `read_ms` is per
    token of a new prompt, `add_ms` for 50 new ones of a known prompt, `write_ms` per token of an answer, `ask_ms`
    for a typical ask; `date` is the day it was measured.
    """

    flash: bool
    threads: int
    ubatch: int
    read_ms: float
    add_ms: float
    write_ms: float
    ask_ms: float
    depth: int
    date: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def store(model: ModelFile, settings: MachineSettings, tuning: Tuning) -> None:
    """Keep `tuning`; what cannot be written is forgotten."""
    entry = {"version": VERSION, "for": _circumstances(model, settings)}
    memo.Memo(BOOK).put(_key(model), entry | {"tuning": tuning.as_dict()})


def forget(model: ModelFile) -> None:
    """Go back to what ships."""
    memo.Memo(BOOK).forget(_key(model))


def recall(model: ModelFile, settings: MachineSettings) -> tuple[Tuning | None, str]:
    """The choice for `model`, and a sentence about one that is there and cannot be used. Raises `ModelError`
    when llama.cpp is not installed.
    """
    book = memo.Memo(BOOK)
    if not book.sound:
        return None, f"What was calibrated cannot be read and is not used. {AGAIN}."
    entry = book.get(_key(model))
    if entry is None:
        return None, ""
    if not isinstance(entry, dict) or entry.get("version") != VERSION:
        return None, f"The calibration was stored by another version and is not used. {AGAIN}."
    if entry.get("for") != _circumstances(model, settings):
        return None, (
            "The model, the processor, llama.cpp or symbiote.gpuLayers has changed since the calibration, "
            f"which is not used. {AGAIN}."
        )
    tuning = _read(entry.get("tuning"))
    if tuning is None:
        return None, f"The calibration that was stored is damaged and is not used. {AGAIN}."
    return tuning, ""


def _read(raw: Any) -> Tuning | None:
    """The stored values, if each is what it should be."""
    if not isinstance(raw, dict) or set(raw) != {field.name for field in fields(Tuning)}:
        return None
    whole = all(type(raw[name]) is int and raw[name] > 0 for name in ("threads", "ubatch", "depth"))
    times = [raw[name] for name in ("read_ms", "add_ms", "write_ms", "ask_ms")]
    timed = all(type(ms) in (int, float) and math.isfinite(ms) and ms >= 0 for ms in times)
    if not (whole and timed and type(raw["flash"]) is bool and isinstance(raw["date"], str)):
        return None
    if raw["threads"] > machine.cores() or not 32 <= raw["ubatch"] <= 512:
        return None
    return Tuning(**raw)


def _key(model: ModelFile) -> str:
    return str(model.path.resolve())


def _circumstances(model: ModelFile, settings: MachineSettings) -> str:
    parts = (
        memo.stamp(model.path),
        machine.processor(),
        str(machine.cores()),
        machine.library(),
        str(settings.gpu_layers),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
