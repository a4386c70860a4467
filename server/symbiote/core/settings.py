"""Settings as the editor sends them: a window's own, and the machine's, which all windows share."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from symbiote.core.credential import secrets
from symbiote.core.errors import SettingError


class Eagerness(StrEnum):
    """How sure a suggestion has to be to appear by itself; with ON_KEY none does."""

    QUIET = "quiet"
    NORMAL = "normal"
    EAGER = "eager"
    ON_KEY = "onKey"


class InText(StrEnum):
    """Where in text suggestions appear by themselves; in code they always do."""

    BOTH = "both"
    STRINGS = "strings"
    COMMENTS = "comments"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """What one window may set for itself.

    `learn_when_to_show`: what is accepted and rejected moves the gate. `context` are the sources of context that are on: by name, or as `name:prompt` or `name:lookup` for that use alone.
    """

    enabled: bool = True
    disabled_languages: tuple[str, ...] = ()
    deadline_ms: int = 600
    context: tuple[str, ...] = ()
    eagerness: Eagerness = Eagerness.NORMAL
    strings_and_comments: InText = InText.BOTH
    learn_when_to_show: bool = True

    def looks_up(self, source: str) -> bool:
        """Whether an engine may look things up in what the source gives."""
        return source in self.context or f"{source}:lookup" in self.context

    def prompts(self, source: str, usual: Collection[str]) -> bool:
        """Whether it may go into the prompt; `usual` are the sources that do so with this model."""
        return f"{source}:prompt" in self.context or (source in self.context and source in usual)


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """What all windows share, because there is one engine.

    `rewrite_model` empty leaves rewrites to `model`; `gpu_layers` -1 offloads as many layers as fit; `threads` and `context_tokens` 0 choose by themselves.
    `providers` is JSON: which providers may be asked, and how (docs/providers.md). It never holds a key.
    """

    model: str = "embedded"
    rewrite_model: str = ""
    gpu_layers: int = -1
    threads: int = 0
    context_tokens: int = 0
    log_level: str = "info"
    providers: str = "{}"


KEYS = {
    "enabled": "enabled",
    "disabledLanguages": "disabled_languages",
    "deadlineMs": "deadline_ms",
    "context": "context",
    "eagerness": "eagerness",
    "stringsAndComments": "strings_and_comments",
    "learnWhenToShow": "learn_when_to_show",
    "model": "model",
    "rewriteModel": "rewrite_model",
    "gpuLayers": "gpu_layers",
    "threads": "threads",
    "contextTokens": "context_tokens",
    "logLevel": "log_level",
    "providers": "providers",
}
"""Name in the editor's settings -> name here."""

RANGES = {
    "deadline_ms": (50, 10_000),
    "gpu_layers": (-1, 1_000),
    "threads": (0, 256),
    "context_tokens": (0, 262_144),
}
SOURCES = ("edits", "open", "definitions", "siblings", "diagnostics", "clipboard")
USES = ("prompt", "lookup")
CHOICES: dict[str, type[StrEnum]] = {"eagerness": Eagerness, "strings_and_comments": InText}
SWITCHES = ("enabled", "learn_when_to_show")
LOG_LEVELS = ("error", "warning", "info", "debug")
PROVIDERS_LENGTH = 20_000
SECRET_NAMES = ("apikey", "token", "secret", "password", "authorization", "headers")
"""What a key is called where it does not belong. `key` itself says whether there is one: true or false."""


def read(raw: Mapping[str, Any]) -> tuple[WindowSettings, MachineSettings, list[SettingError]]:
    """Take what is usable and say what is not; an unusable value keeps its default."""
    window, machine = WindowSettings(), MachineSettings()
    complaints: list[SettingError] = []
    own = {f.name for f in fields(WindowSettings)}
    for key, name in KEYS.items():
        if key not in raw or raw[key] is None:
            continue
        try:
            given = raw[key]
            value: Any = (_providers if name == "providers" else _value)(name, given)
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
    if name == "context":
        known = {*SOURCES, *(f"{source}:{use}" for source in SOURCES for use in USES)}
        if isinstance(value, list) and all(
            isinstance(item, str) and item in known for item in value
        ):
            return tuple(value)
        raise SettingError(f"symbiote.{key} must be a list of {', '.join(SOURCES)}, not {value!r}.")
    if name in SWITCHES:
        if isinstance(value, bool):
            return value
        raise SettingError(f"symbiote.{key} must be true or false, not {value!r}.")
    if name in CHOICES:
        try:
            return CHOICES[name](value)
        except ValueError:
            these = ", ".join(CHOICES[name])
            raise SettingError(f"symbiote.{key} must be one of {these}, not {value!r}.") from None
    if name in RANGES:
        low, high = RANGES[name]
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise SettingError(f"symbiote.{key} must be a number from {low} to {high}, not {value!r}.")
    if not isinstance(value, str) or (name == "log_level" and value not in LOG_LEVELS):
        hint = f"one of {', '.join(LOG_LEVELS)}" if name == "log_level" else "a text"
        raise SettingError(f"symbiote.{key} must be {hint}, not {value!r}.")
    return value


def _providers(key: str, value: Any) -> Any:
    """The setting as JSON. What may be a key is refused, and quoted nowhere."""
    if not isinstance(value, Mapping):
        raise SettingError(
            f"symbiote.{key} must be an object with a provider's name for each entry."
        )
    try:
        told = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise SettingError(f"symbiote.{key} is no JSON.") from None
    if len(told) > PROVIDERS_LENGTH:
        raise SettingError(f"symbiote.{key} is longer than {PROVIDERS_LENGTH:,} characters.")
    if any(_secret(*entry) for entry in _entries(value)):
        raise SettingError(
            f"symbiote.{key} holds what looks like a key. Take it out and withdraw it: settings are copied and "
            "synchronised. Keys are added with the command Symbiote: Add Key, or by environment variables."
        )
    return told


def _entries(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value in it, with what it is called."""
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield str(inner), None
            yield from _entries(one, str(inner))
    elif isinstance(value, list):
        for one in value:
            yield from _entries(one, name)
    else:
        yield name, value


def _secret(name: str, value: Any) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    if isinstance(value, str) and value and (plain == "key" or plain in SECRET_NAMES):
        return True
    texts = (name, value) if isinstance(value, str) else (name,)
    return any(any(secrets(text, code=False)) for text in texts)
