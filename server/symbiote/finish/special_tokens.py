"""Cut at control tokens that came as text."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment

# The families of `prompt/families`, StarCoder's training marks, chat marks of instruct models. At the very end also
# the beginning of one, which an answer may be cut off in.
_SPECIAL = re.compile(
    r"<\|[a-z_]+\|>|<fim_(?:prefix|suffix|middle|pad)>|<(?:file_sep|repo_name|reponame|gh_stars)>"
    r"|<jupyter_(?:start|text|code|output)>|<issue_(?:start|comment|closed)>|<commit_(?:before|msg|after)>"
    r"|<(?:start|end)_of_turn>|<｜[^｜<>]{1,24}｜>|<\[fim-\w+\]>|<EOT>|<SUF>|<MID>|\[/?INST\]"
    r"|<\|(?:fim|file|endo|im_|eot|repo)[a-z_]*\|?$|<fim_[a-z]*$"
)


def special_tokens(text: str, moment: Moment) -> str:
    """Everything from the first control token on is dropped, unless the document itself spells it."""
    for found in _SPECIAL.finditer(text):
        if not any(found.group() in line for line in moment.document.lines):
            return text[: found.start()]
    return text
