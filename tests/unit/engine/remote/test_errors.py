"""What providers write, and which fault it is. The bodies are in the forms the providers document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.remote.errors import (
    LONGEST_WAIT,
    Fault,
    Kind,
    duration,
    error_in,
    from_error,
    from_status,
    retry_after,
)

NOW = 1_800_000_000.0
DATE = "Fri, 15 Jan 2027 08:00:30 GMT"  # 30 s after NOW


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"code": "context_length_exceeded"}}, Kind.REFUSED),
        (400, {"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}, Kind.QUOTA),
        (400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}], Kind.UNAUTHORIZED),
        (400, {"object": "error", "type": "invalid_model", "message": "Invalid model: x"}, Kind.NOT_FOUND),
        (401, None, Kind.UNAUTHORIZED),
        (402, {"error": {"message": "Insufficient Balance"}}, Kind.QUOTA),
        (403, {"error": {"code": "moderation"}}, Kind.REFUSED),
        (403, {"error": {"type": "permission_error"}}, Kind.UNAUTHORIZED),
        (404, None, Kind.NOT_FOUND),
        (408, None, Kind.TIMEOUT),
        (413, None, Kind.REFUSED),
        (422, {"detail": [{"msg": "Field required"}]}, Kind.REFUSED),
        (429, {"error": {"code": "insufficient_quota", "type": "insufficient_quota"}}, Kind.QUOTA),
        (429, {"error": {"code": "rate_limit_exceeded", "message": "Limit reached. Upgrade in settings/billing"}}, Kind.RATE_LIMITED),
        (429, [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "You exceeded your current quota"}}], Kind.RATE_LIMITED),
        (429, None, Kind.RATE_LIMITED),
        (498, None, Kind.OVERLOADED),
        (500, {"error": {"type": "authentication_error"}}, Kind.OVERLOADED),
        (529, {"type": "error", "error": {"type": "overloaded_error"}}, Kind.OVERLOADED),
    ],
)  # fmt: off
def test_statuses(status: int, body: object, kind: Kind) -> None:
    sent = b"" if body is None else json.dumps(body).encode()
    assert from_status(status, {}, sent, NOW).kind is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "overloaded_error"}, Kind.OVERLOADED),
        ({"code": 429, "message": "slow"}, Kind.RATE_LIMITED),
        ({"code": 502}, Kind.OVERLOADED),
        ("the model is overloaded", Kind.OVERLOADED),
        ({"message": "something"}, Kind.PROTOCOL),
        (7, Kind.PROTOCOL),
        (None, Kind.PROTOCOL),
    ],
)
def test_errors_inside_an_answer(error: object, kind: Kind) -> None:
    assert from_error(error).kind is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "999999999"}, LONGEST_WAIT),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": DATE}, 30.0),
        ({"retry-after": "Fri, 15 Jan 2016 08:00:30 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s"}, 62.5),
        ({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "1m"}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_durations() -> None:
    assert duration("2m59.56s") == pytest.approx(179.56)
    assert duration("20ms") == pytest.approx(0.02)
    assert duration("1h0m1s") == 3601
    assert duration("") is duration("5") is duration("5s ago") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["error", "code", "type", "message", "status", "details", "detail", "object"]
    ), inner, max_size=4),
)  # fmt: off


@given(st.integers(400, 599), JSON, st.dictionaries(
    st.sampled_from(["retry-after", "retry-after-ms"]), st.text(max_size=30)
))  # fmt: off
def test_anything_is_a_fault(status: int, body: Any, headers: dict[str, str]) -> None:
    sent = json.dumps(body).encode()
    fault = from_status(status, headers, sent, NOW)
    assert fault.retry_after is None or 0 <= fault.retry_after <= LONGEST_WAIT
    assert isinstance(from_error(body), Fault)
    error_in(sent[: len(sent) // 2])


def test_nothing_a_provider_writes_is_said() -> None:
    body = json.dumps({"error": {"message": "canary", "code": "canary", "type": "canary"}}).encode()
    fault = from_status(400, {"retry-after": "canary"}, body, NOW)
    fault.who = "Groq"
    assert str(fault) == "Groq would not answer this request (HTTP 400)."
    assert "canary" not in repr(fault)
