"""Places where the tree is older than the text, and where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from symbiote.core.text import opened
from symbiote.grammar import places, trees
from symbiote.grammar.places import enclosing, place
from unit.marked import moment

URI = "file:///a.py"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    places.forget(URI)


def kind(marked: str, language: str, *, read: str | None = None) -> str:
    at = moment(marked, language=language)
    if read is not None:
        trees.read(opened(URI, language, 0, read))
    return place(at.document, at.line, at.column).state.kind


LINES = [
    ("python", 'x = """\na▮\n', "string"),
    ("zig", "f(); // a▮\n", "comment"),
    ("zig", "/* a\n b▮\n", "comment"),
    ("zig", "x = 'a▮\n", "string"),
    ("lua", "--[[ a\n b▮\n]]\n", "comment"),
    ("sql", "select 1 -- a▮\n", "comment"),
    ("kotlin", "val c = '\"' ▮\n", "code"),
    ("ruby", "it's\n▮\n", "code"),
    ("plaintext", "don't▮\n", "code"),
    ("latex", "a % b▮\n", "comment"),
]


@pytest.mark.parametrize(("language", "marked", "expected"), LINES)
def test_without_a_tree_lines_tell(language: str, marked: str, expected: str) -> None:
    assert kind(marked, language) == expected


def test_what_was_typed_since_is_read_line_by_line() -> None:
    before = "cat <<EOF\n  don't\nEOF\n"
    assert kind(before + "echo '▮", "shellscript", read=before) == "string"
    assert kind(before + "echo\necho # ▮", "shellscript", read=before) == "comment"


def test_between_strings_that_are_one_is_code() -> None:
    text = 'x = (\n    "a"\n    "b"\n)\n'
    assert kind(text.replace('"b"', '▮\n    "b"'), "python", read=text) == "code"
    assert kind(text.replace('"b"', '"c▮\n    "b"'), "python", read=text) == "string"
    assert kind('x = ("a" ▮"b")\n', "python", read='x = ("a" "b")\n') == "code"


def test_commands_in_brackets_are_no_string() -> None:
    text = "(\n  cd a\n  ls\n)\n"
    assert kind("(\n  cd a\n  ls▮\n)\n", "shellscript", read=text) == "code"
    assert kind("x = `ls ▮a`\n", "ruby", read="x = `ls a`\n") == "string"


def test_inside_of_a_long_string_further_up_than_anybody_reads() -> None:
    text = 'x = """\n' + "a\n" * 500
    assert kind(text + "b▮\n", "python") == "code"  # so many lines are not read
    assert kind(text + 'b▮\n"""\n', "python", read=text + 'b\n"""\n') == "string"
    assert kind(text + 'b c▮\n"""\n', "python", read=text + 'b\n"""\n') == "string"


def test_a_tree_of_another_language_says_nothing() -> None:
    trees.read(opened(URI, "ruby", 1, "=begin\n a\n=end\n"))
    assert kind("=begin\n a▮\n=end\n", "python") == "code"


def test_blocks_around_a_place() -> None:
    document = opened(URI, "java", 1, "class A {\n  void f() {\n    g();\n  }\n}\n")
    trees.read(document)
    found = [(block.first, block.last) for block in enclosing(document, 2, 4)]
    assert found[0] == (1, 3)
    assert found[-1] == (0, 4)
    assert enclosing(opened(URI, "java", 2, "class B {\n}\n"), 0, 0) == ()


def test_deep_nesting_takes_its_depth_and_not_its_square() -> None:
    """70,000 brackets in one another took a minute for a key, for each node was looked for from the root on."""
    deep = 70_000
    text = "[\n" * deep + "1\n" + "]\n" * deep
    document = opened("file:///deep.json", "json", 1, text)
    assert trees.read(document) is not None
    assert place(document, deep, 1).state.kind == "code"
    places.forget(document.uri)
