"""What the user did not want does not come back by itself, as long as the line is as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symbiote.core.answer import Suggestion
from symbiote.engine.port import End
from symbiote.features.follow import closed, forget
from symbiote.features.outcome import accepted, dismissed
from symbiote.features.rejected import AWAY, PLACES, READ, Rejected
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, URI, Editor
from unit.marked import moment


async def shown(home: FakeHouse, text: str = "im") -> Editor:
    editor = Editor(home)
    editor.type(text)
    assert str(await editor.said()).startswith("computed: ")
    return editor


def have_read(editor: Editor) -> None:
    """As if everything had been shown for a while."""
    for one in editor.window.rejected._shown:
        one.since -= READ


def test_sent_away_is_away(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home)
        dismissed(home, editor.window)
        began = author.began
        assert [await editor.said() for _ in range(2)] == ["! rejected"] * 2
        assert author.began == began
        editor.type("p")
        assert await editor.said() == "typed_through: ort os"

    run(play())


@pytest.mark.parametrize("how", ["line", "hand", "settings", "closed"])
def test_what_brings_it_back(home: FakeHouse, how: str) -> None:
    async def play() -> None:
        editor = await shown(home)
        dismissed(home, editor.window)
        match how:
            case "line":
                editor.type("x")
                editor.backspace()
            case "hand":
                assert str(await editor.said(**INVOKED)).endswith(": port os")
            case "settings":
                forget(editor.window)
            case _:
                closed(editor.window, URI)
        assert str(await editor.said()).endswith(": port os")

    run(play())


def test_only_there(home: FakeHouse) -> None:
    async def play() -> None:
        editor = await shown(home)
        dismissed(home, editor.window)
        editor.column = 0
        assert await editor.said() == "computed: import os"
        editor.column = 2
        assert await editor.said() == "! rejected"
        editor.edit((0, 2), (0, 2), "\n")  # a line below it
        assert await editor.said() == "! rejected"

    run(play())


def test_typed_over(home: FakeHouse) -> None:
    """What is typed instead of a suggestion that was read says as much as Escape."""

    async def play() -> None:
        editor = await shown(home)
        have_read(editor)
        for letter in "xyz":
            editor.type(letter)
            await editor.said()
        editor.backspace(3)
        assert [await editor.said() for _ in range(2)] == ["! rejected"] * 2
        editor.type("x")
        editor.backspace()
        assert str(await editor.said()).endswith(": port os")

    run(play())


@pytest.mark.parametrize("typed", ["xy", "por", "port osx"])
def test_a_slip_and_what_follows_it_are_no_rejection(home: FakeHouse, typed: str) -> None:
    async def play() -> None:
        editor = await shown(home)
        have_read(editor)
        for letter in typed:
            editor.type(letter)
        editor.backspace(len(typed))
        assert str(await editor.said()).endswith(": port os")

    run(play())


def test_who_could_not_read_it_did_not_reject_it(home: FakeHouse) -> None:
    async def play() -> None:
        editor = await shown(home)
        editor.type("x")
        have_read(editor)  # it is gone by now
        editor.type("yz")
        editor.backspace(3)
        assert str(await editor.said()).endswith(": port os")

    run(play())


def test_taken_is_not_rejected(home: FakeHouse) -> None:
    async def play() -> None:
        editor = await shown(home)
        have_read(editor)
        accepted(home, editor.window, editor.asked[-1].result().id)
        editor.type("xyz")
        editor.backspace(3)
        assert str(await editor.said()).endswith(": port os")

    run(play())


def test_places_are_bounded_and_go_with_their_document() -> None:
    rejected, first = Rejected(), moment("x0 = ▮")
    for number in range(PLACES + 1):
        rejected.show(moment(f"x{number} = ▮"), "1", 0.0)
        rejected.sent_away()
    assert first not in rejected
    last = moment(f"x{PLACES} = ▮")
    assert last in rejected
    rejected.forget("file:///other.py")
    assert last in rejected
    rejected.forget(last.document.uri)
    assert last not in rejected


def test_edits_of_other_documents_and_of_the_rest_say_nothing() -> None:
    rejected, at = Rejected(), moment("a\nx = ▮ + 1\n")
    typed = "y" * AWAY
    rejected.show(at, "1", 0.0)
    other = replace(moment(f"a\nx = {typed}▮ + 1\n").document, uri="file:///b.py")
    rejected.edited(other, READ)
    rejected.edited(moment(f"a\nx = {typed}▮ + 2\n").document, READ)
    rejected.edited(moment(f"a\nx = {typed}▮ + 1\n").document, READ)
    assert at not in rejected  # the rest of the line had changed: nobody knows what was typed where
    rejected.show(at, "1", 0.0)
    rejected.edited(moment("▮").document, READ)  # the line is gone
    rejected.edited(moment(f"a\nx = {typed}▮ + 1\n").document, READ)
    assert at not in rejected
    rejected.show(at, "1", 0.0)
    rejected.edited(moment(f"a\nx = {typed}▮ + 1\n").document, READ)
    assert at in rejected


def test_a_selected_entry_that_replaces_what_was_typed(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home, "item.log")
        assert await editor.said(selected=(5, "print_all")) == "! conflicts"
        assert author.began == 0
        for entry in ("console.log", "LOGGER", "login"):
            assert str(await editor.said(selected=(5, entry))).startswith("computed: ")
        assert str(await editor.said(selected=(5, "print_all"), **INVOKED)).startswith("computed: ")

    run(play())


def test_an_answer_at_its_limit_ends_in_a_whole_word(home: FakeHouse, author: Author) -> None:
    author.story, author.end = "x = first, secon", End.LIMIT

    async def play() -> None:
        editor = Editor(home)
        editor.type("x = ")
        answer = await editor.ask()
        assert isinstance(answer, Suggestion)
        assert answer.text == "first,"
        assert await editor.said() == "remembered: first,"
        editor.type("first,")
        began = author.began
        author.end, author.story = End.LINE, "x = first, second\n"
        assert await editor.said() == "computed:  second"  # nothing whole was left of the old one
        assert author.began == began + 1

    run(play())


def test_nothing_whole_at_the_limit_and_at_the_deadline(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        author.story, author.end = "secon", End.LIMIT
        editor = Editor(home)
        assert await editor.said() == "! cut_off"
        author.end = End.DEADLINE
        forget(editor.window)
        assert await editor.said() == "! deadline"

    run(play())
