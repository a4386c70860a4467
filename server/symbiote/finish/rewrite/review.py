"""What a reviewer said of a rewrite → flags: those lines of its answer that are findings, made safe to be shown, and no others.

A model may say anything. What is not a finding in the form that was asked for, or speaks of a line that is not there, is
left out; nothing of it is ever taken for an order.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from difflib import SequenceMatcher

from symbiote.core.credential import secrets
from symbiote.core.rewriting import Flag, Severity
from symbiote.finish.unsafe_text import without_unsafe

MOST = 8
"""Flags of one review: more are not read."""
MOST_CHARACTERS = 240
"""Of a flag's text."""
MOST_ANSWER, MOST_LINE = 40_000, 1_000
"""Characters that are looked at."""
OTHERWISE = 0.5
"""The share of lines in common under which two versions are not held against each other line by line."""
QUOTED = 100
"""Characters of a line of the other version."""
GRAVITY = tuple(Severity)
WORDS = {
    "error": Severity.ERROR,
    "bug": Severity.ERROR,
    "critical": Severity.ERROR,
    "high": Severity.ERROR,
    "warning": Severity.WARNING,
    "warn": Severity.WARNING,
    "risk": Severity.WARNING,
    "medium": Severity.WARNING,
    "note": Severity.NOTE,
    "info": Severity.NOTE,
    "minor": Severity.NOTE,
    "low": Severity.NOTE,
}
"""What models call them, whatever they were told."""
_FINDING = re.compile(
    r"(?:[-*+\u2022]\s+)?[*_`(\[]{0,3}(?:lines?\s+|l)?(?P<line>\d{1,6})(?:\s?[-\u2013]\s?\d{1,6})?[*_`)\]]{0,3}\s?:"
    r"\s*[*_`(\[]{0,3}(?P<severity>[a-z]{2,10})[*_`)\]]{0,3}\s?:[*_`]{0,3}\s*(?P<text>\S.*)",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()]{0,500}\)")
_ADDRESS = re.compile(
    r"<?(?:\b[a-z][a-z0-9+.-]{0,20}://|\bwww\.|\b(?:command|javascript|vscode|mailto|data):(?=\S))\S*",
    re.IGNORECASE,
)


def flags(answer: str, new: Sequence[str]) -> list[Flag]:
    """What `answer` says of the `new` lines and where its own version differs: at most `MOST`, by line; the gravest stay."""
    said, version = _parted(answer[:MOST_ANSWER])
    found = {flag.text: flag for line in reversed(said) if (flag := _finding(line, len(new)))}
    ordered = [*reversed(found.values()), *differences(new, version)]
    ordered.sort(key=lambda flag: GRAVITY.index(flag.severity))
    return sorted(ordered[:MOST], key=lambda flag: flag.line)


def differences(new: Sequence[str], version: Sequence[str]) -> list[Flag]:
    """Where another version of the same lines says something else; none of white space, nor without another version."""
    if not any(line.strip() for line in version):
        return []
    ours, theirs = _comparable(new), _comparable(version)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    changes = [code for code in changes if any(ours[code[1] : code[2]] + theirs[code[3] : code[4]])]
    if changes and matcher.ratio() < OTHERWISE:
        text = "The other model would write most of this in another way."
        return [Flag(0, Severity.DIFFERENCE, text)]
    return [
        Flag(min(a, len(new) - 1), Severity.DIFFERENCE, _told(theirs[c:d]))
        for _, a, _, c, d in changes[:MOST]
    ]


def safe(text: str) -> str:
    """One line of plain text, without links, addresses and characters that do not look like what they are."""
    plain = _LINK.sub(r"\1", without_unsafe(text))
    plain = _ADDRESS.sub("…", plain).replace("://", ":").replace("](", "] (").strip()
    if len(plain) <= MOST_CHARACTERS:
        return plain
    head = plain[: MOST_CHARACTERS - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def _parted(answer: str) -> tuple[list[str], list[str]]:
    """The lines that may be findings, and those of the last code block that holds none."""
    said: list[str] = []
    version: list[str] = []
    block: list[str] | None = None
    opened = ""
    for line in answer.splitlines():
        fence = _FENCE.match(line)
        if block is None and fence is not None:
            block, opened = [], fence[1]
        elif block is not None and fence is not None and _closes(line, fence[1], opened):
            said, version = _sorted(block, said, version)
            block = None
        elif block is not None:
            block.append(line)
        else:
            said.append(line)
    if block is not None and any(map(_match, block)):  # findings in a block that was cut off
        said += block
    return said, version


def _closes(line: str, marks: str, opened: str) -> bool:
    return line.strip() == marks and marks.startswith(opened)


def _sorted(block: list[str], said: list[str], version: list[str]) -> tuple[list[str], list[str]]:
    """A block holds findings or code."""
    if any(map(_match, block)):
        return [*said, *block], version
    return said, block


def _match(line: str) -> re.Match[str] | None:
    found = _FINDING.fullmatch(line[:MOST_LINE].strip())
    return found if found is not None and found["severity"].lower() in WORDS else None


def _finding(line: str, lines: int) -> Flag | None:
    found = _match(line)
    if found is None or not 1 <= int(found["line"]) <= lines:
        return None
    text = safe(found["text"])
    if not any(c.isalpha() for c in text) or any(secrets(text, code=False)):
        return None
    return Flag(int(found["line"]) - 1, WORDS[found["severity"].lower()], text)


def _comparable(lines: Sequence[str]) -> list[str]:
    return textwrap.dedent("\n".join(line.rstrip() for line in lines)).split("\n")


def _told(theirs: Sequence[str]) -> str:
    """What the other version has there, without what may be a secret."""
    lines = [line.strip() for line in theirs if line.strip()]
    first = safe(lines[0]) if lines else ""
    if not lines:
        return "The other model would leave this out."
    if not first or any(secrets(first, code=True)):
        return "The other model would write this in another way."
    more = f" and {len(lines) - 1} more lines" if len(lines) > 2 else ""
    more = " and another line" if len(lines) == 2 else more
    quoted = first if len(first) <= QUOTED else first[: QUOTED - 1] + "…"
    return f"The other model would write here: {quoted}{more}"
