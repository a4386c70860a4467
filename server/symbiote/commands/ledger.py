"""`symbiote ledger`: what was measured, as a whole: export it, delete it, say how long it is kept, have it looked over."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from symbiote.core import paths
from symbiote.core.errors import UserError
from symbiote.metrics import upkeep


def add(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(required=True, metavar="WHAT")

    def kind(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        made = kinds.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    kind("export", export, "every row as a line of JSON").add_argument("file", type=Path)
    about = "delete every row for good"
    kind("delete", delete, about).add_argument("--yes", action="store_true", help="really")
    about = "for how many days rows are kept; without DAYS, what holds"
    kind("keep", keep, about).add_argument("days", type=int, nargs="?")
    about = "whether the file is sound, and what it holds"
    kind("check", check, about).add_argument("--json", action="store_true")


def export(options: argparse.Namespace) -> int:
    counts = upkeep.export(paths.ledger(), options.file)
    print(f"{_counted(counts)} in {options.file}")
    return 0


def delete(options: argparse.Namespace) -> int:
    if not options.yes:
        raise UserError("This deletes everything that was measured. Say so with --yes.")
    print(f"Deleted: {upkeep.delete(paths.ledger()):,} rows.")
    print("What was learned of when to show is apart: `symbiote gate --reset`.")
    return 0


def keep(options: argparse.Namespace) -> int:
    if options.days is not None:
        upkeep.keep(options.days)
    print(f"Rows are kept for {upkeep.kept_days():,} days; older ones go when the daemon starts.")
    return 0


def check(options: argparse.Namespace) -> int:
    found = upkeep.check(paths.ledger())
    if options.json:
        print(json.dumps({"schema": 1, **found}))
    else:
        size, days = found["bytes"] / 1_000_000, found["keep_days"]
        print(
            f"{paths.ledger()}: {_counted(found['rows'])}, {size:,.1f} MB, kept for {days:,} days"
        )
        if found["oldest"] is not None:
            print(f"from {_day(found['oldest'])} to {_day(found['newest'])}")
        print(*(found["problems"] or ["It is sound."]), sep="\n")
    return 0 if found["ok"] else 1


def _counted(rows: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {table}" for table, count in rows.items())


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(at))
