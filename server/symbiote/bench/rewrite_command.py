"""`symbiote bench rewrite`: what can be asked for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from symbiote.core.errors import UserError

EDIT = "edit"
"""The catalogue's model for rewrites."""


def add(made: argparse.ArgumentParser) -> None:
    made.add_argument("--tasks", type=Path, metavar="FILE", help="JSON lines, as models/holes has")
    made.add_argument("--quick", action="store_true", help="few of everything: to see that it runs")


def rewrite(options: argparse.Namespace) -> dict[str, Any]:
    """The result. Raises `UserError`."""
    from symbiote.bench.edits import TASKS, long, read
    from symbiote.bench.rewrites import FULL, QUICK, rewrites
    from symbiote.bench.typist import standard
    from symbiote.core.settings import MachineSettings
    from symbiote.engine.local.catalogue import find

    if options.quick and options.write_docs:
        raise UserError("--quick measures too little for the docs: leave --write-docs out.")
    model = options.model or MachineSettings().rewrite_model or EDIT
    find(model)
    counts = QUICK if options.quick else FULL
    usual = read(options.tasks or TASKS)
    return rewrites(model, usual, long(standard().finished(), counts.long), counts)
