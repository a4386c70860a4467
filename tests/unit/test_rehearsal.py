"""Sessions that lead to a hole: what a window is told, and what lies on the disk by then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symbiote.core.errors import UserError
from symbiote.evaluate import read
from symbiote.rehearsal import Session, Stage, play

SHOP = "def price(item):\n    return 1\n"
MAIN = "from shop import price\n\nprint(price('tea'))\n"
SOURCES = [
    {"projects": ["shop 1", "shop 2"], "path": "shop.py", "text": SHOP},
    {"projects": ["shop 1"], "path": "main.py", "text": MAIN},
    {"projects": ["shop 1"], "path": "test_shop.py", "text": "# é\n"},
]
HOLE = {
    "id": "use-1", "project": "shop 1", "files": "sources.jsonl", "path": "main.py",
    "removed": [30, 42], "cursor": 34, "answer": "price('tea')", "edits": [
        {"path": "test_shop.py", "start": 2, "end": 3, "text": "è\nx = 1"},
        {"path": "main.py", "start": 0, "end": 0, "text": "# a\n"},
    ], "visits": [{"path": "shop.py", "closed": True}],
}  # fmt: skip


class Recorder:
    """Stands for a window: keeps the texts as an editor's server would have them."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.said: list[str] = []

    def open(self, uri: str, text: str) -> None:
        self.said.append(f"open {Path(uri).name}")
        self.texts[Path(uri).name] = text

    def notify(self, method: str, params: dict[str, Any]) -> None:
        name = Path(params["textDocument"]["uri"]).name
        self.said.append(f"{method.removeprefix('textDocument/')} {name}")
        if method == "textDocument/didClose":
            del self.texts[name]
        for change in params.get("contentChanges", ()):
            start, end = (self._offset(name, change["range"][at]) for at in ("start", "end"))
            text = self.texts[name]
            self.texts[name] = text[:start] + change["text"] + text[end:]

    def _offset(self, name: str, at: dict[str, int]) -> int:
        lines = self.texts[name].split("\n")
        return sum(len(line) + 1 for line in lines[: at["line"]]) + at["character"]


def written(folder: Path, **changes: Any) -> Path:
    lines = "\n".join(json.dumps(one) for one in SOURCES)
    (folder / "sources.jsonl").write_text(lines, "utf-8")
    file = folder / "holes.jsonl"
    file.write_text(json.dumps(HOLE | changes) + "\n", "utf-8")
    return file


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    (hole,) = read(written(tmp_path))
    assert hole.session is not None
    yield hole.session


def test_the_hole_is_where_the_session_ends(tmp_path: Path) -> None:
    (hole,) = read(written(tmp_path))
    assert hole.prefix == "# a\nfrom shop import price\n\nprint("
    assert hole.suffix == ")\n"


def test_what_a_window_is_told(session: Session, tmp_path: Path) -> None:
    window, stage = Recorder(), Stage(tmp_path / "stage")
    root = stage.set_up(session)
    play(window, stage, root, session)  # type: ignore[arg-type]
    assert window.said == [
        "open shop.py", "didClose shop.py",
        "open test_shop.py", "didChange test_shop.py", "didSave test_shop.py",
        "open main.py", "didChange main.py", "didChange main.py", "didChange main.py",
    ]  # fmt: skip
    assert window.texts == {"main.py": session.text(), "test_shop.py": "# è\nx = 1\n"}
    assert (root / "test_shop.py").read_text("utf-8") == "# è\nx = 1\n"
    assert "tea" not in (root / "main.py").read_text("utf-8")


def test_the_next_session_finds_the_project_as_it_was(session: Session, tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage")
    root = stage.set_up(session)
    play(Recorder(), stage, root, session)  # type: ignore[arg-type]
    assert stage.set_up(session) == root
    assert (root / "test_shop.py").read_text("utf-8") == "# é\n"


@pytest.mark.parametrize(
    "changes",
    [
        {"cursor": 0}, {"cursor": 1_000}, {"project": "shop 3"}, {"path": "gone.py"},
        {"visits": [{"path": "../etc", "closed": False}]}, {"edits": [{}]}, {"removed": None},
    ],
)  # fmt: skip
def test_what_is_no_session_is_a_reason(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="line 1 is not a hole"):
        list(read(written(tmp_path, **changes)))


def test_sources_that_cannot_be_read_are_a_reason(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="gone"):
        list(read(written(tmp_path, files="gone.jsonl")))
