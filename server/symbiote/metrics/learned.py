"""What was learned of when to show, by model and language, kept in a file of counts (docs/metrics.md).

Losing the file costs what was learned and nothing else: one that cannot be read is begun anew.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from pathlib import Path
from typing import Any

from symbiote.metrics.acceptance import Acceptance

log = logging.getLogger("symbiote.learned")

SCHEMA = 1
MOST = 128
"""Pairs of model and language; the one that learned longest ago gives way."""
SOON = 2.0
"""Seconds after which a change is written."""
Pair = tuple[str, str]


class Learned:
    """In memory, and in the file `path` if there is one. Used in one thread."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._pairs: dict[Pair, Acceptance] = _read(path) if path else {}
        self._nothing = Acceptance()
        self._timer: asyncio.TimerHandle | None = None

    def of(self, model: str, language: str) -> Acceptance:
        """What is known of a pair, to be read only."""
        return self._pairs.get((model, language[:32]), self._nothing)

    def see(self, model: str, language: str, confidence: float) -> None:
        """There was an answer, shown or not. Written down with the next outcome."""
        self._own(model, language).see(confidence)

    def note(
        self, model: str, language: str, place: str, confidence: float, *, accepted: bool
    ) -> None:
        """What became of a suggestion."""
        self._own(model, language).note(place, confidence, accepted=accepted)
        self._soon()

    def forget(self) -> None:
        """All of it, the file too."""
        self._pairs.clear()
        self._stop()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write what is not written yet."""
        if self._timer is not None:
            self._write()

    @property
    def outcomes(self) -> dict[Pair, float]:
        """How much is known, by model and language, old outcomes faded."""
        return {pair: known.total for pair, known in self._pairs.items() if known.total >= 0.5}

    def _own(self, model: str, language: str) -> Acceptance:
        pair = (model, language[:32])
        known = self._pairs.pop(pair, None) or Acceptance()
        self._pairs[pair] = known
        if len(self._pairs) > MOST:
            del self._pairs[next(iter(self._pairs))]
        return known

    def _soon(self) -> None:
        if self._path is None or self._timer is not None:
            return
        self._timer = asyncio.get_running_loop().call_later(SOON, self._write)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _write(self) -> None:
        """A few kilobytes, at most once in `SOON`."""
        self._stop()
        assert self._path is not None
        kept = [
            {"model": model, "language": language, **known.as_dict()}
            for (model, language), known in self._pairs.items()
            if known.total >= 0.5
        ]
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            with os.fdopen(
                os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w"
            ) as file:
                json.dump({"schema": SCHEMA, "pairs": kept}, file)
            aside.replace(self._path)
        except OSError as error:
            log.warning("what was learned is not kept: %s", error)


def _read(path: Path) -> dict[Pair, Acceptance]:
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw["schema"] != SCHEMA:
            return {}
        return {_pair(one): Acceptance.from_dict(one) for one in raw["pairs"][-MOST:]}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        log.warning("what was learned is begun anew: %s", error)
        return {}


def _pair(raw: dict[str, Any]) -> Pair:
    model, language = raw["model"], raw["language"]
    if not isinstance(model, str) or not isinstance(language, str):
        raise TypeError("not a model and a language")
    return model, language
