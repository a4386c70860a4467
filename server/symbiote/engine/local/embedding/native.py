"""llama.cpp with an embedding model: words in, a vector of length one out. One thread calls it."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import ModelError
from symbiote.engine.local import library
from symbiote.engine.local.vocabulary import NUMBER

TOKENS = 256
"""The model was trained on no more; what is longer is cut. Two of them are its own, at both ends."""
CHARACTERS = 4 * TOKENS
"""Longer words are cut before they are read as tokens."""


class Embedding:
    """A loaded model, on the processor alone: a wish is a dozen tokens. Raises `ModelError`."""

    def __init__(self, path: str, threads: int) -> None:
        self._lib = lib = library.load()
        # Its log would fill the pipe; a fault is told by what fails.
        self._quiet = lib.llama_log_callback(lambda level, text, data: None)
        lib.llama_log_set(self._quiet, None)
        lib.llama_backend_init()
        params = lib.llama_model_default_params()
        params.n_gpu_layers = 0
        self._model: Any = lib.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            raise ModelError(f"llama.cpp cannot load {path}.")
        self._vocab = lib.llama_model_get_vocab(self._model)
        self.width = int(lib.llama_model_n_embd(self._model))
        self._context = self._opened(threads)
        if lib.llama_pooling_type(self._context) != lib.LLAMA_POOLING_TYPE_MEAN:
            raise ModelError(f"{path} is no model for sentences: it does not pool by the mean.")
        self._batch = lib.llama_batch_init(TOKENS, 0, 1)

    def _opened(self, threads: int) -> Any:
        lib = self._lib
        params = lib.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = TOKENS
        params.n_seq_max = 1
        params.n_threads = params.n_threads_batch = threads
        params.embeddings = True
        params.no_perf = True
        context = lib.llama_init_from_model(self._model, params)
        if not context:
            raise ModelError("There is not enough memory for the embedding model.")
        return context

    def embed(self, text: str) -> NDArray[np.float32]:
        """The words' vector, shape (width,), of length one. Raises `ModelError` where it computes no numbers."""
        tokens = self._tokens(text)
        count = len(tokens)
        batch = self._batch
        batch.n_tokens = count
        library.view(batch.token, count)[:] = tokens
        library.view(batch.pos, count)[:] = np.arange(count, dtype=np.int32)
        library.view(batch.n_seq_id, count)[:] = 1
        library.view(batch.logits, count)[:] = 1
        for index in range(count):
            batch.seq_id[index][0] = 0
        if self._lib.llama_encode(self._context, batch):
            raise ModelError("The embedding model could not be run.")
        found = library.view(self._lib.llama_get_embeddings_seq(self._context, 0), self.width)
        length = float(np.linalg.norm(found))
        if not np.isfinite(length) or length == 0:
            raise ModelError("The embedding model computes no numbers. Its file is damaged.")
        return np.asarray(found / length, np.float32)

    def _tokens(self, text: str) -> NDArray[np.int32]:
        raw = text[:CHARACTERS].encode("utf-8", "replace")
        raw = NUMBER.sub(b"0", raw)
        ids = np.empty(len(raw) + 8, np.int32)
        count = self._lib.llama_tokenize(
            self._vocab,
            raw,
            len(raw),
            ids.ctypes.data_as(self._lib.llama_token_p),
            len(ids),
            True,
            False,
        )
        if count <= 0:
            raise ModelError("The words could not be read as tokens.")
        if count <= TOKENS:
            return ids[:count]
        return np.concatenate([ids[: TOKENS - 1], ids[count - 1 : count]])
