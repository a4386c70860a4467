"""The embedded model's vocabulary in llama.cpp: every text comes back byte for byte."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.engine.local import catalogue
from symbiote.engine.local import library as llama
from symbiote.engine.local.tokens import Prompts
from symbiote.engine.local.vocabulary import Words
from symbiote.engine.port import Text

FILES = 150
"""Of the standard library, which has ten times as many."""
ODD = [
    "", " ", "\t", "\n", "\r\n", "\r", "a\r\nb\r\n\r\n\tc\r\n", "\tif x:\n\t\tpass\n", "  \n\n   \n",
    "\f\v\x00\x01\x7f", "héllo wörld", "日本語のコメント # 漢字", "😀👩‍👩‍👧‍👦🏳️‍🌈\U0010ffff", "\u2028\u2029\u00a0\ufeff",
    "1234567890 12345678901 ١٢٣٤٥ Ⅷ ½", "don't we'll I'M", "a  b   c    d", "ﬁ①½", "𝔘𝔫𝔦", "e\u0301",
    "\ufffd\ufffe", "x" * 2_000, " " * 2_000, "\n" * 2_000, "(" * 2_000, "7" * 2_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Words]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMBIOTE_HOME", str(tmp_path_factory.mktemp("home")))
        file = catalogue.find("embedded").path
    library = llama.load()
    options = library.llama_model_default_params()
    options.vocab_only = True
    model = library.llama_model_load_from_file(os.fsencode(file), options)
    assert model
    yield Words(library, model)
    library.llama_model_free(model)


def check(words: Words, text: str) -> None:
    raw = text.encode()
    ids = words.tokenize(raw)
    assert b"".join(map(words.piece, ids.tolist())) == raw
    assert not words.ends[ids].any()


def sources() -> list[Path]:
    """Files of the standard library, the same ones every time."""
    root = Path(sysconfig.get_paths()["stdlib"])
    found = (p for p in root.rglob("*.py") if "site-packages" not in p.parts)
    return Random(0).sample(sorted(found), FILES)


def test_the_standard_library_comes_back(words: Words) -> None:
    read = 0
    for file in sources():
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        check(words, text)
        read += 1
    assert read > 0.9 * FILES


def test_a_prompt_made_line_by_line_has_the_same_tokens(words: Words) -> None:
    prompts = Prompts(words)
    for file in sources()[:30]:
        text = file.read_bytes().decode("utf-8", "replace")
        if text:
            whole = words.tokenize(text.encode())
            assert prompts.encode((Text(text),), len(text)).tolist() == whole.tolist(), file.name


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_texts_come_back(words: Words, text: str) -> None:
    check(words, text)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(words: Words, text: str) -> None:
    check(words, text)


def test_names_of_control_tokens_in_a_text_stay_text(words: Words) -> None:
    assert words.controls
    for name in words.controls:
        check(words, name)
        check(words, f"# {name}\n{name}{name} x")
        assert words.piece(words.controls[name]) == b""


def test_an_endless_number_is_cut_where_its_groups_end(words: Words) -> None:
    """Uncut, llama.cpp's number pattern ends this process."""
    raw = b"x = 1" + b"7" * 60_000 + b"\n"
    ids = words.tokenize(raw)
    assert b"".join(map(words.piece, ids.tolist())) == raw
    assert ids[-10:].tolist() == words.tokenize(raw[-1_000:])[-10:].tolist()
