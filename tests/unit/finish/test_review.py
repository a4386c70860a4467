"""What a reviewer said → flags: whatever it says, nothing but findings comes of it."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from symbiote.core.rewriting import Flag, Severity
from symbiote.finish.rewrite.review import MOST, MOST_CHARACTERS, differences, flags, safe

NEW = ["def total(items):", "    result = 0", "    for item in items:", "        result += item"]


def only(answer: str, new: list[str] = NEW) -> Flag:
    (found,) = flags(answer, new)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "2: error: starts at 0",
        "2: ERROR: starts at 0",
        "  - 2 : bug : starts at 0",
        "* **2**: **error**: starts at 0",
        "Line 2: Critical: starts at 0",
        "lines 2-3: high: starts at 0",
        "L2: error: starts at 0",
        "`2`: `error`: starts at 0",
        "[2]: (error): starts at 0",
        "Here is what I found:\n\n2: error: starts at 0\n\nThat is all.",
        "```\n2: error: starts at 0\n```",
        "```text\n2: error: starts at 0",
    ],
)
def test_findings_as_models_write_them(line: str) -> None:
    assert only(line) == Flag(1, Severity.ERROR, "starts at 0")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "OK",
        "No problems found.",
        "0: error: no such line",
        "5: error: no such line",
        "99999999: error: no such line",
        "2: terrible: no such severity",
        "2 error starts at 0",
        "2: error:",
        "2: error: 123 !!",
        "error: 2: starts at 0",
        "- 1.5: error: no whole number",
        "2: error: the key is sk-proj1234567890abcdefghij",
    ],
)
def test_all_else_is_left_out(line: str) -> None:
    assert flags(line, NEW) == []


def test_the_gravest_stay_and_come_by_line() -> None:
    new = [f"line {n}" for n in range(20)]
    notes = [f"{n}: note: note {n}x" for n in range(1, 15)]
    found = flags("\n".join([*notes, "20: error: grave", "3: warning: less so"]), new)
    assert len(found) == MOST
    assert [flag.line for flag in found] == sorted(flag.line for flag in found)
    assert Flag(19, Severity.ERROR, "grave") in found
    assert Flag(2, Severity.WARNING, "less so") in found
    assert [flag.text for flag in found if flag.severity is Severity.NOTE][:2] == [
        "note 1x",
        "note 2x",
    ]


def test_what_is_said_twice_counts_once() -> None:
    assert len(flags("2: error: the same\n2: error: the same\n3: note: the same", NEW)) == 1


def test_links_and_addresses_are_taken_out() -> None:
    text = "see [the docs](https://evil.example/x) or <https://evil.example> or command:run www.evil.example now"
    assert safe(text) == "see the docs or … or … … now"
    assert "](" not in safe("[a[b](c)](d)")
    assert safe("![x](y)") == "x"
    assert (
        safe("`items[0](1)` and data: none, a[1] < b[2]") == "`items0` and data: none, a[1] < b[2]"
    )


def test_invisible_and_control_characters_are_taken_out() -> None:
    assert safe("a\u202eb\x1b[31mc\u200bd\x00\u2028e\ud800f") == "ab[31mcd ef"


@given(st.text(max_size=600))
@example("[" * 300)
@example("[a](" * 60)
@example("[x]\u200b(y) htt\u200bp://a")
@example("1:// :// [://](://)")
def test_whatever_is_said_is_safe(text: str) -> None:
    found = safe(text)
    assert len(found) <= MOST_CHARACTERS
    assert "](" not in found
    assert "://" not in found
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in found)


LINES = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}: {}: {}".format,
        st.integers(-1, 6),
        st.sampled_from(["error", "warning", "note", "nit", "Bug"]),
        st.text(max_size=80),
    ),
    st.sampled_from(["```", "```python", "~~~", "def total(items):", "    return 1"]),
)


@given(st.lists(LINES, max_size=30).map("\n".join), st.lists(st.text(max_size=20), min_size=1))
def test_whatever_a_model_answers(answer: str, new: list[str]) -> None:
    found = flags(answer, new)
    assert len(found) <= MOST
    for flag in found:
        assert 0 <= flag.line < len(new)
        assert flag.text
        assert "\n" not in flag.text
        assert len(flag.text) <= MOST_CHARACTERS
    assert found == sorted(found, key=lambda flag: flag.line)


WORDS = st.lists(st.sampled_from(["may", "fail", "when", "empty", "items[0]"]), min_size=1)


@given(st.integers(1, 4), st.sampled_from(list(Severity)[:3]), WORDS.map(" ".join))
def test_what_is_in_form_comes_through(line: int, severity: Severity, text: str) -> None:
    assert only(f"{line}: {severity.value}: {text}") == Flag(line - 1, severity, text)


@pytest.mark.parametrize(
    "text",
    ["[" * 40_000, "1: error: " + "[a](" * 10_000, "1" * 40_000, "`" * 40_000, "1: " * 15_000],
)
def test_it_does_not_take_long(text: str) -> None:
    begun = time.process_time()
    flags(text, NEW)
    assert time.process_time() - begun < 2.0


def test_another_version_is_held_against_what_is_shown() -> None:
    version = "```python\ndef total(items):\n    result = 1\n    for item in items:\n        result += item\n```"
    text = "The other model would write here: result = 1"
    assert flags(version, NEW) == [Flag(1, Severity.DIFFERENCE, text)]


def test_indentation_and_white_space_are_no_difference() -> None:
    deeper = [f"    {line}  " for line in NEW]
    assert differences(NEW, deeper) == []
    assert differences(NEW, ["", *NEW]) == []
    assert differences(NEW, [" "]) == []
    assert differences(NEW, []) == []


def test_what_the_other_would_leave_out_or_add() -> None:
    found = differences(NEW, [NEW[0], *NEW[2:]])
    assert [(flag.line, flag.text) for flag in found] == [
        (1, "The other model would leave this out.")
    ]
    found = differences(NEW, [*NEW, "    return result", "", "# done", "# quite"])
    text = "The other model would write here: return result and 2 more lines"
    assert [(flag.line, flag.text) for flag in found] == [(3, text)]


def test_two_altogether_different_versions_are_one_flag() -> None:
    found = differences(NEW, ["def total(items):", "    return sum(items)"])
    assert len(found) <= 1 or all(flag.line for flag in found)
    (found_one,) = differences(NEW, ["total = sum", "", "# simpler"])
    assert found_one.line == 0


def test_a_secret_of_the_other_version_is_not_quoted() -> None:
    version = [NEW[0], '    token = "ghp_0123456789abcdefghijklmnopqrstuvwx"', *NEW[2:]]
    (found,) = differences(NEW, version)
    assert found.text == "The other model would write this in another way."


@given(st.lists(st.sampled_from(NEW)), st.lists(st.sampled_from([*NEW, "x = 1", ""])))
def test_differences_are_of_lines_that_are_there(new: list[str], version: list[str]) -> None:
    new = new or [""]
    assert all(0 <= flag.line < len(new) for flag in differences(new, version))
    assert differences(new, new) == []
