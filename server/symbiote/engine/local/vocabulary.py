"""A loaded model's vocabulary: text to tokens, tokens to bytes, and which of them are no text."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from symbiote.core.errors import AskRefused, ModelError
from symbiote.engine.local.tokens import Ids

ENDS = ("eos", "eot", "fim_pre", "fim_suf", "fim_mid", "fim_pad", "fim_rep", "fim_sep")
LONGEST_PIECE = 512
PADDED = 128
"""Tokens by which vocabularies of one family may differ in size, as llama.cpp has it."""

LONGEST_NUMBER = 3_000
"""Digits. llama.cpp splits numbers with std::regex, whose recursion overflows the stack at some 30,000 of them."""
NUMBER = re.compile(rb"[0-9]{%d,}" % (LONGEST_NUMBER + 1))


class Words:
    """`begin` is the token every prompt starts with, or -1; `patterned` says that text is cut into
    words by a pattern before tokens are looked for; `controls` maps names to tokens;
    `ends[token]` says that a token ends an answer: control tokens, and all that mean the end.
    """

    def __init__(self, library: Any, model: Any) -> None:
        self._lib = library
        self._vocab = vocab = library.llama_model_get_vocab(model)
        self.vocabulary = int(library.llama_vocab_n_tokens(vocab))
        adds = library.llama_vocab_get_add_bos(vocab)
        self.begin = int(library.llama_vocab_bos(vocab)) if adds else -1
        self.patterned = library.llama_vocab_type(vocab) == library.LLAMA_VOCAB_TYPE_BPE
        self.controls: dict[str, int] = {}
        self.ends = np.zeros(self.vocabulary, np.bool_)
        odd = library.LLAMA_TOKEN_ATTR_CONTROL | library.LLAMA_TOKEN_ATTR_UNKNOWN
        attributes = library.llama_vocab_get_attr
        for token in range(self.vocabulary):
            if attributes(vocab, token) & odd:
                self.controls.setdefault(self.text(token).decode("utf-8", "replace"), token)
                self.ends[token] = True
        for name in ENDS:
            token = int(getattr(library, f"llama_vocab_{name}")(vocab))
            if 0 <= token < self.vocabulary:
                self.ends[token] = True
        self._pieces: dict[int, bytes] = {}
        self._buffer = ctypes.create_string_buffer(LONGEST_PIECE)

    def text(self, token: int) -> bytes:
        """A token as the file writes it, a control token too."""
        return bytes(self._lib.llama_vocab_get_text(self._vocab, token) or b"")

    def shared(self, other: Words) -> int:
        """How many tokens, from 0 on, mean the same in both vocabularies. Raises `ModelError` where any that both have differs.

        Vocabularies of one family are filled up to different sizes, with tokens that no text is made of.
        """
        count = min(self.vocabulary, other.vocabulary)
        if abs(self.vocabulary - other.vocabulary) > PADDED:
            raise ModelError(
                f"It knows {other.vocabulary:,} tokens and the other model {self.vocabulary:,}."
            )
        if (self.begin, self.patterned) != (other.begin, other.patterned):
            raise ModelError("Its prompts begin in another way, or its words are cut in another.")
        for token in range(count):
            if self.text(token) != other.text(token):
                raise ModelError(f"Token {token:,} is another one than in the other model.")
        return count

    def tokenize(self, text: bytes) -> Ids:
        """Token ids of document text, shape (n,). Texts of control tokens stay texts."""
        if NUMBER.search(text):
            return np.concatenate([self._tokenize(part) for part in pieces_of(text)])
        return self._tokenize(text)

    def _tokenize(self, text: bytes) -> Ids:
        room = len(text) + 8
        ids = np.empty(room, np.int32)
        pointer = ids.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
        count = self._lib.llama_tokenize(self._vocab, text, len(text), pointer, room, False, False)
        if count < 0:
            raise AskRefused(f"The model's tokeniser failed on {len(text)} bytes.")
        return ids[:count].copy()

    def piece(self, token: int) -> bytes:
        """The bytes of a token; b"" for a control token."""
        known = self._pieces.get(token)
        if known is None:
            size = self._lib.llama_token_to_piece(
                self._vocab, token, self._buffer, LONGEST_PIECE, 0, False
            )
            known = self._pieces[token] = self._buffer.raw[:size] if size > 0 else b""
        return known


def pieces_of(text: bytes) -> Iterator[bytes]:
    """The text in parts without endless numbers, cut where groups of three digits from the right end."""
    start = 0
    for number in NUMBER.finditer(text):
        cut = number.start() + len(number[0]) % LONGEST_NUMBER
        while cut < number.end():
            yield text[start:cut]
            start, cut = cut, cut + LONGEST_NUMBER
    yield text[start:]
