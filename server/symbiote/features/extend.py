"""From a first line to a block, line by line, while nobody waits.

An editor shows an answer once and cannot be told more of it, so the first line is answered at once. When it begins a
block, the lines behind it are computed right after, each as an ask of one line in the state that the lines before it
lead to, through the same gate and the same filters. What comes of it is remembered in place of the first line, and the
window is told: it may ask again.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from symbiote.core.answer import Reason, Suggestion
from symbiote.core.known import NOTHING, Known
from symbiote.core.moment import Moment
from symbiote.core.text import body
from symbiote.engine.port import EngineStatus
from symbiote.features.block import Block, begun
from symbiote.features.house import Longer, Window
from symbiote.features.known import known
from symbiote.features.reuse import Drawn, Page
from symbiote.features.typed import accepted, plain
from symbiote.finish.chain import finish
from symbiote.grammar.faults import faults

LINES = 8
"""Of a block, its first one included. More is a page to read, not a suggestion."""
PATIENCE = 2.0
"""Seconds in which to begin a line, and for each. Later the eye is elsewhere."""
BESIDE = 0.01
"""Seconds in which a grammar is to say whether the block is closed: nobody waits, but for the event loop."""

Compute = Callable[[Moment, float], Awaitable[Drawn | None]]
"""What the engine makes of a state, remembered or computed until a reading of `time.monotonic()`; None when it is in
the way of somebody, or cannot."""


@dataclass(frozen=True, slots=True)
class First:
    """An answer that was shown at `state`, which is one as if not asked by hand: nobody asked for more. What goes on with it is
    as likely as `gate` (nats), or not shown."""

    state: Moment
    shown: Suggestion
    drawn: Drawn
    engine: EngineStatus
    page: Page
    gate: float = -math.inf

    def remember(self, links: list[Drawn], *, whole: bool) -> None:
        """Under the state of each; `whole`: there is nothing to add."""
        for link in links:
            self.page.put(replace(link, ahead=True, extended=whole))


async def extend(window: Window, first: First, key: bytes, compute: Compute) -> None:
    """Go on as long as the engine is sure, nobody asks and nothing is typed; then tell the window.

    `key` is that of the first state.
    """
    if (block := _begins(first)) is None:
        return
    state, text = first.state, plain(first.shown.text)
    links = [Drawn(key, state.line, state.column, text, first.drawn.done)]
    loop, asked = asyncio.get_running_loop(), window.flights.asked
    until = loop.time() + PATIENCE
    while text.count("\n") + 1 < LINES and loop.time() < until:
        found: tuple[Drawn, str, str] | None = None
        for indent in block.margins:
            after = accepted(state, state.column, f"{text}\n{indent}")
            now = time.monotonic()
            drawn = await compute(replace(after, asked_at=now), now + PATIENCE)
            if window.flights.asked != asked or window.flights.moved_on(state.document):
                return
            if drawn is None:
                break
            line = _line(drawn, after, block, first.gate)
            if line is not None and (indent == block.indent or block.closes(line)):
                found = (drawn, line, indent)
                break
        if found is None:
            if ends := _ending(block, text, state):
                text, links = text + ends, [replace(link, raw=link.raw + ends) for link in links]
            break
        drawn, line, indent = found
        if not _stays(f"{text}\n{line}", state, known(window, state)):
            break
        text, block = f"{text}\n{line}", block.grown(line)
        links = _linked(links, drawn, line, indent)
        first.remember(links, whole=False)
    if len(text) > len(plain(first.shown.text)):
        first.remember(links, whole=True)
        window.longer = Longer(key, first.shown.id)
        window.tell_longer(state, first.shown.id)


def _ending(block: Block, text: str, state: Moment) -> str:
    """What closes the block after its last line, where the engine has no more to say of it: only what the grammar misses,
    and only after lines that the suggestion added.
    """
    lines = block.closing
    if not lines or "\n" not in text:
        return ""
    ends = "".join(f"\n{line}" for line in lines)
    place = (state.document, state.line, state.column)
    left, ended = faults(*place, text, BESIDE), faults(*place, text + ends, BESIDE)
    fits = left is not None and ended is not None and ended < left
    return ends if fits and _stays(text + ends, state, NOTHING) else ""


def _linked(links: list[Drawn], drawn: Drawn, line: str, indent: str) -> list[Drawn]:
    """The answers at each line's start, all of them up to `line`.

    The last one only where the engine itself said so there: not where its line was put elsewhere.
    """
    grown = [replace(link, raw=f"{link.raw}\n{line}") for link in links]
    said = line.removeprefix(indent)
    if line.startswith(indent) and drawn.raw.startswith(said):
        grown.append(replace(drawn, raw=said, named=""))
    return grown


def _begins(first: First) -> Block | None:
    """The block that the suggestion begins; None too where it is not the whole line, or not sure enough."""
    state, drawn = first.state, first.drawn
    if drawn.extended or not _sure(drawn, first.gate):
        return None
    if state.selected is not None or state.after.strip():
        return None
    after = accepted(state, state.column, first.shown.text)
    if after.document.too_large:
        return None
    return block(state, after)


def block(state: Moment, after: Moment) -> Block | None:
    """The block that what was taken between two moments begins."""
    lines = [body(line) for line in after.document.lines]
    fresh = not state.before.strip()
    found = begun(lines, state.line, after.line, state.document.language, fresh=fresh)
    return _closed(found, after) if found is not None and found.end else found


def _closed(block: Block, after: Moment) -> Block:
    """Whether what closes the block stands below already, by the grammar where it can tell: with it there is less that
    does not fit, or more.
    """
    place = (after.document, after.line, after.column)
    left, ended = faults(*place, "", BESIDE), faults(*place, f"\n{block.end}", BESIDE)
    if left is None or ended is None or left == ended:
        return block
    return replace(block, closed=ended > left)


def _line(drawn: Drawn, after: Moment, block: Block, gate: float) -> str | None:
    """The block's next line as `drawn` has it; None when it has none that is to be shown."""
    if not _sure(drawn, gate):
        return None
    text = finish(drawn.raw, after)
    if isinstance(text, Reason):
        return None
    lines = (after.before + plain(text)).split("\n")
    return block.placed(next(filter(str.strip, lines), ""))


def _sure(drawn: Drawn, gate: float) -> bool:
    """Also of what was asked by hand: what nobody asked for is shown only where the engine is sure."""
    return not drawn.cut and drawn.done.confidence >= gate


def _stays(text: str, state: Moment, names: Known) -> bool:
    """Whether the filters leave all of the longer text where it will be shown."""
    finished = finish(text, state, known=names)
    return not isinstance(finished, Reason) and plain(finished) == text
