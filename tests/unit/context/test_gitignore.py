"""Ignore files against git itself, and what is not to be left to git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.context.exclude import Exclude
from symbiote.context.gitignore import LONGEST, Gitignore

NAMES = ["a", "b", "ab", "ba", "aab", "a-b"]
BROKEN = ["[a", "a\\", "b/[a", "[[:a]", "b/a\\"]
"""Patterns that match nothing."""
PARTS = [
    *("a", "b", "ab", "*", "?", "a*", "*b", "*a*", "?b", "*?*", "a?*b", "**", "***"),
    *("[ab]", "[!a]b", "[^b]*", "[a-b]*", "[]a]", "[!]]", "[-b]", "[b-a]", "\\a", "[\\a]", "a\\-b"),
    *("[[:alpha:]]", "[[:digit:]-]b", "[[:nothing:]]"),
]
PATHS = ["/".join(names) for names in (("ba",), ("ab",), ("a-b",), ("b", "a"), ("a", "b", "ab"))]
PATHS += ["ab/a/b", "a/a/a/b", "b/ab/ba", "b/a/b/a", "aab/a-b", "b/b"]

paths = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("/".join)
lines = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    paths,
    st.sampled_from(["", "", "/", "  ", "\\ ", "\r"]),
)
files = st.lists(lines | st.sampled_from(["", "# a", "\\#a", "!", "/", "//a", *BROKEN]), max_size=6)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "--quiet")
    for name in ("a", "b"):
        (folder / name).mkdir()
    return folder


def git(folder: Path, *command: str, said: bytes = b"") -> bytes:
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-c", "core.ignorecase=false", *command],
        cwd=folder,
        input=said,
        capture_output=True,
        env={"PATH": os.environ["PATH"], **home},
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def gits(repository: Path) -> list[str | None]:
    """What git says of the paths, in our words."""
    asked = b"\0".join(path.encode() for path in PATHS)
    out = git(repository, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin", said=asked)
    fields = out.decode().split("\0")[:-1]
    return [
        f"Line {line} of {file} excludes it." if file and not pattern.startswith("!") else None
        for file, line, pattern in zip(fields[::4], fields[1::4], fields[2::4], strict=True)
    ]


@given(files, files)
@settings(max_examples=150, deadline=None)
def test_as_git_reads_them(repository: Path, outer: list[str], inner: list[str]) -> None:
    (repository / ".gitignore").write_text("\n".join(outer), newline="")
    (repository / "a" / ".gitignore").write_text("\n".join(inner), newline="")
    exclude = Exclude()
    ours = [exclude.why((repository / path).as_uri()) for path in PATHS]
    assert ours == gits(repository)


@given(files, st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
def test_case_makes_no_difference(file: list[str], names: list[str]) -> None:
    small, large = Gitignore("\n".join(file)), Gitignore("\n".join(file).upper())
    for folder in (False, True):
        one, other = (of.decides(names, folder=folder) for of in (small, large))
        assert (one and one.number) == (other and other.number)


@pytest.mark.parametrize(
    "line",
    [
        "*a" * 100 + "b",
        "*?" * 100 + "b",
        "**/" * 100 + "b",
        "**/*a*a*a/" * 30 + "b",
        "[a-z]*" * 99 + "/b",
    ],
)
def test_a_hostile_line_takes_no_time(line: str) -> None:
    """Tried in every way, each would run until long after the tests."""
    file = Gitignore(line)
    assert file.decides(["a" * 200], folder=False) is None
    assert file.decides(["a" * 200] * 50, folder=False) is None


def test_a_line_longer_than_any_pattern_is_left_out() -> None:
    assert Gitignore("*" * LONGEST).decides(["a"], folder=False)
    assert Gitignore("*" * (LONGEST + 1)).decides(["a"], folder=False) is None


def test_a_mark_at_the_start_and_line_ends_of_windows() -> None:
    file = Gitignore("\ufeffa\r\n# b\r\n!b\r\n")
    found = [file.decides([name], folder=False) for name in "abc"]
    assert [line and (line.number, line.negated) for line in found] == [(1, False), (3, True), None]
