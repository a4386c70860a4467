"""Figures as a page that stands for itself: HTML with its style and its plots inside, nothing is loaded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape
from typing import Any

from symbiote.metrics.reading import Figure, Span

WIDTH, HEIGHT = 640, 180
STYLE = """:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin:2rem 0 .2rem;font-size:1.1rem}b{font-weight:600}small{opacity:.7}
table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.1rem .8rem .1rem 0;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}th{font-weight:500;opacity:.7}
svg{display:block;max-width:100%}rect{fill:#0b63c5}text{font-size:11px;fill:currentColor}"""
BARS = {"distribution": ("from", "n"), "silences": ("reason", "n"), "days": ("day", "shown")}
"""Figures whose rows are drawn as bars: what stands below them, and how tall they are."""
MOST_BARS, MOST_ROWS = 120, 40


def page(found: Sequence[Figure], span: Span) -> str:
    until = span.until if span.until != float("inf") else time.time()
    about = f"{_day(span.since)} to {_day(until)}" if span.since else f"up to {_day(until)}"
    body = "\n".join(_figure(figure) for figure in found if figure.n)
    none = ", ".join(escape(figure.title) for figure in found if not figure.n)
    rest = f"<p><small>Nothing yet of: {none}.</small></p>" if none else ""
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Symbiote</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{STYLE}</style>\n<h1>Symbiote</h1>\n<p>{escape(about)}</p>\n{body}\n{rest}\n</html>\n"
    )


def _figure(figure: Figure) -> str:
    value = (
        f"<b>{_cell(figure.value)}</b> {escape(figure.unit)} " if figure.value is not None else ""
    )
    between = f"({_cell(figure.low)} to {_cell(figure.high)}) " if figure.low is not None else ""
    note = f", {escape(figure.note)}" if figure.note else ""
    head = f"<h2>{escape(figure.title)}</h2>\n<p>{value}{between}<small>n = {figure.n:,}{note}</small></p>"
    return "\n".join(part for part in (head, _bars(figure), _table(figure)) if part)


def _bars(figure: Figure) -> str:
    if figure.name not in BARS or not figure.rows:
        return ""
    name, height = (figure.columns.index(column) for column in BARS[figure.name])
    rows = figure.rows[-MOST_BARS:]
    most = max(row[height] for row in rows) or 1
    step = WIDTH / len(rows)
    drawn = []
    for at, row in enumerate(rows):
        tall = row[height] / most * (HEIGHT - 20)
        told = f"{_label(figure.columns[name], row[name])}: {row[height]:,}"
        drawn.append(
            f'<rect x="{at * step:.1f}" y="{HEIGHT - 20 - tall:.1f}" width="{max(step - 1, 0.5):.1f}" '
            f'height="{tall:.1f}"><title>{escape(told)}</title></rect>'
        )
    ends = [_label(figure.columns[name], row[name]) for row in (rows[0], rows[-1])]
    drawn.append(f'<text x="0" y="{HEIGHT - 5}">{escape(ends[0])}</text>')
    drawn.append(f'<text x="{WIDTH}" y="{HEIGHT - 5}" text-anchor="end">{escape(ends[1])}</text>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(figure.title)}">'
        f"{''.join(drawn)}</svg>"
    )


def _table(figure: Figure) -> str:
    if not figure.rows:
        return ""
    head = "".join(f"<th>{escape(column)}</th>" for column in figure.columns)
    lines = [f"<tr>{head}</tr>"]
    for row in figure.rows[:MOST_ROWS]:
        cells = zip(figure.columns, row, strict=True)
        lines.append("<tr>" + "".join(_placed(column, value) for column, value in cells) + "</tr>")
    left = len(figure.rows) - MOST_ROWS
    more = f"<p><small>and {left:,} more</small></p>" if left > 0 else ""
    return f"<table>{''.join(lines)}</table>{more}"


def _placed(column: str, value: Any) -> str:
    number = isinstance(value, int | float) and column != "day"
    return (
        f'<td class="n">{_cell(value)}</td>'
        if number
        else f"<td>{escape(_label(column, value))}</td>"
    )


def _label(column: str, value: Any) -> str:
    if column == "day":
        return _day(value)
    return _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))
