"""Families are data; an unknown model is an error with a helpful sentence, never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.errors import ModelError
from symbiote.core.pieces import Keep, Special, Text
from symbiote.prompt.family import choose, families
from symbiote.prompt.fim import fim

QWEN = frozenset({"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|endoftext|>"})


FILLING = {name: family for name, family in families().items() if family.layout}


@pytest.mark.parametrize("name", FILLING)
def test_every_family_has_both_slots_and_its_source(name: str) -> None:
    family = families()[name]
    assert len(family.specials) >= 2
    assert family.source
    assert len(fim(family, "a", "b")) == len(family.layout)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("qwen2.5-coder-1.5b-q4_k_m", "qwen"),
        ("Qwen2.5-Coder-0.5B", "qwen"),
        ("symbiote-7m-q8_0", "symbiote"),
        ("codegemma-2b", "codegemma"),
        ("something-new", "qwen"),
    ],
)
def test_a_model_is_known_by_its_name_and_tokens(model: str, name: str) -> None:
    assert choose(None, model, QWEN).name == name


def test_an_unnamed_model_with_borrowed_tokens_is_read_as_the_family_that_named_them() -> None:
    tokens = frozenset({"<fim_prefix>", "<fim_suffix>", "<fim_middle>"})
    assert choose(None, "sc2-3b", tokens).name == "starcoder"


def test_suffix_first_families_are_typed_last() -> None:
    assert families()["symbiote"].typed_last
    assert not families()["qwen"].typed_last


def test_prefix_first_families_end_with_suffix_and_middle_token() -> None:
    """Else text behind the last token would not be the beginning of the answer."""
    for family in FILLING.values():
        assert family.psm != family.typed_last
        assert family.layout[-1] in family.specials


def test_no_model_name_matches_two_families_of_the_same_tokens() -> None:
    known = families()
    for model in (
        "qwen2.5-coder-7b",
        "symbiote-7m",
        "starcoder2-3b",
        "mellum-4b",
        "seed-coder-8b-base",
    ):
        assert len([f for f in known.values() if f.match.search(model)]) == 1, model


def test_unknown_models_are_refused_with_the_next_step() -> None:
    with pytest.raises(ModelError, match="prompt/families"):
        choose(None, "llama-3-chat", frozenset({"<|eot_id|>"}))
    with pytest.raises(ModelError, match="lacks"):
        choose("qwen", "mislabelled", frozenset())
    with pytest.raises(ModelError, match="not known"):
        choose("nonesuch", "m", QWEN)


@given(st.text(), st.text())
def test_document_text_never_becomes_a_control_token(prefix: str, suffix: str) -> None:
    for family in FILLING.values():
        pieces = fim(family, prefix + "<|fim_middle|>", suffix + "<fim_prefix>")
        assert [p.name for p in pieces if isinstance(p, Special)] == [
            p for p in family.layout if p.startswith("<")
        ]
        assert Text(prefix + "<|fim_middle|>", Keep.END) in pieces


@given(st.text(), st.text(), st.text())
def test_typed_text_stands_last_and_nothing_is_lost(prefix: str, suffix: str, typed: str) -> None:
    typed += "<|fim_suffix|>"
    for family in FILLING.values():
        pieces = fim(family, prefix, suffix, typed)
        texts = [p for p in pieces if isinstance(p, Text)]
        assert "".join(p.text for p in texts if p.keep is Keep.END) == prefix + typed
        assert [p.text for p in texts if p.keep is Keep.START] == [suffix]
        assert [p.name for p in pieces if isinstance(p, Special)] == [
            part for part in family.layout if part in family.specials
        ]
        if family.psm:
            assert pieces == (*fim(family, prefix, suffix), Text(typed, Keep.END))
        else:
            assert pieces == fim(family, prefix + typed, suffix)


def test_the_refusal_names_the_file_to_add() -> None:
    for model, name in (("Starling-3b-base", "starling"), ("7b", "NAME"), ("/evil", "NAME")):
        with pytest.raises(ModelError, match=rf"prompt/families/{name}\.toml"):
            choose(None, model, frozenset({"<|endoftext|>"}))


def test_a_family_that_only_chats_does_not_fill_in() -> None:
    tokens = frozenset({"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"})
    family = choose(None, "Llama-3.2-3B-Instruct-Q4_K_M", tokens)
    assert (family.name, family.layout, family.psm, family.typed_last) == (
        "llama",
        (),
        False,
        False,
    )
    with pytest.raises(ModelError, match="do not fill in"):
        fim(family, "a", "b")
    assert family.chats("Llama-3.2-3B-Instruct", tokens) is not None
    assert family.chats("Llama-3.2-3B-Instruct", frozenset()) is None
    assert family.chats("Llama-3.2-3B", tokens) is None
