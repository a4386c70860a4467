"""One blank between two words is enough: tokenizers put one before most words, where it may stand already."""

from __future__ import annotations

from symbiote.core.moment import Moment

COMMENTS = ("#", "//", "/*")
"""Before which two blanks are usual (PEP 8)."""


def leading_space(text: str, moment: Moment) -> str:
    """Drop the one blank an answer begins with, behind a blank of the cursor's line. More than one is meant."""
    before, bare = moment.before, text[1:]
    if not text.startswith(" ") or not bare[:1].strip() or bare.startswith(COMMENTS):
        return text
    return bare if before.strip() and before[-1] in " \t" else text
