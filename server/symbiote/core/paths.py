"""Where things lie on this machine. The only door to platformdirs.

`SYMBIOTE_HOME` puts everything under one folder, for tests and for trying out.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

APP = "symbiote"


def data() -> Path:
    """Models pulled by the user, the ledger, and the note where the server is installed."""
    return _home("data") or Path(platformdirs.user_data_dir(APP, appauthor=False))


def state() -> Path:
    """Logs and remembered probes: losing them costs nothing but time."""
    return _home("state") or Path(platformdirs.user_state_dir(APP, appauthor=False))


def cache() -> Path:
    """What can be made again at any time: parse trees of imported files."""
    return _home("cache") or Path(platformdirs.user_cache_dir(APP, appauthor=False))


def config() -> Path:
    """What the user writes by hand: intentions, modes."""
    return _home("config") or Path(platformdirs.user_config_dir(APP, appauthor=False))


def intentions() -> Path:
    """The user's own ready intentions (`prompt/intentions.py`)."""
    return config() / "intentions"


def runtime() -> Path:
    """Socket, lock and token. Host-local, so never in a home directory that may lie on a network."""
    if home := _home("run"):
        return home
    if base := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(base) / APP
    return Path(tempfile.gettempdir()) / f"{APP}-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def log() -> Path:
    return state() / "daemon.log"


def ledger() -> Path:
    return data() / "ledger.sqlite3"


def spend() -> Path:
    """What providers have cost (`engine/remote/book.py`). Losing it gives back what is left of the day's and month's limits."""
    return data() / "spend.sqlite3"


def learned() -> Path:
    """What was learned of when to show: counts, without which the shipped gates hold."""
    return data() / "learned.json"


def flow() -> Path:
    """The flow session that is under way, so that it outlives the daemon (`features/flow.py`)."""
    return state() / "flow.json"


def answers() -> Path:
    """Answers to rewrites, remembered for a day: source text."""
    return state() / "answers.sqlite3"


def catalogue() -> Path:
    """The models shipped with Symbiote, in the checkout the server runs from."""
    return Path(__file__).resolve().parents[3] / "models" / "catalogue.toml"


def pulled_models() -> Path:
    return data() / "models"


def _home(part: str) -> Path | None:
    home = os.environ.get("SYMBIOTE_HOME")
    return Path(home) / part if home else None
