"""Ready intentions: text files with a few facts at their head, ours and the user's own.

The user's lie in a folder of their own and go before ours of the same name; none is ever taken from a workspace, which
is not always the user's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from symbiote.core.errors import UserError

MOST_BYTES = 20_000
"""Of one file. What is longer is no intention."""
MOST_FILES = 200
KINDS = ("", "quickfix", "refactor.rewrite", "source")
"""LSP's code action kinds that Symbiote offers; "" is offered in lists only."""
FLAGS = {"true": True, "false": False}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Intention:
    """`text` is what the model is told. `longer` is how many lines more than before the answer may have.

    `asks` says that the user has to add words, `read_only` that the answer is prose and changes nothing; no `languages`
    means all.
    """

    name: str
    title: str
    text: str
    description: str = ""
    kind: str = ""
    read_only: bool = False
    asks: bool = False
    longer: int = 0
    languages: frozenset[str] = frozenset()
    own: bool = False

    def fits(self, language: str) -> bool:
        return not self.languages or not language or language in self.languages


def intentions(folder: Path | None = None) -> tuple[dict[str, Intention], list[str]]:
    """All of them by name, and a sentence for each file of the user's that cannot be used."""
    shipped = resources.files("symbiote.prompt") / "texts"
    found = {one.name: one for one in map(_read, _files(shipped.iterdir()))}
    complaints: list[str] = []
    for file in _own(folder, complaints):
        try:
            one = replace(_read(file), own=True)
        except UserError as error:
            complaints.append(str(error))
        else:
            found[one.name] = one
    return dict(sorted(found.items())), complaints


def parse(name: str, text: str, where: str) -> Intention:
    """An intention from its file's text. Raises `UserError` that names the file and the mistake."""
    if not _NAME.fullmatch(name):
        raise UserError(f"{where}: the name must be of small letters, digits, - and _, at most 40.")
    head, body = _parted(text, where)
    facts = dict(_fact(line, where) for line in head if line.strip())
    if unknown := sorted(facts.keys() - _READ.keys()):
        raise UserError(f"{where}: {unknown[0]!r} is not known; there are {', '.join(_READ)}.")
    if not facts.get("title"):
        raise UserError(f"{where}: the title is missing.")
    if not body:
        raise UserError(f"{where}: there is no text below the head.")
    values = {}
    for key, value in facts.items():
        try:
            values[key] = _READ[key](value)
        except ValueError as error:
            raise UserError(f"{where}: {key} must be {error}, not {value!r}.") from None
    return Intention(name, text=body, **values)  # type: ignore[arg-type]


def _parted(text: str, where: str) -> tuple[list[str], str]:
    lines = text.removeprefix("\ufeff").splitlines()
    rest = [number for number, line in enumerate(lines) if line.strip() == "---"]
    if len(rest) < 2 or rest[0] != 0:
        raise UserError(f"{where}: it must begin with a head between two lines of ---.")
    return lines[1 : rest[1]], "\n".join(lines[rest[1] + 1 :]).strip()


def _fact(line: str, where: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon:
        raise UserError(f"{where}: the line {line.strip()[:40]!r} of the head is no `key: value`.")
    return key.strip(), value.strip()


def _kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError("quickfix, refactor.rewrite, source or nothing")
    return value


def _flag(value: str) -> bool:
    if value not in FLAGS:
        raise ValueError("true or false")
    return FLAGS[value]


def _lines(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) > 1_000:
        raise ValueError("a number of lines up to 1000")
    return int(value)


def _languages(value: str) -> frozenset[str]:
    return frozenset(part.strip() for part in value.split(",") if part.strip())


_READ: dict[str, Callable[[str], object]] = {
    "title": str,
    "description": str,
    "kind": _kind,
    "read_only": _flag,
    "asks": _flag,
    "longer": _lines,
    "languages": _languages,
}


def _files(found: Iterable[Traversable]) -> list[Traversable]:
    files = [file for file in found if file.name.endswith(".md") and file.is_file()]
    return sorted(files, key=lambda file: file.name)


def _own(folder: Path | None, complaints: list[str]) -> list[Traversable]:
    if folder is None or not folder.is_dir():
        return []
    try:
        files = _files(folder.iterdir())
    except OSError as error:
        complaints.append(f"{folder} cannot be read: {error.strerror or error}.")
        return []
    if len(files) > MOST_FILES:
        complaints.append(f"{folder} has more than {MOST_FILES} files; the first ones are used.")
    return files[:MOST_FILES]


def _read(file: Traversable) -> Intention:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise UserError(f"{file}: more than {MOST_BYTES:,} bytes are no intention.")
        text = raw.decode("utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text (byte {error.start}).") from error
    return parse(file.name.removesuffix(".md"), text, str(file))
