"""Which parts of a text are secrets: keys of known kinds, and random values given to a password or a token."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

KEYS = {
    "AKIA": r"[0-9A-Z]{16}\b",
    "ASIA": r"[0-9A-Z]{16}\b",
    "ABIA": r"[0-9A-Z]{16}\b",
    "ACCA": r"[0-9A-Z]{16}\b",
    "LTAI": r"[A-Za-z0-9]{12,}",
    "ghp_": r"\w{20,}",
    "gho_": r"\w{20,}",
    "ghu_": r"\w{20,}",
    "ghs_": r"\w{20,}",
    "ghr_": r"\w{20,}",
    "github_pat_": r"\w{22,}",
    "glpat-": r"[\w-]{20,}",
    "gldt-": r"[\w-]{20,}",
    "glrt-": r"[\w-]{20,}",
    "glptt-": r"[\w-]{20,}",
    "glcbt-": r"[\w-]{20,}",
    "gloas-": r"[\w-]{20,}",
    "sk-": r"(?=[\w-]{0,200}\d)[\w-]{20,}",
    "csk-": r"[A-Za-z0-9]{30,}",
    "xai-": r"[A-Za-z0-9]{40,}",
    "pplx-": r"[A-Za-z0-9]{32,}",
    "fw_": r"(?=[A-Za-z]{0,24}\d)[A-Za-z0-9]{22,}",
    "r8_": r"[A-Za-z0-9]{32,}",
    "sk_live_": r"\w{16,}",
    "sk_test_": r"\w{16,}",
    "rk_live_": r"\w{16,}",
    "rk_test_": r"\w{16,}",
    "whsec_": r"[\w+/]{24,}={0,2}",
    "gsk_": r"\w{32,}",
    "xox": r"[abeoprs]-[\w-]{10,}",
    "xoxe.xox": r"[bp]-[\w-]{10,}",
    "xapp-": r"\d-[\w-]{20,}",
    "AIza": r"[\w-]{35}",
    "ya29.": r"[\w-]{20,}",
    "GOCSPX-": r"[\w-]{20,}",
    "hf_": r"[A-Za-z0-9]{30,}",
    "npm_": r"[A-Za-z0-9]{36}",
    "pypi-": r"[\w-]{32,}",
    "rubygems_": r"[0-9a-f]{40,}",
    "dckr_pat_": r"[\w-]{20,}",
    "SG.": r"[\w-]{16,100}\.[\w-]{16,}",
    "dop_v1_": r"[0-9a-f]{40,}",
    "doo_v1_": r"[0-9a-f]{40,}",
    "dor_v1_": r"[0-9a-f]{40,}",
    "shpat_": r"[0-9a-fA-F]{32,}",
    "shpca_": r"[0-9a-fA-F]{32,}",
    "shppa_": r"[0-9a-fA-F]{32,}",
    "shpss_": r"[0-9a-fA-F]{32,}",
    "sq0atp-": r"[\w-]{22,}",
    "sq0csp-": r"[\w-]{40,}",
    "dapi": r"[0-9a-f]{32,}",
    "lin_api_": r"\w{30,}",
    "ntn_": r"[A-Za-z0-9]{40,}",
    "hvs.": r"[\w-]{20,}",
    "hvb.": r"[\w-]{20,}",
    "glsa_": r"[A-Za-z0-9]{32}_[0-9a-fA-F]{8}",
    "glc_": r"[\w+/]{32,}={0,2}",
    "NRAK-": r"[A-Z0-9]{27}",
    "sntrys_": r"[\w+/]{40,}={0,2}",
    "sntryu_": r"[0-9a-f]{40,}",
    "pscale_tkn_": r"[\w-]{32,}",
    "pscale_pw_": r"[\w-]{32,}",
    "PMAK-": r"[0-9a-f]{24}-[0-9a-f]{34}",
    "figd_": r"[\w-]{30,}",
    "sbp_": r"[0-9a-f]{40,}",
    "tskey-": r"[\w-]{20,}",
    "pcsk_": r"\w{40,}",
    "lsv2_": r"\w{32,}",
    "ATATT3": r"[\w=-]{40,}",
    "ATBB": r"[A-Za-z0-9]{32,}",
    "AGE-SECRET-KEY-1": r"[0-9A-Z]{58}",
    "key-": r"[0-9a-f]{32}\b",
    "eyJ": r"[\w-]{10,600}\.eyJ[\w-]{10,}+(?:\.[\w-]+)?",
}
"""Beginnings that the issuers chose so that such keys can be found, and what follows
(https://docs.github.com/code-security/secret-scanning); `eyJ` is a JSON Web Token. What has no upper limit stands where nothing
behind it can fail, so that a text is searched in linear time."""
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
MADE_UP = re.compile(r"your|example|placeholder|change.?me|dummy|sample|xxxx|\*\*\*", re.IGNORECASE)
NO_VALUE = ("/", "./", "~", "$", "%")
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
        spans += [found.span(1) for found in named.finditer(text) if random_value(found[1])]
    for start, end in sorted(spans):
        yield start, end, text[start:end]


def random_value(value: str) -> bool:
    """Whether it is no word, no path and no placeholder."""
    if not any(c.isalpha() for c in value) or not any(c.isdigit() for c in value):
        return False
    if value.startswith(NO_VALUE) or MADE_UP.search(value):
        return False
    return entropy(value) >= ENTROPY


def entropy(value: str) -> float:
    """Bits a character."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
