"""The extension's copy of the protocol is this protocol."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from symbiote.core.settings import KEYS
from symbiote.wire import protocol
from symbiote.wire.convert import structure, to_wire
from symbiote.wire.protocol import on_the_wire
from symbiote.wire.typescript import typescript

ROOT = Path(__file__).resolve().parents[3]


def test_the_extensions_copy_is_up_to_date() -> None:
    """If not: python -m symbiote.wire.typescript > extension/src/protocol.ts"""
    assert (ROOT / "extension" / "src" / "protocol.ts").read_text("utf-8") == typescript()


def test_the_settings_are_those_the_server_reads() -> None:
    names = {on_the_wire(f.name): f.name for f in dataclasses.fields(protocol.ServerSettings)}
    assert names == KEYS


def test_every_method_is_in_the_document() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    for method in (*protocol.METHODS, protocol.ACCEPTED):
        assert f"`{method}`" in text, method
    for field in dataclasses.fields(protocol.StatusParams):
        assert f"`{on_the_wire(field.name)}`" in text, field.name


def test_names_on_the_wire() -> None:
    said = {"textDocument": {"uri": "u"}, "position": {"line": 1, "character": 2}}
    asked = structure(said, protocol.CompleteParams)
    place = protocol.Place(1, 2)
    assert asked == protocol.CompleteParams(protocol.DocumentId("u"), place, explain=False)
    result = protocol.CompleteResult(1, "i", None, None, "blank", "", "e", "m")
    assert "timing_ms" in to_wire(result)
    assert on_the_wire("memory_mb") == "memoryMb"
