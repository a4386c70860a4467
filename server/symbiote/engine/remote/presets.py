"""The providers known by name (`models/providers.toml`), checked, and made into engines."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbiote.core import paths
from symbiote.core.errors import SettingError
from symbiote.core.timing import Tokens
from symbiote.engine.remote.address import base_url, is_loopback
from symbiote.engine.remote.key import Key

if TYPE_CHECKING:
    from symbiote.engine.remote.provider import Provider

KINDS = ("openai", "groq", "anthropic")
WAYS = ("chat", "completions", "fim")
TASKS = ("complete", "rewrite")
FIELDS = {"title", "kind", "base_url", "key", "extra", "cache_key", *TASKS, "prices"}


@dataclass(frozen=True, slots=True)
class Use:
    """The model for a task and how it is asked: `chat`, `completions` or `fim`."""

    model: str
    way: str = "chat"


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens, as published on `date`. `cached` is for what the provider had read before, `written` for what it
    keeps to read it so the next time; None where they are not told, and cost as `input` does."""

    input: float
    output: float
    date: datetime.date
    cached: float | None = None
    written: float | None = None

    def saved(self, tokens: Tokens) -> float:
        """USD that an answer cost less than without the provider's cache; below 0 where keeping cost more than it saved."""
        less = 0.0 if self.cached is None else self.input - self.cached
        more = 0.0 if self.written is None else self.written - self.input
        return (tokens.cached * less - tokens.written * more) / 1e6


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider. `key` names an environment variable, empty where no key is needed."""

    name: str
    title: str
    kind: str
    base_url: str
    key: str = ""
    uses: dict[str, Use] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    cache_key: bool = False


def file() -> Path:
    return paths.catalogue().parent / "providers.toml"


def load(path: Path | None = None) -> dict[str, Preset]:
    """The presets by name. Raises `SettingError` that names the file, the provider and what is wrong."""
    path = path or file()
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"The providers in {path} cannot be read: {error}.") from error
    try:
        return {name: preset(name, entry) for name, entry in _table(raw, "providers").items()}
    except SettingError as error:
        raise SettingError(f"{path.name}: {error}") from None


def preset(name: str, entry: object, *, from_workspace: bool = False) -> Preset:
    """One provider from a table as it is written. Raises `SettingError`."""
    if not isinstance(entry, dict):
        raise SettingError(f"provider {name!r} is not a table.")
    if unknown := sorted(set(entry) - FIELDS):
        raise _wrong(name, f"has {unknown[0]!r}, which means nothing; known are {sorted(FIELDS)}")
    kind = _text(name, entry, "kind")
    if kind not in KINDS:
        raise _wrong(name, f"has the kind {kind!r}; known are {', '.join(KINDS)}")
    try:
        address = base_url(_text(name, entry, "base_url"), from_workspace=from_workspace)
    except SettingError as error:
        raise _wrong(name, f"has a base_url that cannot be used: {error}") from None
    key = _text(name, entry, "key", "")
    if not key and not is_loopback(address):
        raise _wrong(name, "needs the name of an environment variable in 'key'")
    return Preset(
        name,
        _text(name, entry, "title", name),
        kind,
        address,
        key,
        {task: _use(name, task, kind, entry[task]) for task in TASKS if task in entry},
        {model: _price(name, model, told) for model, told in _table(entry, "prices").items()},
        _table(entry, "extra"),
        _flag(name, entry, "cache_key"),
    )


def make(chosen: Preset, task: str, key: Key | None, model: str = "") -> Provider:
    """The engine for a task, with `model` instead of the preset's. Raises `SettingError`. Close it after use.

    Libraries are imported here and not before: Groq's alone takes a quarter of a second.
    """
    from symbiote.engine.remote.provider import Place

    use = chosen.uses.get(task)
    if use is None:
        raise _wrong(chosen.name, f"names no model for {task!r}")
    if key is None and chosen.key:
        raise SettingError(f"{chosen.title} needs a key: add one, or set {chosen.key}.")
    place = Place(chosen.title, chosen.base_url, model or use.model, chosen.extra, chosen.cache_key)
    return _class(chosen.kind, use.way)(place, key)


def prepare(kind: str, way: str) -> None:
    """Import what `make` needs, so that it returns at once. Takes up to half a second: not for an event loop."""
    from symbiote.engine.remote.http import trust

    _class(kind, way)
    trust()


def _class(kind: str, way: str) -> type[Provider]:
    if kind == "groq":
        from symbiote.engine.remote.groq import Groq

        return Groq
    if kind == "anthropic":
        from symbiote.engine.remote.anthropic import Anthropic

        return Anthropic
    from symbiote.engine.remote.fim import Fim
    from symbiote.engine.remote.openai import Chat, Completions

    return {"chat": Chat, "completions": Completions, "fim": Fim}[way]


def variable(name: str) -> str:
    """The environment variable that may hold the key of a provider for Symbiote alone."""
    return "SYMBIOTE_KEY_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def key_from(environment: Mapping[str, str], chosen: Preset) -> Key | None:
    """The key that the environment holds for a preset, in a variable of its own or in that of all other programs."""
    names = (variable(chosen.name), chosen.key) if chosen.key else ()
    value = next((told for name in names if (told := environment.get(name, "").strip())), "")
    return Key(value, chosen.base_url) if value.strip() else None


def _use(name: str, task: str, kind: str, entry: object) -> Use:
    told = entry if isinstance(entry, dict) else {"model": entry}
    model, way = told.get("model"), told.get("way", "chat")
    if not isinstance(model, str) or not model or set(told) - {"model", "way"}:
        raise _wrong(name, f"needs a model for {task!r}: a name, or {{ model, way }}")
    if way not in WAYS or (kind != "openai" and way != "chat"):
        raise _wrong(name, f"cannot be asked the way {way!r} for {task!r}")
    return Use(model, way)


def _price(name: str, model: str, entry: object) -> Price:
    told = entry if isinstance(entry, dict) else {}
    date, numbers = told.get("published"), [told.get("input"), told.get("output")]
    numbers += [told[name] for name in ("cached", "written") if name in told]
    good = all(isinstance(n, int | float) and not isinstance(n, bool) and n >= 0 for n in numbers)
    if (
        not good
        or type(date) is not datetime.date
        or set(told) - {"input", "output", "cached", "written", "published"}
    ):
        raise _wrong(
            name,
            f"needs input, output (USD per million tokens) and the date published for {model!r}",
        )
    more = (told.get("cached"), told.get("written"))
    return Price(float(told["input"]), float(told["output"]), date, *more)


def _table(of: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = of.get(name, {})
    if not isinstance(found, dict):
        raise SettingError(f"{name!r} is not a table.")
    return found


def _flag(name: str, entry: Mapping[str, Any], key: str) -> bool:
    found = entry.get(key, False)
    if not isinstance(found, bool):
        raise _wrong(name, f"needs true or false for {key!r}")
    return found


def _text(name: str, entry: Mapping[str, Any], key: str, default: str | None = None) -> str:
    found = entry.get(key, default)
    if not isinstance(found, str) or (not found and default is None):
        raise _wrong(name, f"needs a text for {key!r}")
    return found


def _wrong(name: str, what: str) -> SettingError:
    return SettingError(f"provider {name!r} {what}.")
