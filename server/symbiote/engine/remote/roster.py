"""The providers that are turned on: their keys, how they stand, and who of them can be asked now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbiote.core.errors import SettingError
from symbiote.engine.remote import presets
from symbiote.engine.remote.breaker import Breaker, Phase
from symbiote.engine.remote.budget import Purse, Rate
from symbiote.engine.remote.chosen import Chosen, read_providers
from symbiote.engine.remote.course import Candidate
from symbiote.engine.remote.errors import SAYS
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.latency import Latency
from symbiote.engine.remote.member import MOST, Member
from symbiote.engine.remote.order import by_speed, expand, need, patience
from symbiote.engine.remote.presets import Preset

NOBODY = "No provider is turned on in symbiote.providers."
BUSY = "{title} has enough to do."
MODELLESS = "No provider in symbiote.providers names a model for {task!r}."
MOVED = "The key of {title} was given for another address. Enter it again for this one."
OFTEN = (
    "{title} was asked {most} times within a minute, as often as limits.requestsPerMinute allows. "
    "It is asked again in {wait:.0f} s."
)
READY = "ready"
HEDGE = 0.15
"""Seconds after which a second provider may be asked at the earliest."""


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """`models` by task; `state` is ready, no key, resting, blocked or capped, and `why` the sentence that goes with it; `p50`
    is the median of the time to the first text in ms, None where none is known."""

    name: str
    title: str
    models: dict[str, str]
    state: str
    why: str = ""
    p50: float | None = None


class Roster:
    """What `Cloud` knows of providers. `clock` is in seconds and never goes back."""

    def __init__(
        self,
        environment: Mapping[str, str],
        breaker: Breaker,
        latency: Latency,
        purse: Purse,
        clock: Callable[[], float],
    ) -> None:
        self.members: dict[str, Member] = {}
        self._environment, self._clock = environment, clock
        self._breaker, self._latency, self._purse = breaker, latency, purse
        self._chosen = Chosen()
        self._given: dict[str, Key | str] = {}
        self._rates: dict[str, Rate] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def configure(self, raw: Mapping[str, Any]) -> list[str]:
        """Take the setting `symbiote.providers`: a sentence for each thing in it that cannot be used. A provider that did not
        change keeps its connections and all that is known of it; one that did, or is gone, hangs up."""
        self._chosen = read_providers(raw)
        self._purse.limits = self._chosen.limits
        self._purse.forget()
        return self._chosen.complaints + self._settle_members()

    def keys(self, keys: Mapping[str, str]) -> list[str]:
        """Take the whole set of keys, by name of the provider: a sentence for each that cannot be one. Where there is none the
        environment may have it. Keys of providers that are not on wait until they are."""
        self._given, problems = {}, []
        for name, value in keys.items():
            try:
                if not isinstance(value, str):
                    raise SettingError("It is no text.")
                preset = self._chosen.presets.get(name)
                self._given[name] = Key(value, preset.base_url) if preset else value
            except SettingError as error:
                problems.append(f"The key of {str(name)[:40]!r} cannot be used. {error}")
        return problems + self._settle_members()

    def _settle_members(self) -> list[str]:
        """Have a member for each provider that is chosen, the same one where nothing changed."""
        old, self.members = self.members, {}
        problems = []
        for name, preset in self._chosen.presets.items():
            own = name in self._chosen.own
            try:
                key = self._key(preset)
            except SettingError as error:
                key = None
                self._given.pop(name, None)
                problems.append(f"The key of {name!r} cannot be used. {error}")
            was = old.get(name)
            if was and (was.preset, was.own, _print(was.key)) == (preset, own, _print(key)):
                self.members[name] = old.pop(name)
            else:
                self.members[name] = self._member(preset, own, key)
                if was and was.preset != preset:
                    self._latency.forget(name)
                    for task in was.preset.uses:
                        self._breaker.forget(was.line(task))
            self._rates[name].most = self._chosen.limits.requests_per_minute
        for gone in old.values():
            self._leave(gone)
        return problems

    def _member(self, preset: Preset, own: bool, key: Key | None) -> Member:
        most = self._chosen.limits.requests_per_minute
        rate = self._rates.setdefault(preset.name, Rate(most, self._clock))
        return Member(preset, own, key, rate)

    def _key(self, preset: Preset) -> Key | None:
        """A key that was given for another address counts as none. Raises `SettingError` for what is no key."""
        given = self._given.get(preset.name)
        if given is None:
            return presets.key_from(self._environment, preset)
        if isinstance(given, str):
            given = self._given[preset.name] = Key(given, preset.base_url)
        return given if given.fits(preset.base_url) else None

    def _leave(self, member: Member) -> None:
        for task in member.running:
            task.cancel()
        with contextlib.suppress(RuntimeError):  # without a loop nothing of it is open
            leaving = asyncio.get_running_loop().create_task(member.close())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        members, self.members = list(self.members.values()), {}
        await asyncio.gather(*(member.close() for member in members), *self._leaving)

    def standing(self) -> list[ProviderStatus]:
        """Of each provider that is turned on, in the setting's order."""
        return [self._status(member) for member in self.members.values()]

    def _status(self, member: Member) -> ProviderStatus:
        preset = member.preset
        models = {task: use.model for task, use in preset.uses.items()}
        states = dict(self.why(member, task) for task in reversed(models))
        state = READY if READY in states else next(iter(states))
        why = next((why for why in states.values() if why), "")
        p50 = self._latency.p50(member.name, answered=True)
        return ProviderStatus(member.name, preset.title, models, state, why, p50)

    def why(self, member: Member, task: str) -> tuple[str, str]:
        """State of a provider for a task, and the sentence that goes with it if it cannot be asked."""
        title = member.preset.title
        if member.keyless:
            if member.name in self._given:
                return "no key", MOVED.format(title=title)
            return "no key", f"{title} needs a key: add one, or set {member.preset.key}."
        standing = self._breaker.standing(member.line(task))
        says = f"{title} {SAYS[standing.why]}" if standing.why else title
        if standing.phase is Phase.BLOCKED:
            return "blocked", f"{says}."
        if standing.phase is Phase.OPEN:
            return "resting", f"{says}. It is asked again in {standing.seconds:.0f} s."
        if (wait := member.rate.wait()) > 0:
            return "resting", OFTEN.format(title=title, most=member.rate.most, wait=wait)
        if (why := self._purse.refused) and not member.free:
            return "capped", why
        return READY, ""

    def candidates(self, task: str, order: Sequence[str]) -> list[Candidate]:
        """Who can be asked now, in their order."""
        able = [
            name
            for name, member in self.members.items()
            if task in member.preset.uses
            and len(member.running) < MOST
            and self.why(member, task)[0] == READY
        ]
        p50 = {name: self._latency.p50(name, task) for name in able}
        now = self._clock()
        names = expand(order, by_speed(able, p50))
        names.sort(key=lambda name: name in able and self.members[name].refuses(now))
        return [self.candidate(self.members[n], task, p50[n]) for n in names if n in able]

    def candidate(self, member: Member, task: str, p50: float | None) -> Candidate:
        probe = self._breaker.standing(member.line(task)).phase is Phase.HALF_OPEN
        high = self._latency.high(member.name, task)
        hedge = None if probe or high is None else max(HEDGE, high / 1000)
        return Candidate(member, need(p50), patience(p50, task, probe=probe), hedge)

    def nobody(self, task: str, order: Sequence[str]) -> str:
        """Why nobody can be asked: a sentence."""
        for name in expand(order, list(self.members)):
            member = self.members.get(name)
            if member is None:
                return f"{name} is not turned on in symbiote.providers."
            if task not in member.preset.uses:
                continue
            state, why = self.why(member, task)
            return why if state != READY else BUSY.format(title=member.preset.title)
        return NOBODY if not self.members else MODELLESS.format(task=task)


def _print(key: Key | None) -> str:
    return key.fingerprint if key is not None else ""
