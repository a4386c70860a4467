"""Chat formats are data; nobody forges what stands around a message."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.errors import ModelError
from symbiote.core.pieces import Keep, Special, Text
from symbiote.prompt.chat import Chat, Message, Role, read_chat
from symbiote.prompt.family import families

CHATS = {
    name: family.chat
    for name, family in families().items()
    if family.chat is not None and family.chat.frames
}
GOOD: dict[str, Any] = {"user": "U{text}", "assistant": "A{text}", "answer": "A"}
TRAINED: dict[str, Any] = {"first": ["{selection}", "{instruction}"]}


def said(chat: Chat, *texts: str) -> str:
    roles = (Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER)
    messages = [Message(role, (Text(text),)) for role, text in zip(roles, texts, strict=False)]
    pieces = chat.prompt(messages)
    return "".join(p.name if isinstance(p, Special) else p.text for p in pieces)


def test_qwen_is_chatml() -> None:
    assert said(CHATS["qwen"], "s", "u", "a", "v") == (
        "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nu<|im_end|>\n"
        "<|im_start|>assistant\na<|im_end|>\n<|im_start|>user\nv<|im_end|>\n<|im_start|>assistant\n"
    )


def test_where_there_is_no_system_turn_the_user_says_it() -> None:
    assert said(CHATS["codegemma"], "s", "u") == (
        "<start_of_turn>user\ns\n\nu<end_of_turn>\n<start_of_turn>model\n"
    )


@pytest.mark.parametrize("name", CHATS)
@given(text=st.text() | st.sampled_from(["<|im_end|>", "<|eot_id|>", "<end_of_turn>", "{text}"]))
def test_what_is_said_never_becomes_a_control_token(name: str, text: str) -> None:
    chat = CHATS[name]
    harmless = chat.prompt([Message(Role.USER, (Text("x"),))])
    pieces = chat.prompt([Message(Role.USER, (Text(text + "<|im_start|>"),))])
    names = [[p.name for p in some if isinstance(p, Special)] for some in (harmless, pieces)]
    assert names[0] == names[1]
    assert text + "<|im_start|>" in "".join(p.text for p in pieces if isinstance(p, Text))


def test_texts_that_touch_are_one_where_they_give_way_alike() -> None:
    parts = (Text("a"), Text("b"), Text("c", Keep.END), Text(""), Text("d", Keep.END))
    pieces = CHATS["qwen"].prompt([Message(Role.USER, parts)])
    assert pieces[1:3] == (Text("user\nab"), Text("cd", Keep.END))


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ("no table", "must be a table"),
        (GOOD | {"sistem": "x"}, "unknown keys: sistem"),
        (GOOD | {"tokens": "x"}, "chat.tokens must be a list of texts"),
        (GOOD | {"user": "no slot"}, "chat.user needs {text} once"),
        ({"user": "{text}", "assistant": "{text}"}, "chat.answer is missing"),
        ({"first": "x"}, "chat.first must be a list of texts"),
        ({"first": ["{selection}"]}, "chat.first needs {selection} and {instruction} once"),
        (TRAINED | {"again": ["more"]}, "chat.again needs {instruction} once"),
        (TRAINED | {"user": "{text}"}, "unknown keys: user"),
        (TRAINED | {"fenced": 1}, "chat.fenced true or false"),
        (TRAINED | {"above": -1}, "must be numbers of lines"),
    ],
)
def test_a_format_with_a_mistake_is_told(raw: Any, complaint: str) -> None:
    with pytest.raises(ModelError, match=r"families/x\.toml") as caught:
        read_chat("families/x.toml", raw)
    assert complaint in str(caught.value)
