"""The conversation with a reviewer."""

from __future__ import annotations

from symbiote.core.pieces import Keep
from symbiote.prompt.chat import Role
from symbiote.prompt.review import Review, messages, numbered

LOOKED = Review(
    "Add hints", "python", "a.py", "def f(a):\n    return a\n", "def f(a: int):\n    return a"
)


def test_lines_are_numbered() -> None:
    assert numbered("a\nb") == "1| a\n2| b\n"
    assert numbered("\n" * 9).startswith(" 1| \n 2| \n")
    assert numbered("\n" * 9).endswith("10| \n")


def test_what_is_asked() -> None:
    system, user = messages(LOOKED)
    assert system.role is Role.SYSTEM
    assert "LINE: severity: " in system.parts[0].text
    assert "".join(part.text for part in user.parts) == (
        "File: a.py (python)\n"
        "\nThe code before:\n```python\ndef f(a):\n    return a\n```\n"
        "\nWhat was wanted: Add hints\n"
        "\nThe code after, with line numbers:\n```\n1| def f(a: int):\n2|     return a\n```\n"
    )


def test_what_stands_around_may_give_way_and_no_fence_is_forged() -> None:
    review = Review("x", "python", "a.py", "```\n", "````", "above\n", "below\n")
    _, user = messages(review)
    kept = {part.text: part.keep for part in user.parts}
    assert kept["above\n"] is Keep.END
    assert kept["below\n"] is Keep.START
    assert "`````python\n```\n`````" in "".join(part.text for part in user.parts)
