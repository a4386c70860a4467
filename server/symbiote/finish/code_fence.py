"""Take code out of the Markdown that chat models wrap it in."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment
from symbiote.finish.syntax import inside_text

PROSE = frozenset(
    ["markdown", "mdx", "quarto", "restructuredtext", "plaintext", "git-commit", "latex"]
)
"""Where fences may be meant."""
_FENCE = re.compile(r"^[ \t]*```.*$", re.MULTILINE)
_OPENING = re.compile(r"\s*```[\w+-]*[ \t]*\n")


def code_fence(text: str, moment: Moment) -> str:
    """Drop a fence the text begins with, and everything from the next one on. In prose and comments they are meant."""
    if "```" not in text or moment.document.language in PROSE or inside_text(moment):
        return text
    opening = _OPENING.match(text)
    bare = text[opening.end() :] if opening else text
    closing = _FENCE.search(bare)
    return bare[: closing.start()] if closing else bare
