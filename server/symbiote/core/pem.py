"""Where a text holds a private key in PEM (RFC 7468), or a part of one that was cut at the text's edges."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = re.compile(r"-----(BEGIN|END) ([A-Z0-9 ]{0,60}+)-----")
_PRIVATE = re.compile(r"PRIVATE KEY")
_RUN = re.compile(r"\\[nrt]|([A-Za-z0-9+/=]{2,}+)")
_FRAME = " \t\r\"'`,+#*>|()[]{};:\\-"
_ESCAPES = re.compile(r"\\[nrt]")
LONGEST = 40_000
"""Characters of a block; a key of RSA with 16,384 bits takes 12,700."""
SHORT, FULL = 16, 60
"""Characters of a line in a block whose end is not seen, and of one that says by itself that it is of a block: PEM breaks
at 64, older tools at 76, OpenSSH at 70."""

Line = tuple[int, int]
Span = tuple[int, int, bool]


def blocks(text: str) -> Iterator[Span]:
    """Where the lines of keys begin and end, without the lines that frame them, and whether the line is a key's first."""
    if "-----" not in text:
        if _may_be_inside(text):
            yield from _bare(text, 0, len(text))
        return
    at, open_at, other = 0, -1, False
    for mark in _MARK.finditer(text):
        private = _PRIVATE.search(mark[2]) is not None
        begins = mark[1] == "BEGIN"
        if open_at >= 0:
            closed = not begins and private and mark.start() - open_at <= LONGEST
            yield from (
                _runs(text, open_at, mark.start())
                if closed
                else _cut_below(text, open_at, mark.start())
            )
        elif not other and not begins and private:
            start = _body_start(text, at, mark.start())
            yield from _bare(text, at, start)
            yield from _runs(text, start, mark.start())
        elif not other:
            yield from _bare(text, at, mark.start())
        at, other = mark.end(), begins and not private
        open_at = mark.end() if begins and private else -1
    if open_at >= 0:
        yield from _cut_below(text, open_at, len(text))
    elif not other:
        yield from _bare(text, at, len(text))


def _runs(text: str, start: int, end: int) -> Iterator[Span]:
    first = True
    for found in _RUN.finditer(text, start, end):
        if found[1] is not None:
            yield found.start(), found.end(), first
            first = False


def _cut_below(text: str, start: int, end: int) -> Iterator[Span]:
    """The line of the begin may be of code; what stands behind it there must be long to be a key's."""
    stop = _body_end(text, start, end)
    line = text.find("\n", start, stop)
    line = stop if line < 0 else line
    first = [span for span in _runs(text, start, line) if span[1] - span[0] >= SHORT]
    yield from first
    for span in _runs(text, line, stop):
        yield span[0], span[1], span[2] and not first


def _lines(text: str, start: int, end: int) -> Iterator[Line]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _core(text: str, line: Line) -> str | None:
    """The letters of a line of base64 in whatever it is quoted; None of any other line."""
    if line[1] - line[0] > LONGEST:
        return None
    core = _ESCAPES.sub("", text[line[0] : line[1]]).strip(_FRAME)
    return core if core.isascii() and all(c.isalnum() or c in "+/=" for c in core) else None


def _last_word(text: str, line: Line) -> Line:
    """Where a line of prose ends in the first line of a block."""
    start = max(text.rfind(blank, *line) + 1 for blank in " \t")
    return max(start, line[0]), line[1]


def _body_end(text: str, start: int, end: int) -> int:
    """Where a block that is cut off below ends: before the first line that is no part of one."""
    end = min(end, start + LONGEST)
    at = start
    for number, line in enumerate(_lines(text, start, end)):
        core = _core(text, line)
        header = core is None and number and ": " in text[line[0] : line[1]][:30]
        if header:
            continue
        last = line[1] == len(text) and at > start and core is not None
        if number and (core is None or 0 < len(core) < SHORT) and not last:
            break
        at = line[1]
    return at


def _body_start(text: str, start: int, end: int) -> int:
    """Where a block that is cut off above starts, looking upwards from its end."""
    start = max(start, end - LONGEST)
    at, seen = end, 0
    for number, line in enumerate(reversed([*_lines(text, start, end)])):
        core = _core(text, line)
        whole = core is not None and (len(core) >= SHORT or number <= 1 or line[0] == 0)
        if not whole:
            line = _last_word(text, line)
            if len(_core(text, line) or "") < FULL:
                break
            return line[0]
        at, seen = line[0], seen + 1
    return at if seen else end


def _may_be_inside(text: str) -> bool:
    return re.search(rf"[A-Za-z0-9+/]{{{FULL}}}", text) is not None


def _bare(text: str, start: int, end: int) -> Iterator[Span]:
    """Lines of base64 whose block has neither begin nor end here: two of the same length, or one at the edge of the text."""
    group: list[Line] = []
    length = 0
    for line in (*_lines(text, start, end), (end, end)):
        core = _core(text, line)
        if core is None:
            line = _last_word(text, line)
            core = _core(text, line)
        core = core or ""
        fits = not group or len(core) == length or (group == [(0, group[0][1])])
        if FULL <= len(core) <= 80 and _mixed(core) and fits:
            group.append(line)
            length = len(core)
            continue
        if group and core and len(core) <= length and line[1] == len(text):
            group.append(line)
        if len(group) > 1 or (group and (group[0][0] == 0 or group[-1][1] == len(text))):
            yield from _runs(text, _edge(text, group[0][0]), group[-1][1])
        group = []


def _edge(text: str, start: int) -> int:
    """The rest of a line that was cut at the text's start belongs to the block under it."""
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    core = _core(text, (above, max(above, start - 1))) if start else ""
    return 0 if above == 0 and core else start


def _mixed(core: str) -> bool:
    return (
        any(c.isdigit() for c in core)
        and any(c.islower() for c in core)
        and any(c.isupper() for c in core)
    )
