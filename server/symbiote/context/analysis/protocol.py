"""What the daemon asks the analysis worker, what it finds, and how both travel: one JSON object per line.

    to the worker    {"id": N, "seconds": S, "path": …, "text": …, "line": …, "column": …, "root": …}
    from the worker  {"is": "ready", "jedi": VERSION} | {"is": "failed", "reason": …}     once, first
                     {"is": "found", "id": N, …}                                          the fields of `Findings`

One question at a time. The end of the worker's input is the order to end at once.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

MAX_CHARACTERS = 1_000_000
"""Of a text. parso reads some 0.3 MB of Python in a second."""
MAX_LINE = 4_000
"""Characters. Longer lines are generated, and parsed slowly for nothing."""
LONGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes: the longest text, each character escaped, and to spare."""

Message = dict[str, Any]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Question:
    """A place in a snapshot of a text.

    `line` and `column` count from 0, lines (LSP's) and code points. `path` is where the text lies, empty if it is no
    file; `root` the folder that imports start from, empty to have it looked for.
    """

    path: str
    text: str
    line: int
    column: int
    root: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A name of an object or a class. `kind` is jedi's type, `signature` is empty for what cannot be called, `path` is as
    in `Definition`."""

    name: str
    kind: str = ""
    signature: str = ""
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name near the cursor comes from. `doc` is the docstring's first line, `head` the first lines of its text.

    `path` is the file it was found in, empty for what has none.
    """

    name: str
    kind: str
    signature: str
    doc: str
    module: str
    head: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """The call being written. `index` is the parameter's that the cursor is at, None past the last, `path` is as in
    `Definition`."""

    name: str
    signature: str
    index: int | None
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Import:
    """A module that the text imports, the public names it offers, and its `path`, as in `Definition`."""

    module: str
    names: tuple[str, ...]
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class EnclosingClass:
    """The class around the cursor: its first line, its docstring's first line, what it has, `self`'s attributes too."""

    name: str
    head: str
    doc: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class NameSet:
    """All names that may follow each of some expressions: there are no others. `kind` says how they follow.

    "members" come after a dot, "keywords" are names of arguments. The expressions are names with dots, as they would be
    read at the cursor.
    """

    kind: str
    of: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. `members` are those of the object before the dot, `call` has one entry per overload.

    `closed` are the sets of names that jedi is sure to know in full; most expressions are in none.
    `cut` names the kinds that time ran out for, `faults` those in which jedi failed, with the error's name; both keep
    what had been found by then.
    """

    call: tuple[Call, ...] = ()
    members: tuple[Member, ...] = ()
    enclosing: EnclosingClass | None = None
    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    closed: tuple[NameSet, ...] = ()
    cut: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def why_not(text: str) -> str:
    """Why a text is not analysed, in a sentence; empty if it can be."""
    if len(text) > MAX_CHARACTERS:
        return f"The file has more than {MAX_CHARACTERS:,} characters."
    if any(len(line) > MAX_LINE for line in text.splitlines()):
        return f"The file has a line of more than {MAX_LINE:,} characters."
    return ""


def pack(message: Message) -> bytes:
    try:
        return orjson.dumps(message) + b"\n"
    except TypeError:  # half a pair of surrogates, which is no UTF-8; editors may send one
        return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def unpack(line: bytes) -> Message:
    """Raises `ValueError` for anything but a JSON object."""
    try:
        message = orjson.loads(line)
    except orjson.JSONDecodeError:
        message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def question_message(number: int, question: Question, seconds: float) -> Message:
    """`seconds` are those the worker may take: clocks of two processes need not agree."""
    return {"id": number, "seconds": seconds, **dataclasses.asdict(question)}


def read_question(message: Message) -> Question:
    return Question(**{field.name: message[field.name] for field in dataclasses.fields(Question)})


def findings_message(number: int, findings: Findings) -> Message:
    return {"is": "found", "id": number, **dataclasses.asdict(findings)}


def read_findings(message: Message) -> Findings:
    """Raises `KeyError` or `TypeError` for anything that is not `findings_message`'s."""
    around = message["enclosing"]
    return Findings(
        call=_rows(Call, message["call"]),
        members=_rows(Member, message["members"]),
        enclosing=None if around is None else _class(around),
        definitions=_rows(Definition, message["definitions"]),
        imports=tuple(
            Import(**{**row, "names": tuple(row["names"])}) for row in message["imports"]
        ),
        closed=tuple(
            NameSet(row["kind"], tuple(row["of"]), tuple(row["names"])) for row in message["closed"]
        ),
        cut=tuple(message["cut"]),
        faults=tuple(message["faults"]),
    )


def _class(row: Message) -> EnclosingClass:
    return EnclosingClass(**{**row, "members": _rows(Member, row["members"])})


def _rows(kind: type[Row], rows: list[Message]) -> tuple[Row, ...]:
    return tuple(kind(**row) for row in rows)
