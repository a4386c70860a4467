"""Every way a provider can fail, as one closed set, and how an HTTP answer is told to be one of them.

No text of a provider gets into a fault: error bodies are known to quote the key and the prompt.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from symbiote.core.errors import EngineError

LONGEST_WAIT = 3600.0
"""Seconds; what a Retry-After may ask for at most."""


class Kind(StrEnum):
    """What went wrong. `too_large` is of the answer; an ask that is too long is `refused`."""

    RATE_LIMITED = "rate_limited"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    NETWORK = "network"
    PROTOCOL = "protocol"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    QUOTA = "quota"
    REFUSED = "refused"


SAYS = {
    Kind.RATE_LIMITED: "asked too often; it takes requests again later",
    Kind.UNAUTHORIZED: "does not accept the key; set another one",
    Kind.NOT_FOUND: "does not know the model or the address; check both",
    Kind.OVERLOADED: "has a fault of its own or too much to do",
    Kind.TIMEOUT: "said nothing in the time there was",
    Kind.NETWORK: "cannot be reached, or the connection broke",
    Kind.PROTOCOL: "answered with something that cannot be read",
    Kind.CONTENT_TYPE: "answered with another kind of content than a stream of events",
    Kind.TOO_LARGE: "answered with more than is taken",
    Kind.QUOTA: "has no credit left for this key",
    Kind.REFUSED: "would not answer this request",
}


class Fault(EngineError):
    """A provider failed. `retry_after` is in seconds, None where nothing was said; `status` is HTTP's, 0 without one."""

    def __init__(
        self, kind: Kind, detail: str = "", *, retry_after: float | None = None, status: int = 0
    ) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.status = status
        self.who = "The provider"

    def __str__(self) -> str:
        status = f"HTTP {self.status}" if self.status else ""
        notes = ", ".join(note for note in (self.detail, status) if note)
        return f"{self.who} {SAYS[self.kind]}{f' ({notes})' if notes else ''}."


STATUS = {
    401: Kind.UNAUTHORIZED,
    402: Kind.QUOTA,
    403: Kind.UNAUTHORIZED,
    404: Kind.NOT_FOUND,
    405: Kind.NOT_FOUND,
    408: Kind.TIMEOUT,
    410: Kind.NOT_FOUND,
    429: Kind.RATE_LIMITED,
    498: Kind.OVERLOADED,  # Groq, without capacity
}
CODES = {
    Kind.QUOTA: (
        "insufficient_quota",
        "billing_hard_limit",
        "credit balance",
        "insufficient balance",
    ),
    Kind.UNAUTHORIZED: (
        *("invalid_api_key", "api_key_invalid", "api key not valid"),
        *("authentication_error", "permission_error"),
    ),
    Kind.NOT_FOUND: (
        *("model_not_found", "model_decommissioned", "invalid_model", "not_found_error"),
    ),
    Kind.RATE_LIMITED: ("rate_limit", "too_many_requests", "resource_exhausted"),
    Kind.OVERLOADED: ("overloaded", "server_error", "service_unavailable", "capacity", "api_error"),
    Kind.REFUSED: (
        *("context_length_exceeded", "content_policy", "content_filter", "moderation"),
        *("request_too_large", "string_above_max_length"),
    ),
}
"""What providers write into `code`, `type`, `status` or, where they have nothing better, the message; the first that
fits counts. OpenAI tells an empty account from a rate limit, both HTTP 429, only there; Anthropic sends it with 400."""
SPECIFIC = {400, 403, 404, 422, 429}
"""Statuses that mean several things; of the others the status counts."""


def from_status(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Fault:
    """The fault that an HTTP answer of 400 or more is. `now` is in seconds since 1970, for dates in Retry-After."""
    kind = STATUS.get(status, Kind.OVERLOADED if status >= 500 else Kind.REFUSED)
    if status in SPECIFIC and (told := _told(error_in(body))) is not None:
        kind = told
    wait = retry_after(headers, now) if kind in (Kind.RATE_LIMITED, Kind.OVERLOADED) else None
    return Fault(kind, retry_after=wait, status=status)


def from_error(error: object) -> Fault:
    """The fault that an error object in an answer of HTTP 200 is."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and code >= 400:  # OpenRouter writes the status there
        body = json.dumps({"error": error}).encode()
        return Fault(from_status(code, {}, body, 0.0).kind, "an error inside the answer")
    return Fault(_told(error) or Kind.PROTOCOL, "an error inside the answer")


def error_in(body: bytes) -> object:
    """The error object of a JSON body, whatever shape it has; None without one."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list) and found:  # Gemini's compatible endpoint wraps it
        found = found[0]
    if not isinstance(found, dict):
        return None
    error = found.get("error") or (found if found.get("object") == "error" else None)
    return error or found.get("detail") or (found if "message" in found else None)


def _told(error: object) -> Kind | None:
    if isinstance(error, dict):
        fields = [error.get(name) for name in ("code", "type", "status", "message")]
        fields += [json.dumps(error["details"])] if "details" in error else []
        said = [str(field).lower() for field in fields if field]
    else:
        said = [error.lower()] if isinstance(error, str) else []
    for text in said:
        for kind, words in CODES.items():
            if any(word in text for word in words):
                return kind
    return None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by Retry-After (seconds or a date, RFC 9110) or the limits' own headers; None if none says."""
    if (wait := _number(headers.get("retry-after-ms"))) is not None:
        return _clamped(wait / 1000)
    said = headers.get("retry-after")
    if (wait := _number(said)) is not None:
        return _clamped(wait)
    if said:
        try:
            return _clamped(parsedate_to_datetime(said).timestamp() - now)
        except (ValueError, TypeError, OverflowError):
            return None
    waits = [
        wait
        for of in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{of}") == "0"
        and (wait := duration(headers.get(f"x-ratelimit-reset-{of}", ""))) is not None
    ]
    return _clamped(max(waits)) if waits else None


_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|h|m|s)")


def duration(text: str) -> float | None:
    """Seconds of `1m2.5s` or `20ms`, as Groq and OpenAI write them; None for anything else."""
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    return sum(float(part[1]) * _UNITS[part[2]] for part in parts)


def _number(text: str | None) -> float | None:
    try:
        found = float(text or "x")
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)
