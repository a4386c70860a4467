"""Ready intentions: ours are sound, and a mistake in one of the user's is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.errors import UserError
from symbiote.prompt.intentions import KINDS, intentions, parse

GOOD = "---\ntitle: Shout\nkind: refactor.rewrite\n---\nWrite all names in capitals.\n"


def test_ours() -> None:
    known, complaints = intentions()
    assert complaints == []
    assert {
        "fix",
        "docstring",
        "types",
        "tests",
        "simplify",
        "errors",
        "translate",
        "explain",
    } <= set(known)
    for one in known.values():
        assert one.title and one.description and one.text.endswith(".")
        assert one.kind in KINDS and not one.own
    assert known["explain"].read_only and known["fix"].kind == "quickfix"
    assert known["docstring"].fits("python") and not known["docstring"].fits("go")


def test_the_users_own_come_first_and_mistakes_are_told(tmp_path: Path) -> None:
    (tmp_path / "shout.md").write_text(GOOD)
    (tmp_path / "fix.md").write_text(GOOD.replace("Shout", "My fix"))
    (tmp_path / "Bad Name.md").write_text(GOOD)
    (tmp_path / "bytes.md").write_bytes(b"---\n\xff")
    (tmp_path / "large.md").write_text(GOOD + "x" * 30_000)
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "note.txt").write_text("no intention")
    known, complaints = intentions(tmp_path)
    assert (known["shout"].title, known["shout"].own) == ("Shout", True)
    assert known["fix"].title == "My fix"
    assert len(complaints) == 3
    assert any("bytes.md is not UTF-8 text (byte 4)" in text for text in complaints)
    assert any("Bad Name.md: the name must be" in text for text in complaints)
    assert any("large.md: more than 20,000 bytes" in text for text in complaints)
    assert intentions(tmp_path / "nowhere") == intentions()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Just text.", "must begin with a head"),
        ("---\ntitle: A\n", "must begin with a head"),
        ("---\ntitle: A\n---\n", "there is no text"),
        ("---\nkind: source\n---\nDo.", "the title is missing"),
        ("---\ntitle\n---\nDo.", "is no `key: value`"),
        ("---\ntitle: A\ncolour: red\n---\nDo.", "'colour' is not known"),
        ("---\ntitle: A\nkind: dance\n---\nDo.", "kind must be quickfix"),
        ("---\ntitle: A\nread_only: yes\n---\nDo.", "read_only must be true or false"),
        ("---\ntitle: A\nlonger: many\n---\nDo.", "longer must be a number"),
    ],
)
def test_mistakes(text: str, complaint: str) -> None:
    with pytest.raises(UserError) as caught:
        parse("name", text, "name.md")
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("name.md: ")


@given(st.text(), st.text())
def test_any_text_at_all(name: str, text: str) -> None:
    try:
        one = parse(name, text, "where")
    except UserError as error:
        assert str(error).startswith("where: ")
    else:
        assert one.title and one.text
