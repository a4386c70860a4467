"""What of a context goes where: into the prompt, to look things up in, as names; from whom, and in how much room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symbiote.context.analysis.protocol import Call, Definition, Findings, Import, Member
from symbiote.core.chunk import Context
from symbiote.core.facts import Diagnostic, Facts
from symbiote.core.notebook import joined
from symbiote.core.settings import WindowSettings
from symbiote.core.text import opened
from symbiote.features import collect
from symbiote.features.follow import edited, forget
from symbiote.features.hush import excluded
from symbiote.features.prepare import prepare
from symbiote.features.why import explain
from unit.doubles import FakeEngine, FakeHouse, house
from unit.editor import URI
from unit.features.test_prepare import FakeAnalysis
from unit.features.writer import DEFINED, Disk, Writer, ahead, asked, play, prompt

pytestmark = pytest.mark.usefixtures("inline")


@pytest.fixture
def home(tmp_path: Path, engine: FakeEngine) -> Iterator[FakeHouse]:
    made = house(tmp_path, engine)
    yield made
    made.ledger.close()


@pytest.mark.parametrize(
    ("source", "in_prompt", "looked_up"),
    [("open", True, True), ("open:prompt", True, False), ("open:lookup", False, True)],
)
def test_both_uses_of_a_source(
    home: FakeHouse, engine: FakeEngine, source: str, in_prompt: bool, looked_up: bool
) -> None:
    async def scene() -> None:
        writer = Writer(home, "", source)
        writer.open()
        writer.type("paid = settle_invoice(")
        await writer.think()
        await writer.said()
        (ask,) = asked(engine)
        assert (DEFINED in prompt(ask), bool(ask.elsewhere)) == (in_prompt, looked_up)

    play(scene())


FOUND = Findings(
    members=(Member("total", "statement"),),
    call=(Call("price", "price(item, *, count: int = f(1, 2)) -> float", 0),),
    definitions=(
        Definition("a", "function", "", "", "a", "def from_project(): ...", "/w/a.py"),
        Definition(
            "b", "function", "", "", "b", "def from_package(): ...", "/x/site-packages/b.py"
        ),
        Definition(
            "c", "function", "", "", "c", "def from_own_packages(): ...", "/w/v/site-packages/c.py"
        ),
    ),
)


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_findings_and_whose_text_they_are(
    home: FakeHouse, engine: FakeEngine, seconds: float
) -> None:
    async def scene() -> None:
        home.analysis = FakeAnalysis(seconds, FOUND)  # type: ignore[assignment]
        disk = Disk({"/w/a.py", "/w/v/site-packages/c.py"})
        home.why_excluded = disk
        writer = Writer(home)
        writer.window.roots = ("file:///w",)
        writer.type("order.")
        await asyncio.sleep(5)
        await writer.said()
        (ask,) = asked(engine)
        assert "def from_package()" in prompt(ask)
        assert "def from_project()" not in prompt(ask)
        assert "def from_own_packages()" not in prompt(ask)
        assert "/x/site-packages/b.py" not in disk.asked
        assert writer.window.excluded == {}
        assert ask.names == ("total",)
        writer.type("to")
        await writer.said()
        assert asked(engine)[-1].names == ("total",)
        writer.type("tal.")
        await writer.said()
        assert asked(engine)[-1].names == ()

    play(scene())


def test_signatures_and_members_are_text_of_their_files(
    home: FakeHouse, engine: FakeEngine
) -> None:
    async def scene() -> None:
        found = Findings(
            call=(Call("price", "price(item, key='hidden')", 0, "/w/a.py"),),
            members=(Member("hidden_a", path="/w/a.py"), Member("open_b", path="/w/b.py")),
            imports=(Import("a", ("hidden_c",), "/w/a.py"), Import("b", ("open_d",), "/w/b.py")),
        )
        home.analysis = FakeAnalysis(0, found)  # type: ignore[assignment]
        disk = Disk({"/w/a.py"})
        home.why_excluded = disk
        writer = Writer(home)
        writer.type("order.")
        await writer.think()
        await writer.said()
        (ask,) = asked(engine)
        assert "hidden" not in prompt(ask) + "".join(ask.elsewhere)
        assert "open_b" in prompt(ask)
        assert "open_d" in prompt(ask)
        assert ask.names == ("open_b",)

    play(scene())


def test_what_the_analysis_found_leaves_with_its_file(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        home.analysis = FakeAnalysis(0, FOUND)  # type: ignore[assignment]
        disk = Disk()
        home.why_excluded = disk
        writer = Writer(home)
        writer.open("file:///w/a.py", "x = 1\n")
        writer.type("order.")
        await writer.think()
        await writer.said()
        assert "def from_project()" in prompt(asked(engine)[-1])
        assert "def from_project()" in explain(writer.window, home).text
        disk.excluded = {"file:///w/a.py", "/w/a.py"}
        assert await excluded(home, writer.window, "file:///w/a.py") is not None
        assert "def from_project()" not in explain(writer.window, home).text
        writer.type("x")
        await writer.said()
        ask = asked(engine)[-1]
        assert "def from_project()" not in prompt(ask) + "".join(ask.elsewhere)

    play(scene())


def test_members_of_several_files_leave_with_each_of_them(
    home: FakeHouse, engine: FakeEngine
) -> None:
    async def scene() -> None:
        members = (Member("open_a", path="/w/a.py"), Member("hidden_b", path="/w/b.py"))
        home.analysis = FakeAnalysis(0, Findings(members=members))  # type: ignore[assignment]
        disk = Disk()
        home.why_excluded = disk
        writer = Writer(home)
        writer.type("order.")
        await writer.think()
        await writer.said()
        assert "hidden_b" in prompt(asked(engine)[-1])
        disk.excluded = {"/w/b.py"}
        assert await excluded(home, writer.window, "/w/b.py") is not None
        writer.type("x")
        await writer.said()
        assert "hidden_b" not in prompt(asked(engine)[-1])

    play(scene())


def test_what_was_gathered_for_other_settings_is_not_kept(
    home: FakeHouse, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        writer = Writer(home)
        writer.window.facts[URI] = Facts((), (), "copied = text")
        whole = collect.gathered

        async def changed_meanwhile(*about: Any) -> Context | None:
            context = await whole(*about)
            writer.window.settings = WindowSettings(context=("open",))
            forget(writer.window)
            return context

        monkeypatch.setattr(collect, "gathered", changed_meanwhile)
        writer.type("paid = ")
        await writer.think()
        await writer.said()
        assert "copied" not in prompt(asked(engine)[-1])

    play(scene())


def test_a_cell_below_others_is_read_ahead_too(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = Writer(home)
        writer.open()
        cell = joined(
            opened(URI, "python", 2, "paid = settle_invoice("), [opened("u", "python", 1, "x\n")]
        )
        edited(home, writer.window, URI, cell)
        prepare(home, writer.window, cell)
        await writer.think()
        (read,) = ahead(engine)
        assert DEFINED in prompt(read)

    play(scene())


def test_keyword_arguments_are_names_that_may_follow(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        home.analysis = FakeAnalysis(0, replace(FOUND, members=()))  # type: ignore[assignment]
        writer = Writer(home)
        writer.type("price(")
        await asyncio.sleep(5)
        await writer.said()
        assert asked(engine)[-1].names == ("item", "count")

    play(scene())


def test_what_the_editor_knows(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = Writer(home)
        problem = Diagnostic(0, "paid is not defined", 1)
        writer.window.facts[URI] = Facts((problem,), (), "copied = text")
        writer.type("paid = ")
        await writer.think()
        await writer.said()
        told = prompt(asked(engine)[-1])
        assert "# error: paid is not defined in: paid =" in told
        assert "# copied = text" in told

    play(scene())


def test_the_prompt_stays_in_its_room(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        line = "def settle_invoice_{n}(invoice): return settle_invoice(invoice, {n})\n"
        writer = Writer(home)
        writer.open(text="".join(line.format(n=n) for n in range(2_000)))
        writer.type("x = 1\n" * 2_000 + "paid = settle_invoice(")
        await writer.think()
        await writer.said()
        (ask,) = asked(engine)
        assert "settle_invoice_" in prompt(ask)
        assert 4_000 < len(prompt(ask)) < 1_536 * 3.2

    play(scene())
