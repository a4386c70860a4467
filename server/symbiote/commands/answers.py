"""`symbiote answers`: how many answers to rewrites are remembered, and forgetting them."""

from __future__ import annotations

import argparse
import json

from symbiote.core import paths

SCHEMA = 1


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")
    parser.add_argument("--clear", action="store_true", help="forget them all")


def run(options: argparse.Namespace) -> int:
    from symbiote.features.rewrite.kept import Kept

    count = gone = 0
    if paths.answers().exists():
        kept = Kept(paths.answers())
        gone = kept.forget() if options.clear else 0
        count = kept.count()
        kept.close()
    if options.json:
        told = {"schema": SCHEMA, "answers": count, "forgotten": gone}
        print(json.dumps(told | {"file": str(paths.answers())}))
    elif options.clear:
        print(f"Forgotten: {gone}.")
    else:
        print(f"{count} answers of the last 24 hours, in {paths.answers()}")
    return 0
