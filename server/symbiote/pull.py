"""Fetching a model file that the user asked for by name. Part of the composition root; nothing else here opens a connection.

What has come stays as `NAME.part` when the line breaks, and the next try goes on there. The file gets its name only when its
sha256 and its header are right.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from symbiote import __version__
from symbiote.core.errors import ModelError, UserError
from symbiote.engine.local import header

SILENCE_SECONDS = 30.0
CHUNK = 1 << 20
SPARE = 200_000_000
"""Bytes to be left on the disk."""
LOCAL = ("127.0.0.1", "localhost", "::1")

Progress = Callable[[int, int], None]
"""Is told the bytes that are here and those of the whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch, of `size` bytes."""

    name: str
    url: str
    target: Path
    sha256: str
    size: int


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to other places, but never to a less safe one."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        _safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def pull(wanted: Wanted, progress: Progress) -> None:
    """Fetch a file, or go on where an earlier try stopped. Raises `UserError`."""
    _safe(wanted.url)
    wanted.target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = wanted.target.with_name(wanted.target.name + ".part")
    try:
        _fetch(wanted, part, progress)
    except urllib.error.HTTPError as error:
        raise UserError(_refused(wanted, error.code)) from error
    except (OSError, http.client.HTTPException) as error:
        raise UserError(_broken(wanted, part, error)) from error
    _check(wanted, part)
    os.replace(part, wanted.target)


def _fetch(wanted: Wanted, part: Path, progress: Progress) -> None:
    """Add to `part` what is missing of it."""
    here = part.stat().st_size if part.exists() else 0
    if here > wanted.size:
        part.unlink()  # another file, of another time
        here = 0
    if here == wanted.size:
        return
    _room(wanted, part, wanted.size - here)
    opener = urllib.request.build_opener(
        _Redirects, urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    asked = {"User-Agent": f"symbiote/{__version__}"} | (
        {"Range": f"bytes={here}-"} if here else {}
    )
    request = urllib.request.Request(wanted.url, headers=asked)  # noqa: S310  _safe has seen it
    with opener.open(request, timeout=SILENCE_SECONDS) as answer:
        done = _begins(answer)
        with part.open("ab") as file:
            file.truncate(done)
            while data := answer.read(CHUNK):
                file.write(data)
                done += len(data)
                progress(done, wanted.size)
                if done > wanted.size:
                    break
    if done < wanted.size:
        raise OSError(f"the connection ended after {done:,} of {wanted.size:,} bytes")


def _begins(answer: Any) -> int:
    """At which byte of the file the answer begins."""
    kind = answer.headers.get_content_type()
    if kind.startswith("text/"):
        host = urlsplit(answer.url).netloc
        raise UserError(f"{host} answered with a page ({kind}) instead of the file.")
    if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else 0


def _check(wanted: Wanted, part: Path) -> None:
    """Hold the whole file against what is promised; what is wrong is thrown away."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wanted.sha256:
        part.unlink()
        raise UserError(
            f"What came for {wanted.name} is not the file that was promised (sha256 {found[:12]}…, expected "
            f"{wanted.sha256[:12]}…). It was thrown away. Try again; if it stays so, the file was changed at its source."
        )
    try:
        header.check(part)
    except ModelError as error:
        part.unlink()
        raise UserError(f"What came for {wanted.name} is no usable model: {error}") from error


def _room(wanted: Wanted, part: Path, missing: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if missing + SPARE > free:
        raise UserError(
            f"{wanted.name} needs {missing / 1e6:,.0f} MB more, and {part.parent} has {free / 1e6:,.0f} MB left. "
            "Free some space and try again; what has come stays."
        )


def _safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise UserError(
            f"{url} is not an https address; models are not fetched over anything else."
        )


def _refused(wanted: Wanted, code: int) -> str:
    host = urlsplit(wanted.url).netloc
    reasons = {401: "wants a login", 403: "refuses it", 404: "does not have it"}
    what = reasons.get(code, f"answers with status {code}")
    return f"{host} {what} ({wanted.url}). Fetch the file by another way and name its path in symbiote.model."


def _broken(wanted: Wanted, part: Path, error: Exception) -> str:
    here = part.stat().st_size if part.exists() else 0
    stays = f" The {here / 1e6:,.0f} MB that came stay: run the command again." if here else ""
    reason = getattr(error, "reason", None) or error
    return (
        f"{wanted.name} could not be fetched from {urlsplit(wanted.url).netloc}: {reason}.{stays}"
    )
