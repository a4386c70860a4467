"""The messages of providers: `protocol.py` names them all, docs/protocol.md explains them."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = "symbiote/keys"
TEST_KEY = "symbiote/testKey"
MODE = "symbiote/mode"

ADD_KEY = "symbiote.addKey"
"""The editor's command for it."""


@dataclass(frozen=True, slots=True)
class KeysParams:
    """Client to server: all keys that this window has, by the provider's name, each time they change.

    They count while the window is there, and are written nowhere.
    """

    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeysResult:
    """`problems` are sentences about keys that cannot be used; none of them quotes a key."""

    problems: list[str]


@dataclass(frozen=True, slots=True)
class TestKeyParams:
    """Client to server: ask the provider for a word, with the key that counts now."""

    provider: str


@dataclass(frozen=True, slots=True)
class TestKeyResult:
    """`sentence` says what came of it and, where it did not work, what to do."""

    ok: bool
    sentence: str
    ms: float


@dataclass(frozen=True, slots=True)
class ModeParams:
    """Client to server: the modes of this window for suggestions and for rewrites. With `local_only` nothing of it leaves this
    machine, whatever the modes say.

    The same object as `initializationOptions.mode` counts before the first document.
    """

    complete: str
    rewrite: str
    local_only: bool


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """One that is turned on. `model` is that for suggestions, else that for rewrites; `state` is `ready`, `no key`, `resting`,
    `blocked` or `capped`, and `why` a sentence where it is not ready. `p50_ms` is the time to its first text.
    """

    name: str
    title: str
    model: str
    state: str
    why: str
    p50_ms: float | None


@dataclass(frozen=True, slots=True)
class SpendStatus:
    """In USD, of all windows; null where there is no cap."""

    day_usd: float
    month_usd: float
    cap_day_usd: float | None
    cap_month_usd: float | None


@dataclass(frozen=True, slots=True)
class OutsideAnswer:
    """An answer that came from elsewhere. `usd` is null where no price is known."""

    provider: str
    title: str
    model: str
    prompt_tokens: int
    cached_tokens: int
    generated_tokens: int
    usd: float | None
    ms: float


METHODS: dict[str, tuple[type, type | None]] = {
    KEYS: (KeysParams, KeysResult),
    TEST_KEY: (TestKeyParams, TestKeyResult),
    MODE: (ModeParams, None),
}
