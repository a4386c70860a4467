"""A model made heavier by zeros around its matrices: it says the same, and a token costs what it costs a larger model.

What drafts give depends on what a token costs and on how many drafts hold. A model of a few megabytes computes, it does not
wait for memory as the models people rewrite with do; one with random weights repeats nothing. This one has the answers of
the one and the cost of the other. Numbers that are 0 stay 0 on their way through all layers; only the norms, which divide by a
mean over the width, have to be told.
"""

from __future__ import annotations

import contextlib
import math
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from symbiote.bench.gguf_file import ALIGNMENT, FLOAT32, Bytes, Kind, Tensor, info, padding, text
from symbiote.core.errors import ModelError, UserError
from symbiote.engine.local.header import BLOCKS, MAGIC, UINT32, VERSIONS, Header, Reader, check

WIDTH, HIDDEN = 1_536, 8_960
"""Those of Qwen2.5-Coder-1.5B."""
WIDTHS, HIDDENS = (
    "embedding_length",
    "feed_forward_length",
)
NORMS = ("attn_norm", "ffn_norm", "output_norm")
"""What divides by the mean over the width. Norms of heads are as wide as they were."""
EPSILON = "attention.layer_norm_rms_epsilon"


@dataclass(frozen=True, slots=True)
class _Parts:
    """A file in pieces: its entries but those that change, its tensors with where they begin, and where their data begins."""

    entries: list[bytes]
    tensors: list[tuple[Tensor, int]]
    data: int


def heavier(source: Path, target: Path, width: int = WIDTH, hidden: int = HIDDEN) -> None:
    """Write `target`: `source` with matrices of another `width` and `hidden` size, filled up with zeros.

    Raises `ModelError` for a model that has no such sizes or larger ones, `UserError` when it cannot be written.
    """
    header = check(source)
    kind = header.architecture
    try:
        old = [int(header.values[f"{kind}.{key}"]) for key in (WIDTHS, HIDDENS)]
        epsilon = float(header.values[f"{kind}.{EPSILON}"])
    except KeyError as error:
        raise ModelError(f"{source} has no entry {error}.") from None
    if old[0] > width or old[1] > hidden:
        raise ModelError(f"{source} is wider than {width} and {hidden} already.")
    changed = {
        f"{kind}.{WIDTHS}": struct.pack("<II", UINT32, width),
        f"{kind}.{HIDDENS}": struct.pack("<II", UINT32, hidden),
        f"{kind}.{EPSILON}": struct.pack("<If", FLOAT32, epsilon * old[0] / width),
    }
    parts = _parts(source, header, set(changed))
    entries = [*parts.entries, *(text(key) + value for key, value in changed.items())]
    sizes = {old[0]: width, old[1]: hidden}
    try:
        _write(source, target, parts, entries, sizes, math.sqrt(old[0] / width))
    except OSError as error:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        raise UserError(f"{target} cannot be written: {error.strerror or error}.") from error


def _parts(source: Path, header: Header, changed: set[str]) -> _Parts:
    """Read again what `check` found sound."""
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        reader = Reader(data)
        reader.at = len(MAGIC) + struct.calcsize("<IQQ")
        entries = []
        for _ in range(len(header.values) + len(header.arrays)):
            began, seen = reader.at, Header(header.version, "", 0)
            reader.pair(seen)
            if not changed & seen.values.keys():
                entries.append(data[began : reader.at])
        found = [_tensor(reader) for _ in range(header.tensors)]
        alignment = reader.alignment(header)
        return _Parts(entries, found, -(-reader.at // alignment) * alignment)


def _tensor(reader: Reader) -> tuple[Tensor, int]:
    name = reader.string("a tensor's name")
    sides = [reader.number("Q", 8) for _ in range(reader.number("I", 4))]
    kind, start = reader.number("I", 4), reader.number("Q", 8)
    return Tensor(name, sides[0], sides[1] if len(sides) > 1 else 0, Kind(kind)), start


def _write(
    source: Path,
    target: Path,
    parts: _Parts,
    entries: list[bytes],
    sizes: dict[int, int],
    factor: float,
) -> None:
    made = [_sized(tensor, sizes) for tensor, _ in parts.tensors]
    with source.open("rb") as old, target.open("wb") as file:
        file.write(MAGIC + struct.pack("<IQQ", max(VERSIONS), len(made), len(entries)))
        file.writelines(entries)
        start = 0
        for tensor in made:
            file.write(info(tensor, start))
            start += -(-tensor.size // ALIGNMENT) * ALIGNMENT
        file.write(padding(file.tell()))
        for (tensor, begins), larger in zip(parts.tensors, made, strict=True):
            old.seek(parts.data + begins)
            raw = np.frombuffer(old.read(tensor.size), np.uint8)
            for part in _filled(tensor, larger, raw, factor):
                file.write(part.data)
            file.write(padding(file.tell()))


def _sized(tensor: Tensor, sizes: dict[int, int]) -> Tensor:
    """As large as it becomes. Heads keep their sizes: the rows of what they are made of, the columns of what takes them in."""
    name = tensor.name.removesuffix(".weight").rpartition(".")[2]
    columns = tensor.columns if name == "attn_output" else sizes.get(tensor.columns)
    rows = (
        sizes.get(tensor.rows)
        if name in ("attn_output", "ffn_gate", "ffn_up", "ffn_down")
        else None
    )
    if name.endswith("_norm") and name not in NORMS:
        return tensor
    return replace(tensor, columns=columns or tensor.columns, rows=rows or tensor.rows)


def _filled(tensor: Tensor, larger: Tensor, raw: Bytes, factor: float) -> Iterator[Bytes]:
    """Its numbers, with zeros behind each row and below the last."""
    if tensor.name.removesuffix(".weight").rpartition(".")[2] in NORMS:
        raw = (raw.view("<f4") * np.float32(factor)).view(np.uint8)
    elements, block = BLOCKS[tensor.kind]
    rows = raw.reshape(max(1, tensor.rows), tensor.columns // elements * block)
    wider = np.zeros((len(rows), larger.columns // elements * block), np.uint8)
    wider[:, : rows.shape[1]] = rows
    yield wider.reshape(-1)
    if below := larger.rows - tensor.rows:
        yield np.zeros(below * wider.shape[1], np.uint8)
