"""What an ask depends on, as a hole that `symbiote evaluate` can fill again, here or elsewhere."""

from __future__ import annotations

import json

from symbiote.features.around import Around


def reproduction(id: str, read: Around, language: str) -> str:
    """One line of JSON {id, prefix, suffix, answer, language}; the answer is empty, for nobody knows the right one.

    Holds as much of the file around the cursor as the engine may look things up in, so that the prompt made of it is
    the same; where typing began (`anchor.py`) is not in it, nor is what was gathered of other files.
    """
    hole = {
        "id": f"why-{id[:8]}",
        "prefix": read.before,
        "suffix": read.after,
        "answer": "",
        "language": language,
    }
    return json.dumps(hole)
