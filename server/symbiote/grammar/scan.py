"""A line of any language, read from left to right: is its end inside a comment or a string? Pure, and needs no grammar."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from symbiote.grammar.languages import Syntax, syntax


class Kind(StrEnum):
    CODE = "code"
    COMMENT = "comment"
    STRING = "string"


class State(NamedTuple):
    """What a place is inside of. `closer` ends it, "" where nothing but the line's end does; `lasts` says that it goes on
    in the next line."""

    kind: Kind
    closer: str = ""
    lasts: bool = False


CODE = State(Kind.CODE)


def after(line: str, state: State, language: str) -> State:
    """The state behind `line`, or a part of one, that begins in `state`. Line ends do not count."""
    known, at = syntax(language), 0
    finder = _openers(language)
    while True:
        if state.kind is not Kind.CODE:
            end = _closed(line, at, state)
            if end is None:
                return state
            at, state = end, CODE
        if (found := finder.search(line, at)) is None:
            return CODE
        at = found.end()
        state = _opened(found, known)


def carried(state: State) -> State:
    """What is left of a state behind the line's end."""
    return state if state.lasts else CODE


def _opened(found: re.Match[str], known: Syntax) -> State:
    mark = found["mark"]
    if mark is None:  # a character, whole
        return CODE
    for opener, closer in known.block:
        if mark == opener:
            return State(Kind.COMMENT, closer, True)
    if mark in known.line:
        return State(Kind.COMMENT)
    for opener, closer in known.long:
        if mark == opener:
            return State(Kind.STRING, closer, True)
    return State(Kind.STRING, mark)


def _closed(line: str, at: int, state: State) -> int | None:
    """Where the comment or string ends that holds `at`; None when not in this line."""
    if not state.closer:
        return None
    if state.kind is Kind.COMMENT:
        end = line.find(state.closer, at)
        return None if end < 0 else end + len(state.closer)
    found = _end_of_string(state.closer).match(line, at)
    return found.end() if found else None


@lru_cache(maxsize=64)
def _end_of_string(closer: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\\.|(?!{re.escape(closer)})[^\\])*+{re.escape(closer)}", re.DOTALL)


@lru_cache(maxsize=128)
def _openers(language: str) -> re.Pattern[str]:
    """Whatever begins a comment or a string, and what only looks like it."""
    known = syntax(language)
    quotes = known.quotes.replace("'", "") if known.characters else known.quotes
    marks = [opener for opener, _ in (*known.block, *known.long)] + list(quotes)
    opened = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    comments = "|".join(re.escape(mark) for mark in known.line)
    if comments and known.apart:
        comments = rf"(?<!\S)(?:{comments})"
    skipped = r"\\.|'(?:\\[^']*|[^'\\])'" if known.characters else r"\\."
    told = "|".join(part for part in (opened, comments) if part)
    return re.compile(rf"{skipped}|(?P<mark>{told})" if told else rf"{skipped}|(?P<mark>(?!))")
