"""An answer that repeats a text: its tokens are tried in advance, and the answer stays what it was."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.drafts import AGAIN, Alongside
from symbiote.engine.local.tokens import Ids


def ids(text: str) -> Ids:
    return np.frombuffer(text.encode(), np.uint8).astype(np.int32)


def text(tokens: Ids) -> str:
    return bytes(tokens.astype(np.uint8)).decode()


def after(along: Alongside, answer: str) -> list[str]:
    """What it proposes behind each letter of `answer`, two letters at most."""
    proposed = []
    for end in range(1, len(answer) + 1):
        along.add(ids(answer[max(0, end - AGAIN) : end]))
        proposed.append(text(along.propose(2)))
    return proposed


def test_it_begins_with_the_text_itself() -> None:
    assert text(Alongside(ids("abcd")).propose(3)) == "abc"


def test_it_follows_what_is_repeated() -> None:
    assert after(Alongside(ids("abcde")), "abc") == ["bc", "cd", "de"]


def test_after_a_change_it_goes_on_where_both_agree_again() -> None:
    assert after(Alongside(ids("abcdef")), "axycdef") == ["bc", "", "", "", "ef", "f", ""]


def test_what_is_left_out_is_passed_over() -> None:
    assert after(Alongside(ids("abcdef")), "aef")[-1] == ""
    assert after(Alongside(ids("abcdefg")), "aef")[-1] == "g"


def test_it_never_goes_back() -> None:
    assert after(Alongside(ids("abcab")), "abxab")[-1] == ""


def test_a_pause_changes_nothing() -> None:
    said = [int(token) for token in ids("axcd")]
    assert text(Alongside(ids("abcde"), said).propose(9)) == "e"


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_it_proposes_only_what_the_text_says(original: str, answer: str) -> None:
    along = Alongside(ids(original))
    assert all(found in original for found in after(along, answer))
