"""Prompts fit, whatever they are; characters come out whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.errors import AskRefused, PromptTooLong
from symbiote.engine.local import tokens
from symbiote.engine.local.tokens import Characters, Ids, Prompts
from symbiote.engine.port import Keep, Special, Text


class Bytes:
    """A vocabulary of bytes with two control tokens."""

    def __init__(self, begin: int = -1, patterned: bool = True) -> None:
        self.begin = begin
        self.patterned = patterned
        self.controls = {"<a>": 300, "<b>": 301}
        self.calls = 0

    def tokenize(self, text: bytes) -> Ids:
        self.calls += 1
        return np.frombuffer(text, np.uint8).astype(np.int32)


def encode(*pieces: Special | Text, budget: int = 1000, begin: int = -1) -> list[int]:
    ids: list[int] = Prompts(Bytes(begin)).encode(pieces, budget).tolist()
    return ids


def test_specials_become_one_token_and_texts_never_do() -> None:
    assert encode(Special("<a>"), Text("<b>")) == [300, *b"<b>"]


def test_an_unknown_special_is_named() -> None:
    with pytest.raises(AskRefused, match="<c>"):
        encode(Special("<c>"))


@pytest.mark.parametrize("pieces", [(), (Text(""),), (Text(""), Text("", Keep.END))])
def test_an_empty_prompt_is_refused(pieces: tuple[Text, ...]) -> None:
    with pytest.raises(AskRefused, match="empty"):
        encode(*pieces)


def test_the_begin_token_comes_once_and_only_where_the_model_wants_it() -> None:
    assert encode(Text("x"), begin=299) == [299, 120]
    assert encode(Special("<a>"), Text("x"), begin=300) == [300, 120]
    assert encode(Text("x")) == [120]


@pytest.mark.parametrize(
    ("text", "out"),
    [("a\ud800b", "a\ufffdb"), ("\ud83d\ude00", "\U0001f600"), ("\udc00", "\ufffd"), ("é", "é")],
)
def test_surrogates_are_joined_or_replaced(text: str, out: str) -> None:
    assert encode(Text(text)) == list(out.encode())


def test_only_the_line_that_changed_is_tokenised_again() -> None:
    vocabulary = Bytes()
    prompts = Prompts(vocabulary)
    suffix = Text("suffix\n" * 50, Keep.START)
    lines = "".join(f"line {n}\n" for n in range(50))
    prompts.encode((suffix, Text(lines, Keep.END)), 2000)
    before = vocabulary.calls
    for typed in ("a", "ab", "abc"):
        ids = prompts.encode((suffix, Text(lines + typed, Keep.END)), 2000)
        assert bytes(ids.tolist()).decode() == suffix.text + lines + typed
    assert vocabulary.calls == before + 3


class Greedy(Bytes):
    """A vocabulary that has a token across a seam, as one without a word pattern may have."""

    def tokenize(self, text: bytes) -> Ids:
        return super().tokenize(text.replace(b"1\n", b"\1"))


@pytest.mark.parametrize("vocabulary", [Greedy(), Greedy(patterned=False), Bytes(patterned=False)])
def test_a_vocabulary_with_tokens_across_lines_gets_texts_whole(vocabulary: Bytes) -> None:
    text = "a1\nb1\n"
    ids = Prompts(vocabulary).encode((Text(text),), 100)
    assert ids.tolist() == vocabulary.tokenize(text.encode()).tolist()


@given(st.lists(st.text(max_size=2_000), max_size=20))
def test_what_is_remembered_is_bounded(texts: list[str]) -> None:
    prompts = Prompts(Bytes())
    for text in texts:
        prompts.encode((Text(text + "x"),), 100_000)
    assert len(prompts._long) <= tokens.LONG_REMEMBERED
    assert len(prompts._short) <= tokens.SHORT_REMEMBERED


def test_what_stands_before_the_cursor_survives_at_its_end() -> None:
    out = encode(
        Special("<a>"), Text("s" * 500, Keep.START), Special("<b>"), Text("p" * 499 + "!", Keep.END),
        budget=202,
    )  # fmt: skip
    assert len(out) <= 202
    assert out[0] == 300
    assert out[-1] == ord("!")
    assert out.count(ord("s")) > 30
    assert out.count(ord("p")) > 100


def test_of_two_texts_before_the_cursor_the_near_one_stays_whole() -> None:
    pieces = (Text("p" * 900, Keep.END), Text("s" * 500, Keep.START), Special("<a>"))
    for typed in (0, 1, 50, 140):
        out = encode(*pieces, Text("t" * typed, Keep.END), budget=202)
        assert out[len(out) - typed - 1 :] == [300, *[ord("t")] * typed]
        assert len(out) <= 202
        assert out.count(ord("s")) > 30


def test_the_trimmed_suffix_stays_the_same_while_typing() -> None:
    def head(typed: int) -> list[int]:
        pieces = (Text("s" * 900, Keep.START), Special("<a>"), Text("p" * typed, Keep.END))
        out = encode(*pieces, budget=1024)
        return out[: out.index(300)]

    lengths = [len(head(typed)) for typed in range(200, 240)]
    assert len(set(lengths)) <= 2


def test_the_trimmed_prefix_moves_in_steps() -> None:
    text = "".join(f"{n:05d}\n" for n in range(400))
    starts = {
        encode(Text(text[:n], Keep.END), budget=1024)[0:6].__str__() for n in range(1800, 1860)
    }
    assert len(starts) <= 2


def test_what_must_be_whole_and_does_not_fit_is_refused() -> None:
    with pytest.raises(PromptTooLong, match=r"50 tokens.*room for 40"):
        encode(Text("x" * 50), budget=40)
    with pytest.raises(AskRefused, match="characters does not fit"):
        encode(Text("x" * 5_000), budget=40)


keeps = st.sampled_from(list(Keep))


@given(
    st.lists(st.tuples(st.integers(0, 3000), keeps), min_size=1, max_size=6), st.integers(1, 4096)
)
def test_trimmed_parts_always_fit(lengths: list[tuple[int, Keep]], budget: int) -> None:
    whole = sum(n for n, keep in lengths if keep is Keep.ALL)
    if whole > budget:
        with pytest.raises(AskRefused):
            tokens.trim(lengths, budget)
        return
    cuts = tokens.trim(lengths, budget)
    sizes = [cut.stop - cut.start for cut in cuts]
    assert sum(sizes) <= budget
    for (length, keep), cut in zip(lengths, cuts, strict=True):
        assert 0 <= cut.start <= cut.stop <= length
        assert cut.start == 0 or keep is Keep.END
        assert cut.stop == length or keep is Keep.START
        assert keep is not Keep.ALL or cut == slice(0, length)
    if sum(n for n, _ in lengths) <= budget:
        assert sizes == [n for n, _ in lengths]


@given(st.text(max_size=3000), st.sampled_from([Keep.START, Keep.END]), st.integers(1, 400))
def test_shortened_texts_keep_their_end(text: str, keep: Keep, most: int) -> None:
    out = tokens.shorten(Text(text, keep), most)
    assert len(out) <= most
    assert text.startswith(out) if keep is Keep.START else text.endswith(out)


@given(st.text(max_size=60), st.data())
def test_characters_come_whole_however_the_bytes_are_cut(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    characters = Characters()
    out = ""
    while raw:
        size = data.draw(st.integers(1, len(raw)))
        out += characters.feed(raw[:size])
        assert text.startswith(out)
        raw = raw[size:]
    assert out == text
    assert not characters.broken


@given(st.lists(st.binary(max_size=8), max_size=8))
def test_no_replacement_character_is_made_up(chunks: list[bytes]) -> None:
    characters = Characters()
    out = "".join(characters.feed(chunk) for chunk in chunks)
    whole = b"".join(chunks)
    assert whole.startswith(out.encode())
    if characters.broken:
        with pytest.raises(UnicodeDecodeError):
            whole.decode()
        assert characters.feed(b"x") == ""


def test_a_split_emoji_waits_for_its_last_byte() -> None:
    characters = Characters()
    assert [characters.feed(bytes([b])) for b in "a😀".encode()] == ["a", "", "", "", "😀"]
