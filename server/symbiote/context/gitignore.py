"""One ignore file in gitignore's syntax (https://git-scm.com/docs/gitignore): which of its lines decides about a path.

Reads no disk. A repository brings its own ignore files, so matching takes at most as many steps as a line has characters
times a name has, whatever they are. Libraries translate lines to regular expressions that try every way to share
a name among the stars (pathspec 1.1): `*a*a*a*a*a*a*a*a*b` against a name of 200 `a` runs for years.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from symbiote.core.place import fold

Match = Callable[[str], object]
"""Says yes or no to a folded name."""

LONGEST = 1_024
"""Characters of a line. Longer ones are no patterns, and are left out."""

_WILD = re.compile(r"[*?\[\\]")
_NAMED = re.compile(r"\[:([^\]]*):\]")
_CLASSES = {
    "alnum": "a-z0-9",
    "alpha": "a-z",
    "blank": r"\ \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": r"\ -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "a-z",
    "xdigit": "0-9a-f",
}
"""POSIX's, in folded text: there are no capitals."""


@dataclass(frozen=True, slots=True)
class Line:
    """One pattern. `parts` are for one name each, None for `**`; `anywhere` looks at the last name only."""

    number: int
    negated: bool
    folders_only: bool
    anywhere: bool
    parts: tuple[Match | None, ...]

    def matches(self, names: Sequence[str], *, folder: bool) -> bool:
        if self.folders_only and not folder:
            return False
        return _covers(self.parts, names[-1:] if self.anywhere else names)


class Gitignore:
    """`size` is the number of characters in it."""

    def __init__(self, text: str) -> None:
        self.size = len(text)
        lines = enumerate(text.removeprefix("\ufeff").split("\n"), start=1)
        self._lines = [found for number, line in lines if (found := _line(number, line))]
        self._lines.reverse()

    def decides(self, names: Sequence[str], *, folder: bool) -> Line | None:
        """The last line that matches the path itself, not a folder it lies in; `names` are folded, from the file's folder on."""
        for line in self._lines:
            if line.matches(names, folder=folder):
                return line
        return None


class _Never(Exception):
    """The pattern matches nothing: as git has it, that is no error."""


def _line(number: int, line: str) -> Line | None:
    text = _trimmed(line.removesuffix("\r"))
    negated = text.startswith("!")
    if text.startswith("#") or len(text) > LONGEST:
        return None
    text = fold(text[negated:])
    path = text.removesuffix("/")
    if not path:
        return None
    try:
        parts = tuple(map(_part, path.removeprefix("/").split("/")))
    except _Never:
        return None
    return Line(number, negated, path != text, "/" not in path, parts)


def _trimmed(line: str) -> str:
    """Without the spaces at its end; the first one stays if it is escaped."""
    end = len(line.rstrip(" "))
    slashes = end - len(line[:end].rstrip("\\"))
    return line[: end + slashes % 2]


def _covers(parts: Sequence[Match | None], names: Sequence[str]) -> bool:
    """Whether the parts match the names, all of them; `**` stands for any number, at the end for one at least."""
    reached = {0}
    for number, part in enumerate(parts, start=1):
        if part is None:
            first = min(reached)
            if number == len(parts):
                return first < len(names)
            reached = set(range(first, len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and part(names[at])}
        if not reached:
            return False
    return len(names) in reached


def _part(text: str) -> Match | None:
    """What one name of a pattern says of one name of a path. Raises `_Never`."""
    if len(text) > 1 and not text.strip("*"):
        return None
    if not _WILD.search(text):
        return text.__eq__
    end = text[1:]
    if text[0] == "*" and not _WILD.search(end):
        return lambda name: name.endswith(end)
    return re.compile(_regex(text)).match


def _regex(glob: str) -> str:
    """Each piece between two stars is looked for once, from where the one before it ended: the first place it is found
    leaves most for the rest. (`fnmatch.translate` does the same, but knows neither escapes nor POSIX classes.)"""
    first, *rest = _pieces(glob)
    if not rest:
        return rf"(?s:{first})\Z"
    *inner, last = rest
    steps = "".join(f"(?>.*?{piece})" for piece in inner if piece)
    return rf"(?s:{first}{steps}.*{last})\Z"


def _pieces(glob: str) -> Iterator[str]:
    """What stands between the stars, each as a regular expression of fixed length."""
    piece, at = "", 0
    while at < len(glob):
        sign = glob[at]
        at += 1
        if sign == "*":
            yield piece
            piece = ""
        elif sign == "?":
            piece += "."
        elif sign == "[":
            found, at = _set(glob, at)
            piece += found
        elif sign == "\\":
            piece += re.escape(_sign(glob, at))
            at += 1
        else:
            piece += re.escape(sign)
    yield piece


def _set(glob: str, at: int) -> tuple[str, int]:
    """`[...]` from behind its bracket on, as git reads it (wildmatch.c), and where it ends."""
    negated = _sign(glob, at) in "!^"
    at += negated
    start, items, low = at, "", ""
    while (sign := _sign(glob, at)) != "]" or at == start:
        if sign == "[" and (named := _NAMED.match(glob, at)):
            if named[1] not in _CLASSES:
                raise _Never
            items, low, at = items + _CLASSES[named[1]], "", named.end()
            continue
        if sign == "-" and low and glob[at + 1 : at + 2] != "]":
            high, at = _plain(glob, at + 1)
            items += f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
            low = ""
            continue
        low, at = _plain(glob, at)
        items += re.escape(low)
    if not items:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{items}]", at + 1


def _plain(glob: str, at: int) -> tuple[str, int]:
    """A character of a set that may be escaped, and where it ends."""
    at += _sign(glob, at) == "\\"
    return _sign(glob, at), at + 1


def _sign(glob: str, at: int) -> str:
    if at >= len(glob):
        raise _Never
    return glob[at]
