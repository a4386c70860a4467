"""Writes the extension's `protocol.ts` from `protocol.py` and its parts: `python -m symbiote.wire.typescript > FILE`.

The file is committed and a test compares. Knows only the types that protocol.py uses.
"""

from __future__ import annotations

import dataclasses
import enum
import sys
import types
import typing

from symbiote.wire import (
    protocol,
    protocol_base,
    protocol_events,
    protocol_flow,
    protocol_providers,
    protocol_readout,
    protocol_report,
    protocol_rewrite,
)

HEADER = """\
// Written by `python -m symbiote.wire.typescript` from server/symbiote/wire/protocol.py: change it there.
// What the extension and the daemon say to each other beside standard LSP.
"""
SIMPLE = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
    object: "unknown",
}


def typescript() -> str:
    """The whole file."""
    found = [
        thing
        for part in (
            protocol_base,
            protocol,
            protocol_events,
            protocol_rewrite,
            protocol_providers,
            protocol_readout,
            protocol_flow,
            protocol_report,
        )
        for thing in vars(part).values()
        if isinstance(thing, type)
        and dataclasses.is_dataclass(thing)
        and dataclasses.fields(thing)
        and thing.__module__ == part.__name__
    ]
    return HEADER + "".join(f"\n{_interface(thing)}" for thing in found)


def _interface(thing: type) -> str:
    hints = typing.get_type_hints(thing)
    lines = [
        f"  {protocol.on_the_wire(f.name)}{_mark(f)}: {_type(hints[f.name])};"
        for f in dataclasses.fields(thing)
    ]
    return "\n".join([*_comment(thing), f"export interface {thing.__name__} {{", *lines, "}", ""])


def _comment(thing: type) -> list[str]:
    text = (thing.__doc__ or "").strip()
    if not text or text.startswith(thing.__name__ + "("):
        return []
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) == 1:
        return [f"/** {lines[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def _mark(field: dataclasses.Field[typing.Any]) -> str:
    return "?" if field.default is not dataclasses.MISSING else ""


def _type(hint: typing.Any) -> str:
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, enum.StrEnum):
        return " | ".join(f"'{member.value}'" for member in hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint.__name__
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return " | ".join(_type(argument) for argument in arguments)
    if origin is list:
        inner = _type(arguments[0])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if origin is dict:
        return f"Record<{_type(arguments[0])}, {_type(arguments[1])}>"
    raise TypeError(f"protocol.py uses {hint!r}, which typescript.py cannot write")


if __name__ == "__main__":
    sys.stdout.write(typescript())
