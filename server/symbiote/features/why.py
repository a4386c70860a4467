"""The answer to "Why nothing?" (and "Why this?") for a window's last ask, in Markdown.

Told anew from what the ask left behind; nothing of it is written down anywhere. It quotes the document, and so goes to
the window that asked and to nobody else.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from symbiote.core.answer import SENTENCES, Origin, Reason, Silence
from symbiote.core.moment import Trigger
from symbiote.core.timing import Timing
from symbiote.engine.port import End, EngineStatus
from symbiote.features import outsiders
from symbiote.features.around import Around, away
from symbiote.features.facts import listed
from symbiote.features.gate import explained
from symbiote.features.house import Asked, House, Window
from symbiote.features.markdown import quoted, visible
from symbiote.features.reproduction import reproduction
from symbiote.features.sent import prompt, sent
from symbiote.features.typed import settled
from symbiote.finish.chain import Step, trace

ORIGINS = {
    Origin.COMPUTED: "computed",
    Origin.TYPED_THROUGH: "the rest of an answer whose beginning was typed",
    Origin.PREFETCHED: "computed ahead, before it was asked for",
    Origin.REMEMBERED: "remembered from the same place in the same text",
}
ENDS = {
    End.EOG: "the model ended it",
    End.LINE: "its line was complete",
    End.LIMIT: "it had as many tokens as one may have",
    End.DEADLINE: "its time was up",
    End.UNSURE: "it had become too unlikely to be shown",
}
NEXT = {
    Reason.DISABLED: "Switch symbiote.enabled on, for this workspace or for all.",
    Reason.LANGUAGE_OFF: "Allow the language again in the status bar menu.",
    Reason.MID_WORD: "Go to the end of the word. By hand (Alt+\\) an answer is shown that fits the rest of the word.",
    Reason.NO_MODEL: "Run `symbiote doctor`.",
    Reason.ENGINE_DIED: "Ask again; if it stops again, run `symbiote doctor` and see the log.",
    Reason.NO_PROVIDER: "See below how the providers stand; raise symbiote.deadlineMs where they are only slow.",
    Reason.REFUSED: "Choose another model (symbiote.model); `symbiote models` lists those that work by name.",
    Reason.SUPERSEDED: "Nothing is wrong: the newer request got the answer.",
    Reason.CANCELLED: "Nothing is wrong: pause for a moment, or ask by hand (Alt+\\).",
    Reason.DEADLINE: "Raise symbiote.deadlineMs, take a smaller model, or run `symbiote doctor --calibrate`.",
    Reason.BLANK: "Type on: with the next letters the model may know more.",
    Reason.REPEATS_SUFFIX: "Type on where it is to differ from what follows.",
    Reason.REPEATS_LINE: "Type on where it is to differ from the line beside it.",
    Reason.NO_SUCH_MEMBER: "Type on, or write first what makes the name: it counts at once.",
    Reason.LOW_CONFIDENCE: "Ask by hand (Alt+\\) to see it all the same, or type on.",
    Reason.ON_KEY: "Press Alt+\\ to see it.",
    Reason.IN_STRING: "Ask by hand (Alt+\\), or allow strings in symbiote.stringsAndComments.",
    Reason.IN_COMMENT: "Ask by hand (Alt+\\), or allow comments in symbiote.stringsAndComments.",
    Reason.INTERNAL: "Report it with the log; the reproduction helps.",
}
"""What to do about a silence, where its sentence does not say it."""


class Explained(NamedTuple):
    """`text` is Markdown for a human, without its title; `reproduction` is a hole (`reproduction.py`), None where the
    engine was not asked."""

    title: str
    text: str
    reproduction: str | None


def explain(window: Window, house: House) -> Explained:
    """What was asked, what came of it and by which steps, where the time went."""
    last = window.last
    if last is None:
        nothing = "Nothing was asked for in this window yet. Type in a file, or trigger by hand."
        page = _page(engine=_engine(house, None), providers=outsiders.lines(house, window, None))
        return Explained("Why nothing?", f"{nothing}\n\n{page}", None)
    read = sent(house, window, last)
    title = "Why nothing?" if isinstance(last.answer, Silence) else "Why this?"
    text = _page(
        asked=_asked(last),
        came=_came(last),
        time=_time(last),
        told=_told(window, last),
        read=_read(house, last, read),
        wrote=_wrote(last),
        filters=_filters(last),
        gate=_gate(last),
        engine=_engine(house, last.engine),
        providers=outsiders.lines(house, window, last),
    )
    asked = read or last.read
    hole = reproduction(last.answer.id, asked, last.language) if asked is not None else None
    return Explained(title, text, hole)


TITLES = {
    "asked": "What was asked",
    "came": "What came of it",
    "time": "Where the time went",
    "told": "What the editor knows here",
    "read": "The prompt as sent",
    "wrote": "The raw answer",
    "filters": "What each filter did",
    "gate": "The gate",
    "engine": "The engine",
    "providers": "The providers",
}


def _page(**sections: list[str]) -> str:
    """Sections by title; what cannot be seen, or would change what is seen, is spelled out."""
    parts = [
        f"## {TITLES[name]}\n\n" + "\n".join(lines) for name, lines in sections.items() if lines
    ]
    return visible("\n\n".join(parts))


def _asked(last: Asked) -> list[str]:
    place = f", line {last.line + 1}, column {last.column + 1}" if last.engine is not None else ""
    lines = [f"- Asked: {last.trigger}, {last.language or 'unknown language'}{place}"]
    if last.moment is not None and last.moment.selected is not None:
        lines.append(
            f"- Selected in the list, and taken for typed: {quoted(last.moment.selected[1])}"
        )
    return lines


def _came(last: Asked) -> list[str]:
    answer = last.answer
    if isinstance(answer, Silence):
        lines = [f"- Shown: nothing ({answer.reason})", f"- {answer.sentence}"]
        return [*lines, f"- Next: {NEXT[answer.reason]}"] if answer.reason in NEXT else lines
    shown = f"- Shown: {len(answer.text)} characters, {ORIGINS[answer.origin]}"
    return [shown, f"- Text: {quoted(answer.text)}"] if last.moment is not None else [shown]


def _time(last: Asked) -> list[str]:
    cost, when = last.answer.cost, ""
    lines = [f"- Milliseconds: {_stages(cost.timing)}"]
    if last.held:
        lines.append(f"- {_held(last)}")
    if last.found is not None and _reused(last):
        cost, when = last.found.drawn.done.cost, ", when it was computed"
        lines.append(f"- Milliseconds{when}: {_stages(cost.timing)}")
    if last.read is None:
        return lines
    tokens = cost.tokens
    return [
        *lines,
        f"- Tokens{when}: {tokens.prompt:,} in the prompt, {tokens.evaluated:,} of them computed anew, "
        f"{tokens.generated} generated ({tokens.drafted} drafted, {tokens.accepted} of them right)",
    ]


def _held(last: Asked) -> str:
    return (
        f"It waited {last.held:.0f} ms of that for a pause in typing: this engine is slower than your keys come, and would have "
        "been begun in vain"
    )


def _stages(timing: Timing) -> str:
    found = [f"{name} {ms:.1f}" for name, ms in timing.as_dict().items() if ms >= 0.05]
    return " · ".join(found) or "none"


def _reused(last: Asked) -> bool:
    """Whether the answer was not computed for this ask; so too of one that was then held back."""
    found = last.found
    return found is not None and found.origin is not Origin.COMPUTED


def _told(window: Window, last: Asked) -> list[str]:
    known = window.facts.get(last.moment.document.uri) if last.moment is not None else None
    return listed(known) if known is not None else []


def _read(house: House, last: Asked, read: Around | None) -> list[str]:
    if last.engine is not None and last.moment is None:
        return [
            "The document was closed since, or another one that it quotes, and the text with it."
        ]
    if last.read is None:
        return ["The model was not asked."]
    if read is None:
        return ["It was sent for an earlier ask, and what it was is no longer known."]
    tokens = last.found.drawn.done.cost.tokens.prompt if last.found is not None else 0
    if _reused(last):
        how = "For the earlier ask, or the one ahead of time, whose answer this is."
    elif last.found is None and last.own is None:
        how = "It was not sent; this is what it would have been."
    else:
        how = "For this ask."
    counted = f" {tokens:,} tokens in all." if tokens else ""
    sizes = f"{len(read.before):,} characters before the cursor and {len(read.after):,} after it"
    more = f"The engine may look things up in {sizes}."
    if last.engine is not None and away(last.engine):
        more = "More is not sent."
    return [f"{how}{counted}", *prompt(house, read, last, tokens), "", more]


def _wrote(last: Asked) -> list[str]:
    if last.found is None:
        if last.own is None:
            return []
        own = last.own
        return [f"- It came to no end for this ask; so far: {quoted(own.said)}, {own.heard} tokens"]
    drawn = last.found.drawn
    lines = [f"- {quoted(drawn.raw)}", f"- It ended there because {ENDS[drawn.done.end]}"]
    if drawn.extended:
        lines.append("- The lines after its first one were computed one by one, right after it")
    if last.found.typed:
        lines.append(f"- Typed of it since: {quoted(last.found.typed)}")
    return lines


def _filters(last: Asked) -> list[str]:
    if last.found is None or last.moment is None:
        return []
    found = last.found
    steps = trace(found.rest, settled(last.moment), cut=found.drawn.cut, known=last.known)
    return [_step(step) for step in steps]


def _step(step: Step) -> str:
    before = quoted(step.before)
    if isinstance(step.after, Reason):
        return f"- {step.name}: {before} → nothing ({step.after}). {SENTENCES[step.after]}"
    if step.after == step.before:
        return f"- {step.name}: left as it was"
    return f"- {step.name}: {before} → {quoted(step.after)}"


def _gate(last: Asked) -> list[str]:
    if last.found is None or last.engine is None:
        return []
    if last.found.drawn.done.by is not None:
        return ["- How likely its text is a provider does not say, so no gate holds it back"]
    confidence = last.found.drawn.done.confidence
    what = "the answer it comes from" if _reused(last) else "this text"
    lines = [f"- The model gives {what} a probability of {math.exp(confidence):.0%}"]
    if last.gate is None:
        return lines
    lines += [f"- {line}" for line in explained(last.gate, last.language)]
    if confidence < last.gate.show and last.trigger == Trigger.INVOKED:
        lines.append("- It was asked for by hand, so the gate did not count")
    return lines


def _engine(house: House, then: EngineStatus | None) -> list[str]:
    now = house.desk.engine.status
    lines = [f"- Engine: {_named(now)}"]
    if then is not None and (then.name, then.model, then.pid) != (now.name, now.model, now.pid):
        lines.append(f"- At the time of the ask: {_named(then)}")
    if now.tuning:
        chosen = ", ".join(f"{name} {value}" for name, value in now.tuning.items())
        lines.append(f"- Calibrated: {chosen}")
    return [*lines, *(f"- {line}" for line in (now.reason, now.note) if line)]


def _named(status: EngineStatus) -> str:
    if away(status):
        return f"{status.name}, elsewhere, model {status.model}"
    said = f"{status.name}, {status.state}, model {status.model or 'none'}"
    if status.family:
        said += f", family {status.family}"
    if status.device:
        said += (
            f" on {status.device}, {status.threads} threads, {status.gpu_layers} layers on the GPU"
        )
    return f"{said}, context {status.context} tokens" if status.context else said
