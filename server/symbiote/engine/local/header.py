"""A bounded look at a GGUF header before native code reads the file.

llama.cpp's own loader has had a memory error in this parser about once a year. Every count, length
and offset is held against the file's size here first, in a language without raw memory.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path

from symbiote.core.errors import ModelError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_ENTRIES = 65_536
MOST_NAME = 63
MOST_ALIGNMENT = 65_536

# GGUF value types: number -> (struct code, bytes). 8 is a string, 9 an array.
SCALARS = {
    0: ("B", 1), 1: ("b", 1), 2: ("H", 2), 3: ("h", 2), 4: ("I", 4), 5: ("i", 4),
    6: ("f", 4), 7: ("?", 1), 10: ("Q", 8), 11: ("q", 8), 12: ("d", 8),
}  # fmt: skip
UINT32, STRING, ARRAY = 4, 8, 9

# Tensor types of ggml: number -> (elements in a block, bytes of a block).
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 40), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip

ARRAYS = {
    "tokenizer.ggml.tokens": 8,
    "tokenizer.ggml.merges": 8,
    "tokenizer.ggml.scores": 6,
    "tokenizer.ggml.token_type": 5,
}
"""Arrays that llama.cpp reads through a cast: their element type must be this one."""

Value = int | float | bool | str


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF says of itself. `arrays` maps a key to (element type, length)."""

    version: int
    architecture: str
    tensors: int
    values: dict[str, Value] = field(default_factory=dict)
    arrays: dict[str, tuple[int, int]] = field(default_factory=dict)


def check(path: Path) -> Header:
    """Read the header of `path`. Raises `ModelError` naming the file when it does not hold together."""
    try:
        with path.open("rb") as file:
            if file.read(4) != MAGIC:
                raise ModelError(
                    f"{path} is not a GGUF file: it does not begin with the letters GGUF."
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return Reader(data).header()
    except _Broken as fault:
        raise ModelError(
            f"{path} is damaged or incomplete: {fault}. Download or build the model again."
        ) from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}.") from error


class _Broken(Exception):
    """What does not hold together, in words."""


class Reader:
    """A cursor over the file that never leaves it."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.size = len(data)
        self.at = 4

    def header(self) -> Header:
        version = self.number("I", 4)
        if version not in VERSIONS:
            raise _Broken(f"it has GGUF version {version}, and only 2 and 3 are read here")
        tensors, pairs = self.number("Q", 8), self.number("Q", 8)
        if not 0 < tensors <= MOST_ENTRIES or pairs > MOST_ENTRIES:
            raise _Broken(f"it announces {tensors} tensors and {pairs} entries")
        header = Header(version, "", tensors)
        for _ in range(pairs):
            self.pair(header)
        self.consistent(header)
        self.tensors(tensors, self.alignment(header))
        architecture = str(header.values["general.architecture"])
        return Header(version, architecture, tensors, header.values, header.arrays)

    def number(self, code: str, width: int) -> int:
        self.room(width)
        value: int = struct.unpack_from("<" + code, self.data, self.at)[0]
        self.at += width
        return value

    def room(self, length: int) -> None:
        if length > self.size - self.at:
            raise _Broken(f"it ends {length - (self.size - self.at)} bytes too early")

    def string(self, what: str) -> str:
        length = self.number("Q", 8)
        self.room(length)
        raw = self.data[self.at : self.at + length]
        self.at += length
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise _Broken(f"{what} is not UTF-8") from None

    def pair(self, header: Header) -> None:
        key = self.string("a key")
        if key in header.values or key in header.arrays:
            raise _Broken(f"the entry {key!r} stands there twice")
        kind = self.number("I", 4)
        if kind == ARRAY:
            header.arrays[key] = self.array(key)
        elif kind == STRING:
            header.values[key] = self.string(key)
        elif kind in SCALARS:
            if key == "general.alignment" and kind != UINT32:
                raise _Broken("its alignment is not a whole number of 32 bits")
            header.values[key] = self.number(*SCALARS[kind])
        else:
            raise _Broken(f"the entry {key!r} has the unknown type {kind}")

    def array(self, key: str) -> tuple[int, int]:
        kind, length = self.number("I", 4), self.number("Q", 8)
        if ARRAYS.get(key, kind) != kind:
            raise _Broken(f"the list {key!r} has elements of type {kind}, not {ARRAYS[key]}")
        if kind in SCALARS:
            self.room(length * SCALARS[kind][1])
            self.at += length * SCALARS[kind][1]
        elif kind == STRING:
            self.room(length * 8)
            self.strings(length)
        else:
            raise _Broken(f"the list {key!r} has elements of the unknown type {kind}")
        return kind, length

    def strings(self, count: int) -> None:
        """Step over `count` strings. A vocabulary has hundreds of thousands, so nothing is built."""
        at, last, data = self.at, self.size - 8, self.data
        read = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if at > last:
                raise _Broken("a list of texts runs past its end")
            at += 8 + read(data, at)[0]
        self.at = at
        self.room(0)

    def consistent(self, header: Header) -> None:
        if not isinstance(header.values.get("general.architecture"), str):
            raise _Broken("it does not name its architecture")
        tokens = header.arrays.get("tokenizer.ggml.tokens", (STRING, 0))[1]
        for key in ("tokenizer.ggml.scores", "tokenizer.ggml.token_type"):
            if key in header.arrays and header.arrays[key][1] != tokens:
                raise _Broken(f"{key} has {header.arrays[key][1]} entries for {tokens} tokens")

    def alignment(self, header: Header) -> int:
        value = header.values.get("general.alignment", 32)
        if not isinstance(value, int) or not 0 < value <= MOST_ALIGNMENT or value & (value - 1):
            raise _Broken(f"its alignment is {value}, not a power of two")
        return value

    def tensors(self, count: int, alignment: int) -> None:
        """Check where every tensor lies: inside the file, aligned, none named twice."""
        names: set[str] = set()
        ends: list[tuple[str, int]] = []
        for _ in range(count):
            name = self.string("a tensor's name")
            if not 0 < len(name.encode()) <= MOST_NAME or name in names:
                raise _Broken(f"the tensor name {name[:80]!r} is empty, too long or used twice")
            names.add(name)
            size = self.tensor_bytes(name)
            offset = self.number("Q", 8)
            if offset % alignment:
                raise _Broken(f"the tensor {name} is not aligned to {alignment} bytes")
            ends.append((name, offset + size))
        start = -(-self.at // alignment) * alignment
        for name, end in ends:
            if start + end > self.size:
                raise _Broken(
                    f"the tensor {name} ends {start + end - self.size} bytes after the file"
                )

    def tensor_bytes(self, name: str) -> int:
        dims = self.number("I", 4)
        if not 0 < dims <= 4:
            raise _Broken(f"the tensor {name} has {dims} dimensions")
        shape = [self.number("Q", 8) for _ in range(dims)]
        kind = self.number("I", 4)
        if kind not in BLOCKS:
            raise _Broken(f"the tensor {name} has the unknown type {kind}")
        elements, block = BLOCKS[kind]
        total = 1
        for length in shape:
            total *= length
        if not 0 < total < 2**62 or shape[0] % elements:
            raise _Broken(f"the tensor {name} has the shape {shape}")
        return total // elements * block
