"""A notebook's cell as a document: the cells above it come first, as they would in a script of the same content.

Text that is no code of the cell's language becomes a comment. Magics (`%time`, `!ls`) are left as they are: models have seen
them in notebooks that were made scripts. Outputs are never part of it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbiote.core.comment import comment
from symbiote.core.text import Document, body

ABOVE = 100_000
"""Characters of the cells above that are kept, whole cells, the nearest ones. The engine looks things up in 16,000."""
MARKDOWN = "markdown"


class Joiner:
    """Remembers what it joined last: somebody types in one cell, and each key asks twice."""

    def __init__(self) -> None:
        self._above: tuple[str, list[Document]] = "", []
        self._before: list[str] = []
        self._joined: tuple[Document, Document] | None = None

    def join(self, cell: Document, above: list[Document]) -> Document:
        """As `joined`; the same document for the same texts."""
        language, known = self._above
        same = len(known) == len(above) and all(map(operator.is_, known, above))
        if language != cell.language or not same:
            self._above = cell.language, above
            self._before = before(above, cell.language)
            self._joined = None
        if self._joined is None or self._joined[0] is not cell:
            self._joined = cell, _behind(self._before, cell)
        return self._joined[1]


def joined(cell: Document, above: Sequence[Document]) -> Document:
    """`cell` with the cells above it, in their order and with a blank line after each; it says of how many lines.

    Its URI, language and version are the cell's.
    """
    return _behind(before(above, cell.language), cell)


def before(above: Sequence[Document], language: str) -> list[str]:
    """The nearest of the cells above, as lines in a document of a language."""
    parts: list[list[str]] = []
    size = 0
    for one in reversed(above):
        lines = list(_lines(one, language))
        size += sum(map(len, lines))
        if size > ABOVE:
            break
        parts.append(lines)
    return [line for lines in reversed(parts) for line in lines]


def _behind(lines: list[str], cell: Document) -> Document:
    if not lines or cell.too_large:
        return cell
    whole = [*lines, *cell.lines]
    return replace(cell, lines=whole, size=sum(map(len, whole)), above=len(lines))


def _lines(cell: Document, language: str) -> Iterator[str]:
    """A cell as lines in a document of another one's language; none of a blank one."""
    lines = [body(line) for line in cell.lines]
    while lines and not lines[-1].strip():
        lines.pop()
    if cell.too_large or not lines:
        return
    if cell.language == language:
        yield from (f"{line}\n" for line in lines)
    elif language == MARKDOWN:
        yield f"```{cell.language}\n"
        yield from (f"{line}\n" for line in lines)
        yield "```\n"
    else:
        yield from (f"{line}\n" for line in comment("\n".join(lines), language).split("\n"))
    yield "\n"
