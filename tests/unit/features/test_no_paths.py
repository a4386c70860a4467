"""Names of files that we put into prompts begin at the workspace folder; messages of tools are told without folders."""

from __future__ import annotations

import pytest

from symbiote.context.scene import repository, shown
from symbiote.core.chunk import Chunk, Context
from symbiote.core.facts import Diagnostic, Facts
from symbiote.core.pieces import Text
from symbiote.core.place import unplaced
from symbiote.core.text import opened
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.draft import Wanted, request
from symbiote.features.rewrite.region import Lines
from symbiote.prompt.family import families
from symbiote.prompt.fim import fim

HOME = "/home/alice-smith"
ROOT = f"file://{HOME}/secret-project"
MESSAGES = (
    (f"Cannot find module '{HOME}/secret-project/src/x.ts'.", "Cannot find module 'x.ts'."),
    (f"see {HOME}/secret-project/a.py:12 and /usr/lib/python3/ast.py", "see a.py:12 and ast.py"),
    (r"at C:\Users\alice\project\a.cs(3)", "at a.cs(3)"),
    ("file:///Users/alice/b.rb is empty", "b.rb is empty"),
    ("in ~/project/c.go", "in c.go"),
    ("GET https://example.org/home/alice/x failed", "GET https://example.org/home/alice/x failed"),
    ("no route /api/v1/users, a/b or 1/2", "no route /api/v1/users, a/b or 1/2"),
    ("import ../lib/x.js, ./home/y.js", "import ../lib/x.js, ./home/y.js"),
)


@pytest.mark.parametrize(("message", "told"), MESSAGES)
def test_messages_lose_their_folders(message: str, told: str) -> None:
    assert unplaced(message) == told


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        (f"{ROOT}/src/a.py", "src/a.py"),
        (f"file://{HOME}/elsewhere/b.py", "b.py"),
        ("file:///usr/lib/python3/ast.py", "ast.py"),
        (f"{HOME}/other/c.py", "c.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
    ],
)
def test_files_are_shown_as_seen_from_the_workspace(uri: str, name: str) -> None:
    assert shown(uri, [ROOT]) == name
    assert HOME not in repository(uri, [ROOT])


def test_a_completion_tells_no_folder() -> None:
    chunk = Chunk("open", f"{ROOT}/b.py", shown(f"{ROOT}/b.py", [ROOT]), "y = 1")
    context = Context((chunk,), path=shown(f"{ROOT}/a.py", [ROOT]), repository="secret-project")
    for family in families().values():
        if family.layout:
            pieces = fim(family, "x = ", "\n", "", context, "python")
            text = "".join(piece.text for piece in pieces if isinstance(piece, Text))
            assert "alice" not in text
            assert "/home" not in text


def test_a_rewrite_tells_no_folder() -> None:
    document = opened(f"{ROOT}/src/a.py", "python", 1, "x = 1\n")
    facts = Facts((Diagnostic(0, f"Cannot find '{HOME}/secret-project/x.py'.", 1),))
    wanted = Wanted("r", document, Lines(0, 1), "mend it")
    asked = request(wanted, Conversation(document.uri), "mend it", None, facts)
    assert asked.file == "a.py"
    assert asked.problems == ("line 1: Cannot find 'x.py'.",)
