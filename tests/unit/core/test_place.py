"""URIs of all kinds, as paths and as names to compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.place import fold, innermost, place

NOTEBOOK = "vscode-notebook-cell:/p/n.ipynb#W0sZmlsZQ%3D%3D"


@pytest.mark.parametrize(
    ("uri", "path", "names"),
    [
        ("file:///p/a.py", "/p/a.py", ("p", "a.py")),
        ("file:///p/%2Eenv", "/p/.env", ("p", ".env")),
        ("file:///p/a%20b/%C3%89.py", "/p/a b/É.py", ("p", "a b", "é.py")),
        ("file:///p/%FF", "/p/\udcff", ("p", "\udcff")),
        ("file:///p/x/../.ENV", "/p/.ENV", ("p", ".env")),
        ("file:///p//a.py?q#f", "/p/a.py", ("p", "a.py")),
        ("file:/p/a.py", "/p/a.py", ("p", "a.py")),
        ("FILE://localhost/p/a.py", "/p/a.py", ("p", "a.py")),
        ("file://server/share/.env", "", ("share", ".env")),
        ("vscode-remote://ssh-remote%2Bhost/p/.env", "", ("p", ".env")),
        (NOTEBOOK, "/p/n.ipynb", ("p", "n.ipynb")),
        ("untitled:Untitled-1", "", ("untitled-1",)),
        ("untitled:.env", "", (".env",)),
        ("untitled:/p/new.py", "/p/new.py", ("p", "new.py")),
        ("/p/a b.py", "/p/a b.py", ("p", "a b.py")),
        ("C:\\p\\.env", "", ("c:", "p", ".env")),
        ("file:///c%3A/p/.env", "/c:/p/.env", ("c:", "p", ".env")),
        ("file:///p/a%00b", "", ("p", "a\0b")),
        ("file:///p/\ud800", "", ("p", "\ud800")),
        ("file:///" + "a/" * 3_000, "", ("a",) * 3_000),
        ("file:///", "/", ()),
        ("file:", "", ()),
        ("", "", ()),
    ],
)
def test_on_this_machine(uri: str, path: str, names: tuple[str, ...]) -> None:
    found = place(uri, windows=False)
    assert (found.path, found.names) == (path, names)


@pytest.mark.parametrize(
    ("uri", "path", "names"),
    [
        ("file:///c%3A/P/.ENV", "c:/P/.ENV", ("c:", "p", ".env")),
        ("file:///C:/p%5Cid_rsa", "C:/p/id_rsa", ("c:", "p", "id_rsa")),
        ("C:\\p\\a.py", "C:/p/a.py", ("c:", "p", "a.py")),
        ("file:///p/a.py", "", ("p", "a.py")),
    ],
)
def test_on_windows(uri: str, path: str, names: tuple[str, ...]) -> None:
    found = place(uri, windows=True)
    assert (found.path, found.names) == (path, names)


@pytest.mark.parametrize(
    ("roots", "folder"),
    [
        ((), ""),
        (("file:///shop",), "/shop/"),
        (("file:///shop/",), "/shop/"),
        (("file:///", "file:///shop/deep", "file:///shop"), "/shop/deep/"),
        (("file:///",), "/"),
        (("file:///sho", "untitled:x", "vscode-remote://host/shop"), ""),
    ],
)
def test_the_innermost_folder(roots: tuple[str, ...], folder: str) -> None:
    assert innermost("/shop/deep/a.py", roots) == folder


@pytest.mark.parametrize(
    ("one", "other"),
    [(".ENV", ".env"), ("É", "e\u0301"), ("STRASSE", "straße"), ("\u212b", "å"), ("ΣΑΣ", "σας")],
)
def test_names_of_one_file(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=8))
def test_folding_is_done_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(
    st.sampled_from(["", "file:", "file://", "untitled:", "x-y:", "vscode-remote://"]), st.text()
)
def test_any_text_has_a_place(scheme: str, rest: str) -> None:
    found = place(scheme + rest, windows=False)
    assert not found.path or found.path.startswith("/")
    assert "" not in found.names
