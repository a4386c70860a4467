"""Second looks at rewrites, for `symbiote rewrite --mode double-check`: waited for, and told."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

PATIENCE = 70.0
"""Seconds for one: a little more than the daemon gives it."""


class Looks:
    """What the daemon tells of them while a command runs in `mode` (None: nothing leaves this machine, and nobody looks)."""

    def __init__(self, mode: str | None) -> None:
        self._mode = mode
        self._found: dict[int, dict[str, Any]] = {}
        self._came = asyncio.Event()

    def hear(self, method: str, params: Any) -> None:
        from symbiote.wire.protocol_rewrite import REVIEW

        if method == REVIEW:
            self._found[params["turn"]] = params
            self._came.set()

    async def of(self, answer: dict[str, Any]) -> dict[str, Any] | None:
        """That of a turn: `{flags: [{line, severity, text}], by, problem}`; None where none comes."""
        from symbiote.engine.remote.modes import mode

        looked_at = answer["text"] is not None and answer["reason"] is None
        if self._mode is None or answer["read_only"] or not looked_at:
            return None
        if not mode(self._mode).rewrite.review:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                while answer["turn"] not in self._found:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            return None
        found = self._found[answer["turn"]]
        return {key: found[key] for key in ("flags", "by", "problem")}


def say(file: str, answer: dict[str, Any]) -> None:
    """The flags as compilers write them, for a human; lines count in the file with its new lines."""
    review, start = answer["review"], answer["region"]["start"]
    if review is None:
        return
    for flag in review["flags"]:
        place = f"{file}:{start + flag['line'] + 1}"
        print(f"{place}: {flag['severity']}: {flag['text']}", file=sys.stderr)
    if review["problem"]:
        print(f"symbiote: {review['problem']}", file=sys.stderr)
    elif not review["flags"]:
        print(f"{review['by']} looked at it and found nothing.", file=sys.stderr)
