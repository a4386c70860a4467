"""`symbiote bench providers`: time to the first token and tokens a second, per provider and task.

Each request begins with a line that no other has, so that nothing a provider remembers can answer it; what it counts as read
before is left out of the figures all the same.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.delay_server import Delays, delay_server
from symbiote.bench.figures import intervals, percentiles
from symbiote.bench.outside import Sample, ask, ask_class, cloud
from symbiote.core.errors import UserError
from symbiote.engine.remote import presets, price
from symbiote.engine.remote.budget import Budget
from symbiote.engine.remote.chosen import LIMITS as LIMITS_NAME
from symbiote.engine.remote.chosen import read_providers
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.presets import TASKS, Preset
from symbiote.engine.remote.request import Message, Request

RUNS = 30
SHARES = (50, 95, 99)
PATIENT = 60.0
"""Seconds for one answer."""
BEFORE, AFTER, REGION = 2_000, 500, 1_500
"""Characters of a completion's prompt and of the code to rewrite."""
LIMITS = {"complete": 64, "rewrite": 512}
REWRITE = "Rewrite the code that the user sends: give every function a short docstring. Answer with the code alone."


class Pace(NamedTuple):
    """Milliseconds to the first token, tokens a second; `assumed` where no public figure was found."""

    first_ms: float
    rate: float
    assumed: bool = False


PACES = {
    # https://aipromptshub.co/limits/groq-rate-limits (2026): llama-3.1-8b-instant
    ("groq", "complete"): Pace(157, 560),
    # the same, and https://console.groq.com/docs/models: gpt-oss-120b
    ("groq", "rewrite"): Pace(318, 500),
    # https://alatirok.com/ai-inference-speed-2026: measured rate; the time to the first token is assumed
    ("cerebras", "complete"): Pace(300, 1_706, assumed=True),
    ("cerebras", "rewrite"): Pace(300, 1_706, assumed=True),
}
USUAL = Pace(400, 100, assumed=True)
"""Of everybody else: a guess, and named as such."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A provider and a task, and how it is asked."""

    preset: Preset
    task: str
    ask: Callable[[Request], Awaitable[Sample]]
    pace: Pace | None = None


def tasks_of(preset: Preset, wanted: Sequence[str] = TASKS) -> list[str]:
    return [task for task in TASKS if task in wanted and task in preset.uses]


def chosen(names: Sequence[str], setting: Mapping[str, Any]) -> dict[str, Any]:
    """The setting with exactly the named providers in it, all of the setting's without names. Raises `UserError`."""
    raw = {name: setting.get(name, True) for name in names} if names else dict(setting)
    if LIMITS_NAME in setting:
        raw[LIMITS_NAME] = setting[LIMITS_NAME]
    if not set(raw) - {LIMITS_NAME}:
        known = ", ".join(sorted(presets.load()))
        raise UserError(f"Name the providers to ask: some of {known}, or those in a --setting.")
    return raw


def estimate(raw: Mapping[str, Any], runs: int, wanted: Sequence[str]) -> tuple[float, bool]:
    """What it costs at most in USD, and whether a price had to be guessed (the dearest known one is taken then)."""
    found = read_providers(raw)
    rng = random.Random(0)  # noqa: S311
    whole, guessed = 0.0, False
    for name, preset in found.presets.items():
        for task in tasks_of(preset, wanted):
            told = price.price(preset, preset.uses[task].model, name in found.own)
            guessed = guessed or told is None
            one = request(task, TEXTS, rng)
            cost = price.usd(told or price.dearest(), price.tokens(one), 0, one.limit)
            whole += runs * cost
    return whole, guessed


async def real(
    raw: Mapping[str, Any],
    runs: int,
    wanted: Sequence[str],
    texts: Sequence[str],
    spend: Budget | None = None,
) -> dict[str, Any]:
    """Ask providers with the user's own keys. Costs money, which is reserved from `spend`. Raises `UserError` when one cannot
    be asked."""
    made = cloud(raw, spend=spend)
    try:
        for one in made.standing():
            if one.state != "ready":
                raise UserError(one.why)
        asked = []
        for preset in read_providers(raw).presets.values():
            for task in tasks_of(preset, wanted):
                await made.warm(task, (preset.name,))
                asked.append(Asked(preset, task, _through(made, preset.name, task)))
        return await _measured("providers", asked, runs, texts)
    finally:
        await made.close()


async def simulated(
    names: Sequence[str],
    runs: int,
    wanted: Sequence[str],
    texts: Sequence[str],
    paces: Mapping[tuple[str, str], Pace] = PACES,
) -> dict[str, Any]:
    """The same requests by the same classes to a server of this program that waits as providers are reported to."""
    shipped = presets.load()
    if unknown := sorted(set(names) - set(shipped)):
        raise UserError(f"{unknown[0]} is not known: {', '.join(sorted(shipped))} are.")
    picked = [shipped[name] for name in names or _with_key(shipped)]
    pairs = [(preset, task) for preset in picked for task in tasks_of(preset, wanted)]
    told = {f"{one.name}.{task}": paces.get((one.name, task), USUAL) for one, task in pairs}
    delays = {name: Delays(pace.first_ms / 1000, pace.rate) for name, pace in told.items()}
    engines = []
    async with delay_server(delays) as server:
        try:
            asked = []
            for preset, task in pairs:
                url = server.url(f"{preset.name}.{task}")
                key = Key("simulated", url)
                engines.append(presets.make(replace(preset, base_url=url), task, key))
                await engines[-1].warm()
                pace = told[f"{preset.name}.{task}"]
                asked.append(Asked(preset, task, _directly(engines[-1]), pace))
            return await _measured("providers-simulated", asked, runs, texts)
        finally:
            for engine in engines:
                await engine.close()


def _with_key(shipped: Mapping[str, Preset]) -> list[str]:
    """The presets elsewhere: servers of the user's own have no pace that anybody could report."""
    return [name for name, preset in shipped.items() if preset.key]


def _through(made: Any, name: str, task: str) -> Callable[[Request], Awaitable[Sample]]:
    return lambda one: ask(made, name, task, one)


def _directly(engine: Any) -> Callable[[Request], Awaitable[Sample]]:
    return lambda one: ask_class(engine, one)


async def _measured(
    name: str, asked: Sequence[Asked], runs: int, texts: Sequence[str]
) -> dict[str, Any]:
    """All of them in turns, so that a change of the network's speed meets all; one request at a time, but for simulations."""
    load, begun = load_average(), time.monotonic()
    rng = random.Random(0)  # noqa: S311
    samples: list[list[Sample]] = [[] for _ in asked]
    for _ in range(runs):
        asking = [one.ask(request(one.task, texts, rng)) for one in asked]
        if name == "providers":
            found = [await one for one in asking]
        else:
            found = await asyncio.gather(*asking)
        for series, sample in zip(samples, found, strict=True):
            series.append(sample)
    rows = [row(one, found) for one, found in zip(asked, samples, strict=True)]
    return {
        "schema": SCHEMA,
        "bench": name,
        "machine": machine(load),
        "seconds": round(time.monotonic() - begun, 1),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "rows": rows,
        "failed": [
            f"{one['title']} ({one['task']}): {says} ({count} of {runs})"
            for one in rows
            for says, count in one["failures"].items()
        ],
    }


def request(task: str, texts: Sequence[str], rng: random.Random) -> Request:
    """A request that no other begins like: a place in one of the texts, or a piece of one to be rewritten."""
    text = rng.choice(texts)
    at = rng.randrange(len(text) // 4, max(len(text) // 4 + 1, len(text) - REGION))
    first = f"# {secrets.token_hex(8)}\n"
    until = time.monotonic() + PATIENT
    if task == "complete":
        before = first + text[max(0, at - BEFORE) : at]
        return Request(before, text[at : at + AFTER], limit=LIMITS[task], deadline=until)
    turns = Message("system", REWRITE), Message("user", first + text[at : at + REGION])
    return Request(messages=turns, limit=LIMITS[task], deadline=until)


def row(asked: Asked, samples: Sequence[Sample]) -> dict[str, Any]:
    """The figures of one provider and task; `reused` counts what is left out because the provider had read it before."""
    preset, use = asked.preset, asked.preset.uses[asked.task]
    answers = [one for one in samples if not one.fault]
    fresh = [one for one in answers if not one.cached]
    first = sorted(one.first_ms for one in fresh)
    rates = sorted((rate for one in fresh if (rate := one.tokens_per_s)), reverse=True)
    paid = [one.usd for one in answers if one.usd is not None]
    pace = asked.pace
    return {
        "provider": preset.name,
        "title": preset.title,
        "kind": preset.kind if use.way == "chat" else use.way,
        "model": use.model,
        "task": asked.task,
        "n": len(fresh),
        "reused": len(answers) - len(fresh),
        "failures": dict(Counter(one.fault for one in samples if one.fault)),
        "first_ms": percentiles(first, SHARES),
        "first_ms_95": intervals(first, SHARES),
        # the 95th percentile is what 95 of 100 answers reach at least
        "tokens_per_s": percentiles(rates, SHARES),
        "generated": percentiles(sorted(one.generated for one in fresh), (50,))["p50"],
        "usd": round(sum(paid), 6) if paid else None,
        "set_to": pace._asdict() if pace else None,
    }


TEXTS = ("x = 1\n" * 1_000,)
"""As long as a real one, to estimate costs by."""
