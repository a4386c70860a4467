"""Server-sent events, as they come: bytes in, events out, never more in memory than a limit.

The format is WHATWG's (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation) but
that bytes which are no UTF-8 are a fault, not a replacement character. Lines are found in the bytes, where no part of a
longer character looks like a line end, so that a character cut in two by the network is whole again before it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbiote.engine.remote.errors import Fault, Kind

LINE_BYTES, EVENT_BYTES, TOTAL_BYTES = 64 * 1024, 256 * 1024, 1024 * 1024
"""A completion's line is below 1 kB. What is larger is no completion."""
BOM = b"\xef\xbb\xbf"
_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is empty where the stream gives none."""

    name: str
    data: str


class Reader:
    """Reads one stream. Raises `Fault`: `too_large` past a limit, `protocol` for bytes that are no UTF-8."""

    def __init__(
        self, line: int = LINE_BYTES, event: int = EVENT_BYTES, total: int = TOTAL_BYTES
    ) -> None:
        self._limits = line, event, total
        self._rest = b""
        self._total = 0
        self._begun = False
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that end in `chunk`."""
        self._total += len(chunk)
        if self._total > self._limits[2]:
            raise Fault(Kind.TOO_LARGE, f"over {self._limits[2]} bytes")
        lines = self._lines(self._rest + chunk)
        return [event for line in lines if (event := self._line(line)) is not None]

    def _lines(self, held: bytes) -> list[bytes]:
        if not self._begun:
            if len(held) < len(BOM) and BOM.startswith(held):
                self._rest = held
                return []
            held, self._begun = held.removeprefix(BOM), True
        lines, start = [], 0
        for end in _END.finditer(held):
            if end[0] == b"\r" and end.end() == len(held):
                break  # the other half of CRLF may be on its way
            lines.append(held[start : end.start()])
            start = end.end()
        self._rest = held[start:]
        if max(map(len, (*lines, self._rest))) > self._limits[0] + 1:
            raise Fault(Kind.TOO_LARGE, f"a line over {self._limits[0]} bytes")
        return lines

    def _line(self, line: bytes) -> Event | None:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value
        elif field == b"data":
            self._size += len(value) + 1
            if self._size > self._limits[1]:
                raise Fault(Kind.TOO_LARGE, f"an event over {self._limits[1]} bytes")
            self._data.append(value)
        return None

    def _dispatch(self) -> Event | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = b"", [], 0
        if not data:
            return None
        try:
            return Event(name.decode(), b"\n".join(data).decode())
        except UnicodeDecodeError:
            raise Fault(Kind.PROTOCOL, "bytes that are no UTF-8") from None
