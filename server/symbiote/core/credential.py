"""Which parts of a text are secrets: keys of known kinds, and random values given to a password or a token."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

KEYS = {
    "AKIA": r"[0-9A-Z]{16}\b",
    "ASIA": r"[0-9A-Z]{16}\b",
    "ghp_": r"\w{20,}",
    "gho_": r"\w{20,}",
    "ghu_": r"\w{20,}",
    "ghs_": r"\w{20,}",
    "ghr_": r"\w{20,}",
    "github_pat_": r"\w{22,}",
    "glpat-": r"[\w-]{20,}",
    "sk-": r"(?=[\w-]*\d)[\w-]{20,}",
    "sk_live_": r"\w{16,}",
    "rk_live_": r"\w{16,}",
    "gsk_": r"\w{32,}",
    "xox": r"[abeprs]-[\w-]{10,}",
    "AIza": r"[\w-]{35}",
    "hf_": r"[A-Za-z0-9]{30,}",
    "npm_": r"[A-Za-z0-9]{36}",
    "pypi-": r"[\w-]{32,}",
    "SG.": r"[\w-]{16,}\.[\w-]{16,}",
    "eyJ": r"[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+",
}
"""Beginnings that the issuers chose so that such keys can be found, and what follows
(https://docs.github.com/code-security/secret-scanning); `eyJ` is a JSON Web Token."""
HEADER = "PRIVATE KEY"
_KEY = re.compile(
    r"\b(?:" + "|".join(re.escape(begin) + rest for begin, rest in KEYS.items()) + ")"
    rf"|-----BEGIN (?:[A-Z]+ )*{HEADER}(?: BLOCK)?-----"
)

NAMES = ("passwd", "password", "passphrase", "pwd", "secret", "token", "key", "credential")
_ASSIGNED = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|private)_?key|credential)s?"
    r"(?:_?key)?(?:_\w*)?[\"'\]]*\s*(?:=>|:=|[:=])\s*"
)
_VALUE = r"(?:bearer )?([\w+/=.~!@#$%^&*-]{16,})"
_QUOTED = re.compile(rf"{_ASSIGNED}\w{{0,2}}[\"'`]{_VALUE}", re.IGNORECASE)
_BARE = re.compile(rf"{_ASSIGNED}[\"'`]?{_VALUE}", re.IGNORECASE)
_MADE_UP = re.compile(
    r"your|example|placeholder|change.?me|dummy|sample|xxxx|\*\*\*", re.IGNORECASE
)
_NO_VALUE = ("/", "./", "~", "$", "%")
"""A path, or the name of a variable."""

ENTROPY = 3.5
"""Bits a character, counted over the value. Words are below (English: 2.5 to 3.3 at this length), random letters and
digits above; detect-secrets asks for 4.5 without a name in front, which 20 characters cannot reach."""


def secrets(text: str, *, code: bool) -> Iterator[tuple[int, int, str]]:
    """Where they begin and end, and their text, in their order. In `code` a value stands in quotes."""
    spans: list[tuple[int, int]] = []
    if HEADER in text or any(begin in text for begin in KEYS):
        spans += [found.span() for found in _KEY.finditer(text)]
    lower = text.lower()
    if any(name in lower for name in NAMES):
        named = _QUOTED if code else _BARE
        spans += [found.span(1) for found in named.finditer(text) if _random(found[1])]
    for start, end in sorted(spans):
        yield start, end, text[start:end]


def _random(value: str) -> bool:
    if not any(c.isalpha() for c in value) or not any(c.isdigit() for c in value):
        return False
    if value.startswith(_NO_VALUE) or _MADE_UP.search(value):
        return False
    return _entropy(value) >= ENTROPY


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
