"""Where a provider may be: the rules for a base URL."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from symbiote.core.errors import SettingError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

HERE = ("localhost",)
PRIVATE_NAMES = (
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home.arpa",
    ".corp",
    ".home",
)
"""Names that no public name server answers for (RFC 6761, 6762, 8375) or that companies use inside."""
SHARED = ipaddress.ip_network("100.64.0.0/10")
_NAME = re.compile(r"(?=.{1,253}\.?$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)+")


def base_url(text: str, *, from_workspace: bool) -> str:
    """`text` without a slash at its end, if a provider may be there. Raises `SettingError` that says why not.

    https, or http on this machine. What a workspace says is text from a stranger: it may not point the editor at this
    machine or a private network. A public name that leads to a private address is not seen here, for no name is looked up.
    """
    text = text.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SettingError(
            f"{_shown(text)} is not an address; give one like https://host/v1."
        ) from None
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise SettingError(f"{_shown(text)} is not an address; give one like https://host/v1.")
    if "@" in parts.netloc:
        raise SettingError(
            "The address holds a user or a password. Leave them out; keys are kept apart."
        )
    if parts.query or parts.fragment or not re.fullmatch(r"[!-~]+", text) or "\\" in text:
        raise SettingError(
            f"{_shown(text)} has more than scheme, host, port and path; leave the rest out."
        )
    if _address(host) is None and (not _NAME.fullmatch(host) or _looks_numeric(host)):
        raise SettingError(f"{host!r} is no host name; write it, or its address, in full.")
    if parts.scheme == "http" and not is_loopback(text):
        raise SettingError(
            f"{_shown(text)} is not encrypted; use https (http is for this machine only)."
        )
    if from_workspace and is_private(text):
        raise SettingError(
            f"{_shown(text)} is on this machine or a private network. A workspace may not choose that; "
            "put it into your own settings."
        )
    return text


def is_loopback(url: str) -> bool:
    """Whether `url` is of this machine, by what it says."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    found = _address(host)
    return found.is_loopback if found is not None else host in HERE or host.endswith(".localhost")


def is_private(url: str) -> bool:
    """Whether `url` is of this machine or of a network that is not public, by what it says."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    found = _address(host)
    if found is not None:
        return not found.is_global or found.is_multicast or found in SHARED
    return is_loopback(url) or "." not in host or host.endswith(PRIVATE_NAMES)


def _address(host: str) -> Address | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _looks_numeric(host: str) -> bool:
    """2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to the C library, and to nobody who reads them."""
    try:
        socket.inet_aton(host.rstrip("."))
    except OSError:
        return False
    return True


def _shown(text: str) -> str:
    """The address for a message: nothing of what may be a password in it."""
    return repr(re.sub(r"//[^/]*@", "//…@", text)[:120])
