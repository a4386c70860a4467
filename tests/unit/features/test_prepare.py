"""When the analysis is asked, about what, and what is kept of it. Time passes when nothing is left to do (unit/clock.py)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from symbiote.context.analysis.client import Status
from symbiote.context.analysis.protocol import Findings, Member, Question
from symbiote.core.moment import Moment, Trigger
from symbiote.core.settings import WindowSettings
from symbiote.core.text import Document, Encoding, Position, Span, opened
from symbiote.features import findings
from symbiote.features.findings import question
from symbiote.features.follow import closed, leave
from symbiote.features.house import House, Window
from symbiote.features.pause import PAUSE
from symbiote.features.prepare import asked, prepare
from unit.clock import run
from unit.doubles import FakeEngine, FakeHouse, house

URI = "file:///shop/a.py"
FOUND = Findings(members=(Member("a"),))


@dataclass
class FakeAnalysis:
    """Answers after `seconds` with `answer`, or raises it."""

    seconds: float = 0.0
    answer: Findings | Exception | None = FOUND
    asked: list[Question] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    status: Status = field(default_factory=Status)

    async def ask(self, question: Question, seconds: float) -> Findings | None:
        self.asked.append(question)
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def places(self) -> list[tuple[int, int]]:
        return [(question.line, question.column) for question in self.asked]


Scene = Callable[[FakeHouse, FakeAnalysis, Window], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Scene], FakeAnalysis]:
    """Run a scene in a house with a fake analysis."""

    def play(scene: Scene) -> FakeAnalysis:
        analysis = FakeAnalysis()

        async def main() -> None:
            home = house(tmp_path, FakeEngine())
            home.analysis = analysis  # type: ignore[assignment]
            window = Window("w")
            try:
                await scene(home, analysis, window)
            finally:
                leave(home, window)
                home.ledger.close()

        run(main())
        return analysis

    return play


def text(content: str, version: int = 1, language: str = "python", uri: str = URI) -> Document:
    return opened(uri, language, version, content)


def moment(document: Document, line: int, column: int) -> Moment:
    return Moment(document, line, column, "w", Trigger.AUTOMATIC, 0.0)


async def ask_at(home: House, window: Window, document: Document, line: int, column: int) -> None:
    asked(home, window, moment(document, line, column))
    await asyncio.sleep(1)


def test_an_opened_file_is_looked_at_after_a_pause(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        prepare(home, window, text("import os\n"))
        await asyncio.sleep(PAUSE - 0.01)
        assert analysis.asked == []
        await asyncio.sleep(0.02)
        assert analysis.asked == [Question("/shop/a.py", "import os\n", 0, 0)]

    play(scene)


def test_many_keys_are_one_question_about_the_last_text(
    play: Callable[[Scene], FakeAnalysis],
) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        document = text("a\nb\nc\n")
        prepare(home, window, document)
        await asyncio.sleep(1)
        for column in range(1, 20):
            at = Position(1, column)
            document = document.edit(Span(at, at), "x", Encoding.UTF32, document.version + 1)
            prepare(home, window, document)
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)
        assert analysis.places == [(0, 0), (1, 20)]
        assert analysis.asked[1].text == document.text

    play(scene)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("a\nb\nc", "a\nbx\nc", (1, 2)),
        ("a\nb\nc", "a\nb\nnew\nc", (2, 3)),
        ("a\nb\nc", "new\na\nb\nc", (0, 3)),
        ("a\nb\nc", "a\nc", (0, 1)),
        ("a\nb\nc", "a\nb\nc\n", (3, 0)),
        ("f(a)", "f(ab)", (0, 4)),
        ("f(ab)", "f(a)", (0, 3)),
        ("", "x", (0, 1)),
        ("x", "", (0, 0)),
        ("x\r\ny", "x\r\nyz", (1, 2)),
        ("same", "same", (0, 4)),
    ],
)
def test_the_end_of_an_edit_is_where_somebody_was_typing(
    play: Callable[[Scene], FakeAnalysis], old: str, new: str, place: tuple[int, int]
) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        prepare(home, window, text(old))
        await asyncio.sleep(1)
        prepare(home, window, text(new, 2))
        await asyncio.sleep(1)

    assert play(scene).places == [(0, 0), place]


def test_an_ask_tells_the_place_and_is_counted(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        document = text("import os\nos.\nx = 1\n")
        await ask_at(home, window, document, 1, 3)
        assert (home.context_ready, home.context_late) == (0, 1)
        await ask_at(home, window, document, 1, 2)
        assert (home.context_ready, home.context_late) == (1, 1)
        await ask_at(home, window, document, 2, 0)
        assert (home.context_ready, home.context_late) == (1, 2)
        assert analysis.places == [(1, 3), (1, 2), (2, 0)]
        assert window.prepared.at(moment(document, 2, 5)) == FOUND
        assert window.prepared.at(moment(document, 1, 3)) is None

    play(scene)


def test_what_is_late_or_lost_is_absent(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        analysis.answer = None
        await ask_at(home, window, text("x"), 0, 1)
        await ask_at(home, window, text("x"), 0, 1)
        assert (home.context_ready, home.context_late) == (0, 2)

    play(scene)


def test_where_nothing_is_suggested_nothing_is_prepared(
    play: Callable[[Scene], FakeAnalysis],
) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        window.paused = True
        await ask_at(home, window, text("x"), 0, 1)
        window.paused, window.settings = False, WindowSettings(enabled=False)
        await ask_at(home, window, text("x"), 0, 1)
        window.settings = WindowSettings(disabled_languages=("python",))
        await ask_at(home, window, text("x"), 0, 1)
        assert home.context_late == 0
        window.settings = WindowSettings()
        await ask_at(home, window, text("x" * 5_000), 0, 1)
        await ask_at(home, window, text("x", language="rust"), 0, 1)
        prepare(home, window, None)
        await asyncio.sleep(1)
        home.analysis = None
        await ask_at(home, window, text("x"), 0, 1)

    assert play(scene).asked == []


def test_inside_a_word_is_a_place_too(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        await ask_at(home, window, text("word"), 0, 2)
        assert home.context_late == 0

    assert play(scene).places == [(0, 2)]


def test_a_closed_document_is_forgotten(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        document = text("x")
        await ask_at(home, window, document, 0, 1)
        closed(window, URI)
        assert window.prepared.at(moment(document, 0, 1)) is None
        prepare(home, window, document)
        closed(window, URI)
        await asyncio.sleep(1)
        assert len(analysis.asked) == 1
        analysis.seconds = 5.0
        await ask_at(home, window, document, 0, 1)
        closed(window, URI)
        await asyncio.sleep(10)
        assert window.prepared.at(moment(document, 0, 1)) is None

    play(scene)


def test_what_took_too_long_is_not_begun_again_at_once(
    play: Callable[[Scene], FakeAnalysis],
) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        analysis.answer = Findings(cut=("members",))
        for _ in range(25):
            await ask_at(home, window, text("x"), 0, 1)

    at = play(scene).at
    assert len(at) == 3
    assert min(later - earlier for earlier, later in itertools.pairwise(at)) >= findings.REST


def test_a_failure_here_ends_nothing(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        analysis.answer = RuntimeError("oh")
        await ask_at(home, window, text("x"), 0, 1)
        analysis.answer = FOUND
        await ask_at(home, window, text("x"), 0, 1)
        assert window.prepared.at(moment(text("x"), 0, 1)) == FOUND

    play(scene)


def test_few_documents_are_kept(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        many = [text("x", uri=f"file:///{n}.py") for n in range(findings.DOCUMENTS + 1)]
        for document in many:
            await ask_at(home, window, document, 0, 1)
        kept = [window.prepared.at(moment(document, 0, 1)) is not None for document in many]
        assert kept == [False] + [True] * findings.DOCUMENTS

    play(scene)


def test_a_window_that_leaves_asks_nothing_more(play: Callable[[Scene], FakeAnalysis]) -> None:
    async def scene(home: FakeHouse, analysis: FakeAnalysis, window: Window) -> None:
        prepare(home, window, text("x"))
        leave(home, window)
        await asyncio.sleep(1)

    assert play(scene).asked == []


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.py", "/a/b c.py"),
        ("file://localhost/a.py", "/a.py"),
        ("file://elsewhere/a.py", ""),
        ("untitled:Untitled-1", ""),
        ("vscode-notebook-cell:/a.ipynb#x", "/a.ipynb"),
        ("/a/b", "/a/b"),
        ("a.py", ""),
        ("file://[", ""),
        ("", ""),
    ],
)
def test_only_local_files_have_a_path(uri: str, path: str) -> None:
    assert question(text("x", uri=uri), Position(0, 0), ()).path == path


@pytest.mark.parametrize(
    ("roots", "root"),
    [
        ((), ""),
        (("file:///shop",), "/shop"),
        (("file:///shop/",), "/shop"),
        (("file:///", "file:///shop/deep", "file:///shop"), "/shop/deep"),
        (("file:///sho", "untitled:x"), ""),
    ],
)
def test_imports_start_at_the_innermost_folder(roots: tuple[str, ...], root: str) -> None:
    document = text("x", uri="file:///shop/deep/a.py")
    assert question(document, Position(0, 0), roots).root == root
