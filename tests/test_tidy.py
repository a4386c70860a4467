"""House rules as tests: layers, doors, sizes, and nothing of any one machine in the tree."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "server" / "symbiote"

LAYERS = {
    "core": set(),
    "context": {"core", "grammar"},
    "prompt": {"core"},
    "engine": {"core"},
    "grammar": {"core"},
    "finish": {"core", "grammar"},
    "metrics": {"core"},
    "features": {"core", "grammar", "context", "prompt", "engine", "finish", "metrics"},
    "wire": {"core", "features", "engine", "metrics"},
}
"""Which rooms a room may import. `wire` sees engine and metrics only through the types of features."""

ROOT_PARTS = {
    *("__init__", "__main__", "app", "apart", "cli", "commands", "doctor", "evaluate", "models"),
    *("pull", "bench", "rehearsal"),
}
"""The composition root: may import every room, and no room imports it."""

ONLY_FROM_CLI = "symbiote.bench"

WIRE_MAY = {"symbiote.engine.port"}
"""What wire may take from engine and metrics: the status type, nothing that does anything."""

DOORS = {
    "llama_cpp": {"engine/local/native.py", "engine/local/memory.py", "engine/local/worker.py"},
    "pygls": {"wire/"},
    "lsprotocol": {"wire/"},
    "cattrs": {"wire/"},
    "sqlite3": {"metrics/", "engine/remote/book.py", "features/rewrite/kept.py"},
    "rich": {"commands/report.py"},
    "platformdirs": {"core/paths.py"},
    "groq": {"engine/remote/groq.py"},
    "httpx": {"engine/remote/http.py"},
    "pynvml": {"engine/local/nvml.py"},
    "jedi": {"context/analysis/findings.py"},
    "tree_sitter": {"grammar/"},
}
FILE_LINES, FUNCTION_LINES = 300, 50
WRITTEN = {"extension/src/protocol.ts"}
"""By a program, from files that are small."""
PROSE = {".md", ".toml", ".py", ".ts", ".mjs", ".json", ".jsonl", ".sh", ".yml", ".lock", ""}


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    return [ROOT / n for n in names.decode().split("\0") if n and (ROOT / n).is_file()]


def modules() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SERVER)))
def test_imports_go_down_and_siblings_never_meet(path: Path) -> None:
    room = path.relative_to(SERVER).parts[0].removesuffix(".py")
    if room in ROOT_PARTS:
        benched = [name for name in imports(path) if name.startswith(ONLY_FROM_CLI)]
        assert not benched or room in ("cli", "bench"), f"{room} may not import {benched}"
        return
    assert room in LAYERS, f"{room} is neither a room nor part of the composition root"
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "symbiote" or len(parts) < 2 or parts[1] == room:
            continue
        assert parts[1] in LAYERS[room], f"{room} may not import {name}"
        if room == "wire" and parts[1] in ("engine", "metrics"):
            assert name in WIRE_MAY, f"wire goes through features, not to {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SERVER)))
def test_every_package_has_one_door(path: Path) -> None:
    place = path.relative_to(SERVER).as_posix()
    for name in imports(path):
        doors = DOORS.get(name.split(".")[0])
        assert doors is None or any(place.startswith(door) for door in doors), (place, name)


def test_core_is_the_standard_library_and_one_door() -> None:
    import sys

    for path in (SERVER / "core").glob("*.py"):
        for name in imports(path):
            top = name.split(".")[0]
            allowed = top in sys.stdlib_module_names or top in ("symbiote", "platformdirs")
            assert allowed, (path.name, name)


def sources() -> list[Path]:
    return [p for p in tracked() if p.suffix in {".py", ".ts", ".mjs", ".sh"}]


def test_files_are_small() -> None:
    long = {
        p.relative_to(ROOT).as_posix(): n
        for p in sources()
        if (n := p.read_text("utf-8").count("\n")) > FILE_LINES
        and p.relative_to(ROOT).as_posix() not in WRITTEN
    }
    assert not long, long


def test_functions_are_small() -> None:
    long = {}
    for path in (p for p in sources() if p.suffix == ".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION_LINES:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = length
    assert not long, long


def test_nothing_of_one_machine_is_in_the_tree() -> None:
    here = re.escape(f"{ROOT}/")
    hosts = "|".join(
        re.escape(host)
        for host in ("registry.np" + "mjs", "files.python" + "hosted", "pypi" + ".org")
    )
    found = re.compile(rf"{here}|{hosts}|(?<![\w.])/(?:ro" + "ot|wo" + "rk)/")
    bad = {}
    for path in tracked():
        if path.suffix in PROSE and path.name != "manifest.json":
            text = path.read_text("utf-8", "replace")
            if match := found.search(text):
                bad[str(path.relative_to(ROOT))] = match.group()
    assert not bad, bad


def test_no_left_overs() -> None:
    words = re.compile(
        r"\b(?:TO" + "DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|NotImplemented" + "Error"
    )
    skips = re.compile(
        r"pytest\.mark\.(?:sk"
        + r"ip|xf"
        + r"ail)\b|\b(?:it|test|describe)\.(?:sk"
        + "ip|on"
        + "ly)"
    )
    bad = [
        str(p.relative_to(ROOT))
        for p in sources()
        if words.search(text := p.read_text("utf-8")) or skips.search(text)
    ]
    assert not bad, bad


def test_every_room_says_what_it_does_not_know() -> None:
    for room in (p for p in SERVER.iterdir() if (p / "__init__.py").exists()):
        doc = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8"))) or ""
        assert re.search(r"[Kk]nows? nothing|knows nothing", doc), room.name


def test_the_extension_has_few_settings_and_each_says_when_to_touch_it() -> None:
    manifest = json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))
    settings = manifest["contributes"]["configuration"]["properties"]
    assert 1 <= len(settings) <= 15
    for name, setting in settings.items():
        text = setting.get("markdownDescription") or setting.get("description", "")
        assert len(text.split()) >= 6, name


def test_the_settings_of_the_extension_are_those_the_server_reads() -> None:
    from symbiote.core.settings import KEYS

    manifest = json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))
    names = {
        n.removeprefix("symbiote.") for n in manifest["contributes"]["configuration"]["properties"]
    }
    assert names - {"server.python"} == set(KEYS)
