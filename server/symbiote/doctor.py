"""What is wrong on this machine, and what to do about it. Part of the composition root."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from symbiote.commands.providers import line
from symbiote.core import paths
from symbiote.core.errors import SymbioteError

NOT_YET = "as shipped; `symbiote doctor --calibrate` measures what is fastest here (30 s)"

SMALLER = "Set symbiote.model to a smaller one, or have fewer tokens read: symbiote.contextTokens."


ANALYSIS_SECONDS = 30.0
"""For the first question, before which a process starts and the stubs of the standard library are read."""


class Finding(NamedTuple):
    """`next` is the next step, when there is one to take."""

    about: str
    ok: bool
    text: str
    next: str = ""


def examine() -> list[Finding]:
    """Every check, each on its own: one that fails does not hide the others."""
    findings: list[Finding] = []
    for about, check in CHECKS.items():
        try:
            findings += check()
        except SymbioteError as error:
            findings.append(Finding(about, False, str(error)))
        except Exception as error:  # a check must never be the problem
            findings.append(Finding(about, False, f"{type(error).__name__}: {error}"))
    return findings


def calibrated(model: str | None) -> tuple[list[Finding], dict[str, Any]]:
    """Calibrate `model`, or the one in use, and what came of it (docs/protocol.md). Raises `UserError`."""
    import asyncio

    from symbiote.app import remembered
    from symbiote.engine.local.calibrate import calibrate
    from symbiote.engine.local.catalogue import find

    settings = remembered()
    found = asyncio.run(calibrate(find(model or settings.model), settings))
    told = found.as_dict()
    ms = {name: told[name]["ask_ms"] for name in ("chosen", "shipped")}
    text = f"{tuned(found.tuning.as_dict())}; as shipped {ms['shipped']:.0f} ms"
    if told["skipped"]:
        text += f". No time for: {', '.join(told['skipped'])}"
    step = "It is used from the engine's next start: `symbiote stop`, or restart it in the editor."
    other = any(told["chosen"][n] != told["shipped"][n] for n in ("flash", "threads", "ubatch"))
    return [
        Finding("calibration", True, text, step if other else ""),
        Finding("promise", told["holds"], found.promise, "" if told["holds"] else SMALLER),
    ], {"calibration": told}


def tuned(tuning: dict[str, Any]) -> str:
    """A calibration's choice in words."""
    count = tuning["threads"]
    return (
        f"flash attention {'on' if tuning['flash'] else 'off'}, {count} thread{'s' * (count != 1)}, "
        f"batch of {tuning['ubatch']}; a typical ask takes {tuning['ask_ms']:.0f} ms"
    )


def told(state: dict[str, Any]) -> str:
    """`symbiote status` for a human."""
    here, engine = state["daemon"], state["engine"]
    lines = [
        f"daemon   pid {here['pid']}, version {here['version']}, up {here['uptime_s']:.0f} s, "
        f"{here['sessions'] - 1} windows",
        f"engine   {engine['state']}, model {engine['model']}"
        + (f", {engine['device']}, {engine['threads']} threads" if engine["device"] else "")
        + (f", {engine['gpu_layers']} layers on the GPU" if engine["gpu_layers"] else ""),
        f"memory   {engine['memory_mb']:.0f} MB, context {engine['context']} tokens",
    ]
    if (analysis := state.get("analysis", {"state": "off"}))["state"] != "off":
        lines.append(
            f"analysis {analysis['state']}, {analysis['answered']} of {analysis['asked']} questions answered, "
            f"{analysis['late']} late, {analysis['restarts']} restarts"
        )
    if (gate := state.get("gate", {})).get("learned"):
        lines.append(f"gate     {_gates(gate)[-1]}")
    lines += [f"provider {line(one)}" for one in state["providers"] if "title" in one]
    if tuning := engine.get("tuning"):
        lines.append(f"tuning   {tuned(tuning)}, calibrated {tuning['date']}")
    return "\n".join([*lines, *(text for text in (engine["reason"], engine["note"]) if text)])


def _gates(gate: dict[str, Any]) -> list[str]:
    """What was learned of when to show, a line for each model and language, and how much in all."""
    lines = [f"shipped: under {gate['shipped']:.0%} nothing is shown while you type"]
    for one in gate["learned"]:
        now = one["gates"] and ", ".join(f"{at} {low:.0%}" for at, low in one["gates"].items())
        where = f": {now}" if now else ""
        lines.append(f"{one['model']}, {one['language']}: {one['outcomes']:.0f} outcomes{where}")
    count = sum(one["outcomes"] for one in gate["learned"])
    return [*lines, f"learned from {count:.0f} outcomes (`symbiote gate --reset` forgets them)"]


def gates(*, as_json: bool) -> str:
    """`symbiote gate`: what the running daemon has learned."""
    import asyncio
    import json

    from symbiote.apart import ask_running

    state = asyncio.run(ask_running("symbiote/state"))
    if as_json:
        return json.dumps({"schema": 1, "gate": state and state["gate"]}, ensure_ascii=False)
    return "\n".join(_gates(state["gate"])) if state else "The daemon is not running."


def forgotten() -> str:
    """`symbiote gate --reset`: the running daemon forgets, else the file goes."""
    import asyncio

    from symbiote.apart import ask_running

    if asyncio.run(ask_running("symbiote/forgetLearned")) is None:
        paths.learned().unlink(missing_ok=True)
    return "Forgotten. The shipped gates hold."


def _machine() -> Iterator[Finding]:
    cores = os.cpu_count() or 1
    yield Finding("machine", True, f"{platform.system()} {platform.machine()}, {cores} cores")
    good = sys.version_info >= (3, 11)
    step = "" if good else "Install Python 3.11 or newer and run `python3 tasks.py start` again."
    yield Finding("python", good, sys.version.split()[0], step)


def _engine() -> Iterator[Finding]:
    import importlib.metadata

    yield Finding(
        "llama.cpp", True, f"llama-cpp-python {importlib.metadata.version('llama-cpp-python')}"
    )


def _model() -> Iterator[Finding]:
    import asyncio

    from symbiote.app import remembered
    from symbiote.engine.local import probe, tuning
    from symbiote.engine.local.catalogue import find, verify

    settings = remembered()
    model = find(settings.model)
    verify(model)
    yield Finding(
        "model file", True, f"{model.path.name}, {model.path.stat().st_size / 1e6:.1f} MB, sound"
    )
    plan = asyncio.run(probe.plan(model, settings))
    yield Finding("model runs", True, plan.note or "one token decoded in a process of its own")
    choice, remark = tuning.recall(model, settings)
    yield Finding(
        "tuning",
        True,
        f"{tuned(choice.as_dict())}, calibrated {choice.date}" if choice else remark or NOT_YET,
    )


def _analysis() -> Iterator[Finding]:
    import asyncio

    from symbiote.context.analysis.client import Analysis
    from symbiote.context.analysis.protocol import Question

    async def asked() -> Finding:
        analysis = Analysis()
        try:
            found = await analysis.ask(Question("", "import json\njson.", 1, 5), ANALYSIS_SECONDS)
        finally:
            status = analysis.status
            await analysis.close()
        if found is not None and any(member.name == "dumps" for member in found.members):
            return Finding("analysis", True, f"jedi {status.jedi} answers")
        why = status.reason or "jedi did not find the members of a module of the standard library"
        return Finding("analysis", False, why, "Run `python3 tasks.py setup` again.")

    yield asyncio.run(asked())


def _answers() -> Iterator[Finding]:
    from symbiote.engine.local.embedding.model import checked, described
    from symbiote.features.rewrite.kept import Kept

    kept = Kept(paths.answers())
    count = kept.count() if paths.answers().exists() else 0
    kept.close()
    try:
        checked(described())
        how = "for the same words, and for others that say the same"
    except SymbioteError as error:
        how = f"for the same words only. {error}"
    yield Finding("remembered answers", True, f"{count} of rewrites, {how}")


def _places() -> Iterator[Finding]:
    from symbiote.wire.address import address

    yield Finding("socket", True, str(address().socket))
    for name, folder in (("data", paths.data()), ("state", paths.state())):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        good = os.access(folder, os.W_OK)
        step = "" if good else f"Make it writable: chmod u+rwx {folder}"
        yield Finding(name, good, str(folder), step)
    yield Finding("intentions", True, f"your own go into {paths.intentions()}")
    free = shutil.disk_usage(paths.data()).free / 1e9
    step = "" if free > 1 else "Models and measurements need room: free some space."
    yield Finding("disk", free > 1, f"{free:.0f} GB free", step)


def _daemon() -> Iterator[Finding]:
    import asyncio

    from symbiote.wire.client import client

    async def asked() -> dict[str, dict[str, str]]:
        async with client() as window:
            answer: dict[str, dict[str, str]] = await window.request("symbiote/state")
            return answer

    engine = asyncio.run(asked())["engine"]
    good = engine["state"] != "off"
    step = "" if good else f"The log may say more: {paths.log()}"
    yield Finding(
        "daemon", good, f"answers; engine {engine['state']} {engine['reason']}".strip(), step
    )
    if shutil.which("nvidia-smi") and engine["state"] == "ready" and not engine["gpu_layers"]:
        step = 'Build with CUDA: SYMBIOTE_CMAKE_ARGS="-DGGML_CUDA=on" python3 tasks.py start'
        yield Finding(
            "gpu", True, "an NVIDIA driver is here, but llama.cpp was built without it", step
        )


def _providers() -> Iterator[Finding]:
    """How those that are turned on stand, as far as that is known without asking them."""
    import json
    import os

    from symbiote.app import remembered
    from symbiote.engine.remote import presets
    from symbiote.engine.remote.chosen import read_providers

    chosen = read_providers(json.loads(remembered().providers))
    for complaint in chosen.complaints:
        yield Finding("providers", False, complaint, "Mend the setting symbiote.providers.")
    for one in chosen.presets.values():
        test = f"`symbiote providers test {one.name}` asks it for a word."
        key = "needs no key"
        if one.key:
            there = presets.key_from(os.environ, one) is not None
            key = "its key is in the environment" if there else f"no key in {one.key} here"
        yield Finding(f"provider {one.name}", True, f"{one.base_url}, {key}", test)
    if not chosen.presets and not chosen.complaints:
        yield Finding("providers", True, "none is turned on: nothing leaves this machine")


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "machine": _machine,
    "llama.cpp": _engine,
    "model": _model,
    "analysis": _analysis,
    "remembered answers": _answers,
    "places": _places,
    "providers": _providers,
    "daemon": _daemon,
}
