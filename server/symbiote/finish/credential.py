"""Write no secret: a model may have one from the file, from its training, or make up one that looks real."""

from __future__ import annotations

from symbiote.core.answer import Reason
from symbiote.core.credential import secrets
from symbiote.core.moment import Moment
from symbiote.core.text import body
from symbiote.finish.syntax import CODE

NEAR = 300
"""Characters before the cursor that may belong to one."""


def credential(text: str, moment: Moment) -> str | Reason:
    """Cut before the line that would hold a known kind of key, or a random value given to a password or a token.

    The first line that does is not shown at all. What the cursor's line holds already may be said again.
    """
    before, here = moment.before[-NEAR:], body(moment.document.lines[moment.line])
    code = moment.document.language in CODE
    for start, end, value in secrets(before + text, code=code):
        if end > len(before) and value not in here:
            cut = text.rfind("\n", 0, max(0, start - len(before)))
            return text[:cut] if cut > 0 and text[:cut].strip() else Reason.CREDENTIAL
    return text
