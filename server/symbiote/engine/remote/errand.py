"""What is asked of providers, made ready to leave: without secrets, and under a name that says nothing of the window."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from symbiote.engine.remote.budget import Unasked
from symbiote.engine.remote.outgoing import Outgoing
from symbiote.engine.remote.request import Message, Request

Redact = Callable[[Request], Outgoing]
UNCHECKED = "The text could not be searched for secrets, so it was not sent."


@dataclass(eq=False, slots=True)
class Errand:
    """What is asked, and whether it may go. The texts are cleaned once, for all who are asked."""

    request: Request
    task: str
    session: str = ""
    clean: Outgoing | None = None

    def cleaned(self, redact: Redact) -> Outgoing:
        """The request without secrets. Raises `Unasked` when that cannot be told."""
        if self.clean is None:
            try:
                self.clean = redact(self.request)
            except Exception:  # whatever it is, its text may quote what must not leave
                raise Unasked(UNCHECKED) from None
        return self.clean


def session_name(name: str) -> str:
    """A name that says nothing of the window."""
    return hashlib.sha256(b"symbiote session " + name.encode()).hexdigest()[:16] if name else ""


def trial(way: str, seconds: float) -> Request:
    """A few tokens' worth."""
    until = time.monotonic() + seconds
    if way == "chat":
        return Request(messages=(Message("user", "Answer with OK."),), limit=16, deadline=until)
    return Request("def add(a, b):\n    return ", "\n", limit=4, deadline=until)
