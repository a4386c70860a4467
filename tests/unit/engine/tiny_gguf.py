"""Makes small random-weight GGUF files, so that the engine can be tested without a trained model.

The vocabulary is the 256 bytes plus `SPECIALS`: every text is tokenised byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from symbiote.bench.bpe import byte_texts

SPECIALS = (
    "<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
    "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    width: int = 64
    layers: int = 2
    heads: int = 2
    kv_heads: int = 1
    head_width: int = 32
    hidden: int = 128
    context: int = 1024
    vocabulary: int = 0
    """Tokens in all; those beyond bytes and specials are never produced. 0: as few as there are."""
    quantised: bool = False
    specials: tuple[str, ...] = SPECIALS
    """The control tokens; the first ends a text."""


def write(
    path: Path,
    shape: Shape = Shape(),
    *,
    seed: int = 1,
    allowed: bytes = bytes(range(32, 127)) + b"\n",
    favoured: str = "",
    cycle: bytes = b"",
) -> Path:
    """Write a random qwen3 model that only ever says bytes of `allowed`.

    `favoured` is a control token whose logit is always the largest. `cycle` makes a model whose
    next byte depends on the last one only: it says `cycle` over and over.
    """
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), "qwen3")
    _describe(writer, shape)
    texts = _vocabulary(writer, shape)
    said = list(cycle or allowed)
    head = rng.normal(0, 1, (len(texts), shape.width)).astype(np.float32)
    embedding = rng.normal(0, 1, (len(texts), shape.width)).astype(np.float32)
    for here, after in zip(cycle, cycle[1:] + cycle[:1], strict=True):
        head[after] = embedding[here] * 100
    head[np.setdiff1d(np.arange(len(texts)), said)] = 0
    if favoured:
        embedding[:, 0] = 50
        head[:, 0] = 0
        head[texts.index(favoured), 0] = 100
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", head)
    writer.add_tensor("output_norm.weight", np.ones(shape.width, np.float32))
    for layer in range(shape.layers):
        _norms(writer, layer, shape)
        _weights(writer, layer, shape, rng, mix=0.0 if cycle or favoured else 1.0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(
    writer: gguf.GGUFWriter, layer: int, shape: Shape, rng: np.random.Generator, mix: float
) -> None:
    width, hidden = shape.width, shape.hidden
    query, key = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    for name, rows, columns, gain in (
        ("attn_q", query, width, 1.5),
        ("attn_k", key, width, 1.5),
        ("attn_v", key, width, 1.0),
        ("attn_output", width, query, 2 * mix),
        ("ffn_gate", hidden, width, 1.0),
        ("ffn_up", hidden, width, 1.0),
        ("ffn_down", width, hidden, mix),
    ):
        weights = rng.normal(0, gain * columns**-0.5, (rows, columns)).astype(np.float32)
        full = f"blk.{layer}.{name}.weight"
        if shape.quantised:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(full, gguf.quants.quantize(weights, kind), raw_dtype=kind)
        else:
            writer.add_tensor(full, weights)


def _describe(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_name("tiny")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_width)
    writer.add_value_length(shape.head_width)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)


def _vocabulary(writer: gguf.GGUFWriter, shape: Shape) -> list[str]:
    texts = byte_texts() + list(shape.specials)
    texts += [f"filler{n}" for n in range(shape.vocabulary - len(texts))]
    kinds = [gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * len(shape.specials)
    kinds += [gguf.TokenType.NORMAL] * (len(texts) - len(kinds))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(texts)
    writer.add_token_types(kinds)
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(texts.index(shape.specials[0]))
    if "<|fim_pad|>" in texts:
        writer.add_pad_token_id(texts.index("<|fim_pad|>"))
    writer.add_add_bos_token(False)
    return texts


def _norms(writer: gguf.GGUFWriter, layer: int, shape: Shape) -> None:
    for name, size in (
        ("attn_norm", shape.width),
        ("ffn_norm", shape.width),
        ("attn_q_norm", shape.head_width),
        ("attn_k_norm", shape.head_width),
    ):
        writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(size, np.float32))
