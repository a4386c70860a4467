"""What commands about a file have in common: its text, its language, a daemon of their own for another model."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from symbiote.core.errors import UserError


def apart(model: str | None) -> AbstractContextManager[Any]:
    """Try another model in a daemon of its own: the engine of the open windows stays as it is."""
    from symbiote.apart import apart as home
    from symbiote.engine.local.catalogue import find

    if not model:
        return contextlib.nullcontext()
    find(model)
    return home()


def text(file: Path) -> str:
    try:
        if file.stat().st_size > 50_000_000:
            raise UserError(f"{file} is larger than 50 MB; Symbiote does not read such files.")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text (byte {error.start}).") from error


def language(file: str) -> str:
    import mimetypes

    if file.endswith((".py", ".pyi")):
        return "python"
    guess = mimetypes.guess_type(file)[0] or "text/plain"
    return guess.split("/")[-1].removeprefix("x-")
