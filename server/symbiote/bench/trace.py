"""A typing trace: which keys are pressed when, in which files. The format is in docs/protocol.md.

Knows nothing of who answers, nor of suggestions that are accepted on the way (see `screen`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symbiote.core.errors import UserError

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class File:
    """`start` is its text before the first key; line ends are `\\n`."""

    name: str
    language: str
    start: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key. After `gap` seconds, in file number `file`: at code point `at`, `cut` code points give way to `put`.

    The cursor stands behind `put` afterwards.
    """

    gap: float
    file: int
    at: int
    cut: int
    put: str

    def applied(self, text: str) -> str:
        return text[: self.at] + self.put + text[self.at + self.cut :]

    @property
    def after(self) -> int:
        """The cursor once the key is pressed."""
        return self.at + len(self.put)


@dataclass(frozen=True, slots=True)
class Trace:
    name: str
    files: tuple[File, ...]
    strokes: tuple[Stroke, ...]

    def ends(self) -> list[str]:
        """The files' texts when every key has been pressed and nothing was accepted."""
        texts = [file.start for file in self.files]
        for stroke in self.strokes:
            texts[stroke.file] = stroke.applied(texts[stroke.file])
        return texts

    def first(self, keys: int | None) -> Trace:
        """Its first `keys` keys; all of it for None."""
        return replace(self, strokes=self.strokes[:keys])

    def finished(self) -> list[File]:
        """The files as they are at the end: each with that text for its `start`."""
        return [replace(f, start=end) for f, end in zip(self.files, self.ends(), strict=True)]

    @property
    def seconds(self) -> float:
        return sum(stroke.gap for stroke in self.strokes)


def dump(trace: Trace) -> Iterator[str]:
    """The trace as JSON lines, without line ends."""
    yield _line({"schema": SCHEMA, "trace": trace.name})
    for file in trace.files:
        yield _line({"file": file.name, "language": file.language, "start": file.start})
    for key in trace.strokes:
        yield _line({"gap": key.gap, "in": key.file, "at": key.at, "cut": key.cut, "put": key.put})


def load(path: Path) -> Trace:
    """A trace from its file. Raises `UserError` with the line that is wrong and what it should be."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The trace {path} cannot be read: {error}.") from error
    reading = _Reading()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                reading.take(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(
                    f"{path}, line {number} is not of a trace (docs/protocol.md): {error}."
                ) from error
    if not reading.strokes:
        raise UserError(f"{path} holds no keys: it is not a typing trace (docs/protocol.md).")
    return Trace(reading.name, tuple(reading.files), tuple(reading.strokes))


class _Reading:
    """A trace so far, with its texts, so that a key outside its file is found where it stands."""

    def __init__(self) -> None:
        self.name = ""
        self.files: list[File] = []
        self.strokes: list[Stroke] = []
        self._texts: list[str] = []
        self._begun = False

    def take(self, raw: Any) -> None:
        """One line. Raises `ValueError`, `KeyError` or `TypeError` for one that is wrong."""
        if not isinstance(raw, dict):
            raise TypeError("not an object")
        if not self._begun:
            if raw.get("schema") != SCHEMA:
                raise ValueError(f'the first line must have "schema": {SCHEMA}')
            self._begun, self.name = True, str(raw.get("trace", ""))
        elif "file" in raw:
            file = File(_text(raw, "file"), _text(raw, "language"), _text(raw, "start"))
            self.files.append(file)
            self._texts.append(file.start)
        else:
            self._press(raw)

    def _press(self, raw: dict[str, Any]) -> None:
        gap = raw["gap"]
        if not isinstance(gap, int | float) or not 0 <= gap < 3600:
            raise ValueError("gap must be seconds, 0 to 3600")
        file, at, cut = (_count(raw, key) for key in ("in", "at", "cut"))
        stroke = Stroke(float(gap), file, at, cut, _text(raw, "put"))
        if stroke.file >= len(self.files):
            raise ValueError(f"there is no file number {stroke.file}")
        text = self._texts[stroke.file]
        if stroke.at + stroke.cut > len(text):
            raise ValueError(f"the file has {len(text)} characters here")
        self._texts[stroke.file] = stroke.applied(text)
        self.strokes.append(stroke)


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw[key]
    if not isinstance(value, str) or "\r" in value:
        raise TypeError(f"{key} must be a text with line ends \\n")
    return value


def _count(raw: dict[str, Any], key: str) -> int:
    value = raw[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{key} must be a whole number, 0 or more")
    return value


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
