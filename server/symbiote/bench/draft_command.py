"""`symbiote bench drafts`: what can be asked for."""

from __future__ import annotations

import argparse
from typing import Any

from symbiote.core.errors import UserError

RUNS = 60
LEAST = 12
"""Answers that are enough for the docs."""


def add(made: argparse.ArgumentParser) -> None:
    made.add_argument("--draft", metavar="M", help="the second model; else the catalogue's for it")
    made.add_argument(
        "--heavier",
        action="store_true",
        help="the model itself drafts for a copy of it at a larger one's cost: the most there is to gain",
    )
    made.add_argument("--runs", type=int, default=RUNS, metavar="N", help=f"answers ({RUNS})")


def drafts(options: argparse.Namespace) -> dict[str, Any]:
    """The result. Raises `UserError`."""
    from symbiote.bench.second import second
    from symbiote.bench.typist import standard
    from symbiote.core.settings import MachineSettings
    from symbiote.engine.local.catalogue import find

    if options.runs < 1 or (options.write_docs and options.runs < LEAST):
        raise UserError(f"--runs must be 1 or more, and {LEAST} or more for the docs.")
    model = options.model or MachineSettings().model
    draft = options.draft or (model if options.heavier else find(model).draft)
    if not draft:
        raise UserError(
            f"The catalogue names no model that drafts for {model}: give one with --draft."
        )
    return second(model, draft, standard().finished(), options.runs, heavy=options.heavier)
