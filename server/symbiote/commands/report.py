"""`symbiote report`: what was measured, in the terminal, as JSON, CSV, a page or for Prometheus."""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
import time
from pathlib import Path
from typing import IO, Any

from symbiote.core import paths
from symbiote.core.errors import UserError
from symbiote.metrics.before_after import BASELINE, effects, plain
from symbiote.metrics.compare import Effect
from symbiote.metrics.export.page import page
from symbiote.metrics.export.prometheus import prometheus
from symbiote.metrics.export.table import table
from symbiote.metrics.reading import NAMES, Figure, Span, reading
from symbiote.metrics.report import figures, moment, report

USUAL = "7d"
FEW = 12
"""Rows of a figure that the terminal shows."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", default=USUAL, metavar="WHEN", help=f"30m, 12h, 7d, 2w or a day ({USUAL})"
    )
    parser.add_argument("--until", metavar="WHEN", help="up to then, not included; now without it")
    for name in NAMES:
        parser.add_argument(f"--{name}", default="", metavar="NAME", help=f"only this {name}")
    parser.add_argument("--figures", nargs="+", metavar="NAME", help="only these figures")
    parser.add_argument("--html", type=Path, metavar="FILE", help="a page that stands for itself")
    parser.add_argument("--prometheus", type=Path, metavar="FILE", help="Prometheus' text format")
    parser.add_argument("--csv", action="store_true", help="every figure's rows as CSV")
    parser.add_argument(
        "--compare",
        metavar="WHAT",
        help=f"{BASELINE} (flow sessions without help) or FROM..TO: days before",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write there, not to the terminal"
    )


def run(options: argparse.Namespace) -> int:
    now = time.time()
    span = Span(
        moment(options.since, now),
        moment(options.until, now) if options.until else math.inf,
        **{name: getattr(options, name) for name in NAMES},
    )
    if span.since >= span.until:
        raise UserError("--until must be later than --since.")
    if options.json and options.csv:
        raise UserError("Either --json or --csv.")
    if options.compare:
        return _compare(options, span, now)
    with reading(paths.ledger()) as base:
        found = figures(base, span, options.figures or ())
    if options.html:
        _keep(options.html, page(found, span))
    if options.prometheus:
        _keep(options.prometheus, prometheus(found))
    if options.output:
        text = io.StringIO()
        _write(text, options, found, span)
        _keep(options.output, text.getvalue())
    elif not options.html and not options.prometheus:
        _write(sys.stdout, options, found, span)
    return 0


def _compare(options: argparse.Namespace, span: Span, now: float) -> int:
    """What changed, figure by figure: medians, their difference with its interval, and Cliff's delta."""
    if options.compare == BASELINE and options.since == USUAL:
        span = Span(until=span.until, **{name: getattr(options, name) for name in NAMES})
    with reading(paths.ledger()) as base:
        found = effects(base, options.compare, span, now)
    if options.json:
        print(json.dumps({"compare": options.compare, "effects": plain(found)}, ensure_ascii=False))
    else:
        _effects(found)
    return 0


def _effects(found: list[Effect]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("figure", "before", "after", "difference", "95 % interval", "effect", "says"):
        shown.add_column(column)
    for one in found:
        between = f"{_number(one.low)} to {_number(one.high)}" if one.low is not None else "–"
        numbers = (one.before, one.n_before), (one.after, one.n_after)
        sides = [f"{_number(value)} (n = {n})" for value, n in numbers]
        sizes = _number(one.difference), between, _number(one.delta)
        shown.add_row(one.name, *sides, *sizes, one.verdict)
    Console(highlight=False).print(shown)


def _keep(file: Path, text: str) -> None:
    """Whole or not at all: whoever scrapes the file never reads half of it."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.") from error


def _write(file: IO[str], options: argparse.Namespace, found: list[Figure], span: Span) -> None:
    if options.json:
        print(json.dumps(report(found, span), ensure_ascii=False), file=file)
    elif options.csv:
        file.write(table(found))
    else:
        _tables(file, found)


def _tables(file: IO[str], found: list[Figure]) -> None:
    """Figures without a row are named together at the end."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=file, highlight=False)
    console.print(f"[bold]Symbiote[/], {paths.ledger()}", soft_wrap=True)
    for figure in (one for one in found if one.n):
        about = f"{_number(figure.value)} {figure.unit}" if figure.value is not None else ""
        if figure.low is not None:
            about += f" ({_number(figure.low)} to {_number(figure.high)})"
        note = f", {figure.note}" if figure.note else ""
        title = Text.assemble((figure.title, "bold"), f" {about} [n = {figure.n:,}{note}]")
        shown = Table(box=None, pad_edge=False, header_style="dim")
        for column in figure.columns:
            shown.add_column(column, justify="right" if column not in WORDS else "left")
        for row in figure.rows[:FEW]:
            shown.add_row(*(Text(_number(value)) for value in row))
        console.print()
        console.print(title, soft_wrap=True)
        if figure.rows:
            console.print(shown)
        if (left := len(figure.rows) - FEW) > 0:
            console.print(f"and {left} more (--json, --csv)", style="dim")
    if none := [figure.title for figure in found if not figure.n]:
        console.print(f"\nNothing yet of: {', '.join(none)}.", style="dim")


WORDS = {
    "feature",
    "engine",
    "model",
    "stage",
    "reason",
    "origin",
    "language",
    "by",
    "name",
    "event",
}


def _number(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
