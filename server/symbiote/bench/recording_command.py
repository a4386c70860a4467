"""`symbiote bench ledger`: what can be asked for, and what is printed."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

KEYS = 20_000
ASKS = 1_000_000


def add(kinds: Any) -> None:
    about = "what recording costs, and how long figures take over a million asks"
    parser: argparse.ArgumentParser = kinds.add_parser("ledger", help=about, description=about)
    parser.set_defaults(run=run)
    parser.add_argument("--asks", type=int, default=ASKS, metavar="N", help=f"({ASKS:,})")
    parser.add_argument("--keys", type=int, default=KEYS, metavar="N", help=f"({KEYS:,})")
    parser.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")


def run(options: argparse.Namespace) -> int:
    from symbiote.bench.recording import figures, recording

    with tempfile.TemporaryDirectory() as folder:
        recorded = asyncio.run(recording(Path(folder) / "keys.sqlite3", options.keys))
        read = figures(Path(folder) / "asks.sqlite3", options.asks)
    found = {"schema": 1, "bench": "ledger", "recording": recorded, "figures": read}
    if options.json:
        print(json.dumps(found))
        return 0
    for name, row in recorded.items():
        print(
            f"{name:8} n {row['n']:,}, "
            + ", ".join(f"{k} {v:.4f} ms" for k, v in row["ms"].items())
        )
    rows = ", ".join(f"{n:,} {table}" for table, n in read["rows"].items())
    print(f"{rows}: last 30 days {read['month_s']:.2f} s (CPU {read['month_cpu_s']:.2f}), ", end="")
    print(f"all time {read['all_s']:.2f} s (CPU {read['all_cpu_s']:.2f}), ", end="")
    print(f"the slowest {', '.join(f'{k} {s:.2f} s' for k, s in read['slowest'].items())}")
    return 0
