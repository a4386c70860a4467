"""What the commands of `symbiote bench` share: kinds of numbers, and how a result is told."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any


def tell(options: argparse.Namespace, found: dict[str, Any], failures: Sequence[str] = ()) -> int:
    """Print the result, and what went wrong; the exit code."""
    from symbiote.bench import pages

    if options.write_docs:
        pages.write(found)
    print(json.dumps(found) if options.json else pages.PARTS[found["bench"]](found))
    for failure in failures:
        print(f"symbiote: {failure}", file=sys.stderr)
    return 1 if failures else 0


def at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more is needed")
    return number
