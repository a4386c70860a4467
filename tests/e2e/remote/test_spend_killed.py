"""Daemons that are killed in the middle of anything: what they had reserved is spent, and the limit holds."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from symbiote.engine.remote.book import NANO, Book

ROUNDS, BESIDE = 12, 3
MORE = 20 * NANO // 1000
"""The limit rises by this each round, about 27 requests."""
DAEMON = """
import os, random, sys, time
from pathlib import Path
from symbiote.engine.remote.book import Book, BookError

path, seed, cap = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
chance, book = random.Random(seed), Book(path)
bill = os.open(path.with_name("bill"), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

def request():
    most = chance.randint(1, 1_000_000)
    number, _ = book.reserve(("p", "m", "t"), most, lambda now: now.spent_day + most <= cap)
    if number is None:
        return
    if chance.random() < 0.1:
        book.release(number)
        return
    cost = chance.randint(most // 2, most)
    os.write(bill, b"%d\\n" % cost)  # the provider's own count: sent, and billed
    book.settle(number, cost)

for number in range(10**9):
    try:
        request()
    except BookError:
        pass
    if number == 0:
        print("ready", flush=True)
    time.sleep(chance.random() / 1000)
"""


def test_killed_in_the_middle_of_anything(tmp_path: Path) -> None:
    """Each daemon is killed after a time that ends anywhere: before, in or after a commit."""
    path, chance, killed = tmp_path / "spend.sqlite3", random.Random(7), 0
    for turn in range(ROUNDS):
        cap = MORE * (turn + 1)
        daemons = [daemon(path, turn * BESIDE + beside, cap) for beside in range(BESIDE)]
        for one in daemons:
            assert one.stdout is not None
            assert one.stdout.readline() == b"ready\n"
        for one in chance.sample(daemons, BESIDE):
            time.sleep(chance.random() * 0.03)
            one.send_signal(signal.SIGKILL)
        for one in daemons:
            assert one.wait(10) == -signal.SIGKILL
            assert one.stdout is not None
            one.stdout.close()
            killed += 1
        billed, written = counted(path)
        assert billed <= written <= cap
    assert killed == ROUNDS * BESIDE
    billed, written = counted(path)
    assert written - billed <= killed * 1_000_000
    assert billed > 0


def daemon(path: Path, seed: int, cap: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(path), str(seed), str(cap)], stdout=subprocess.PIPE
    )


def counted(path: Path) -> tuple[int, int]:
    """What was billed, and what is written down as spent or reserved."""
    bill = path.with_name("bill")
    billed = sum(int(line) for line in bill.read_text().split()) if bill.exists() else 0
    book = Book(path)
    try:
        return billed, book.period().spent_day
    finally:
        book.close()
