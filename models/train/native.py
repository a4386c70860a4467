"""A GGUF through llama_cpp's low-level calls: what verify.py needs, and no more."""

import ctypes
from pathlib import Path

import llama_cpp as llama
import numpy as np


class Native:
    """The GGUF through llama_cpp's low-level calls."""

    def __init__(self, file: Path, context: int = 2048) -> None:
        llama.llama_backend_init()
        silent = llama.llama_log_callback(lambda *_: None)
        self.silent = silent  # llama.cpp keeps the pointer, so the object has to live
        llama.llama_log_set(silent, ctypes.c_void_p(0))
        self.model = llama.llama_model_load_from_file(
            str(file).encode(), llama.llama_model_default_params()
        )
        self.vocab = llama.llama_model_get_vocab(self.model)
        params = llama.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_threads = context, context, 1
        self.context = llama.llama_init_from_model(self.model, params)
        self.size = llama.llama_vocab_n_tokens(self.vocab)

    def tokens(self, text: str, special: bool = False) -> list[int]:
        raw = text.encode()
        room = (llama.llama_token * (len(raw) + 8))()
        count = llama.llama_tokenize(self.vocab, raw, len(raw), room, len(room), False, special)
        assert count >= 0
        return list(room[:count])

    def evaluate(self, tokens: list[int], past: int = 0) -> np.ndarray:
        """Logits after the last of `tokens`, which follow the `past` tokens already held."""
        llama.llama_memory_seq_rm(llama.llama_get_memory(self.context), 0, past, -1)
        row = (llama.llama_token * len(tokens))(*tokens)
        batch = llama.llama_batch_get_one(row, len(tokens))
        assert llama.llama_decode(self.context, batch) == 0
        logits = llama.llama_get_logits_ith(self.context, -1)
        return np.ctypeslib.as_array(logits, shape=(self.size,)).copy()

    def piece(self, token: int) -> bytes:
        room = ctypes.create_string_buffer(256)
        count = llama.llama_token_to_piece(self.vocab, token, room, len(room), 0, False)
        return room.raw[: max(0, count)]
