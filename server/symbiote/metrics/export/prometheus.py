"""Figures in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), all of them gauges."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from symbiote.metrics.reading import Figure

PREFIX = "symbiote"
WORDS = frozenset(
    [
        "feature",
        "engine",
        "model",
        "stage",
        "reason",
        "origin",
        "language",
        "task",
        "cause",
        "by",
        "name",
        "event",
        "after",
        "accepted",
        "what",
        "from",
        "to",
    ]
)
"""Columns that say what a row is about: they become labels."""
LEFT_OUT = frozenset({"days"})
"""Days are samples of their own; whoever scrapes has them already."""


def prometheus(found: Sequence[Figure]) -> str:
    return "".join(line for figure in found for line in _figure(figure))


def _figure(figure: Figure) -> Iterator[str]:
    if figure.name in LEFT_OUT:
        return
    name = f"{PREFIX}_{figure.name}"
    if figure.value is not None:
        yield from _head(name, f"{figure.title} ({figure.unit})")
        yield f"{name} {_number(figure.value)}\n"
    yield from _head(f"{name}_rows", f"{figure.title}: how many rows it is of")
    yield f"{name}_rows {figure.n}\n"
    for at, column in enumerate(figure.columns):
        lines = list(_column(f"{name}_by_{_plain(column)}", figure, at))
        if lines:
            yield from _head(f"{name}_by_{_plain(column)}", f"{figure.title}: {column}")
            yield from lines


def _column(name: str, figure: Figure, at: int) -> Iterator[str]:
    if figure.columns[at] in WORDS:
        return
    for number, row in enumerate(figure.rows):
        labels = {c: v for c, v in zip(figure.columns, row, strict=True) if c in WORDS}
        told = labels or {"row": number}
        if isinstance(row[at], int | float) and not isinstance(row[at], bool):
            said = ",".join(f'{_plain(key)}="{_escaped(value)}"' for key, value in told.items())
            yield f"{name}{{{said}}} {_number(row[at])}\n"


def _head(name: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}\n"
    yield f"# TYPE {name} gauge\n"


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name)


def _escaped(value: Any) -> str:
    text = "" if value is None else str(value)
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)
