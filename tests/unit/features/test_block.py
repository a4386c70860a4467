"""Where blocks begin, where their next line stands, where they end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.text import body
from symbiote.features.block import Block, begun, opens
from symbiote.features.typed import accepted
from symbiote.finish.syntax import indentation
from unit.marked import moment


def block(marked: str, suggestion: str, language: str = "python") -> Block | None:
    """The block that `suggestion` at the cursor begins."""
    at = moment(marked, language=language)
    after = accepted(at, at.column, suggestion)
    lines = [body(line) for line in after.document.lines]
    return begun(lines, at.line, after.line, language, fresh=not at.before.strip())


OPENS = [
    ("if x:", "python", ""),
    ("    async def f(a: int) -> str:  # why", "python", ""),
    ("match x:", "python", ""),
    (") -> None:", "python", ""),
    ("    and ready):", "python", ""),
    ("else:", "python", ""),
    ("x: int", "python", None),
    ("# note:", "python", None),
    ("for item in items", "python", None),
    ("iffy:", "python", None),
    ("print('if x:'", "python", None),
    ("x = {", "python", "}"),
    ("    total(  # of all", "python", ")"),
    ("x = '{'", "python", None),
    ("x = values[1:", "python", None),
    ("f(a,", "python", None),
    ("if (x) {", "javascript", "}"),
    ("call(() => {  // {", "javascript", "}"),
    ("const url = 'http://x.y/{'", "javascript", None),
    ("items.push([", "typescript", "]"),
    ("case 1:", "javascript", None),
    ("} else {", "c", "}"),
    ("// {", "go", None),
    ("function f {", "shellscript", "}"),
    ("x # {", "shellscript", None),
    ("", "python", None),
]


@pytest.mark.parametrize(("line", "language", "closer"), OPENS)
def test_which_lines_open_a_block(line: str, language: str, closer: str | None) -> None:
    assert opens(line, language) == closer


def test_the_line_of_the_suggestion_opens_it() -> None:
    found = block("def f(x):\n    for item ▮\n\ny = 1\n", "in x:")
    assert found is not None
    assert (found.indent, found.lines) == ("        ", ("    for item in x:",))


def test_the_line_above_opens_it() -> None:
    found = block("if x:\n    ▮\ny = 1\n", "go()")
    assert found is not None
    assert (found.indent, found.lines) == ("    ", ("if x:", "    go()"))


def test_the_line_before_the_cursor_opens_it() -> None:
    found = block("if x:▮\ny = 1\n", "\n  go()")
    assert found is not None
    assert (found.indent, found.lines) == ("  ", ("if x:", "  go()"))


@pytest.mark.parametrize(
    ("marked", "suggestion", "language"),
    [
        ("x = ▮\n", "1", "python"),
        ("if x▮\n    go()\n", ":", "python"),  # it has a body
        ("if x:\n    ▮\n    go()\n", "run()", "python"),
        ("if x:\n    go▮\n", "()", "python"),  # the body is begun by somebody else
        ("if x:\n    go()\n    ▮\n", "run()", "python"),
        ("if x:\n▮\n", "y = 1", "python"),  # not in the body
        ("if x:\n    go()\n▮", "else", "python"),
        ("if (x) ▮\n    go();\n", "{", "javascript"),
        ("if (x):▮\n", " // note", "javascript"),
    ],
)
def test_no_block_or_one_that_has_a_body(marked: str, suggestion: str, language: str) -> None:
    assert block(marked, suggestion, language) is None


def grown(first: Block | None, *lines: str) -> Block:
    assert first is not None
    for line in lines:
        put = first.placed(line)
        assert put is not None, line
        first = first.grown(put)
    return first


def test_indentation_follows_python() -> None:
    found = grown(block("def f(x▮\n", "):"), "    for y in x:", "        if y:")
    assert found.indent == " " * 12
    found = grown(found, "            continue")
    assert found.indent == " " * 8
    found = grown(found, "        return y")
    assert found.indent == " " * 4
    assert found.placed("return x") is None  # out of the block
    found = grown(found, "    return None")
    assert found.indent is None


def test_a_dict_in_python_ends_with_its_bracket() -> None:
    found = grown(block("x = ▮\n", "{"), '    "a": [', '        "b",', "        ],")
    assert found.lines[-1] == "    ],"
    assert found.indent == "    "
    found = grown(found, "    }")
    assert (found.lines[-1], found.indent) == ("}", None)


def test_a_definition_of_several_lines() -> None:
    found = grown(block("def f▮\n", "("), "    a,", "    b,", "    ):")
    assert (found.lines[-1], found.indent) == ("):", "    ")
    assert grown(found, "    return a").indent is None


def test_brackets_in_other_languages() -> None:
    found = grown(block("  if (x) ▮\n", "{", "javascript"), "      for (const y of x) {")
    found = grown(found, "          go(y);", "          }")
    assert (found.lines[-1], found.indent) == ("      }", "      ")
    assert found.placed("      ]") is None
    other = grown(found, "      } else {")
    assert (other.lines[-1], other.indent) == ("  } else {", "      ")
    found = grown(found, "      }")
    assert (found.lines[-1], found.indent) == ("  }", None)


def test_the_bracket_that_stands_below_is_not_written_again() -> None:
    found = grown(block("if (x) {\n    ▮\n}\n", "go();", "javascript"), "    run();")
    assert found.placed("    }") is None
    assert block("if (x) {\n    ▮\n]\n", "go();", "javascript") is not None


def test_what_cannot_be_told_or_was_said() -> None:
    found = grown(block("if x▮\n", ":"), "    call(a,")
    assert found.indent is None  # where the rest of a call stands is a matter of taste
    found = grown(block("if x▮\n", ":"), "    call(a)")
    assert found.placed("    call(a)") is None
    assert found.placed("") is None
    found = grown(block("x = ▮\n", "["), "    0,", "    1,", "    0,")  # says little
    assert found.placed("    0,") is None


def test_one_level_is_what_the_file_has() -> None:
    above = "class A:\n  def f(self):\n    pass\n\n"
    found = block(f"{above}if x▮\n", ":")
    assert found is not None
    assert found.indent == "  "
    found = block("class A:\n\tx = 1\n\nif x▮\n", ":")
    assert found is not None
    assert found.indent == "\t"
    found = block("\tif (x) ▮\n", "{", "go")
    assert found is not None
    assert found.indent == "\t\t"


LINES = st.lists(
    st.sampled_from(
        ["if x:", "go()", "return", "", "x = [", "]", "}", "{", "f(a,", "# no", "else:", "'"]
    ).flatmap(lambda text: st.integers(0, 3).map(lambda n: "    " * n + text)),
    min_size=1,
    max_size=12,
)


@given(LINES, LINES, st.integers(0, 11), st.booleans(), st.sampled_from(["python", "c"]))
def test_a_block_stays_where_it_began(
    lines: list[str], more: list[str], at: int, fresh: bool, language: str
) -> None:
    """Its lines are deeper than the one that opens it, but for brackets that close; it never shrinks."""
    at = min(at, len(lines) - 1)
    found = begun(lines, at, at, language, fresh=fresh)
    for line in more:
        if found is None:
            return
        margin = indentation(found.lines[0])
        if (indent := found.indent) is not None:
            assert len(indent) > len(margin)
        put = found.placed(line)
        if put is not None:
            assert put.strip() == line.strip()
            assert len(indentation(put)) > len(margin) or put.strip()[0] in ")]}"
            found = found.grown(put)
