"""Fetching models from a hub that runs here: what comes, what breaks off, what is not what was promised."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from symbiote import pull as module
from symbiote.cli import main
from symbiote.core import paths
from symbiote.core.errors import UserError
from symbiote.pull import Wanted, pull
from unit.engine import tiny_gguf


@dataclass
class Hub:
    """Serves one file. `status` other than 0 is the answer to all; `after` breaks the line so far into the file."""

    data: bytes
    address: str = ""
    status: int = 0
    after: int = 0
    page: bool = False
    ranges: bool = True
    redirect: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tiny_gguf.write(tmp_path / "source.gguf").read_bytes())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked.append(self.headers.get("Range", ""))
            if hub.redirect and not self.path.endswith("cdn"):
                self.send_response(302)
                self.send_header("Location", hub.redirect)
                self.end_headers()
            elif hub.status:
                self.send_error(hub.status)
            else:
                self._send()

        def _send(self) -> None:
            wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
            begin = int(wanted[1]) if wanted and hub.ranges else 0
            rest = hub.data[begin:]
            self.send_response(206 if begin else 200)
            self.send_header("Content-Type", "text/html" if hub.page else "binary/octet-stream")
            self.send_header("Content-Length", str(len(rest)))
            if begin:
                self.send_header(
                    "Content-Range", f"bytes {begin}-{len(hub.data) - 1}/{len(hub.data)}"
                )
            self.end_headers()
            self.wfile.write(rest[: hub.after] if hub.after else rest)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def wanted(hub: Hub, tmp_path: Path) -> Wanted:
    digest = hashlib.sha256(hub.data).hexdigest()
    target = tmp_path / "models" / "tiny.gguf"
    return Wanted("tiny", f"{hub.address}/tiny.gguf", target, digest, len(hub.data))


def quiet(done: int, whole: int) -> None:
    assert 0 < done <= whole


def part(wanted: Wanted) -> Path:
    return wanted.target.with_name(wanted.target.name + ".part")


def test_a_file_comes_whole(hub: Hub, wanted: Wanted) -> None:
    pull(wanted, quiet)
    assert wanted.target.read_bytes() == hub.data
    assert not part(wanted).exists()


def test_what_broke_off_goes_on_where_it_stopped(hub: Hub, wanted: Wanted) -> None:
    hub.after = 1_000
    with pytest.raises(UserError, match=r"could not be fetched.*that came stay: run the command"):
        pull(wanted, quiet)
    assert part(wanted).stat().st_size == 1_000
    hub.after = 0
    pull(wanted, quiet)
    assert hub.asked == ["", "bytes=1000-"]
    assert wanted.target.read_bytes() == hub.data


def test_a_hub_that_knows_no_ranges_sends_all_again(hub: Hub, wanted: Wanted) -> None:
    part(wanted).parent.mkdir()
    part(wanted).write_bytes(b"x" * 500)
    hub.ranges = False
    pull(wanted, quiet)
    assert wanted.target.read_bytes() == hub.data


def test_another_file_is_thrown_away(hub: Hub, wanted: Wanted) -> None:
    hub.data = hub.data[:-1] + b"!"
    with pytest.raises(UserError, match="not the file that was promised"):
        pull(wanted, quiet)
    assert list(wanted.target.parent.iterdir()) == []


def test_what_is_no_model_is_thrown_away(hub: Hub, wanted: Wanted, tmp_path: Path) -> None:
    hub.data = b"GGUF of no kind"
    digest = hashlib.sha256(hub.data).hexdigest()
    other = Wanted("tiny", wanted.url, tmp_path / "m" / "a.gguf", digest, len(hub.data))
    with pytest.raises(UserError, match="no usable model"):
        pull(other, quiet)
    assert list(other.target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "said"), [(401, "wants a login"), (404, "does not have it"), (500, "status 500")]
)
def test_a_refusal_is_told(hub: Hub, wanted: Wanted, status: int, said: str) -> None:
    hub.status = status
    with pytest.raises(UserError, match=said):
        pull(wanted, quiet)


def test_a_page_is_no_file(hub: Hub, wanted: Wanted) -> None:
    hub.page = True
    with pytest.raises(UserError, match="answered with a page"):
        pull(wanted, quiet)


def test_it_follows_to_a_safe_place_only(hub: Hub, wanted: Wanted) -> None:
    hub.redirect = f"{hub.address}/cdn"
    pull(wanted, quiet)
    wanted.target.unlink()
    hub.redirect = "http://models.example/tiny.gguf"
    with pytest.raises(UserError, match="not an https address"):
        pull(wanted, quiet)


def test_nobody_there(wanted: Wanted) -> None:
    gone = Wanted("tiny", "http://127.0.0.1:9/x", wanted.target, wanted.sha256, wanted.size)
    with pytest.raises(UserError, match="could not be fetched"):
        pull(gone, quiet)


def test_a_full_disk_is_told_before(wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SPARE", 10**18)
    with pytest.raises(UserError, match="Free some space"):
        pull(wanted, quiet)


def test_the_command_fetches_what_the_catalogue_names(
    hub: Hub,
    wanted: Wanted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(
        f'[models.tiny]\nfile = "tiny.gguf"\nfamily = "symbiote"\nurl = "{wanted.url}"\n'
        f'sha256 = "{wanted.sha256}"\nbytes = {wanted.size}\ndescription = "Small."\n',
        "utf-8",
    )
    monkeypatch.setattr(paths, "catalogue", lambda: catalogue)
    monkeypatch.setattr(paths, "pulled_models", lambda: tmp_path / "pulled")
    monkeypatch.setitem(os.environ, "SYMBIOTE_HOME", str(tmp_path / "home"))
    assert main(["models", "list"]) == 0
    assert " *  Small." in capsys.readouterr().out
    assert main(["models", "check", "tiny"]) == 1
    assert "symbiote models pull tiny" in capsys.readouterr().err
    assert main(["models", "pull", "tiny"]) == 0
    assert "is the file the catalogue describes" in capsys.readouterr().out
    assert main(["models", "pull", "tiny"]) == 0
    assert "here already" in capsys.readouterr().out
    assert main(["models", "check", "tiny"]) == 0
    assert "one token decoded" in capsys.readouterr().out
    assert main(["models", "pull", "other"]) == 1
    assert "not in the catalogue: tiny" in capsys.readouterr().err
