"""How a language writes a comment of its own line, for prompts that have to say something in the language itself."""

from __future__ import annotations

from collections.abc import Iterable

HASH, SLASHES, DASHES = ("# ", ""), ("// ", ""), ("-- ", "")
SEMICOLONS, PERCENT, QUOTE = (";; ", ""), ("% ", ""), ('" ', "")
BLOCK, MARKUP = ("/* ", " */"), ("<!-- ", " -->")

_OTHERS = {
    HASH: "python ruby shellscript perl r julia elixir yaml toml makefile dockerfile powershell nix cmake coffeescript "
    "properties ignore graphql tcl awk fish",
    DASHES: "sql lua haskell ada elm vhdl applescript",
    SEMICOLONS: "clojure lisp scheme racket ini asm",
    PERCENT: "latex tex erlang prolog matlab bibtex",
    QUOTE: "vim viml",
    BLOCK: "css",
    MARKUP: "html xml markdown svg vue svelte",
}
MARKS = {name: marks for marks, names in _OTHERS.items() for name in names.split()}
"""Language id to what begins a comment and what ends it; `//` begins it in all that are not here."""


def commented(language: str, lines: Iterable[str], indent: str = "") -> list[str]:
    """The lines as comments, each indented by `indent`; what would end the comment early is taken apart."""
    begin, end = MARKS.get(language, SLASHES)
    close = end.strip()
    safe = ((line.replace(close, " ".join(close)) if close else line) for line in lines)
    return [f"{indent}{begin}{line}{end}".rstrip() for line in safe]
