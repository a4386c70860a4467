"""The daemon's log: what happened, never what was written. Rotates, and only its user can read it."""

from __future__ import annotations

import logging
import logging.handlers
import traceback
import types

from symbiote.core import paths

FILES, BYTES = 5, 1_000_000
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Discreet(logging.Formatter):
    """An exception's kind and place. Its words may quote a document or a setting."""

    def formatException(  # noqa: N802  logging's name
        self,
        ei: tuple[type[BaseException], BaseException, types.TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return where(ei[1]) if ei[1] is not None else ""


def open_log(level: int = logging.INFO) -> None:
    """Send `symbiote`'s records, and warnings of others but pygls, to the log file. Wants umask 077."""
    paths.log().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        paths.log(), maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8", errors="replace"
    )
    handler.setFormatter(Discreet(FORM))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("symbiote").setLevel(level)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # its errors quote message bodies
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it prints objects with what they hold


def where(error: BaseException) -> str:
    """An exception for the log: its kind and its path through the code; its words may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)
    path = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(error).__name__} at {path}"
