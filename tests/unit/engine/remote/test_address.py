"""Where a provider may be, and who may say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.errors import SettingError
from symbiote.engine.remote.address import base_url, is_private

PUBLIC = (
    "https://api.groq.com",
    "https://api.example.com:8443/v1/",
    "https://8.8.8.8/v1",
    "https://[2606:4700::1111]",
)
OWN = (
    *(
        "http://127.0.0.1:8080/v1",
        "http://localhost:11434",
        "http://[::1]:8000",
        "https://127.8.8.8",
    ),
    *(
        "https://10.0.0.5/v1",
        "https://192.168.1.9:8000",
        "https://172.16.0.1",
        "https://100.64.1.1",
    ),
    *(
        "https://169.254.169.254/latest",
        "https://[fd00::1]",
        "https://[fe80::1]",
        "https://[::ffff:10.0.0.1]",
    ),
    *(
        "https://gpu",
        "https://gpu.local",
        "https://llm.internal/v1",
        "https://box.lan",
        "https://0.0.0.0",
    ),
    *("https://metadata.google.internal", "https://x.localhost", "https://localhost."),
)
NEVER = (
    *("", "api.groq.com", "api.groq.com/v1", "ftp://api.groq.com", "file:///etc/passwd", "https://", "https:///v1"),
    *("http://api.groq.com", "http://10.0.0.5", "http://gpu.local:8000", "http://0.0.0.0:80"),
    *("https://user:canary@api.groq.com", "https://canary@api.groq.com", "https://@api.groq.com"),
    *("https://api.groq.com/v1?key=canary", "https://api.groq.com/#x", "https://api.groq.com:0", "https://a:99999"),
    *("https://2130706433", "http://0x7f.1", "https://127.1", "https://0177.0.0.1", "https://a b.com"),
    *("https://api.groq.com\\@evil.net", "https://[::1", "https://ünï.example", "https://a..b", "https://a\n.b"),
)  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
@pytest.mark.parametrize("from_workspace", [False, True])
def test_public_addresses_are_good_from_anywhere(url: str, from_workspace: bool) -> None:
    assert base_url(f" {url} ", from_workspace=from_workspace) == url.rstrip("/")


@pytest.mark.parametrize("url", OWN)
def test_private_addresses_are_the_users_to_choose(url: str) -> None:
    assert base_url(url, from_workspace=False) == url
    with pytest.raises(SettingError, match="private network"):
        base_url(url, from_workspace=True)


@pytest.mark.parametrize("url", NEVER)
@pytest.mark.parametrize("from_workspace", [False, True])
def test_what_is_never_good(url: str, from_workspace: bool) -> None:
    with pytest.raises(SettingError) as caught:
        base_url(url, from_workspace=from_workspace)
    assert "canary@" not in str(caught.value)
    assert ":canary" not in str(caught.value)


@given(st.ip_addresses())
def test_what_a_workspace_may_say_is_public(address: object) -> None:
    host = f"[{address}]" if ":" in str(address) else str(address)
    try:
        good = base_url(f"https://{host}", from_workspace=True)
    except SettingError:
        return
    assert not is_private(good)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_complaint(text: str) -> None:
    for given_text in (text, f"https://{text}", f"http://{text}"):
        try:
            assert base_url(given_text, from_workspace=True).startswith("https://")
        except SettingError as error:
            assert str(error)
