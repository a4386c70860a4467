"""Where a window wants nothing in strings or in comments, nothing appears by itself there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symbiote.core.answer import Reason, Silence
from symbiote.core.settings import InText
from symbiote.features.hush import hush
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, Editor
from unit.marked import moment


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ('x = "ab▮"', "python", "string"),
        ("x = 'it\\'s ▮", "python", "string"),
        ('x = "a" + ▮', "python", None),
        ("x = 1  # wh▮", "python", "comment"),
        ("# wh▮", "python", "comment"),
        ('x = "# no▮"', "python", "string"),
        ('def f():\n    """Say▮\n    """\n', "python", "comment"),
        ('def f():\n    """Say."""\n    ▮', "python", None),
        ('q = """SELECT ▮\n"""\n', "python", "string"),
        ('# it\'s """\nx = ▮', "python", None),
        ('"""\n' + "a\n" * 50 + '"""\n' + "b = 1\n" * 380 + 'x = "c▮"', "python", "string"),
        ("let x = 1; // wh▮", "typescript", "comment"),
        ("/* wh▮ */", "typescript", "comment"),
        ("let x = `a▮", "typescript", "string"),
        ("x = 5 ▮", "fortran", None),
    ],
)
def test_in_strings_and_comments(
    home: FakeHouse, text: str, language: str, kind: str | None
) -> None:
    editor, at = Editor(home), moment(text, language=language)
    for allowed in InText:
        settings = replace(editor.window.settings, strings_and_comments=allowed)
        editor.window.settings = settings
        found = hush(editor.window, at)
        off = {InText.BOTH: (), InText.STRINGS: ("comment",), InText.COMMENTS: ("string",)}
        expected = kind if kind in off.get(allowed, ("string", "comment")) else None
        assert found == (expected and Reason(f"in_{expected}")), allowed
        by_hand = hush(editor.window, moment(text, language=language, **INVOKED))
        assert by_hand is None


def test_who_is_told_nothing_in_a_comment_is_told_why(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home, "# im")
        settings = replace(editor.window.settings, strings_and_comments=InText.NEITHER)
        editor.window.settings = settings
        answer = await editor.ask()
        assert isinstance(answer, Silence)
        assert "symbiote.stringsAndComments" in answer.sentence
        assert author.began == 0

    run(play())
