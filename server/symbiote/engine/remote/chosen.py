"""What the setting `symbiote.providers` says: which providers are on, servers of the user's own, limits.

The setting is the user's and of the machine; a workspace never has a say in it. What cannot be used is told in a sentence and
left out, and the rest is used.
"""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symbiote.core.errors import SettingError
from symbiote.engine.port import FASTEST, LOCAL
from symbiote.engine.remote import presets
from symbiote.engine.remote.address import is_loopback
from symbiote.engine.remote.presets import TASKS, Preset, variable

SETTING, LIMITS = "symbiote.providers", "limits"
PER_MINUTE = 60
"""Requests to one provider, where the setting says nothing: far more than anybody reads, less than a loop would send."""
OWN_KINDS = ("openai", "anthropic")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
OWN = {"kind", "baseUrl", "title", "way", "key", "extra", "price", *TASKS}
PRICE = {"input", "output", "cached"}
CHANGED = {"way", "baseUrl", *TASKS}
_AMOUNTS = {"usdPerDay": "usd_per_day", "usdPerMonth": "usd_per_month"}


@dataclass(frozen=True, slots=True)
class Limits:
    """USD of all providers together, None where there is no limit; requests a minute of each provider."""

    usd_per_day: float | None = None
    usd_per_month: float | None = None
    requests_per_minute: int = PER_MINUTE


@dataclass(frozen=True, slots=True)
class Chosen:
    """`presets` by name, in the order of the setting; `own` are the names of those at an address that is the user's."""

    presets: dict[str, Preset] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    complaints: list[str] = field(default_factory=list)
    own: frozenset[str] = frozenset()


def read_providers(raw: Mapping[str, Any]) -> Chosen:
    """The setting as it stands in the editor. Raises nothing: what is wrong is among the complaints."""
    if not isinstance(raw, Mapping):
        return Chosen(complaints=[f"{SETTING} is not an object; nothing is asked outside."])
    try:
        known = _shipped()
    except SettingError as error:
        known, complaints = {}, [str(error)]
    else:
        complaints = []
    found: dict[str, Preset] = {}
    limits = Limits()
    for name, entry in raw.items():
        try:
            if name == LIMITS:
                limits = _limits(entry)
            elif (one := _provider(str(name), entry, known)) is not None:
                found[one.name] = one
        except SettingError as error:
            complaints.append(str(error))
    own = frozenset(n for n, one in found.items() if n not in known or not known[n].key)
    return Chosen(found, limits, complaints, own)


@functools.cache
def _shipped() -> dict[str, Preset]:
    return presets.load()


def _provider(name: str, entry: object, known: Mapping[str, Preset]) -> Preset | None:
    """None for one that is turned off."""
    if entry is False or entry is None:
        return None
    if entry is not True and not isinstance(entry, Mapping):
        raise _wrong(name, "must be true, false or an object")
    if name in known:
        return _changed(known[name], {} if entry is True else entry)
    if entry is True or "baseUrl" not in entry:
        raise _wrong(
            name,
            "is no provider that is known, and has no baseUrl to be a server of your own; "
            f"known are {', '.join(sorted(known))}",
        )
    if not NAME.fullmatch(name) or name in (LOCAL, FASTEST):
        raise _wrong(name, "must be named with small letters, digits and - (at most 40)")
    return _priced(_own(name, entry), entry)


def _changed(preset: Preset, entry: Mapping[str, Any]) -> Preset:
    """A preset with other models; one without a key may also be at another address."""
    _only(preset.name, entry, CHANGED)
    if "baseUrl" in entry and preset.key:
        raise _wrong(
            preset.name,
            "has an address of its own, to which its key is bound; "
            "leave baseUrl out, or give the server another name",
        )
    address = {"base_url": entry.get("baseUrl", preset.base_url)}
    made = _checked(preset.name, {"kind": preset.kind, "key": preset.key or "-", **address}, entry)
    return replace(preset, base_url=made.base_url, uses={**preset.uses, **made.uses})


def _own(name: str, entry: Mapping[str, Any]) -> Preset:
    _only(name, entry, OWN)
    if entry.get("kind", "openai") not in OWN_KINDS:
        raise _wrong(name, f"has a kind that is not one of {', '.join(OWN_KINDS)}")
    if not any(task in entry for task in TASKS):
        raise _wrong(name, "names no model; give one for 'complete', for 'rewrite' or for both")
    if not isinstance(needs := entry.get("key", None), bool | None):
        raise _wrong(
            name,
            "may say true or false for 'key': whether the server asks for one. "
            "The key itself never stands in a setting",
        )
    table = {"kind": entry.get("kind", "openai"), "base_url": entry.get("baseUrl"), "key": "-"}
    table |= {field: entry[field] for field in ("title", "extra") if field in entry}
    made = _checked(name, table, entry)
    if needs is None:
        needs = not is_loopback(made.base_url)
    return replace(made, key=variable(name) if needs else "")


def _checked(name: str, table: dict[str, Any], entry: Mapping[str, Any]) -> Preset:
    """By the rules of the presets' own file, in the words of the setting."""
    for task in TASKS:
        if task in entry:
            way = entry.get("way") if task == "complete" else None
            told = entry[task]
            table[task] = {"model": told, "way": way} if way and isinstance(told, str) else told
    if "way" in entry and not isinstance(entry.get("complete"), str):
        raise _wrong(name, "needs the name of a model for 'complete' beside 'way'")
    try:
        return presets.preset(name, table)
    except SettingError as error:
        said = str(error).replace("base_url", "baseUrl").removeprefix(f"provider {name!r} ")
        raise _wrong(name, said.rstrip(".")) from None


def _limits(entry: object) -> Limits:
    if not isinstance(entry, Mapping):
        raise _wrong(LIMITS, "must be an object")
    _only(LIMITS, entry, {*_AMOUNTS, "requestsPerMinute"})
    found: dict[str, Any] = {}
    for name, as_ in _AMOUNTS.items():
        if entry.get(name) is not None:
            found[as_] = float(_number(name, entry[name]))
    if (minute := entry.get("requestsPerMinute")) is not None:
        found["requests_per_minute"] = int(_number("requestsPerMinute", minute))
    return Limits(**found)


def _priced(preset: Preset, entry: Mapping[str, Any]) -> Preset:
    if "price" not in entry:
        return preset
    told = _price(preset.name, entry["price"])
    return replace(preset, prices={use.model: told for use in preset.uses.values()})


def _price(name: str, entry: object) -> presets.Price:
    """USD per million tokens, the same for all models of a server."""
    if not isinstance(entry, Mapping):
        raise _wrong(name, "needs an object with input and output for 'price'")
    _only(name, entry, PRICE)
    numbers = {key: float(_number(key, entry.get(key), name)) for key in PRICE if key in entry}
    if not {"input", "output"} <= numbers.keys():
        raise _wrong(name, "needs input and output (USD per million tokens) in 'price'")
    return presets.Price(**numbers, date=datetime.date.min)


def _number(name: str, value: object, of: str = LIMITS) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise _wrong(of, f"needs a number that is not negative for {name!r}")
    return value


def _only(name: str, entry: Mapping[str, Any], fields: set[str]) -> None:
    if unknown := sorted(str(key) for key in entry if key not in fields):
        raise _wrong(
            name, f"has {unknown[0]!r}, which means nothing; known are {', '.join(sorted(fields))}"
        )


def _wrong(name: str, what: str) -> SettingError:
    return SettingError(f"{SETTING}: {name[:40]!r} {what}.")
