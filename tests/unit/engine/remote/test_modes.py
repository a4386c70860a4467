"""Modes as data: those that ship, and the user's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symbiote.core.errors import SettingError
from symbiote.engine.remote.modes import DEFAULT, Policy, mode, modes, parse


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMBIOTE_HOME", str(tmp_path))
    (tmp_path / "config").mkdir()
    return tmp_path / "config" / "modes.toml"


def test_those_that_ship() -> None:
    known, complaints = modes()
    assert (list(known), complaints) == (["fast", "build", "double-check"], [])
    assert mode(DEFAULT).complete.order == ("local", "fastest")
    assert mode("fast").complete == Policy(("local",), first_line=True)
    assert mode("fast").rewrite.order == ("fastest", "local")
    assert mode("double-check").rewrite.review
    assert not mode("build").policy("rewrite").review
    for one in known.values():
        assert one.says.endswith(".")
        assert not one.complete.hedge, "costs money, so nobody gets it unasked"
        within = one.rewrite.within(local_only=True)
        assert within.order == ("local",)
        assert one.rewrite.within(local_only=False) == one.rewrite


def test_the_users_file_changes_and_adds_and_is_read_again(home: Path) -> None:
    home.write_text('[fast.rewrite]\norder = ["groq", "local"]\nhedge = true\n')
    assert mode("fast").rewrite == Policy(("groq", "local"), hedge=True)
    assert mode("fast").title == "Fast"
    assert mode("fast").complete.first_line
    home.write_text('[mine]\nsays = "x"\ncomplete = {}\nrewrite = { order = ["fastest"] }\n')
    os.utime(home, ns=(1, 1))
    assert mode("mine").complete == Policy()
    assert mode("fast").rewrite.order == ("fastest", "local")


def test_an_unknown_mode_is_told_with_those_there_are() -> None:
    with pytest.raises(SettingError, match="'turbo'; there are fast, build, double-check"):
        mode("turbo")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fast = 1", "not a table"),
        ("[Fast]\n", "small letters"),
        ("[fast]\nwho = 1", "'who', which means nothing"),
        ("[new]\ncomplete = {}", "nothing of 'rewrite'"),
        ("[fast]\ncomplete = 1", "table for 'complete'"),
        ("[fast.complete]\nspeed = 1", "'speed' in 'complete'"),
        ("[fast.complete]\nhedge = 1", "true or false for 'hedge'"),
        ("[fast.complete]\norder = []", "order for 'complete'"),
        ('[fast.complete]\norder = "local"', "order for 'complete'"),
        ('[fast.complete]\norder = ["local", "local"]', "each once"),
        ('[fast.complete]\norder = ["local", 1]', "order for 'complete'"),
        ("[fast]\nsays = 1", "text for 'says'"),
        ('[fast]\ntitle = ""', "title of one line"),
        ("[fast", "modes.toml: "),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(text: str, said: str, home: Path) -> None:
    shipped, _ = modes()
    home.write_text(text)
    known, complaints = modes()
    assert known == shipped
    assert said in complaints[0]
    assert str(home) in complaints[0]


def test_a_file_that_cannot_be_read(home: Path) -> None:
    home.write_bytes(b"\xff")
    assert "cannot be read" in modes()[1][0]
    home.write_bytes(b"#" * 200_000)
    assert "too large" in modes()[1][0]
    assert parse("", {}, "here") == ({}, [])
