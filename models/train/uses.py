"""Where the files of a package use what other files of it define: names they import, members of its classes.

Told from the syntax alone: a member is a name behind a dot that one or two files of the package define in a class, that this one
does not, and that nothing known from elsewhere has.
"""

import ast
import asyncio
import datetime
import inspect
import io
import os
import re
import socket
import subprocess
import sys
import threading
import tokenize
import types
import typing
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus import GENERATED, find

from holes import line_starts, tokens

LARGEST = 64_000
"""Bytes of a file; longer ones are left out of their projects."""
ANYBODY = (str, bytes, list, dict, set, int, float, object, Exception, datetime.datetime, Path, re.Pattern,
    re.Match, inspect, asyncio, typing, types, threading.Thread, socket.socket, io.TextIOWrapper, os)  # fmt: skip
OTHER_MEMBERS = frozenset(name for kind in ANYBODY for name in dir(kind)) | {
    "name",
    "value",
    "args",
    "kwargs",
}
"""What objects of other packages have too."""
SKIPPED = {"_vendor", "vendor", "vendored", "_vendored", "locale", "contrib", "__pycache__"}


@dataclass
class Project:
    """The sources of one release; `public` are the top-level names of each file, `members` those of its classes."""

    package: str
    version: str
    files: dict[str, str]
    public: dict[str, set[str]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.package} {self.version}"


@dataclass(frozen=True)
class Use:
    """A name from elsewhere in the tokens of a file: where it stands and which file defines it."""

    kind: str
    start: int
    end: int
    defined: str


def wheels(folder: Path, pins: dict[str, str], back: int) -> Iterator[tuple[str, list[Path]]]:
    """Each package's wheels: the pinned version, then up to `back` releases before it. Downloads what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in pins.items():
        found = [
            wheel
            for pin in (version, *earlier(name, version, back))
            if (wheel := had(folder, name, pin))
        ]
        if found:
            yield name, found


def earlier(name: str, version: str, count: int) -> list[str]:
    if not count:
        return []
    command = [sys.executable, "-m", "pip", "index", "versions", name]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    known = said.split("Available versions: ")[1].split("\n")[0].split(", ")
    return known[known.index(version) + 1 :][:count] if version in known else []


def had(folder: Path, name: str, version: str) -> Path | None:
    if (wheel := find(folder, name, version)) is None:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
        ]
        subprocess.run([*command, "-d", str(folder), f"{name}=={version}"], check=False)
        wheel = find(folder, name, version)
    return wheel


def project(package: str, wheel: Path) -> Project:
    files: dict[str, str] = {}
    with zipfile.ZipFile(wheel) as archive:
        for entry in sorted(archive.namelist()):
            folders = entry.split("/")[:-1]
            if not entry.endswith(".py") or SKIPPED & set(folders) or not folders:
                continue
            raw = archive.read(entry)
            if len(raw) > LARGEST:
                continue
            text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
            if not GENERATED.search(text[:400]) and "\ufffd" not in text and parsed(text):
                files[entry] = text
    made = Project(package, wheel.name.split("-")[1], files)
    for path, text in files.items():
        made.public[path], made.members[path] = names(ast.parse(text))
    return made


def parsed(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names a module defines at its top, and those its classes define: methods, attributes, `self.x = `."""
    public, members = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                members |= defined(part)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and of_self(node):
            members.add(node.attr)
    for node in tree.body:
        public |= defined(node)
    return public, members


def of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def module_file(files: dict[str, str], module: str) -> str | None:
    stem = module.replace(".", "/")
    return next((path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in files), None)


def source(made: Project, module: str, name: str, depth: int = 0) -> str | None:
    """The file that defines what `from module import name` brings, through the packages that hand it on."""
    if (own := module_file(made.files, f"{module}.{name}")) is not None:
        return own
    path = module_file(made.files, module)
    if path is None or name in made.public[path] or depth > 4:
        return path if path is not None and name in made.public[path] else None
    for local, (module, original) in imports(made, path).items():
        if local == name and original:
            return source(made, module, original, depth + 1)
    return None


def imports(made: Project, path: str) -> dict[str, tuple[str, str]]:
    """Local names and what they were imported from: a module, and a name in it ("" for the module itself)."""
    found = {}
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(made.files[path])):
        if isinstance(node, ast.ImportFrom):
            up = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*up, *([node.module] if node.module else [])])
            for alias in node.names:
                found[alias.asname or alias.name] = (module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    found[alias.asname] = (alias.name, "")
    return found


def uses(made: Project, path: str) -> list[Use]:
    """Where `path` uses what other files define, in the order of its text."""
    text = made.files[path]
    known = {
        local: where
        for local, (module, name) in imports(made, path).items()
        if (where := source(made, module, name) if name else module_file(made.files, module))
        and where != path
    }
    homes = homes_of(made)
    starts, parts = line_starts(text), tokens(text)
    imported = import_lines(text)
    seen: set[str] = set()
    found = []
    for index, token in enumerate(parts):
        if token.type != tokenize.NAME or token.start[0] in imported:
            continue
        begin = starts[token.start[0] - 1] + token.start[1]
        last = parts[index - 1].string if index else ""
        dotted = last == "."
        where = homes.get(token.string, set())
        if dotted and index > 1 and (module := known.get(parts[index - 2].string)):
            where = {module} if token.string in made.public[module] else where
        if last in ("def", "class") or (parts[index + 1].string == "=" and last in ("(", ",")):
            continue
        if dotted and 1 <= len(where) <= 2 and path not in where:
            found.append(Use("attribute", begin, begin + len(token.string), min(where)))
        elif not dotted and token.string in known:
            kind = "use" if token.string in seen else "first_use"
            seen.add(token.string)
            found.append(Use(kind, begin, begin + len(token.string), known[token.string]))
    return found


def homes_of(made: Project) -> dict[str, set[str]]:
    """Which files define a member; what any object may have is left out."""
    homes = defaultdict(set)
    for path, members in made.members.items():
        for name in members - OTHER_MEMBERS:
            if not name.startswith("__"):
                homes[name].add(path)
    return homes


def import_lines(text: str) -> set[int]:
    """Lines, from 1, that import, or say what is exported."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        exports = isinstance(node, ast.Assign) and "__all__" in defined(node)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) and (
            exports or not isinstance(node, ast.Assign)
        ):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found
