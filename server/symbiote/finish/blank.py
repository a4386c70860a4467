"""Nothing but white space is nothing."""

from __future__ import annotations

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment


def blank(text: str, moment: Moment) -> str | Reason:
    return text if text.strip() else Reason.BLANK
