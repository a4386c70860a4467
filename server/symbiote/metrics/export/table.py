"""Figures as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from symbiote.metrics.reading import Figure

HEAD = ("figure", "unit", "row", "column", "value")


def table(found: Sequence[Figure]) -> str:
    """One line for each value: a figure's own numbers in row 0, its parts in rows 1, 2, …"""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEAD)
    for figure in found:
        for name in ("value", "n", "low", "high"):
            lines.writerow((figure.name, figure.unit, 0, name, _plain(getattr(figure, name))))
        for number, row in enumerate(figure.rows, 1):
            for column, value in zip(figure.columns, row, strict=True):
                lines.writerow((figure.name, figure.unit, number, column, _plain(value)))
    return text.getvalue()


def _plain(value: Any) -> Any:
    """Nothing is an empty cell; text that a spreadsheet would take for a formula is quoted as text."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return f"'{value}"
    return "" if value is None else value
