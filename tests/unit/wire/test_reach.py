"""What the daemon inherits, and what a start of an editor costs."""

from __future__ import annotations

import subprocess
import sys

from symbiote.wire.reach import COMMAND, environment


def test_the_daemon_gets_a_clean_environment() -> None:
    outer = {
        "HOME": "/h",
        "PATH": "/bin",
        "SYMBIOTE_HOME": "/s",
        "XDG_RUNTIME_DIR": "/r",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "0",
        "PYTHONPATH": "/evil",
        "PYTHONSTARTUP": "/evil.py",
        "LD_PRELOAD": "/evil.so",
        "DYLD_INSERT_LIBRARIES": "/evil.dylib",
        "OPENAI_API_KEY": "secret",
        "SYMBIOTE_KEY_TEAM": "meant for it",
        "https_proxy": "http://proxy:1",
        "SSL_CERT_FILE": "/etc/own.pem",
        "VIRTUAL_ENV": "/v",
    }
    assert set(environment(outer)) == {
        "HOME",
        "PATH",
        "SYMBIOTE_HOME",
        "SYMBIOTE_KEY_TEAM",
        "https_proxy",
        "SSL_CERT_FILE",
        "XDG_RUNTIME_DIR",
        "OMP_NUM_THREADS",
        "CUDA_VISIBLE_DEVICES",
    }


def test_the_daemon_is_started_isolated() -> None:
    assert COMMAND[:2] == (sys.executable, "-I")


def test_a_forwarder_imports_little() -> None:
    """It runs at every start of an editor."""
    shown = subprocess.run(
        [sys.executable, "-I", "-c", "import symbiote.wire.forwarder, sys; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    heavy = {"asyncio", "subprocess", "pygls", "lsprotocol", "numpy", "sqlite3", "logging"}
    assert heavy & set(shown) == set()
