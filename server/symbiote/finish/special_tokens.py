"""Cut at control tokens that came as text."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment

_SPECIAL = re.compile(
    r"<\|(?:fim_\w+|file_sep|file_separator|repo_name|endoftext|im_start|im_end|end_of_text)\|>"
    r"|<fim_(?:prefix|suffix|middle|pad)>|<file_sep>|<｜[^｜<>]{1,24}｜>|<\[fim-\w+\]>|<EOT>"
)


def special_tokens(text: str, moment: Moment) -> str:
    """Everything from the first control token on is dropped, unless the document itself spells it."""
    for found in _SPECIAL.finditer(text):
        if not any(found.group() in line for line in moment.document.lines):
            return text[: found.start()]
    return text
