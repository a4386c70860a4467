"""A prompt gets shorter and says the same code."""

from __future__ import annotations

import ast
import json
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.prompt.strip import FAR, NEAR, SHARE, strip

HOLES = Path(__file__).resolve().parents[3] / "models" / "holes" / "python.jsonl"
TEXT = '''\
#!/usr/bin/env python
"""A module.

# no comment
"""

import os  # the system



# a comment
URL = "http://example.org/#part"  # and one more
TEXT = """
    # no comment either


"""


def far(a):
    """Says what it does."""
    b = a  # copied
    # more
    c = b
    return c


def other(a):
    return a
'''
FILL = "x = 1\n" * (FAR + NEAR + 2)


def test_comments_and_blank_runs_go_strings_stay() -> None:
    before, after = strip(TEXT + FILL, "\n" + FILL, "python", share=1.0)
    assert before.startswith(
        '#!/usr/bin/env python\n"""A module.\n\n# no comment\n"""\n\nimport os\n\nURL = '
    )
    assert (
        'URL = "http://example.org/#part"\nTEXT = """\n    # no comment either\n\n\n"""\n' in before
    )
    assert "copied" not in before
    assert "more" not in before
    assert (before + after).endswith("\n" + FILL)
    assert ast.dump(ast.parse(before + after)) == ast.dump(ast.parse(TEXT + FILL + "\n" + FILL))


def test_near_the_cursor_all_stays() -> None:
    near = "# one\n\n\n# two\nx = "
    before, after = strip(FILL + near, "\n# three\n", "python")
    assert before.endswith(near)
    assert after == "\n# three\n"


def test_bodies_go_the_farthest_first_until_it_fits() -> None:
    functions = "".join(f"def f{n}(a):\n    b = a\n    c = b\n    return c\n\n\n" for n in range(8))
    before, after = strip(functions + FILL, "", "python", share=SHARE)
    assert "def f0(a):\n    ...\n" in before
    assert after == ""
    assert len(before) <= SHARE * len(functions + FILL) or "return c" not in before
    gone = [f"def f{n}(a):\n    ...\n" in before for n in range(8)]
    assert gone == sorted(gone, reverse=True)
    ast.parse(before)


def test_other_forms_of_comments() -> None:
    code = """\
/* A licence
   of two lines. */
const a = "//no"; // yes
const b = `
// no
`;
// gone
function far(x: number) {
  const y = x;
  const z = y;
  return z;
}

"""
    before, _ = strip(code + FILL, "", "typescript", share=0.1)
    assert before.startswith(
        'const a = "//no";\nconst b = `\n// no\n`;\nfunction far(x: number) {\n  // ...\n}\n'
    )
    rust = "fn f<'a>(x: &'a str) -> char {\n    '\"' // quote\n}\n"
    assert "'\"'\n" in strip(rust + FILL, "", "rust", share=1.0)[0]


@pytest.mark.parametrize(
    "language", ["yaml", "markdown", "ruby", "shellscript", "plaintext", "makefile"]
)
def test_where_a_mark_may_mean_something_else_nothing_changes(language: str) -> None:
    assert strip(TEXT, FILL, language) == (TEXT, FILL)


def test_a_text_that_was_cut_inside_a_string() -> None:
    cut = 'of a string.\n# not code\n"""\n# a comment\n' + FILL
    assert strip(cut, "", "python")[0] == cut.replace("# a comment\n", "")
    text = FILL + '"""The beginning\n' + cut
    assert strip(FILL, text, "python")[1] == text.replace("# a comment\n", "")
    tie = FILL + cut
    assert strip("", tie, "python") == ("", tie), "as many lines say the one as the other"
    prose = "of a string.\n\n\n# not code\n" * 9
    assert strip(prose, "", "python") == (prose, "")


def test_around_a_selection_lines_stay_whole() -> None:
    above, below = strip(f"# far\n{FILL}", f"{FILL}# far\n", "python", between=True)
    assert (above, below) == (FILL, FILL)


def holes() -> Iterator[tuple[str, str]]:
    for line in HOLES.read_text("utf-8").splitlines()[::25]:
        raw = json.loads(line)
        yield raw["prefix"] + raw["answer"], raw["suffix"]


def test_real_code_parses_to_the_same() -> None:
    """Where the file parses at all: a hole has its file's beginning and end only if the file is short."""
    compared = 0
    for before, after in holes():
        try:
            tree = ast.dump(ast.parse(before + after))
        except SyntaxError:
            continue
        whole = "".join(strip(before, after, "python", share=1.0))
        assert ast.dump(ast.parse(whole)) == tree
        ast.parse("".join(strip(before, after, "python")))
        compared += 1
    assert compared > 20


def test_strings_of_real_code_stay() -> None:
    """In texts that are cut anywhere, as prompts are."""
    for before, after in holes():
        whole = before + after
        try:
            spans = _strings(whole)
        except (tokenize.TokenError, SyntaxError):
            continue
        lines = whole.split("\n")
        for start in range(0, len(lines) // 2, 9):
            text = "\n".join(lines[start : start + 100])
            made = "".join(strip(text, "", "python", share=1.0))
            kept = [one for one in spans if "\n" in one and one in text]
            assert not [one for one in kept if one not in made], (start, text)


def _strings(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.STRING]


PARTS = st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "`",
        "//",
        "/*",
        "*/",
        "#",
        "\n",
        "    ",
        "def f():\n",
        "{\n",
        "}\n",
        "x",
        "\\",
        "\n\n\n",
    ]
)


@given(
    st.lists(PARTS, max_size=60).map("".join),
    st.lists(PARTS, max_size=60).map("".join),
    st.sampled_from(["python", "typescript", "c", "rust", "go", "sql"]),
    st.booleans(),
)
def test_any_text(before: str, after: str, language: str, between: bool) -> None:
    above, below = strip(before, after, language, between=between)
    assert len(above) + len(below) <= len(before) + len(after) + 6 * (before + after).count("{")
    near = before.rsplit("\n", 1)[-1]
    assert above.endswith(near)
    assert below.startswith(after.split("\n", 1)[0])
