"""`symbiote lsp`, but the daemon it starts is the one over the fake engine. Run as a script."""

from __future__ import annotations

import sys
from pathlib import Path

from symbiote.wire.forwarder import run

COMMAND = (sys.executable, "-I", "-X", "utf8", str(Path(__file__).with_name("fake_daemon.py")))

if __name__ == "__main__":
    sys.exit(run(COMMAND))
