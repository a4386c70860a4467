"""A notebook's cell as a document: the cells above it come first, as they would in a script of the same content.

Text that is no code of the cell's language becomes a comment. Magics (`%time`, `!ls`) are left as they are: models have seen
them in notebooks that were made scripts. Outputs are never part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbiote.core.text import Document, body

ABOVE = 100_000
"""Characters of the cells above that are kept, whole cells, the nearest ones. The engine looks things up in 16,000."""
MARKDOWN = "markdown"
COMMENTS = {
    "//": ("c", "cpp", "csharp", "fsharp", "go", "java", "javascript", "kotlin", "rust", "scala"),
    "--": ("haskell", "lua", "sql"),
    "%": ("latex", "matlab", "prolog"),
}
"""What begins a comment, by language; `#` in all others."""
_MARKS = {
    **{name: mark for mark, names in COMMENTS.items() for name in names},
    **dict.fromkeys(("php", "swift", "typescript"), "//"),
}


def joined(cell: Document, above: Sequence[Document]) -> Document:
    """`cell` with the cells above it, in their order and with a blank line after each; it says of how many lines.

    Its URI, language and version are the cell's.
    """
    parts: list[list[str]] = []
    size = 0
    for one in reversed(above):
        lines = list(_lines(one, cell.language))
        size += sum(map(len, lines))
        if size > ABOVE:
            break
        parts.append(lines)
    before = [line for lines in reversed(parts) for line in lines]
    if not before or cell.too_large:
        return cell
    whole = [*before, *cell.lines]
    return replace(cell, lines=whole, size=sum(map(len, whole)), above=len(before))


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
        mark = _MARKS.get(language, "#")
        yield from (f"{mark} {line}".rstrip() + "\n" for line in lines)
    yield "\n"
