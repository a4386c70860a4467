"""Writers that are killed while they write: `python killed.py LEDGER COUNT [SEED]` prints what was acknowledged and is not there.

Each writer is a fork that opens the ledger, notes rows as fast as it can, and writes the number of each row that was
acknowledged into a pipe; it is killed after a random time that begins with the first of them.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import struct
import sys
import threading
import time
from pathlib import Path

from symbiote.metrics.events import Event
from symbiote.metrics.ledger import Ledger

LONGEST = 0.02
"""Seconds between a writer's first acknowledged row and its end."""
AHEAD = 64
"""Rows that wait for their commit at most."""
PATIENCE = 60.0
NUMBER = struct.Struct("<Q")


def write(path: Path, writer: int, out: int) -> None:
    """Note rows until killed."""
    ledger, room = Ledger(path), threading.Semaphore(AHEAD)
    number = writer << 32
    while True:
        room.acquire()
        number += 1

        def done(there: bool, number: int = number) -> None:
            if there:
                os.write(out, NUMBER.pack(number))
            room.release()

        ledger.note(Event(1.0, "w", "accepted", f"{number}", uid=f"{number}"), done)


def killed(path: Path, writer: int, wait: float) -> set[int]:
    """Start a writer, kill it, and tell what it had been acknowledged."""
    read, out = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(read)
            write(path, writer, out)
        finally:
            os._exit(1)
    os.close(out)
    begun, _, _ = select.select([read], [], [], PATIENCE)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b""
    while some := os.read(read, 65_536):
        said += some
    os.close(read)
    assert begun and said, "the writer did not come to its first row"
    whole = len(said) // NUMBER.size * NUMBER.size
    return {number for (number,) in NUMBER.iter_unpack(said[:whole])}


def run(path: Path, count: int, seed: int) -> dict[str, int]:
    draw, known = random.Random(seed), set[int]()
    for writer in range(1, count + 1):
        known |= killed(path, writer, draw.uniform(0, LONGEST))
    base = sqlite3.connect(path)
    there = {int(uid) for (uid,) in base.execute("SELECT uid FROM events")}
    sound = base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    base.close()
    aside = len(list(path.parent.glob("*.corrupt-*")))
    return {
        "killed": count,
        "acknowledged": len(known),
        "lost": len(known - there),
        "corrupt": aside + (not sound),
    }


if __name__ == "__main__":
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), seed)))
