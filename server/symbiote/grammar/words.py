"""Blocks that words and tags begin and end, by single lines: Ruby's `end`, the shell's `fi`, HTML's `</div>`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Words:
    """`openers` say what closes the block that a line opens; `between` ends one part of it and begins the next."""

    openers: tuple[tuple[Pattern[str], str], ...]
    between: Pattern[str]
    closers: frozenset[str]


def _words(between: str, *openers: tuple[str, str]) -> Words:
    found = tuple((re.compile(pattern), closer) for pattern, closer in openers)
    return Words(found, re.compile(rf"(?:{between})\b"), frozenset(closer for _, closer in found))


_RUBY = _words(
    "else|elsif|when|rescue|ensure",
    (
        r"(?!.*(?:\bend\b|\)\s*=\s|\bdef\s+\w+[?!]?\s*=\s))(?:\w+\s*=\s*)?(?:private\s+|protected\s+)?"
        r"(?:def|class|module|if|unless|case|while|until|for|begin)\b",
        "end",
    ),
    (r".*\bdo(?:\s*\|[^|]*\|)?$", "end"),
    (r"(?:else|elsif|when|rescue|ensure)\b", "end"),
)
_LUA = _words(
    "else|elseif",
    (r".*\b(?:then|do)$", "end"),
    (r"(?!.*\bend\b).*\bfunction\b[^()]*\([^()]*\)$", "end"),
    (r"else$", "end"),
    (r"repeat$", "until"),
)
_SHELL = _words(
    "else|elif",
    (r"(?:.*[\s;])?then$", "fi"),
    (r"(?:.*[\s;])?do$", "done"),
    (r"case\b.*\bin$", "esac"),
    (r"else$", "fi"),
)
_ELIXIR = _words(
    "else|rescue|catch|after", (r".*(?:\bdo|->)$", "end"), (r"(?:else|rescue|after)$", "end")
)
_JULIA = _words(
    "else|elseif|catch|finally",
    (
        r"(?!.*\bend\b)(?:function|if|for|while|(?:mutable )?struct|module|begin|let|try|macro)\b",
        "end",
    ),
    (r"(?:else|elseif|catch|finally)\b", "end"),
)
WORDS = {
    "ruby": _RUBY,
    "lua": _LUA,
    "shellscript": _SHELL,
    "elixir": _ELIXIR,
    "julia": _JULIA,
}
TAGS = frozenset(
    [
        "html",
        "xml",
        "xsl",
        "vue",
        "svelte",
        "handlebars",
        "php",
        "javascriptreact",
        "typescriptreact",
    ]
)
_TAG = re.compile(r"<([A-Za-z][\w.:-]*)(?:\s(?:[^<>]|=>)*)?(?<!/)>$")
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]  # HTML, 13.1.2
)


def closer(bare: str, language: str) -> str | None:
    """What closes the block that a line opens by a word or a tag; `bare` is the line without comments and strings."""
    line = bare.strip()
    if (words := WORDS.get(language)) is not None:
        return next((end for opener, end in words.openers if opener.match(line)), None)
    if language in TAGS and (tag := _TAG.match(line)) and tag[1].lower() not in _VOID:
        return f"</{tag[1]}>"
    return None


def closes(text: str, end: str, language: str) -> bool:
    """Whether a line, `text` without its indentation, ends what `end` closes, or a part of it."""
    if not end or not text.startswith(end):
        words = WORDS.get(language)
        if words is None or end not in words.closers or end in ("done", "esac"):
            return False
        return words.between.match(text) is not None
    rest = text[len(end) :]
    return not (end[-1].isalpha() and rest[:1].isidentifier())


def closing(text: str, language: str) -> bool:
    """Whether a line, `text` without its indentation, can only be one that closes something."""
    words = WORDS.get(language)
    if words is not None and any(closes(text, end, language) for end in words.closers):
        return True
    return language in TAGS and text.startswith("</")
