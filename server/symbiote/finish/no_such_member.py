"""Attributes and names of arguments that are known not to exist: put right where one name only is near, else cut off.

What there is comes from outside, and only where it is known in full (`Known`); all else passes. A name passes too when
the text makes it: assigned, defined since, or asked for by its name (`hasattr(x, "name")`).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from symbiote.core.answer import Reason
from symbiote.core.known import Known, Names
from symbiote.core.moment import Moment
from symbiote.finish.syntax import code, inside_text, lines_above

NEAR = 0.8
"""Of `difflib`'s ratio: `get_header` and `get_headers` have 0.95, `send` and `read` 0.5."""
ABOVE = 30
"""Lines above the cursor in which a call may have begun."""

CHAIN = re.compile(r"(?<![\w.\"'\])}])[^\W\d]\w*(?:\.[^\W\d]\w*)+")
CALLEE = re.compile(r"(\bdef\s+|\bclass\s+)?(?<![\w.\"'\])}])([^\W\d]\w*(?:\.[^\W\d]\w*)*)$")
KEYWORD = re.compile(r"[ \t]*([^\W\d]\w*)[ \t]*=(?!=)")
TARGET = re.compile(r"[ \t]*(?:,[^=()]*|:[^=]*)?=(?!=)")
"""What makes a name before it the target of an assignment."""
BRACKETS = re.compile(r"[()\[\]{},]")
PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
DEFINING = r"\b(?:def|class|import|as|for)\s+{0}\b|\b{0}[ \t]*(?::[^=\n]{{0,200}})?=(?!=)|^[ \t]*{0}[ \t]*:"
BINDING = (
    r"(?<![\w.]){0}[ \t]*(?:,[^=()\n]{{0,200}}|:[^=\n]{{0,200}})?=(?!=)"
    r"|\b(?:as|import|lambda|global|del)\s+{0}\b"
    r"|\bfor\b[^:\n]{{0,200}}(?<![\w.]){0}\b[^:\n]{{0,200}}\bin\b"
    r"|\blambda\b[^:\n]{{0,200}}\b{0}\b|(?<![\w.]){0}[ \t]*:="
    r"|\b(?:isinstance|issubclass|hasattr|setattr)\(\s*{0}\b"
)
"""What gives a name another meaning, or says that more is known of it. Bounded: a line of 36,000 characters took seconds."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A name at `start`..`end` of the joined text that does not exist; `whole` is where its expression begins."""

    start: int
    end: int
    whole: int
    names: Names


def no_such_member(text: str, moment: Moment, known: Known) -> str | Reason:
    if not (known.members or known.keywords) or moment.document.language != "python":
        return text
    if inside_text(moment):
        return text
    for _ in range(8):
        wrong = _first_wrong(text, moment, known)
        if wrong is None:
            return text
        better = _repaired(text, moment, wrong)
        if better is None:
            return _cut(text, moment, wrong)
        text = better
    return Reason.NO_SUCH_MEMBER


def _first_wrong(text: str, moment: Moment, known: Known) -> Wrong | None:
    """Of the names that end in the suggestion; places are those of `moment.before + text`."""
    joined = moment.before + text + moment.after
    lines = joined.split("\n")
    masked = "\n".join(code(line, "python").ljust(len(line)) for line in lines)
    first, last = len(moment.before), len(moment.before) + len(text)
    found = [*_attributes(masked, known), *_keywords(masked, moment, text, known)]
    for wrong in sorted(found, key=lambda one: one.start):
        if first < wrong.end <= last:
            name = masked[wrong.start : wrong.end]
            if not _made(name, moment, known):
                return wrong
    return None


def _attributes(masked: str, known: Known) -> Iterator[Wrong]:
    for match in CHAIN.finditer(masked):
        parts = match[0].split(".")
        if keyword.iskeyword(parts[0]):
            continue
        end = len(parts[0])
        for number, name in enumerate(parts[1:], start=1):
            receiver, start = match[0][:end], end + 1
            end = start + len(name)
            names = known.members.get(receiver)
            if names is None or name in names or name.startswith("__"):
                continue
            if number == len(parts) - 1 and _assigned(masked, match.end()):
                continue
            if not _bound(parts[0], receiver, masked, known):
                yield Wrong(match.start() + start, match.start() + end, match.start(), names)
            break


def _assigned(masked: str, end: int) -> bool:
    """Whether the expression that ends there is what is assigned to."""
    start = masked.rfind("\n", 0, end) + 1
    opened = masked[start:end]
    if opened.count("(") > opened.count(")") or TARGET.match(masked, end) is None:
        return False
    return "=" not in re.sub(r"[=!<>]=", "", opened)


def _bound(name: str, receiver: str, masked: str, known: Known) -> bool:
    """Whether the text at hand gives the expression another meaning."""
    binding = [re.compile(BINDING.format(re.escape(what)), re.M) for what in {name, receiver}]
    return any(one.search(text) for one in binding for text in (masked, *known.told))


def _keywords(masked: str, moment: Moment, text: str, known: Known) -> Iterator[Wrong]:
    if not known.keywords or "=" not in text:
        return
    above = [code(line, "python") for line in lines_above(moment, ABOVE)]
    before = "\n".join([*above, ""])
    whole = before + masked
    calls: list[str] = []
    for bracket in BRACKETS.finditer(whole):
        mark, place = bracket[0], bracket.end()
        if mark == "(":
            callee = CALLEE.search(whole, max(0, bracket.start() - 200), bracket.start())
            calls.append("" if callee is None or callee[1] else callee[2])
        elif mark in "[{":
            calls.append("")
        elif mark != ",":
            if calls:
                calls.pop()
            continue
        names = known.keywords.get(calls[-1]) if calls else None
        if names is None:
            continue
        found = re.compile(r"\s*").match(whole, place)
        given = KEYWORD.match(whole, found.end() if found else place)
        if given is None or given[1] in names:
            continue
        if not _bound(calls[-1].partition(".")[0], calls[-1], masked, known):
            start, end = (at - len(before) for at in given.span(1))
            yield Wrong(start, end, start, names)


def _made(name: str, moment: Moment, known: Known) -> bool:
    """Whether the text itself says that there is such a name: what was written since defines it, or a string has it."""
    defining = re.compile(DEFINING.format(re.escape(name)), re.M)
    if any(defining.search(text) for text in known.told):
        return True
    text = moment.document.text
    if name not in text:
        return False
    escaped = re.escape(name)
    spelled = (
        rf"[\"']{escaped}[\"']|(?<!\bself)(?<!\bcls)\.{escaped}[ \t]*(?::[^=\n]{{0,200}})?=(?!=)"
    )
    return re.search(spelled, text) is not None


def _repaired(text: str, moment: Moment, wrong: Wrong) -> str | None:
    """With the one name that is near in place of the wrong one; what was typed of it stays."""
    first = len(moment.before)
    typed = moment.before[wrong.start :] if wrong.start < first else ""
    name = (moment.before + text)[wrong.start : wrong.end]
    names = [
        one
        for one in wrong.names
        if one.startswith(typed) and not one.startswith("__") and len(one) > len(typed)
    ]
    near = get_close_matches(name, names, n=2, cutoff=NEAR)
    if len(near) != 1:
        near = [one for one in names if _parts(one) == _parts(name)]
    if len(near) != 1:
        return None
    start = max(wrong.start, first) - first
    return text[:start] + near[0][len(typed) :] + text[wrong.end - first :]


def _parts(name: str) -> list[str]:
    """The words of a name, whatever their order and case: `max_size`, `maxSize` and `size_max` are alike."""
    return sorted(part.lower() for part in PARTS.findall(name))


def _cut(text: str, moment: Moment, wrong: Wrong) -> str | Reason:
    """The whole lines before the wrong name; there are none in the suggestion's first line."""
    kept = text[: max(wrong.start - len(moment.before), 0)].rpartition("\n")[0]
    return kept if kept.strip() else Reason.NO_SUCH_MEMBER
