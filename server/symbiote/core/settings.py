"""Settings as the editor sends them: a window's own, and the machine's, which all windows share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from symbiote.core.errors import SettingError


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """What one window may set for itself."""

    enabled: bool = True
    disabled_languages: tuple[str, ...] = ()
    deadline_ms: int = 600


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """What all windows share, because there is one engine.

    `rewrite_model` empty leaves rewrites to `model`; `gpu_layers` -1 offloads as many layers as fit; `threads` and `context_tokens` 0 choose by themselves.
    """

    model: str = "embedded"
    rewrite_model: str = ""
    gpu_layers: int = -1
    threads: int = 0
    context_tokens: int = 0
    log_level: str = "info"


KEYS = {
    "enabled": "enabled",
    "disabledLanguages": "disabled_languages",
    "deadlineMs": "deadline_ms",
    "model": "model",
    "rewriteModel": "rewrite_model",
    "gpuLayers": "gpu_layers",
    "threads": "threads",
    "contextTokens": "context_tokens",
    "logLevel": "log_level",
}
"""Name in the editor's settings -> name here."""

RANGES = {
    "deadline_ms": (50, 10_000),
    "gpu_layers": (-1, 1_000),
    "threads": (0, 256),
    "context_tokens": (0, 262_144),
}
LOG_LEVELS = ("error", "warning", "info", "debug")


def read(raw: Mapping[str, Any]) -> tuple[WindowSettings, MachineSettings, list[SettingError]]:
    """Take what is usable and say what is not; an unusable value keeps its default."""
    window, machine = WindowSettings(), MachineSettings()
    complaints: list[SettingError] = []
    own = {f.name for f in fields(WindowSettings)}
    for key, name in KEYS.items():
        if key not in raw or raw[key] is None:
            continue
        try:
            value = _value(name, raw[key])
        except SettingError as error:
            complaints.append(error)
            continue
        if name in own:
            window = replace(window, **{name: value})
        else:
            machine = replace(machine, **{name: value})
    return window, machine, complaints


def _value(name: str, value: Any) -> Any:
    key = next(k for k, n in KEYS.items() if n == name)
    if name == "disabled_languages":
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise SettingError(f"symbiote.{key} must be a list of language ids, not {value!r}.")
    if name == "enabled":
        if isinstance(value, bool):
            return value
        raise SettingError(f"symbiote.{key} must be true or false, not {value!r}.")
    if name in RANGES:
        low, high = RANGES[name]
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise SettingError(f"symbiote.{key} must be a number from {low} to {high}, not {value!r}.")
    if not isinstance(value, str) or (name == "log_level" and value not in LOG_LEVELS):
        hint = f"one of {', '.join(LOG_LEVELS)}" if name == "log_level" else "a text"
        raise SettingError(f"symbiote.{key} must be {hint}, not {value!r}.")
    return value
