"""How a line becomes a comment, by language id."""

from __future__ import annotations

HASH, SLASHES, DASHES = ("# ", ""), ("// ", ""), ("-- ", "")
_BY_MARK: dict[tuple[str, str], str] = {
    SLASHES: "c cpp cuda-cpp csharp dart fsharp go groovy java javascript javascriptreact json jsonc kotlin less "
    "objective-c objective-cpp php proto rust scala scss swift typescript typescriptreact zig",
    DASHES: "ada elm haskell lua sql vhdl",
    ("% ", ""): "erlang latex matlab prolog tex",
    ("; ", ""): "asm clojure ini lisp scheme",
    ("! ", ""): "fortran fortran-modern",
    ("' ", ""): "vb",
    ('" ', ""): "vim viml",
    ("<!--", "-->"): "html markdown svelte vue xml xsl",
    ("/*", "*/"): "css",
    ("(*", "*)"): "ocaml pascal",
}
_MARKS = {language: mark for mark, languages in _BY_MARK.items() for language in languages.split()}


def mark(language: str) -> tuple[str, str]:
    """What begins a comment, and what ends it where it does not end with the line."""
    return _MARKS.get(language, HASH)


def comment(text: str, language: str) -> str:
    """All lines of `text` as comments, without a last line end. An unknown language has `#`, as most with one sign have."""
    begin, end = mark(language)
    if end:
        return f"{begin}\n{text}\n{end}"
    return "\n".join(f"{begin}{line}".rstrip() for line in text.split("\n"))
