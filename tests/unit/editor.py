"""An editor window in front of `complete`: types, cancels, asks, accepts, as VS Code or Neovim do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

from symbiote.core.answer import Answer, Silence, Suggestion
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import Encoding, Position, Span, opened
from symbiote.features.complete import complete
from symbiote.features.follow import edited
from symbiote.features.house import House, Window
from unit.marked import moment as marked

URI = "file:///a.py"


class Editor:
    """One document, one cursor. `cancels`: the older request is withdrawn when a key comes."""

    def __init__(
        self, house: House, text: str = "", *, window: str = "w", cancels: bool = True
    ) -> None:
        self.house = house
        self.window = Window(window)
        self.cancels = cancels
        self.document = opened(URI, "python", 1, text)
        self.line = len(self.document.lines) - 1
        self.column = len(self.document.lines[-1])
        self.asked: list[asyncio.Task[Answer]] = []

    def edit(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        span = Span(Position(*start), Position(*end))
        self.document = self.document.edit(span, text, Encoding.UTF32, self.document.version + 1)
        edited(self.house, self.window, URI, self.document)

    def type(self, text: str) -> None:
        self.edit((self.line, self.column), (self.line, self.column), text)
        *above, last = text.replace("\r\n", "\n").split("\n")
        self.column = len(last) if above else self.column + len(last)
        self.line += len(above)

    def backspace(self, times: int = 1) -> None:
        self.edit((self.line, self.column - times), (self.line, self.column), "")
        self.column -= times

    def moment(self, **more: Any) -> Moment:
        return replace(
            marked("▮"),
            document=self.document,
            line=self.line,
            column=self.column,
            window=self.window.id,
            asked_at=time.monotonic(),
            **more,
        )

    def ask(self, **more: Any) -> asyncio.Task[Answer]:
        if self.cancels:
            self.cancel()
        at = self.moment(**more)
        self.asked.append(asyncio.create_task(complete(self.house, self.window, at)))
        return self.asked[-1]

    def cancel(self) -> None:
        if self.asked:
            self.asked[-1].cancel()

    async def said(self, **more: Any) -> str | None:
        """The text of an answer, with the origin in front of it; the reason of a silence with `!`."""
        return said(await self.ask(**more))

    async def key(self, letter: str, gap: float) -> None:
        self.type(letter)
        self.ask()
        await asyncio.sleep(gap)

    async def answers(self) -> list[str]:
        """What came of every request; `cancelled` for those withdrawn."""
        ended = await asyncio.gather(*self.asked, return_exceptions=True)
        return ["cancelled" if isinstance(end, BaseException) else said(end) for end in ended]


def listening(house: House, text: str) -> tuple[Editor, list[tuple[Moment, str]]]:
    """An editor that has typed `text`, and what it is told of suggestions that became longer."""
    editor, told = Editor(house), list[tuple[Moment, str]]()
    editor.window.tell_longer = lambda *longer: told.append(longer)
    editor.type(text)
    return editor, told


def said(answer: Answer) -> str:
    if isinstance(answer, Silence):
        return f"! {answer.reason}"
    return f"{answer.origin}: {answer.text}"


def accept(editor: Editor, answer: Answer) -> None:
    """The whole suggestion, as Tab does."""
    assert isinstance(answer, Suggestion)
    assert (answer.start, answer.end) == (editor.column, editor.column)
    editor.type(answer.text)


INVOKED = {"trigger": Trigger.INVOKED}
