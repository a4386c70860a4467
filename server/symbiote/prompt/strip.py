"""Less text for the same answer: what a provider is paid for by the token, without comments, runs of blank lines and bodies
of functions that are far from the cursor.

Pure, and careful: a line is taken for a comment only where the quotes and brackets of block comments above it say that it is
no part of a string; of a text that was cut off inside one, which part is code is told from what it looks like, or nothing is changed.
Languages are Python and those with `//`; all others stay as they are, for a `#` or a blank line may mean something there.
What stands first changes least while somebody types: all that depends on the cursor's place is near it, or is decided in
steps of the budget.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbiote.core.comment import SLASHES, mark

PYTHON = "python"
NEAR = 6
"""Lines on both sides of the cursor that stay as they are: a comment there says what is to be written."""
FAR = 12
"""Lines between the cursor and a function whose body may go."""
SHARE = 0.65
"""Of the characters: bodies of functions go, the farthest first, until no more than that are left."""
SURE = 20
"""Lines of code: what it says that a docstring begins under a head, more than that it ends there."""
BODY = 3
"""Lines of a body that is worth a line that stands for it."""
_MULTILINE = {
    PYTHON: ('"""', "'''"),
    **dict.fromkeys(
        ("javascript", "javascriptreact", "typescript", "typescriptreact", "go"), ("`",)
    ),
    **dict.fromkeys(("java", "kotlin", "scala", "swift", "dart", "csharp"), ('"""',)),
}
_HEAD = {
    PYTHON: re.compile(r"\s*(?:async\s+)?def\s.*:\s*$"),
    "": re.compile(r".*[)\w>]\s*(?:=>\s*)?\{\s*$"),
}
_NO_FUNCTION = re.compile(
    r"\s*(?:\}?\s*else\b|(?:if|for|while|switch|do|try|catch|class|interface|struct|enum|namespace|impl|trait|mod|union|extern)\b"
    r"|(?:export|public|private|abstract|static|default|pub|data|sealed|final)\s.*\b(?:class|interface|struct|enum|trait|mod)\b)"
)
_SIGN = re.compile(r"[\"'`#/]")
_CODE = re.compile(
    r"\s*(?:def|class|import|from|return|if|elif|for|while|with|raise|async|const|let|var|function|export|public|private|static"
    r"|fn|func|struct|package|use|using|switch|case|@\w+)\b.*[\w:;{}(),\[\]]$|\s*[\w.]+(?:\[.*\])?\s[-+*|]?=\s\S|\s*[\w.]+\(.*\);?$|\s*[\])}]+[,;:]?$"
)
"""What is seldom said in prose."""


@dataclass(slots=True)
class _Line:
    """`comment` is the column at which a comment begins that goes to the line's end, -1 without one. `inside` says that the
    line begins in a string, `block` that all of it is in a block comment, `open` that it ends in either."""

    text: str
    inside: bool = False
    block: bool = False
    open: bool = False
    comment: int = -1
    gone: bool = False

    @property
    def blank(self) -> bool:
        return not self.text.strip() and not self.inside

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


def strip(
    before: str, after: str, language: str, *, share: float = SHARE, between: bool = False
) -> tuple[str, str]:
    """The texts before and after the cursor, or after a selection (`between`: both are whole lines then)."""
    if language != PYTHON and mark(language) != SLASHES:
        return before, after
    lines = [_Line(text) for text in (before if between else before + after).split("\n")]
    if between:
        lines += [_Line(text) for text in after.split("\n")]
    if not _scan(lines, language):
        return before, after
    at = before.count("\n")
    here = range(at - NEAR, at + NEAR + 1 + between)
    budget = int(share * (len(before) + len(after)))
    for number, line in enumerate(lines):
        if number not in here:
            _without_comment(line, first=number == 0)
    _without_runs(lines, here)
    if share < 1:
        _without_bodies(lines, at, language, budget)
    split = at + 1 if between else at
    above = "".join(f"{line.text}\n" for line in lines[:split] if not line.gone)
    rest = "\n".join(line.text for line in lines[split:] if not line.gone)
    if between:
        return above.removesuffix("\n"), rest
    column = len(before) - before.rfind("\n") - 1
    return above + rest[:column], rest[column:]


def _scan(lines: list[_Line], language: str) -> bool:
    """Where strings and comments are. Whether that can be told: a text is often cut inside one, so that what looks like code
    says what it was cut in."""
    long = _MULTILINE.get(language, ())
    starts = ("", *long, *(() if language == PYTHON else ("*/",)))
    scores = {start: _score(lines, language, start) for start in starts}
    best = max(scores.values())
    likely = [start for start in starts if scores[start] == best]
    if best <= 0 or (len(likely) > 1 and likely[0]):
        return False
    _score(lines, language, likely[0])
    return True


def _score(lines: list[_Line], language: str, open_: str) -> int:
    """Lines of code that are code if the text begins in `open_`, less those that are none."""
    long, slashes = _MULTILINE.get(language, ()), language != PYTHON
    score, above = 0, ""
    for line in lines:
        inside = bool(open_)
        line.inside, line.block, line.comment = inside and open_ != "*/", open_ == "*/", -1
        open_ = _walk(line, open_, long, slashes=slashes)
        line.open = bool(open_)
        if line.block and not open_ and not line.text.rstrip().endswith("*/"):
            line.block = False
        if _CODE.match(line.text):
            score += -1 if inside else 1
        begins = above.endswith(":") or (not above and len(line.text.strip()) > len('"""'))
        if long and begins and line.text.lstrip().startswith(long):
            score += -SURE if inside else SURE
        above = line.text.rstrip() or above
    return score


def _walk(line: _Line, open_: str, long: tuple[str, ...], *, slashes: bool) -> str:
    """What is open at the end of the line: the text that will close it."""
    text, at = line.text, 0
    while at < len(text):
        if open_:
            end = text.find(open_, at)
            if open_ != "*/":
                end = _unescaped(text, open_, at)
            if end < 0:
                return open_
            at, open_ = end + len(open_), ""
            continue
        sign = _SIGN.search(text, at)
        if sign is None:
            return ""
        at, c = sign.start(), sign[0]
        if (c == "#" and not slashes) or (slashes and text.startswith("//", at)):
            line.comment = at
            return ""
        if slashes and text.startswith("/*", at):
            if not text[:at].strip():
                line.block = True
            open_, at = "*/", at + 2
            continue
        quote = next((one for one in long if text.startswith(one, at)), "")
        if quote:
            open_, at = quote, at + len(quote)
        elif c == '"' or (c == "'" and (not slashes or _closed(text, at))):
            end = _unescaped(text, c, at + 1)
            at = len(text) if end < 0 else end + 1
        else:
            at += 1
    return open_


def _closed(text: str, at: int) -> bool:
    """Of an apostrophe: a lifetime and a digit separator close nothing."""
    return _unescaped(text, "'", at + 1) >= 0


def _unescaped(text: str, what: str, at: int) -> int:
    while (found := text.find(what, at)) >= 0:
        back = found
        while back > 0 and text[back - 1] == "\\":
            back -= 1
        if (found - back) % 2 == 0:
            return found
        at = found + 1
    return -1


def _without_comment(line: _Line, *, first: bool) -> None:
    if line.inside or (first and line.text.startswith("#!")):
        return
    if line.block:
        line.gone = True
    elif line.comment >= 0:
        line.text = line.text[: line.comment].rstrip()
        line.gone = not line.text


def _without_runs(lines: list[_Line], here: range) -> None:
    """One blank line instead of several."""
    blank = False
    for number, line in enumerate(lines):
        if line.gone:
            continue
        line.gone = line.blank and blank and number not in here
        blank = line.blank


def _without_bodies(lines: list[_Line], at: int, language: str, budget: int) -> None:
    size = sum(len(line.text) + 1 for line in lines if not line.gone)
    bodies = [body for body in _bodies(lines, language) if _away(body, at) > FAR]
    for body in sorted(bodies, key=lambda body: (-_away(body, at), body[0])):
        if size <= budget:
            return
        kept = [number for number in range(*body) if not lines[number].gone]
        if len(kept) < BODY:
            continue
        first = lines[kept[0]]
        size -= sum(len(lines[number].text) + 1 for number in kept)
        first.text = first.text[: first.indent] + ("..." if language == PYTHON else "// ...")
        size += len(first.text) + 1
        for number in kept[1:]:
            lines[number].gone = True


def _away(body: tuple[int, int], at: int) -> int:
    return max(body[0] - at, at - body[1] + 1)


def _bodies(lines: list[_Line], language: str) -> list[tuple[int, int]]:
    """First and behind the last line of what functions say, where that can be told from the indentation."""
    head = _HEAD.get(language, _HEAD[""])
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.gone or line.inside or line.open or not head.match(line.text):
            continue
        if language != PYTHON and _NO_FUNCTION.match(line.text):
            continue
        end = number
        while end < len(lines) and (
            lines[end].inside
            or lines[end].blank
            or lines[end].gone
            or lines[end].indent > line.indent
        ):
            end += 1
        if end == len(lines):
            continue
        while end > number and (lines[end - 1].blank or lines[end - 1].gone):
            end -= 1
        if end > number and not lines[end - 1].open:
            found.append((number, end))
            number = end
    return found
