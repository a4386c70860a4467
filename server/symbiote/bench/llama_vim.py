"""llama-server's /infill with the client that llama.vim is: one request at a time, never aborted, answers kept.

As in its autoload/llama.vim: while a request runs, the newest cursor tries again each 100 ms; the last 250 answers are
kept, and looked up again up to 128 typed characters later; after an answer is shown, the one that would follow it is
fetched. Left out, in its favour: the chunks of other files, and starting a curl process for each request.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.bench.http import Connection, HttpError
from symbiote.bench.infill import FIRST_MS, NEXT_MS, Setup, parsed, reply, request
from symbiote.bench.replay import Lost, Reply, Withdrawn
from symbiote.bench.screen import View
from symbiote.bench.trace import File, Stroke
from symbiote.core.answer import Origin

AGAIN = 0.1
"""Seconds between tries while a request runs."""
KEPT, BACK = 250, 128
"""Answers, and characters."""
LINE_SUFFIX = 8
"""More characters than this right of the cursor: nothing is asked for."""


@dataclass(slots=True)
class _Known:
    """`ahead`: fetched before anybody asked for it."""

    answer: Reply
    ahead: bool
    used: bool = False


class LlamaVim:
    """One window of llama.vim."""

    withdraws = False

    def __init__(self, host: str, port: int, setup: Setup) -> None:
        self._connection = Connection(host, port)
        self._setup = setup
        self._known: OrderedDict[View, _Known] = OrderedDict()
        self._ahead: list[_Known] = []
        self._running = asyncio.Lock()
        self._newest: View | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, files: Sequence[File]) -> None:
        """llama-server has no documents."""

    def edit(self, before: View, stroke: Stroke) -> None:
        """See `open`."""

    def took(self, id: str) -> None:
        """See `open`."""

    def ask(self, view: View) -> _Ask:
        self._newest = view
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        known = self._look_up(view)
        if known is not None:
            answer.set_result(known)
        elif len(view.text.split("\n")[view.line]) - view.column > LINE_SUFFIX:
            answer.set_result(Reply("", reason="line_suffix"))
        if view not in self._known and (known is not None or not answer.done()):
            task = asyncio.create_task(self._try(view, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return _Ask(answer)

    @property
    def wasted(self) -> int:
        """Tokens of what was fetched ahead and never shown."""
        unused = [known.answer for known in self._ahead if not known.used]
        return sum(answer.evaluated + answer.generated for answer in unused)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._connection.hang_up()

    def _look_up(self, view: View) -> Reply | None:
        """A kept answer for here, or for up to 128 characters before that begins with what was typed since."""
        for typed in range(min(BACK, view.cursor) + 1):
            start = view.cursor - typed
            text = view.text[:start] + view.text[view.cursor :]
            known = self._known.get(View(view.file, text, start))
            if known is None or not known.answer.text.startswith(view.text[start : view.cursor]):
                continue
            left = known.answer.text[typed:]
            if left or not typed:
                known.used = True
                origin = Origin.TYPED_THROUGH if typed else Origin.REMEMBERED
                return Reply(left, origin.value if left else "", "" if left else "blank")
        return None

    async def _try(self, view: View, answer: asyncio.Future[Reply]) -> None:
        """Send the request as soon as none is running, unless the cursor has moved on by then."""
        while self._running.locked():
            await asyncio.sleep(AGAIN)
            if self._newest != view:
                return _drop(answer)
            if view in self._known:
                return _settle(answer, self._look_up(view) or Reply("", reason="blank"))
        try:
            got = await self._request(view, FIRST_MS, ahead=answer.done())
        except HttpError as error:
            if not answer.done():
                answer.set_exception(Lost(str(error)))
                answer.exception()
            return None
        _settle(answer, got)
        return await self._speculate(view, got)

    async def _speculate(self, view: View, got: Reply) -> None:
        """Fetch what would follow the answer, if that is shown and nothing else is to be done."""
        if not got.text or self._newest != view or self._running.locked():
            return
        text = view.text[: view.cursor] + got.text + view.text[view.cursor :]
        after = View(view.file, text, view.cursor + len(got.text))
        if after not in self._known:
            with contextlib.suppress(HttpError):  # nobody waits for it
                await self._request(after, NEXT_MS, ahead=True)

    async def _request(self, view: View, most_ms: int, *, ahead: bool) -> Reply:
        asked = request(view, self._setup, stream=False, most_ms=most_ms)
        async with self._running:
            content = await self._connection.whole("POST", "/infill", json.dumps(asked).encode())
        found = parsed(content)
        timings = found.get("timings", {})
        text = _placed(found.get("content", ""), view)
        got = reply(text, timings, float(timings.get("predicted_ms", 0.0)))
        known = self._known[view] = _Known(got, ahead)
        if ahead:
            self._ahead.append(known)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return got


def _settle(answer: asyncio.Future[Reply], what: Reply) -> None:
    if not answer.done():
        answer.set_result(what)


def _drop(answer: asyncio.Future[Reply]) -> None:
    """Nothing was asked for."""
    if not answer.done():
        answer.set_exception(Withdrawn())
        answer.exception()  # looked at: nobody need await it


def _placed(text: str, view: View) -> str:
    """On a line of nothing but spaces the answer brings its own indentation: what stands there already is cut."""
    if view.text.split("\n")[view.line].strip():
        return text
    spaces = len(text) - len(text.lstrip(" "))
    return text[min(spaces, view.column) :]


class _Ask:
    def __init__(self, answer: asyncio.Future[Reply]) -> None:
        self._answer = answer

    def withdraw(self) -> None:
        """llama.vim aborts nothing."""

    async def reply(self) -> Reply:
        return await self._answer
