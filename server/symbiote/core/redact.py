"""Secrets out of a text that leaves the machine, without changing its shape.

Wider than `credential.secrets`, which decides what is shown: here a value too many costs a model little, one too few is
out for good. Each secret becomes a name that stays what it was for a parser: a part of a string, of a URL, a word. Equal
secrets get equal names in this process, so that a text that was sent before has the same words again. The work is linear in
the text: whatever repeats is bounded or cannot be taken back, and what stands before a value is looked at for 96 characters.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from symbiote.core import naming
from symbiote.core.credential import KEYS
from symbiote.core.pem import Span, blocks

NAME = "REDACTED_"
OURS = re.compile(NAME + r"[0-9a-f]{8}")
_SALT = os.urandom(16)
LEAST = 6
"""Characters of a secret that is looked for without what stood around it."""
KNOWN = 200
"""So many different secrets are looked for in that way, the longest first; a text with more is none that helps a model."""

_KEYS = {
    begin: re.compile(rf"{re.escape(begin)}(?<![A-Za-z0-9]{re.escape(begin)}){rest}")
    for begin, rest in KEYS.items()
}
"""Each begins with a literal, which is found ten times as fast as the first of many."""
_FORMS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"\d{8,10}:AA[\w-]{33}"  # Telegram
    r"|[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}+"  # Discord
    r"|SK[0-9a-f]{32}"  # Twilio
    r"|[0-9a-f]{32}-us\d{1,2}"  # Mailchimp
    r"|[\w~.-]{3}8Q~[\w~.-]{31,37}"  # Azure, of an application
    r"|[A-Za-z0-9+/]{86}=="  # Azure, of an account
    r"|EAA[A-Za-z0-9]{60,}+"  # Facebook, Square
    r"|FlyV1 fm\d_[\w+/=,-]{40,}+"
    r")"
)
_HOOK = re.compile(
    r"(?:hooks\.slack\.com/(?:services|workflows)/|discord(?:app)?\.com/api/webhooks/)([\w/-]{20,}+)"
)
_URL = re.compile(r"://[^\s/:@\"'`<>]{0,100}+:([^\s@\"'`<>]{1,200}+)@")
_CURL = re.compile(r"(?:-u|--user)[ =][\"']?[\w.@-]{1,64}+:([^\s\"'@:]{4,200}+)")


def redact(text: str) -> tuple[str, int]:
    """The text with as many lines, and how many secrets it had."""
    kept: dict[str, str] = {}
    found = find(text)
    return replaced(text, found, kept), count(found)


def find(text: str) -> list[Span]:
    """Where secrets begin and end, in their order; True for those that are not the next line of the one before."""
    spans: list[Span] = [*blocks(text), *_keys(text), *_urls(text)]
    spans += ((start, end, True) for start, end in naming.assigned(text))
    return merged(text, spans)


def merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """In their order, none over another and none over a line end, without those that are names of ours."""
    made: list[Span] = []
    ours = [found.span() for found in OURS.finditer(text)] if NAME in text else []
    at = 0
    for start, end, first in sorted(spans, key=lambda span: (span[0], -span[1])):
        while at < len(ours) and ours[at][1] <= start:
            at += 1
        if at < len(ours) and ours[at][0] < end:
            continue
        if made and start < made[-1][1]:
            if end > made[-1][1]:
                made[-1] = (made[-1][0], end, made[-1][2])
        else:
            made.append((start, end, first))
    return made


def count(spans: Iterable[Span]) -> int:
    return sum(first for *_, first in spans)


def replaced(text: str, spans: Iterable[Span], kept: dict[str, str]) -> str:
    """With names for the spans; `kept` learns which secret each stands for."""
    parts, at = [], 0
    for start, end, _ in spans:
        name = name_of(text[start:end])
        kept[name] = text[start:end]
        parts += [text[at:start], name]
        at = end
    return "".join([*parts, text[at:]])


def name_of(secret: str) -> str:
    """Says nothing of the secret to whoever does not have this process's salt."""
    data = secret.encode("utf-8", "surrogatepass")
    return NAME + blake2b(data, digest_size=4, key=_SALT).hexdigest()


def again(text: str, kept: dict[str, str]) -> tuple[str, int]:
    """Secrets that were found elsewhere, where they stand without what gave them away."""
    times = 0
    known = sorted(
        ((s, n) for n, s in kept.items() if len(s) >= LEAST), key=lambda one: -len(one[0])
    )
    for secret, name in known[:KNOWN]:
        if secret in text:
            times += text.count(secret)
            text = text.replace(secret, name)
    return text, times


def restored(text: str, kept: dict[str, str]) -> str:
    """An answer with what its names stand for."""
    return OURS.sub(lambda found: kept.get(found[0], found[0]), text) if NAME in text else text


def _keys(text: str) -> Iterator[Span]:
    forms = [form for begin, form in _KEYS.items() if begin in text]
    for form in (*forms, _FORMS):
        for found in form.finditer(text):
            yield *found.span(), True
    for found in _HOOK.finditer(text):
        yield *found.span(1), True


def _urls(text: str) -> Iterator[Span]:
    if "://" in text:
        for found in _URL.finditer(text):
            if naming.password(found[1]) and ("/" not in found[1] or naming.random(found[1])):
                yield *found.span(1), True
    if "-u" in text:
        for found in _CURL.finditer(text):
            if naming.password(found[1]):
                yield *found.span(1), True
