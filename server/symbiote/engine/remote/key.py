"""A provider's key: shown to nobody, sent to one origin."""

from __future__ import annotations

import hashlib
import re
from typing import NoReturn
from urllib.parse import urlsplit

from symbiote.core.errors import SettingError

_FIT = re.compile(r"[!-~]{1,4096}")


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").lower(), port


class Key:
    """Bound to the origin of `base_url`; printing, pickling and formatting it tell nothing.

    Raises `SettingError` for a value that cannot stand in a header.
    """

    __slots__ = ("_origin", "_value", "fingerprint")

    def __init__(self, value: str, base_url: str) -> None:
        value = value.strip()
        if not _FIT.fullmatch(value):
            raise SettingError(
                "The key has characters no key has, or none at all. Copy it again from the provider's site."
            )
        self._value = value
        self._origin = origin(base_url)
        self.fingerprint = hashlib.sha256(b"symbiote key " + value.encode()).hexdigest()[:16]

    def reveal(self, url: str) -> str:
        """The key itself, for a request to `url`. Raises `SettingError` for another origin."""
        if origin(url) != self._origin:
            raise SettingError(
                "This key was given for another address. Enter it again for this one."
            )
        return self._value

    def fits(self, url: str) -> bool:
        """Whether it was given for the origin of `url`."""
        return origin(url) == self._origin

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key stays in this process")
