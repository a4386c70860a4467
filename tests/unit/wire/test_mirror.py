"""The mirror follows or forgets; it never guesses."""

from __future__ import annotations

from lsprotocol import types as lsp

from symbiote.core.text import Encoding
from symbiote.wire.mirror import Mirror

URI = "file:///a.py"


def edit(line: int, start: int, end: int, text: str) -> lsp.TextDocumentContentChangePartial:
    span = lsp.Range(lsp.Position(line, start), lsp.Position(line, end))
    return lsp.TextDocumentContentChangePartial(span, text)


def whole(text: str) -> lsp.TextDocumentContentChangeWholeDocument:
    return lsp.TextDocumentContentChangeWholeDocument(text)


def holding(text: str, version: int = 1) -> Mirror:
    mirror = Mirror()
    mirror.open(URI, "python", version, text)
    return mirror


def text(mirror: Mirror) -> str | None:
    document = mirror.get(URI)
    return None if document is None else document.text


def test_several_changes_are_one_version() -> None:
    mirror = holding("a\nb\n")
    mirror.change(URI, 2, [edit(1, 0, 1, "B"), edit(0, 0, 1, "A"), edit(0, 1, 1, "\n")])
    assert text(mirror) == "A\n\nB\n"
    assert mirror.get(URI).version == 2  # type: ignore[union-attr]


def test_a_gap_is_legal() -> None:
    mirror = holding("a")
    mirror.change(URI, 9, [edit(0, 1, 1, "b")])
    assert text(mirror) == "ab"


def test_going_back_forgets_the_document() -> None:
    for version in (4, 5):
        mirror = holding("a", version=5)
        mirror.change(URI, version, [edit(0, 1, 1, "b")])
        assert mirror.get(URI) is None
        assert mirror.ignored == 1
        mirror.change(URI, 9, [whole("x")])
        assert mirror.get(URI) is None
        mirror.open(URI, "python", 1, "back")
        assert text(mirror) == "back"


def test_an_unopened_document_is_not_made_up() -> None:
    mirror = Mirror()
    mirror.change(URI, 2, [whole("x")])
    mirror.close(URI)
    assert mirror.get(URI) is None
    assert mirror.ignored == 1


def test_the_clients_columns_count() -> None:
    mirror = holding("🙂x")
    mirror.encoding = Encoding.UTF8
    mirror.change(URI, 2, [edit(0, 4, 5, "y")])
    assert text(mirror) == "🙂y"


def test_too_large_until_it_is_small_again() -> None:
    mirror = Mirror()
    mirror.open_too_large(URI, "python", 3)
    mirror.change(URI, 4, [edit(0, 0, 0, "x")])
    assert mirror.get(URI).too_large  # type: ignore[union-attr]
    mirror.change(URI, 5, [whole("small")])
    assert text(mirror) == "small"
