"""llama.cpp itself: one model, one context, one sequence and its branches. The only importer of llama_cpp.

Everything here must be called from one thread: two threads in one context end the process.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import ModelError
from symbiote.engine.local import library, memory
from symbiote.engine.local.batch import SEQUENCES, Batch
from symbiote.engine.local.devices import Devices
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.threads import Threads
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import NO_TREE, Tree
from symbiote.engine.local.vocabulary import Words

OK, ABORTED = 0, 2
ERROR_LEVEL, INFO_LEVEL = 4, 2
DEFAULT_CONTEXT = 4096
LEAST_CONTEXT = 512
CONTEXT_STEP = 256
"""Tokens. llama.cpp rounds contexts up to multiples of it, but takes the batch from what it was asked for."""
WARM_SIZES = (1, 2, 4, 8, 64, 64, 128)
OUTPUTS, TREE_OUTPUTS = 16, 64
"""Tokens of one call that give logits, without a ranking and with one: each takes a vocabulary of floats."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to load. `context` is in tokens (0: as the model was trained, at most 4096);
    `gpu_layers` -1 is all; `extra_buffers` False avoids weight layouts that some CPUs crash on;
    `ranking` is a file of weights for the generator, or ""; `flash` is flash attention, None: on a GPU only;
    `ubatch` is in tokens, 0: 128, or 512 on a GPU; `draft` is the file of a second model that writes drafts, or "".
    """

    path: str
    context: int = 0
    gpu_layers: int = -1
    threads: int = 1
    batch_threads: int = 1
    extra_buffers: bool = True
    ranking: str = ""
    flash: bool | None = None
    ubatch: int = 0
    draft: str = ""


class Native(Words):
    """A loaded model. Raises `ModelError` when llama.cpp refuses the file or memory is too small."""

    def __init__(self, options: Options, flag: AbortFlag) -> None:
        self.outputs = TREE_OUTPUTS if options.ranking else OUTPUTS
        self.notes: list[str] = []
        self.errors: list[str] = []
        self._options = options
        self._flag = flag
        self._lib = lib = library.load()
        self._log = lib.llama_log_callback(self._on_log)
        lib.llama_log_set(self._log, ctypes.c_void_p(0))
        lib.llama_backend_init()
        self.offloads = bool(lib.llama_supports_gpu_offload())
        self.gpu_layers, self._layers_said = 0, -1
        self._devices = Devices(lib._lib)
        self._used_before = self._devices.used()
        self._model = self._load_model()
        super().__init__(lib, self._model)
        self.flash = self.gpu_layers > 0 if options.flash is None else options.flash
        self.ubatch = options.ubatch or (512 if self.gpu_layers else 128)
        self._open()
        self.use_threads(options.threads, options.batch_threads)

    def _open(self) -> None:
        lib = self._lib
        self._context = self._make_context()
        self._memory = lib.llama_get_memory(self._context)
        self.context = int(lib.llama_n_ctx(self._context))
        # What a cancel finds finished of a prompt is kept in chunks.
        self.chunk = min(256, self.ubatch, int(lib.llama_n_batch(self._context)))
        self._batch = Batch(lib, self.chunk)
        self._threads_set = 0
        self._set_abort()

    def reopen(self, flash: bool, ubatch: int) -> None:
        """Begin anew with an empty sequence and other choices; see `Options`. For a calibration."""
        self._batch.free()
        self._lib.llama_free(self._context)
        self.flash, self.ubatch = flash, ubatch
        self._open()

    def use_threads(self, few: int, most: int) -> None:
        """Decode with `few` threads, read prompts with whichever of the two is faster just now."""
        self._threads = Threads(few, most)

    def _load_model(self) -> Any:
        lib, options = self._lib, self._options
        most = options.gpu_layers if self.offloads else 0
        if options.gpu_layers > 0 and not self.offloads:
            self.notes.append("This build of llama.cpp cannot use a graphics card.")
        for layers in dict.fromkeys((most, 16 if most < 0 else most // 2, 0)):
            params = lib.llama_model_default_params()
            params.n_gpu_layers = layers
            params.use_extra_bufts = options.extra_buffers
            model = lib.llama_model_load_from_file(os.fsencode(options.path), params)
            if model:
                self.gpu_layers = self._said(lib.llama_model_n_layer(model) + 1, layers)
                if layers != most:
                    self.notes.append(
                        f"The graphics memory is too small for the model; {layers} layers are on it."
                    )
                return model
        why = f": {self.errors[0]}" if self.errors else ""
        raise ModelError(
            f"llama.cpp cannot load {options.path}{why}. Choose another in symbiote.model."
        )

    def _said(self, layers: int, asked: int) -> int:
        if not self.offloads:
            return 0
        return self._layers_said if self._layers_said >= 0 else layers if asked < 0 else asked

    def _make_context(self) -> Any:
        trained = int(self._lib.llama_model_n_ctx_train(self._model))
        wanted = self._options.context or min(trained or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
        if wanted < 0:
            raise ModelError(
                f"A context of {wanted} tokens cannot be used (symbiote.contextTokens). "
                "Set it to 0 to let the model decide."
            )
        size = max(1, min(wanted, trained) if trained else wanted)
        if size < wanted:
            self.notes.append(f"The model was trained for {trained} tokens; more are not used.")
        if size < CONTEXT_STEP:
            self.notes.append(f"A context of {size} tokens is too small; {CONTEXT_STEP} are used.")
        size = -(-size // CONTEXT_STEP) * CONTEXT_STEP
        fitting = self._fitting(size)
        while fitting >= min(LEAST_CONTEXT, size):
            context = self._lib.llama_init_from_model(self._model, self._context_params(fitting))
            if context:
                if fitting < size:
                    self.notes.append(
                        f"Memory is short: the context has {fitting} tokens instead of {size}."
                    )
                return context
            fitting //= 2
        raise ModelError(
            "There is not enough memory for the model. Close other programs, or choose a smaller one."
        )

    def _fitting(self, size: int) -> int:
        """`size`, or less where its cache would take too much of the memory that is left."""
        if self.gpu_layers:
            return size
        lib, model = self._lib, self._model
        heads = max(1, lib.llama_model_n_head(model))
        width = 2 * lib.llama_model_n_embd(model) // heads * lib.llama_model_n_head_kv(model)
        each = 2 * width * lib.llama_model_n_layer(model) + 4 * self.ubatch * heads
        return memory.fitting(size, each, memory.available(), LEAST_CONTEXT)

    def _context_params(self, size: int) -> Any:
        lib = self._lib
        params = lib.llama_context_default_params()
        params.n_ctx = size
        params.n_batch = 512
        params.n_ubatch = self.ubatch
        params.n_seq_max = SEQUENCES
        params.n_outputs_max = self.outputs
        params.n_threads = self._options.threads
        params.n_threads_batch = self._options.batch_threads
        # On a CPU flash attention makes small batches, that is typing, three times slower.
        params.flash_attn_type = (
            lib.LLAMA_FLASH_ATTN_TYPE_ENABLED if self.flash else lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        params.type_k = params.type_v = lib.GGML_TYPE_F16
        params.kv_unified = True
        params.no_perf = True
        return params

    def _set_abort(self) -> None:
        # strlen of byte 0 is 1 or 0: a callback in C, so that no Python runs between two operations.
        runtime = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
        address = ctypes.cast(runtime.strlen, ctypes.c_void_p).value
        self._abort = self._lib.ggml_abort_callback(address)
        data = ctypes.c_void_p(self._flag.address)
        self._lib.llama_set_abort_callback(self._context, self._abort, data)

    def _on_log(self, level: int, text: bytes | None, _data: object) -> None:
        line = (text or b"").decode("utf-8", "replace").strip()
        if level == ERROR_LEVEL and not self._flag.raised:
            self.errors = [*self.errors[-4:], line]
            print(line, file=sys.stderr, flush=True)
        elif level == INFO_LEVEL and (found := re.search(r"offloaded (\d+)/\d+ layers", line)):
            self._layers_said = int(found[1])

    # -- the sequence

    def decode(self, tokens: Ids, start: int, outputs: int, tree: Tree = NO_TREE) -> int:
        """Evaluate `tokens` at positions from `start`, and `tree` behind them: OK, ABORTED or a fault's code.

        At most `chunk` in all. The last `outputs` of the tokens and all of the tree (at most `outputs` of this model
        in all) give logits. The sequence then holds the tokens, and nothing of the tree; after anything but OK it is
        as it was before.
        """
        count = len(tokens) + len(tree)
        self._batch.fill(tokens, start, outputs, tree)
        for branch in range(1, 1 + tree.width):
            self._lib.llama_memory_seq_cp(self._memory, 0, branch, 0, start)
        threads = self._threads.pick(count)
        self._set_threads(threads)
        begun = time.perf_counter()
        code = int(self._lib.llama_decode(self._context, self._batch.raw))
        if code == OK:
            self._threads.took(threads, count, time.perf_counter() - begun)
        if tree.width:
            self._forget_branches(tree, len(tokens))
        if code != OK:
            self.forget(start)
        return code

    def _forget_branches(self, tree: Tree, tokens: int) -> None:
        self._batch.tidy(tokens, tree)
        for branch in range(1, 1 + tree.width):
            self._lib.llama_memory_seq_rm(self._memory, branch, -1, -1)

    def _set_threads(self, count: int) -> None:
        if count != self._threads_set:
            self._threads_set = count
            self._lib.llama_set_n_threads(self._context, count, count)

    def logits(self) -> NDArray[np.float32]:
        """The last token's logits, shape (vocabulary,): a view, valid until the next decode."""
        return library.view(self._lib.llama_get_logits_ith(self._context, -1), self.vocabulary)

    def rows(self, count: int) -> NDArray[np.float32]:
        """The logits of the last decode's `count` outputs, shape (count, vocabulary): a view, valid until the next."""
        flat = library.view(self._lib.llama_get_logits(self._context), count * self.vocabulary)
        return flat.reshape(count, self.vocabulary)

    def forget(self, start: int) -> None:
        """Drop the sequence from position `start` on."""
        self._lib.llama_memory_seq_rm(self._memory, 0, start, -1)

    def save(self, most: int) -> NDArray[np.uint8] | None:
        """A copy of the sequence's keys and values; None when it would take more than `most` bytes."""
        size = int(self._lib.llama_state_seq_get_size(self._context, 0))
        if size > most:
            return None
        state = np.empty(size, np.uint8)
        self._lib.llama_state_seq_get_data(self._context, library.pointer(state), size, 0)
        return state

    def restore(self, state: NDArray[np.uint8]) -> bool:
        """Put a saved sequence in place of the present one; False, and nothing held, if that fails."""
        if self._lib.llama_state_seq_set_data(self._context, library.pointer(state), len(state), 0):
            return True
        self.forget(0)
        return False

    # -- about it

    def describe(self) -> dict[str, Any]:
        """Figures for the status: texts, counts, and megabytes."""
        name = ctypes.create_string_buffer(256)
        self._lib.llama_model_desc(self._model, name, 256)
        return {
            "description": name.value.decode("utf-8", "replace"),
            "parameters": int(self._lib.llama_model_n_params(self._model)),
            "device": ", ".join(self._devices.names() if self.gpu_layers else []) or "CPU",
            "gpu_layers": self.gpu_layers,
            "context": self.context,
            "specials": sorted(self.controls),
            "memory_mb": memory.resident() / 1e6,
            "vram_mb": max(0, self._devices.used() - self._used_before) / 1e6,
        }
