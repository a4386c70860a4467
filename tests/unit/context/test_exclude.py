"""Exclusion against folders on a disk: which rule wins, links, and files that cannot be read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.exclude import DEEPEST, LARGEST, Exclude

LINE_1 = "Line 1 of {} excludes it."


class Workspace:
    """A folder that is open in an editor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exclude = Exclude()

    def put(self, name: str, text: str = "") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def why(self, name: str) -> str | None:
        return self.exclude.why((self.folder / name).as_uri(), [self.folder.as_uri()])


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    (tmp_path / "ws").mkdir()
    return Workspace(tmp_path / "ws")


def test_nothing_is_excluded_where_nothing_says_so(ws: Workspace) -> None:
    assert ws.why("a.py") is None
    assert ws.why("deep/er/a.py") is None


def test_secrets_need_no_ignore_file_and_no_workspace(ws: Workspace) -> None:
    assert ws.why(".ENV") == ".ENV is a secrets file."
    assert Exclude().why("file:///x/.ssh/config") == "It lies in .ssh, a folder of secrets."
    likely = "secrets.yml is named like a secrets file (a line in .symbioteignore can allow it)."
    assert Exclude().why("file:///x/secrets.yml") == likely


@pytest.mark.parametrize("name", [".symbioteignore", ".gitignore"])
def test_the_line_and_its_file_are_named(ws: Workspace, name: str) -> None:
    ws.put(name, "# comment\n\nnotes/\n")
    assert ws.why("notes/deep/a.txt") == f"Line 3 of {name} excludes it."
    assert ws.why("NOTES/a.txt") == f"Line 3 of {name} excludes it."
    assert ws.why("notes") is None
    ws.put(f"app/{name}", "/local.py\n")
    assert ws.why("app/local.py") == f"Line 1 of app/{name} excludes it."
    assert ws.why("app/sub/local.py") is None
    assert ws.why("local.py") is None


def test_the_last_line_of_the_innermost_file_wins(ws: Workspace) -> None:
    ws.put(".symbioteignore", "*.txt\n!a.txt\nb.txt\n")
    ws.put("sub/.symbioteignore", "!b.txt\na.txt\n")
    assert ws.why("a.txt") is None
    assert ws.why("b.txt") == "Line 3 of .symbioteignore excludes it."
    assert ws.why("sub/a.txt") == "Line 2 of sub/.symbioteignore excludes it."
    assert ws.why("sub/b.txt") is None


def test_nothing_is_lifted_in_a_folder_that_is_excluded(ws: Workspace) -> None:
    ws.put(".symbioteignore", "private/\n!private/a.txt\n")
    ws.put("private/.symbioteignore", "!*\n")
    assert ws.why("private/a.txt") == LINE_1.format(".symbioteignore")


def test_our_file_goes_before_gits(ws: Workspace) -> None:
    ws.put(".gitignore", "*.log\nbuild/\n")
    ws.put(".symbioteignore", "!app.log\n!build/\n")
    assert ws.why("app.log") is None
    assert ws.why("other.log") == LINE_1.format(".gitignore")
    assert ws.why("build/a.py") is None
    ws.put("sub/.gitignore", "!kept.txt\n")
    ws.put(".symbioteignore", "kept.txt\n")
    assert ws.why("sub/kept.txt") == LINE_1.format(".symbioteignore")


def test_what_can_lift_a_secret(ws: Workspace) -> None:
    ws.put(".gitignore", "!secrets.py\n!.env\n")
    assert ws.why("secrets.py") is not None
    ws.put(".symbioteignore", "!secrets.py\n!.env\n!.ssh/\n!.ssh/config\n")
    assert ws.why("secrets.py") is None
    assert ws.why(".env") == ".env is a secrets file."
    assert ws.why(".ssh/config") is not None


def test_the_repository_around_the_workspace(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    outer = Workspace(tmp_path)
    outer.put(".gitignore", "*.log\nbuilt/\n")
    outer.put(".symbioteignore", "private/\n")
    inner = Workspace(tmp_path / "app")
    assert inner.why("a.log") == LINE_1.format(tmp_path / ".gitignore")
    assert inner.why("a.py") is None
    built = Workspace(tmp_path / "built" / "x")
    built.put(".gitignore", "own/\n")
    assert built.why("a.py") is None, "somebody opened this folder"
    assert built.why("own/a.py") == LINE_1.format(".gitignore")
    assert Workspace(tmp_path / "private").why("a.py") is not None
    assert Exclude().why((tmp_path / "a.log").as_uri()) == LINE_1.format(".gitignore")


def test_a_repository_in_the_workspace(ws: Workspace) -> None:
    ws.put(".gitignore", "/sub/\n*.txt\n")
    ws.put(".symbioteignore", "*.md\n")
    (ws.folder / "sub" / ".git").mkdir(parents=True)
    assert ws.why("sub/a.txt") is None, "git does not look beyond the repository"
    assert ws.why("sub/a.md") == LINE_1.format(".symbioteignore")


def test_links(ws: Workspace, tmp_path: Path) -> None:
    ws.put(".symbioteignore", "hidden/\n")
    ws.put("hidden/a.txt")
    ws.put(".env")
    (ws.folder / "plain.txt").symlink_to(".env")
    (ws.folder / "id_rsa").symlink_to("a.py")
    (ws.folder / "way").symlink_to("hidden")
    (ws.folder / "lost.txt").symlink_to("nowhere")
    (ws.folder / "round").symlink_to("round")
    assert ws.why("plain.txt") == "It is a link. .env is a secrets file."
    assert ws.why("id_rsa") == "id_rsa is a secrets file."
    assert ws.why("way/a.txt") == f"It is a link. {LINE_1.format('.symbioteignore')}"
    assert ws.why("lost.txt") is None
    assert ws.why("round") is None
    assert "cannot be read" in (ws.why("round/a.py") or "")
    (tmp_path / "elsewhere").symlink_to(ws.folder)
    seen = Workspace(tmp_path / "elsewhere")
    assert seen.why("hidden/a.txt") == LINE_1.format(".symbioteignore")


def test_an_edit_of_an_ignore_file_is_noticed(ws: Workspace) -> None:
    assert ws.why("a.py") is None
    file = ws.put(".symbioteignore", "b.py\n")
    assert ws.why("a.py") is None
    file.write_text("# longer\na.py\n")
    assert ws.why("a.py") == "Line 2 of .symbioteignore excludes it."
    file.unlink()
    assert ws.why("a.py") is None


def test_an_ignore_file_is_read_once(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ws.put(".symbioteignore", "b.py\n")
    assert ws.why("a.py") is None
    monkeypatch.setattr("symbiote.context.exclude._text", lambda path: pytest.fail(path))
    assert ws.why("b.py") == LINE_1.format(".symbioteignore")


def test_what_cannot_be_read_excludes_all_below(ws: Workspace) -> None:
    loop = ws.folder / "sub" / ".symbioteignore"
    loop.parent.mkdir()
    loop.symlink_to(".symbioteignore")
    assert ws.why("a.py") is None
    why = ws.why("sub/a.py")
    assert why is not None
    assert why.startswith(f"{loop} cannot be read (")


def test_what_is_no_file_is_no_ignore_file(ws: Workspace) -> None:
    (ws.folder / ".gitignore").mkdir()
    os.mkfifo(ws.folder / ".symbioteignore")
    assert ws.why("a.py") is None


def test_a_huge_ignore_file(ws: Workspace) -> None:
    ws.put(".gitignore", "#" * LARGEST)
    assert ws.why("a.py") is None
    ws.put(".gitignore", "#" * (LARGEST + 1))
    assert ws.why("a.py") == f"{ws.folder / '.gitignore'} is longer than 256 KB."


def test_too_much_to_compare(ws: Workspace) -> None:
    ws.put(".gitignore", "#" * LARGEST)
    assert ws.why("d/" * 10 + "a.py") is None
    assert ws.why("d/" * 20 + "a.py") == "The ignore files above it are too long."


def test_too_deep(ws: Workspace) -> None:
    assert ws.why("d/" * DEEPEST + "a.py") is None
    assert ws.why("d/" * (DEEPEST + 1) + "a.py") == f"It lies more than {DEEPEST} folders deep."


@pytest.mark.parametrize(
    "uri",
    [
        "vscode-notebook-cell:{}/hidden/n.ipynb#W0sZmlsZQ%3D%3D",
        "untitled:{}/hidden/new.py",
        "file://{}/%68idden/a.py",
        "{}/hidden/a.py",
    ],
)
def test_other_ways_to_name_a_file(ws: Workspace, uri: str) -> None:
    ws.put(".symbioteignore", "hidden/\n")
    ours = [ws.folder.as_uri()]
    assert ws.exclude.why(uri.format(ws.folder), ours) == LINE_1.format(".symbioteignore")


def test_documents_that_are_not_on_the_disk(ws: Workspace) -> None:
    assert ws.exclude.why("untitled:Untitled-1") is None
    assert ws.exclude.why("untitled:.env") == ".env is a secrets file."
    assert ws.exclude.why("vscode-remote://host/p/a.py") is None
    assert ws.exclude.why("vscode-remote://host/p/.env") == ".env is a secrets file."
    assert ws.exclude.why("vscode-remote://host/p/secrets.yml") is not None


@given(st.text(), st.lists(st.text(), max_size=2))
def test_no_uri_is_an_error(uri: str, roots: list[str]) -> None:
    exclude = Exclude()
    for scheme in ("", "file:", "file://", "untitled:/"):
        why = exclude.why(scheme + uri, roots)
        assert why is None or why


def test_a_repository_made_by_git(ws: Workspace) -> None:
    subprocess.run(["git", "init", "--quiet", ws.folder], check=True)
    assert ws.why("a.py") is None
    assert ws.why(".git/config") == "config is a secrets file."
