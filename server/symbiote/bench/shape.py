"""`symbiote bench shape`: a GGUF with random weights in the shape of a published model, made on the spot.

For measuring speed and memory where the model itself cannot be fetched: what a token costs depends on the sizes of
the matrices and not on what stands in them. What it says is nonsense, and as long as it is allowed to be: no token
that would end an answer is ever the likeliest.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symbiote.bench import bpe, gguf_file
from symbiote.bench.gguf_file import Bytes, Kind, Tensor, Value
from symbiote.bench.typist import standard
from symbiote.core.errors import UserError
from symbiote.engine.local.header import BLOCKS

TYPES = {"q4_0": Kind.Q4_0, "q8_0": Kind.Q8_0}
FILE_TYPES = {Kind.Q4_0: 2, Kind.Q8_0: 7}
"""llama.cpp's number for a file of mostly this type."""
SEED = 20_26
PART = 4 << 20
"""Bytes made at a time."""
LEARNT = 1_200
"""Merges. The traces' Python is then about 3.5 characters a token, as Qwen has it."""
CERTAINTY = 2.0
"""The standard deviation of the logits: the likeliest of 150,000 tokens stands about nine above the mean."""
HUSHED = 1 / 16
"""The weights of tokens that are not to be said, as a share of the others'."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A model of the architecture qwen2. `normal` tokens of the vocabulary are text; `tied` says that the first matrix
    is the last one too.
    """

    layers: int
    width: int
    hidden: int
    heads: int
    kv_heads: int
    vocabulary: int = 151_936
    normal: int = 151_643
    context: int = 32_768
    tied: bool = True


# https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B/blob/main/config.json and those beside it
SHAPES = {
    "tiny": Shape(2, 64, 128, 2, 1, vocabulary=8_224, normal=8_192, context=2_048),
    "qwen2.5-coder-0.5b": Shape(24, 896, 4_864, 14, 2),
    "qwen2.5-coder-1.5b": Shape(28, 1_536, 8_960, 12, 2),
    "qwen2.5-coder-3b": Shape(36, 2_048, 11_008, 16, 2),
    "qwen2.5-coder-7b": Shape(28, 3_584, 18_944, 28, 4, vocabulary=152_064, tied=False),
}
USUAL = "qwen2.5-coder-1.5b"


def name_of(like: str, kind: str) -> str:
    """A file name that the model family is recognised by."""
    return f"{like}-random-{kind}.gguf" if like.startswith("qwen") else f"qwen-{like}-{kind}.gguf"


def make(path: Path, like: str = USUAL, kind: str = "q4_0", seed: int = SEED) -> int:
    """Write `path`: a model of the shape `like`, the same for the same `seed`; its number of parameters.

    Raises `UserError` when the name of the file does not end in .gguf, or when it cannot be written.
    """
    if path.suffix != ".gguf":
        raise UserError(f"{path} would not be loaded: the name must end in .gguf.")
    shape = SHAPES[like]
    text = "\n".join(standard().ends())
    words = bpe.vocabulary(text, shape.normal, shape.vocabulary, LEARNT, seed)
    weights = list(_weights(shape, TYPES[kind], np.fromiter(words.speakable(), np.bool_)))
    values = _about(shape, like, TYPES[kind]) | _tokens(shape, words)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tensors = [weight.tensor for weight in weights]
        gguf_file.write(
            unfinished, values, tensors, lambda number, _: weights[number].parts(seed, number)
        )
        unfinished.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return sum(tensor.elements for tensor in tensors)


def tensors(like: str, kind: str) -> list[Tensor]:
    """The tensors of a shape, without what stands in them."""
    shape = SHAPES[like]
    silent = np.zeros(shape.vocabulary, np.bool_)
    return [weight.tensor for weight in _weights(shape, TYPES[kind], silent)]


@dataclass(frozen=True, slots=True)
class _Weight:
    """A tensor and what stands in it: random numbers of this standard deviation, in a row multiplied by its `factor`,
    or, in a vector, `constant`, with random signs where it is `signed`.
    """

    tensor: Tensor
    deviation: float = 0.0
    factors: NDArray[np.float32] | None = None
    constant: float = 0.0
    signed: bool = False

    def parts(self, seed: int, number: int) -> Iterator[Bytes]:
        tensor = self.tensor
        # The stream of a bit generator, unlike what is drawn from it, is the same in every version of numpy.
        source = np.random.PCG64(np.random.SeedSequence([seed, number]))
        if not tensor.rows:
            values = np.full(tensor.columns, self.constant, "<f4")
            if self.signed:
                values[(source.random_raw(tensor.columns) & np.uint64(1)).astype(bool)] *= -1
            yield values.view(np.uint8)
            return
        each = tensor.blocks // tensor.rows
        rows = max(1, PART // (each * BLOCKS[tensor.kind][1]))
        for start in range(0, tensor.rows, rows):
            count = min(rows, tensor.rows - start)
            scale = np.full(count, self.deviation, np.float32)
            if self.factors is not None:
                scale *= self.factors[start : start + count]
            yield blocks(source, tensor.kind, np.repeat(scale, each))


def blocks(source: np.random.PCG64, kind: Kind, deviations: NDArray[np.float32]) -> Bytes:
    """Random blocks of a quantised type, as many as `deviations` are given; flat.

    The numbers in a block are evenly spread. Every second block, by chance, has its sign turned: the whole numbers
    go from -8 to 7, and matrices whose mean is not 0 have one direction that drowns all others.
    """
    count, size = len(deviations), BLOCKS[kind][1]
    random = source.random_raw(-(-count * size // 8)).view(np.uint8)[: count * size]
    made = random.reshape(count, size).copy()
    if kind is Kind.Q6_K:
        # 128 + 64 bytes of numbers from -32 to 31, 16 scales of their groups, and the scale of those.
        made[:, 192:208] = np.where(made[:, 192:208] & 1, np.int8(16), np.int8(-16)).view(np.uint8)
        made[:, 208:] = _half(deviations / (16 * _deviation(64)))
        return made.reshape(-1)
    sign = np.where(made[:, 0] & 1, 1, -1)
    made[:, :2] = _half(sign * deviations / _deviation(16 if kind is Kind.Q4_0 else 256))
    return made.reshape(-1)


def _deviation(steps: int) -> float:
    """The root mean square of the whole numbers from -steps/2 up to steps/2 - 1."""
    return math.sqrt((steps * steps + 2) / 12)


def _half(numbers: NDArray[np.float32]) -> Bytes:
    """As 16-bit floats, shape (n, 2)."""
    return numbers.astype("<f2").view(np.uint8).reshape(-1, 2)


def _weights(shape: Shape, kind: Kind, speakable: NDArray[np.bool_]) -> Iterator[_Weight]:
    width, hidden = shape.width, shape.hidden
    keys = width // shape.heads * shape.kv_heads
    # llama.cpp's own quantisation keeps the last matrix at 6 bits, where its rows are whole blocks of those.
    last = Kind.Q6_K if kind is Kind.Q4_0 and width % BLOCKS[Kind.Q6_K][0] == 0 else Kind.Q8_0
    said = np.where(speakable, 1, HUSHED).astype(np.float32)
    size, deviation = shape.vocabulary, CERTAINTY / math.sqrt(width)
    first = Tensor("token_embd.weight", width, size, last if shape.tied else kind)
    yield _Weight(first, deviation, said)
    # Where the first matrix is the last one too, what is left of a token would speak for itself: the model would stammer.
    yield _Weight(Tensor("output_norm.weight", width, 0, Kind.F32), constant=1.0, signed=True)
    if not shape.tied:
        yield _Weight(Tensor("output.weight", width, size, last), deviation, said)
    narrow = 1 / math.sqrt(
        2 * shape.layers
    )  # what all layers add together has the size of one vector
    for layer in range(shape.layers):
        for name, rows, columns, gain in (
            ("attn_q", width, width, 1.0),
            ("attn_k", keys, width, 1.0),
            ("attn_v", keys, width, 1.0),
            ("attn_output", width, width, narrow),
            ("ffn_gate", hidden, width, 1.0),
            ("ffn_up", hidden, width, 1.0),
            ("ffn_down", width, hidden, narrow),
        ):
            tensor = Tensor(f"blk.{layer}.{name}.weight", columns, rows, kind)
            yield _Weight(tensor, gain / math.sqrt(columns))
        for name, length, constant in (
            *(("attn_norm.weight", width, 1.0), ("ffn_norm.weight", width, 1.0)),
            *(("attn_q.bias", width, 0.0), ("attn_k.bias", keys, 0.0), ("attn_v.bias", keys, 0.0)),
        ):
            vector = Tensor(f"blk.{layer}.{name}", length, 0, Kind.F32)
            yield _Weight(vector, constant=constant)


def _about(shape: Shape, like: str, kind: Kind) -> dict[str, Value]:
    return {
        "general.architecture": "qwen2",
        "general.name": f"Random weights in the shape of {like}",
        "general.file_type": FILE_TYPES[kind],
        "general.quantization_version": 2,
        "qwen2.block_count": shape.layers,
        "qwen2.context_length": shape.context,
        "qwen2.embedding_length": shape.width,
        "qwen2.feed_forward_length": shape.hidden,
        "qwen2.attention.head_count": shape.heads,
        "qwen2.attention.head_count_kv": shape.kv_heads,
        "qwen2.attention.layer_norm_rms_epsilon": 1e-6,
        "qwen2.rope.freq_base": 1e6,
    }


def _tokens(shape: Shape, words: bpe.Vocabulary) -> dict[str, Value]:
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": words.texts,
        "tokenizer.ggml.token_type": [int(kind) for kind in words.kinds],
        "tokenizer.ggml.merges": words.merges,
        "tokenizer.ggml.bos_token_id": shape.normal,
        "tokenizer.ggml.eos_token_id": shape.normal,
        "tokenizer.ggml.padding_token_id": shape.normal,
        "tokenizer.ggml.add_bos_token": False,
    }
