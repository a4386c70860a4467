"""Writing a GGUF, tensor by tensor, with numpy alone.

The `gguf` package does this too, but it is no dependency of what ships. The form:
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiote.engine.local.header import ARRAY, BLOCKS, MAGIC, STRING, UINT32, VERSIONS

INT32, FLOAT32, BOOL = 5, 6, 7
ALIGNMENT = 32

Bytes = NDArray[np.uint8]
Value = str | bool | int | float | Sequence[str] | Sequence[int]


class Kind(IntEnum):
    """ggml's number of a tensor type."""

    F32 = 0
    Q4_0 = 2
    Q8_0 = 8
    Q6_K = 14


@dataclass(frozen=True, slots=True)
class Tensor:
    """A matrix of `rows` times `columns`, or a vector of `columns` where `rows` is 0."""

    name: str
    columns: int
    rows: int
    kind: Kind

    @property
    def elements(self) -> int:
        return self.columns * max(1, self.rows)

    @property
    def blocks(self) -> int:
        """How many blocks, the unit in which ggml stores a type."""
        return self.elements // BLOCKS[self.kind][0]

    @property
    def size(self) -> int:
        """In bytes."""
        return self.blocks * BLOCKS[self.kind][1]


def write(
    path: Path,
    values: Mapping[str, Value],
    tensors: Sequence[Tensor],
    data: Callable[[int, Tensor], Iterable[Bytes]],
) -> None:
    """Write `path`; `data` gives the bytes of a tensor, by its number and in parts. Raises `OSError`.

    Whole numbers are written as 32 bits without a sign, in lists with one.
    """
    with path.open("wb") as file:
        file.write(MAGIC + struct.pack("<IQQ", max(VERSIONS), len(tensors), len(values)))
        for key, value in values.items():
            file.write(text(key) + _value(value))
        start = 0
        for tensor in tensors:
            file.write(info(tensor, start))
            start += -(-tensor.size // ALIGNMENT) * ALIGNMENT
        file.write(padding(file.tell()))
        for number, tensor in enumerate(tensors):
            began = file.tell()
            for part in data(number, tensor):
                file.write(part.data)
            assert file.tell() - began == tensor.size, tensor.name
            file.write(padding(file.tell()))


def info(tensor: Tensor, start: int) -> bytes:
    """What stands in the header of a tensor whose bytes begin at `start` of the data."""
    sides = (tensor.columns, tensor.rows) if tensor.rows else (tensor.columns,)
    shape = struct.pack(f"<I{len(sides)}Q", len(sides), *sides)
    return text(tensor.name) + shape + struct.pack("<IQ", tensor.kind, start)


def padding(at: int) -> bytes:
    """From `at` up to where a tensor may begin."""
    return bytes(-at % ALIGNMENT)


def text(string: str) -> bytes:
    """As GGUF writes texts: the number of bytes, and these."""
    raw = string.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", STRING) + text(value)
    if isinstance(value, bool):
        return struct.pack("<I?", BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", UINT32, value)
    if isinstance(value, float):
        return struct.pack("<If", FLOAT32, value)
    head = struct.pack("<IIQ", ARRAY, STRING if isinstance(value[0], str) else INT32, len(value))
    if isinstance(value[0], str):
        return head + b"".join(map(text, value))
    return head + np.asarray(value, "<i4").tobytes()
