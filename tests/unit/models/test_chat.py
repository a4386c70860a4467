"""The edit model's chat: as it was trained, so it is served."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.models.scripts import script

chat = script("chat")

PIECES = st.lists(st.sampled_from(["x", "    y = 1", "", "\tz"]), max_size=5).map("\n".join)
CONTROL = {name: -1 - index for index, name in enumerate(chat.CONTROLS)}


def letters(text: str) -> list[int]:
    return [ord(letter) for letter in text]


def talk() -> Any:
    return chat.Chat(letters, CONTROL)


@pytest.fixture(scope="module")
def layout() -> dict[str, Any]:
    file = resources.files("symbiote.prompt") / "families" / "symbiote.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))["chat"]
    return found


def filled(parts: list[str], values: dict[str, str]) -> list[int]:
    ids: list[int] = []
    for part in parts:
        if part in CONTROL:
            ids.append(CONTROL[part])
        elif part == "{instruction}":
            ids += letters(values[part])
        elif part in values:
            ids += letters(f"\n{values[part]}" if values[part] else "")
        else:
            ids += letters(part)
    return ids


@given(PIECES, PIECES, PIECES, st.text("ab c", min_size=1))
def test_the_familys_layout_is_what_was_trained(
    layout: dict[str, Any], before: str, selection: str, after: str, wish: str
) -> None:
    values = {"{before}": before, "{selection}": selection, "{after}": after}
    values["{instruction}"] = wish
    assert filled(layout["first"], values) == talk().prompt(before, selection, after, wish)
    assert filled(layout["again"], values) == talk().again(wish)
    assert talk().answer("x") == [*letters("\nx"), CONTROL[layout["end"]]]


@given(PIECES.filter(bool), st.lists(st.tuples(st.text("ab"), PIECES.filter(bool)), min_size=1))
def test_only_answers_and_their_ends_are_the_models_to_write(
    selection: str, turns: list[tuple[str, str]]
) -> None:
    asked, written = zip(*talk().example("", selection, "", turns), strict=True)
    again = [talk().again(wish) for wish, _ in turns[1:]]
    assert [*asked] == [talk().prompt("", selection, "", turns[0][0]), *again]
    assert [*written] == [talk().answer(text) for _, text in turns]


def test_no_part_runs_into_another() -> None:
    ids = talk().prompt("a", "b", "", "do")
    assert [i for i in ids if i < 0] == [
        CONTROL[name]
        for name in (
            "<|im_start|>", "<|file_sep|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
            "<|im_end|>", "<|im_start|>",
        )
    ]  # fmt: skip
    assert ids[-len("assistant") :] == letters("assistant")
