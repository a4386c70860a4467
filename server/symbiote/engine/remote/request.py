"""What a provider is asked for, in plain text: no pieces, no control tokens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

SESSION = "X-Symbiote-Session"
"""By it a router of several servers can keep a window's requests at the server that has read its text before."""

LONGEST = 120.0
"""Seconds; no request takes longer, whatever its deadline says."""

Role = Literal["system", "user", "assistant"]

BEFORE, AFTER = "<before>", "<after>"
COMPLETE = f"""You complete code inside an editor. The user sends the text before the cursor in {BEFORE} and the text \
after it in {AFTER}. Answer with the text that belongs between them and with nothing else: no explanation, no code \
fence, no repetition of what stands before or after. Indentation counts. Answer with nothing if nothing belongs there."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. `system` turns come first.

    `stable` is for what the next asks begin with as well, to the byte: providers read it once (`caching.py`).
    """

    role: Role
    text: str
    stable: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One ask. Either `messages`, or `prefix` and `suffix`, the texts around the cursor.

    `limit` is in tokens. `stop` are texts that end the answer and do not belong to it. `deadline` is
    `time.monotonic()` in seconds. `session` goes along as a header (`SESSION`) where it is not empty. Half surrogate pairs, which no JSON text can hold, become question marks.
    """

    prefix: str = ""
    suffix: str = ""
    messages: tuple[Message, ...] = ()
    limit: int = 64
    stop: tuple[str, ...] = ()
    deadline: float = float("inf")
    session: str = ""

    def __post_init__(self) -> None:
        for name in ("prefix", "suffix"):
            object.__setattr__(self, name, _sound(getattr(self, name)))
        turns = tuple(replace(turn, text=_sound(turn.text)) for turn in self.messages)
        object.__setattr__(self, "messages", turns)
        object.__setattr__(self, "stop", tuple(_sound(stop) for stop in self.stop if stop))

    def conversation(self) -> tuple[Message, ...]:
        """The messages; for a completion, those that ask a chat model for one."""
        if self.messages:
            return self.messages
        around = f"{BEFORE}{self.prefix}</{BEFORE[1:]}\n{AFTER}{self.suffix}</{AFTER[1:]}"
        return Message("system", COMPLETE, stable=True), Message("user", around)


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
