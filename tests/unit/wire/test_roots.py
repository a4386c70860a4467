"""The folders a window has open, as far as it says."""

from __future__ import annotations

from typing import Any

import pytest

from symbiote.wire.convert import roots


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"workspaceFolders": [{"uri": "file:///a", "name": "a"}, {"uri": "file:///b"}]}, ("file:///a", "file:///b")),
        ({"workspaceFolders": [{"uri": 1}, "x"]}, ()),
        ({"workspaceFolders": None, "rootUri": "file:///a"}, ("file:///a",)),
        ({"workspaceFolders": [], "rootPath": "/a"}, ("/a",)),
        ({"rootUri": None, "rootPath": None}, ()),
        ({}, ()),
    ],
)  # fmt: skip
def test_the_folders_of_a_window(said: dict[str, Any], found: tuple[str, ...]) -> None:
    assert roots(said) == found
