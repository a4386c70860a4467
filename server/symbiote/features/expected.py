"""Names that may stand at the cursor by what the analysis found: members of an object, keyword arguments of a call."""

from __future__ import annotations

import re

from symbiote.context.analysis.protocol import Findings
from symbiote.core.chunk import Names
from symbiote.core.moment import Moment

_PART = re.compile(r"\w*$")


def expected(moment: Moment, findings: Findings | None) -> tuple[Names, ...]:
    """For the text before the cursor as it is at `moment`."""
    if findings is None:
        return ()
    stem = _PART.sub("", moment.before)
    found: list[Names] = []
    if findings.members and stem.rstrip(" \t").endswith("."):
        found.append(Names(stem, tuple(member.name for member in findings.members)))
    elif findings.call:
        named = [name for call in findings.call for name in keywords(call.signature)]
        if named:
            found.append(Names(stem, tuple(dict.fromkeys(named))))
    return tuple(found)


def keywords(signature: str) -> list[str]:
    """The parameters of `f(a, *, b: int = 1)` that can be named, in their order."""
    names, depth, start = list[str](), 0, 0
    inner = signature[signature.find("(") + 1 :]
    for at, sign in enumerate(inner):
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0 or (depth == 0 and sign == ","):
            part = inner[start:at].strip()
            name = re.match(r"[^\W\d]\w*", part)
            if name and not part.startswith(("*", "/")) and name[0] not in ("self", "cls"):
                names.append(name[0])
            start = at + 1
        if depth < 0:
            break
    return names
