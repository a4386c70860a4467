"""Loading a second model beside the first, in the same process, to write drafts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from symbiote.core.errors import ModelError
from symbiote.engine.local import header, memory
from symbiote.engine.local.drafter import CONTEXT, Drafter
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.native import Native, Options

ROOM = 1.25
"""Of its file: its cache and buffers come on top."""


def second(first: Native, flag: AbortFlag, options: Options) -> Drafter:
    """The model of `options.draft`. Raises `ModelError` where it cannot be loaded, or writes in other tokens than the `first`."""
    path = Path(options.draft)
    header.check(path)
    left = memory.available()
    if left is not None and path.stat().st_size * ROOM > left:
        raise ModelError("There is not enough memory for it.")
    own = replace(options, path=options.draft, context=CONTEXT, ranking="", ubatch=0, draft="")
    native = Native(own, flag)
    return Drafter(native, first.shared(native), path.stem)
