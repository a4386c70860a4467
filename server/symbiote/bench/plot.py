"""A plot as SVG text: the distribution of latencies, a line for each contestant. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 40, 48
ROW = 20
"""Points between the rows of the legend."""
COLOURS = ("#0b63c5", "#d1495b", "#e08e2b", "#7a5195", "#4a7c59", "#6b6b6b")
LEAST = 1.0
"""Milliseconds at the left edge: nobody sees the difference below."""
LADDER = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Line:
    """`values` are the evenly spaced percentiles of a distribution, in milliseconds, ascending."""

    name: str
    values: Sequence[float]


def plot(title: str, lines: Sequence[Line]) -> str:
    """How much of the time (up) an answer was there within so many milliseconds (right, logarithmic)."""
    drawn = [line for line in lines if len(line.values) > 1]
    most = _most(max((line.values[-1] for line in drawn), default=100.0))
    body = [*_axes(title, most)]
    for number, line in enumerate(drawn):
        points = " ".join(_points(line.values, most))
        body.append(f'<polyline fill="none" {_stroke(number)} points="{points}"/>')
        body += _legend(number, line.name)
    return "\n".join([_head(title, len(drawn)), *body, "</svg>", ""])


def _head(title: str, lines: int) -> str:
    height = HEIGHT + ROW * lines + ROW // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif" font-size="12" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    )


def _legend(number: int, name: str) -> list[str]:
    """The entry of a line, below the plot."""
    y = HEIGHT + ROW * number + ROW // 2
    return [
        f'<line x1="{LEFT}" y1="{y - 4}" x2="{LEFT + 24}" y2="{y - 4}" {_stroke(number)}/>',
        f'<text x="{LEFT + 30}" y="{y}">{escape(name)}</text>',
    ]


def _stroke(number: int) -> str:
    dash = ' stroke-dasharray="6 3"' if number else ""
    return f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2"{dash}'


def _axes(title: str, most: float) -> list[str]:
    parts = [f'<text x="{LEFT}" y="22" font-size="14" font-weight="bold">{escape(title)}</text>']
    for tick in _ticks(most):
        x = _x(tick, most)
        parts.append(
            f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT - BOTTOM}" stroke="#e3e3e3"/>'
        )
        parts.append(
            f'<text x="{x}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{tick:g}</text>'
        )
    for percent in range(0, 101, 25):
        y = _y(percent / 100)
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{percent} %</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle:g}" y="{HEIGHT - 10}" text-anchor="middle">milliseconds from the key to the answer</text>'
    )
    return parts


def _points(values: Sequence[float], most: float) -> list[str]:
    last = len(values) - 1
    return [f"{_x(value, most)},{_y(at / last)}" for at, value in enumerate(values)]


def _ticks(most: float) -> list[float]:
    powers = range(int(math.log10(most)) + 1)
    found = [step * 10.0**power for power in powers for step in LADDER]
    return [tick for tick in found if LEAST <= tick <= most]


def _most(value: float) -> float:
    """The next rung of the ladder at or above `value`."""
    power = 10.0 ** math.floor(math.log10(max(value, 10.0)))
    return next((step * power for step in LADDER if step * power >= value), 10 * power)


def _x(value: float, most: float) -> float:
    share = math.log(max(value, LEAST) / LEAST) / math.log(most / LEAST)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
