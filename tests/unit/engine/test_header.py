"""The header check refuses what does not hold together, and never fails in another way."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbiote.core.errors import ModelError
from symbiote.engine.local import header

relaxed = settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(pairs: bytes = b"", count: int = 0, tensor: bytes | None = None, rest: int = 256) -> bytes:
    """A GGUF with an architecture, `pairs` and one tensor of eight floats."""
    named = text("general.architecture") + struct.pack("<I", 8) + text("qwen3")
    if tensor is None:
        tensor = text("a") + struct.pack("<IQIQ", 1, 8, 0, 0)
    return b"GGUF" + struct.pack("<IQQ", 3, 1, count + 1) + named + pairs + tensor + bytes(rest)


def check(folder: Path, data: bytes) -> header.Header:
    path = folder / "model.gguf"
    path.write_bytes(data)
    return header.check(path)


def test_a_sound_file_is_described(tiny: Path) -> None:
    found = header.check(tiny)
    assert found.architecture == "qwen3"
    assert found.version == 3
    assert found.tensors == 25
    assert found.values["qwen3.context_length"] == 1024
    assert found.arrays["tokenizer.ggml.tokens"] == (8, 263)


@given(data=st.data())
@relaxed
def test_no_truncation_passes(tiny: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = tiny.read_bytes()
    length = data.draw(st.integers(0, len(whole) - 64))
    with pytest.raises(ModelError, match=r"model\.gguf"):
        check(tmp_path, whole[:length])


@given(data=st.data())
@relaxed
def test_a_mutated_header_passes_or_is_refused(
    tiny: Path, tmp_path: Path, data: st.DataObject
) -> None:
    whole = bytearray(tiny.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 8_000))
        value = data.draw(
            st.sampled_from([b"\xff" * 8, b"\0" * 8, b"\x01", b"\x80", b"\x09\0\0\0"])
        )
        whole[at : at + len(value)] = value
    try:
        check(tmp_path, bytes(whole))
    except ModelError as error:
        assert "model.gguf" in str(error)


@given(st.binary(max_size=400))
@relaxed
def test_any_bytes_are_refused_cleanly(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelError):
        check(tmp_path, b"GGUF" + data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "GGUF"),
        (b"PK\x03\x04 not a model", "GGUF"),
        (b"GGUF" + struct.pack("<IQQ", 1, 1, 1), "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**40, 1), "announces"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 2**63), "announces"),
        (gguf(rest=8), "after the file"),
        (gguf(text("x") + struct.pack("<I", 13), 1), "unknown type 13"),
        (gguf(text("x") + struct.pack("<IIQ", 9, 9, 1), 1), "unknown type 9"),
        (gguf(text("x") + struct.pack("<IIQ", 9, 6, 2**62), 1), "too early"),
        (gguf(text("x") + struct.pack("<IIQ", 9, 8, 4) + b"\xff" * 64, 1), "past its end"),
        (gguf(text("general.alignment") + struct.pack("<II", 4, 48), 1), "power of two"),
        (gguf(text("general.alignment") + struct.pack("<II", 4, 0), 1), "power of two"),
        (gguf(text("general.alignment") + struct.pack("<IQ", 10, 32), 1), "32 bits"),
        (gguf((text("x") + struct.pack("<II", 4, 1)) * 2, 2), "twice"),
        (gguf(text("tokenizer.ggml.scores") + struct.pack("<IIQ", 9, 8, 0), 1), "type 8, not 6"),
        (
            gguf(text("tokenizer.ggml.scores") + struct.pack("<IIQf", 9, 6, 1, 0.0), 1),
            "1 entries for 0 tokens",
        ),
        (gguf(tensor=text("a") + struct.pack("<IQIQ", 1, 8, 77, 0)), "unknown type 77"),
        (gguf(tensor=text("a") + struct.pack("<IQIQ", 1, 8, 0, 4)), "not aligned"),
        (gguf(tensor=text("a") + struct.pack("<IQIQ", 9, 8, 0, 0)), "9 dimensions"),
        (gguf(tensor=text("a") + struct.pack("<IQIQ", 1, 0, 0, 0)), "shape"),
        (gguf(tensor=text("a") + struct.pack("<IQIQ", 1, 33, 8, 0)), "shape"),
        (gguf(tensor=text("a" * 64) + struct.pack("<IQIQ", 1, 8, 0, 0)), "too long"),
        (gguf(tensor=text("a") + struct.pack("<IQQIQ", 2, 2**40, 2**40, 0, 0)), "shape"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(ModelError, match=says) as caught:
        check(tmp_path, data)
    assert "model.gguf" in str(caught.value)


def test_a_plain_sound_file_passes(tmp_path: Path) -> None:
    assert check(tmp_path, gguf()).tensors == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing\.gguf cannot be read"):
        header.check(tmp_path / "nothing.gguf")
