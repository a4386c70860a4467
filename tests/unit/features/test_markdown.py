"""Text that is shown as what it is, whatever it holds."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.features.markdown import fenced, quoted, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x = 1\n\ty", "x = 1\n\ty"),
        ("naïve 名前 😀", "naïve 名前 😀"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\u202eb\u200bc\ufeff", "a\\u202eb\\u200bc\\ufeff"),
        ("a\rb\x00", "a\\rb\\x00"),
        ("half \ud83d", "half \\ud83d"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_nothing_invisible_is_left(text: str) -> None:
    assert all(c in "\n\t" or c.isprintable() for c in visible(text))


@given(st.text(alphabet="ab`'\"\\\n\u202e"))
def test_a_quoted_text_is_one_string_in_one_span_of_code(text: str) -> None:
    shown = quoted(text)
    inner = shown.strip("`")
    ticks = (len(shown) - len(inner)) // 2
    assert ast.literal_eval(inner) == text
    assert ticks > 0
    assert "`" * ticks not in inner
    assert "\n" not in shown


def test_a_block_of_code_ends_where_it_ends() -> None:
    assert fenced("x", "python") == ["```python", "x", "```"]
    assert fenced("a\n````\nb", 'C++"\n```')[0] == "`````c++"
    assert fenced("a\n````\nb")[-1] == "`````"
