"""The answer to "Why nothing?" (and "Why this?") for a window's last ask."""

from __future__ import annotations

import math

from symbiote.core.answer import Origin, Silence
from symbiote.features.house import Asked, House, Window

ORIGINS = {
    Origin.COMPUTED: "computed",
    Origin.TYPED_THROUGH: "the rest of an answer whose beginning was typed",
    Origin.PREFETCHED: "computed ahead, before it was asked for",
    Origin.REMEMBERED: "remembered from the same place in the same text",
}


def explain(window: Window, house: House) -> tuple[str, str]:
    """A title and a plain text: what was asked, what came of it, where the time went."""
    status = house.desk.engine.status
    engine = [
        f"Engine: {status.name}, {status.state}, model {status.model or 'none'}"
        + (f" on {status.device}, {status.threads} threads" if status.device else "")
    ]
    engine += [line for line in (status.reason, status.note) if line]
    if window.last is None:
        return "Why nothing?", "\n".join(
            [
                "Nothing was asked for in this window yet. Type in a file, or trigger by hand.",
                "",
                *engine,
            ]
        )
    return _title(window.last), "\n".join(
        [*_asked(window.last), "", *_stages(window.last), "", *engine]
    )


def _title(last: Asked) -> str:
    return "Why nothing?" if isinstance(last.answer, Silence) else "Why this?"


def _asked(last: Asked) -> list[str]:
    answer = last.answer
    place = f"line {last.line + 1}, column {last.column + 1}"
    lines = [f"Asked: {last.trigger}, {last.language or 'unknown language'}, {place}"]
    if isinstance(answer, Silence):
        return [*lines, f"Shown: nothing ({answer.reason})", answer.sentence]
    computed = answer.origin is Origin.COMPUTED
    return [
        *lines,
        f"Shown: {len(answer.text)} characters, {ORIGINS[answer.origin]}",
        f"The model gives {'this text' if computed else 'the answer it comes from'} "
        f"a probability of {math.exp(answer.confidence):.0%}",
    ]


def _stages(last: Asked) -> list[str]:
    cost = last.answer.cost
    stages = " · ".join(
        f"{name} {ms:.1f}" for name, ms in cost.timing.as_dict().items() if ms >= 0.05
    )
    tokens = cost.tokens
    return [
        f"Milliseconds: {stages or 'none'}",
        f"Tokens: {tokens.prompt} in the prompt, {tokens.evaluated} of them computed anew, "
        f"{tokens.generated} generated ({last.raw_characters} characters)",
    ]
