"""`symbiote bench shape` and `symbiote bench gpu`: what can be asked for, and what is printed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

LIKE = ("tiny", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b", "qwen2.5-coder-3b", "qwen2.5-coder-7b")
TYPES = ("q4_0", "q8_0")
USUAL = "qwen2.5-coder-1.5b"


def add(kinds: Any) -> None:
    """Both as commands of their own under `bench`."""
    about = "write a GGUF with random weights in the shape of a published model"
    one: argparse.ArgumentParser = kinds.add_parser("shape", help=about, description=about)
    one.set_defaults(run=shape)
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .gguf")
    one.add_argument("--seed", type=int, help="other weights of the same shape")
    about = "on an NVIDIA card: memory, utilisation, the engine alone, typing"
    two: argparse.ArgumentParser = kinds.add_parser("gpu", help=about, description=about)
    two.set_defaults(run=gpu)
    two.add_argument("--model", default="", metavar="M", help="not random weights but this model")
    two.add_argument("--keys", type=int, metavar="N", help="of the trace; 1,000 take four minutes")
    two.add_argument("--runs", type=int, nargs="+", metavar="N", help="of the engine alone")
    two.add_argument("--settle", type=float, metavar="SECONDS", help="until the card must be idle")
    two.add_argument("--peer", action="store_true", help="llama-server too; built when it is not")
    two.add_argument("--json", action="store_true", help="print JSON (docs/protocol.md)")
    two.add_argument("--write-docs", action="store_true", help="into docs/performance.md too")
    for made in (one, two):
        made.add_argument("--like", choices=LIKE, default=USUAL, help="the shape")
        made.add_argument("--type", choices=TYPES, default="q4_0", help="how weights are stored")


def shape(options: argparse.Namespace) -> int:
    from symbiote.bench.shape import SEED, make

    seed = SEED if options.seed is None else options.seed
    parameters = make(options.out, options.like, options.type, seed)
    size = options.out.stat().st_size
    print(
        f"{options.out}: {size / 1e6:,.0f} MB, {parameters / 1e6:,.0f} M parameters at random, in the shape of "
        f"{options.like}. Speed and memory are those of such a model; what it says is nonsense."
    )
    return 0


def gpu(options: argparse.Namespace) -> int:
    from symbiote.bench import gpu as measure
    from symbiote.bench import pages

    plan = measure.Plan(
        keys=options.keys or measure.KEYS,
        runs=options.runs or measure.RUNS,
        model=options.model,
        like=options.like,
        kind=options.type,
        peer=options.peer,
        settle=measure.SETTLE if options.settle is None else options.settle,
        needs_card=options.write_docs,
    )
    found = measure.gpu(plan)
    if options.write_docs:
        pages.write(found)
    print(json.dumps(found) if options.json else pages.PARTS["gpu"](found))
    return 0
