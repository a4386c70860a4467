"""Values that a name gives away: what is assigned to a password, a token, a key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbiote.core.credential import MADE_UP, entropy

BACK = 96
"""Characters before a value that may hold its name."""
_WORDS = (
    r"passw(?:or)?d|passphrase|passwd|pwd|secret|token|credential|bearer|authorization|connection_?string"
    r"|(?:api|access|private|account|sign(?:ing)?|encrypt(?:ion)?|master|session|shared|client|service|hmac|jwt"
    r"|webhook|license|storage|deploy|app|application|primary|secondary|auth|admin|db|database|cookie)[_-]?key"
    r"|\bsig\b|signature|_auth\b"
)
_NAME = re.compile(
    rf"{_WORDS}|auth|cookie|session|salt|\bpass\b|\bpw\b|key\b|AKIA|ASIA", re.IGNORECASE
)
"""Beside these a value that can only be random is a secret whatever stands between."""
_ANY = (
    *("pass", "pwd", "pw", "secret", "token", "credential", "bearer", "auth", "connection"),
    *("key", "sig", "cookie", "session", "salt", "akia", "asia"),
)
"""One of them is in whatever the expressions find."""
_GIVEN = re.compile(
    rf"(?:{_WORDS})[\w.-]{{0,32}}+[\"'`\])]{{0,2}}+"
    r"(?:\s{0,8}+:\s{0,4}+[&A-Za-z][\w.<>\[\]]{0,24}+\s{0,8}+(?==))?"
    r"(?:\s{0,8}+(?:=>|:=|==?|[:,(>])\s{0,24}+|\s{1,8}+(?:is\s|to\s|=\s)?\(?)"
    r"\(?\s{0,24}+[a-zA-Z]{0,2}+[\"'`]{0,3}+(?:bearer |basic |token )?$",
    re.IGNORECASE,
)
_NAMED = r"(?:passw(?:or)?d|passphrase|passwd|pwd|(?<![a-z])pass(?![a-z])|(?<![a-z])pw(?![a-z]))[\w-]{0,24}+"
_QUOTED = re.compile(
    rf"{_NAMED}[\"'`\])]{{0,2}}+(?:\s{{0,8}}+:\s{{0,4}}+[&A-Za-z][\w.<>\[\]]{{0,24}}+\s{{0,8}}+(?==))?"
    r"(?:\s{0,8}+(?:=>|:=|==?|[:,(])\s{0,8}+|\s{1,8}+(?:by\s{1,8}+)?)[a-zA-Z]{0,1}+[\"'`]([^\s\"'`]{6,128}+)[\"'`]",
    re.IGNORECASE,
)
_LINE = re.compile(
    rf"^[ \t]{{0,40}}+(?:-\s|export\s|set\s|ENV\s|ARG\s)?[\w.-]{{0,40}}?{_NAMED}(?:=|:\s{{1,8}}+)[\"']?"
    r"([^\s\"'`;]{6,128}+)[\"']?[ \t]{0,8}+$",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(
    r"[;\"'?& ](?:password|pwd)=([^\s;&\"'`]{4,128}+)[;&\"'`]|<[\w.:-]{0,40}passw(?:or)?d>([^\s<>]{4,128}+)</",
    re.IGNORECASE,
)
"""In a connection string, in XML."""
_FLAG = re.compile(
    r"--?(?:password|passwd|pass|passphrase)[= ][\"']?([^\s\"'`]{6,128}+)|\blogin\s\S{1,64}+\s{1,8}+password\s(\S{6,64}+)",
    re.IGNORECASE,
)
_BASIC = re.compile(r"basic\s([A-Za-z0-9+/]{8,}+={0,2})", re.IGNORECASE)
_VALUE = re.compile(r"[^\s\"'`<>(){}\[\],;:\\=&]{12,}+={0,2}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{16,}+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CHAINED = re.compile(r"[\"'`]\s{0,60}+[+.\\]?\s{0,60}+[\"'`]")
_TEMPLATE = ("$", "%", "{", "<", "./", "~/", "@", "*")
_VARIABLE = (*_TEMPLATE, "/", "~")
_NO_NAMED = re.compile(r"passw|secret|hunter$|\{|\}|\$\(|%s|\.\.\.|^x+$|^\*+$", re.IGNORECASE)
_CODE = re.compile(r"[()\[\]{}<>]|^[A-Za-z_][\w.]*$|^self\.|=>|->|^[\w.]+\.\w+$")
_MANY, _STRONG = 16, 20
BITS, STRONG_BITS = 3.5, 3.7


def assigned(text: str) -> Iterator[tuple[int, int]]:
    """Where such values begin and end; some may come twice."""
    lower = text.lower()
    if not any(name in lower for name in _ANY):
        return
    if "pass" in lower or "pw" in lower:
        yield from _passwords(text)
    if "basic" in lower:
        for found in _BASIC.finditer(text):
            if _mixed_case(found[1]) and (found[1][-1] == "=" or any(map(str.isdigit, found[1]))):
                yield found.span(1)
    yield from _values(text)


def _passwords(text: str) -> Iterator[tuple[int, int]]:
    for found in _QUOTED.finditer(text):
        if password(found[1]):
            yield found.span(1)
    for found in _LINE.finditer(text):
        if (password(found[1]) and not _CODE.search(found[1])) or _telling(found):
            yield found.span(1)
    for found in (*_FIELD.finditer(text), *_FLAG.finditer(text)):
        group = 1 if found[1] else 2
        if password(found[group]):
            yield found.span(group)


def _values(text: str) -> Iterator[tuple[int, int]]:
    last = -1
    for found in _VALUE.finditer(text):
        start, end = found.span()
        start += text[start - 1 : start] == "\\" and text[start] in "nrt"
        value = text[start:end].rstrip(".!?*|")
        quoted = text[start - 1 : start] in ("'", '"', "`")
        sure = strong(value)
        if not sure and not (random(value) if quoted else strong(value, _MANY)):
            continue
        if MADE_UP.search(value) or value.startswith(_TEMPLATE):
            continue
        if not quoted and text[end : end + 1] in ("(", "["):
            continue
        before = text[max(0, start - BACK) : start]
        near = before[before.rfind("\n", 0, max(0, before.rfind("\n"))) + 1 :]
        chained = last >= 0 and start - last < BACK and _CHAINED.fullmatch(text, last, start)
        if chained or (sure and _NAME.search(near)) or _GIVEN.search(before):
            last = start + len(value)
            yield start, last


def random(value: str) -> bool:
    """Of a value in quotes, with its name before it: not made of words."""
    value = value.rstrip("=")
    if _UUID.fullmatch(value) or _HEX.fullmatch(value):
        return sum(c.isdigit() for c in value) >= 3 and len(set(value)) > 5
    if len(value) < _MANY or not any(c.isalpha() for c in value):
        return False
    return entropy(value) >= BITS and _changes(value) >= 3 and not _wordy(value)


def strong(value: str, least: int = _STRONG) -> bool:
    """That nobody would take for a name, a version, a path or a file."""
    bare = value.rstrip("=")
    if _UUID.fullmatch(bare):
        return True
    if _HEX.fullmatch(bare):
        return len(bare) >= least and sum(c.isdigit() for c in bare) >= 3 and len(set(bare)) > 5
    if len(bare) < least or not any(c.isalpha() for c in bare):
        return False
    return entropy(bare) >= STRONG_BITS and _changes(bare) >= 4 and not _wordy(bare)


def password(value: str) -> bool:
    """Whether somebody may have this for a password: no variable, no form field, no word for one."""
    if (
        len(value) < 4
        or value.startswith(_VARIABLE)
        or MADE_UP.search(value)
        or _NO_NAMED.search(value)
    ):
        return False
    signs = sum(not c.isalnum() and c not in "._-/," for c in value)
    return (any(c.isdigit() for c in value) and any(c.isalpha() for c in value)) or signs > 0


def _telling(found: re.Match[str]) -> bool:
    """A line of an environment file: a name in capitals, no blanks, nothing behind."""
    name = found[0].partition("=")[0]
    return "=" in found[0] and name == name.upper() and password(found[1]) and "(" not in found[1]


def _changes(value: str) -> int:
    """How often letters, digits and cases take turns; a capital at the start of a word is no turn."""
    turns, kind = 0, ""
    for c in value:
        now = "d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else kind
        turns += now != kind and not (kind == "u" and now == "l") and bool(kind)
        kind = now
    return turns


def _wordy(value: str) -> bool:
    """Most of it are words: four or more small letters in a row, or capitals, with a vowel in them."""
    in_words = sum(
        len(word)
        for word in re.findall(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}", value)
        if len(word) > 3 and any(c in "aeiouyAEIOUY" for c in word)
    )
    return in_words > 0.6 * len(value) or (
        in_words > 0.4 * len(value) and _changes(value) < 0.2 * len(value)
    )


def _mixed_case(value: str) -> bool:
    return any(c.isupper() for c in value) and any(c.islower() for c in value)
