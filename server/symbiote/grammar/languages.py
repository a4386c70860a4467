"""Languages as data, by the ids VS Code gives them: comments, strings, what ends a block, and which grammar reads them.

Ids: https://code.visualstudio.com/docs/languages/identifiers. A language that is not here is not unknown altogether: it
has brackets and indentation, `//` for comments and quotes for strings.
"""

from __future__ import annotations

from dataclasses import dataclass

C_BLOCK = (("/*", "*/"),)
MARKUP = (("<!--", "-->"),)


@dataclass(frozen=True, slots=True)
class Syntax:
    """`line` begins a comment up to the line's end, `block` are pairs that enclose one.

    `long` are quotes whose strings may go on in the next line, longest first, with what closes them; `characters` says
    that single quotes hold one character, and alone mean something else (Rust's `&'a str`); `apart` that a comment
    begins only behind a blank. `balanced` says that a bracket that closes nothing is a mistake: not so in prose, and
    in shell scripts' `case`.
    """

    line: tuple[str, ...] = ()
    block: tuple[tuple[str, str], ...] = ()
    long: tuple[tuple[str, str], ...] = ()
    quotes: str = "\"'"
    characters: bool = False
    apart: bool = False
    balanced: bool = False


def _quotes(*marks: str) -> tuple[tuple[str, str], ...]:
    return tuple((mark, mark) for mark in marks)


_PYTHON = Syntax(("#",), long=_quotes('"""', "'''"), balanced=True)
_SCRIPT = Syntax(("//",), C_BLOCK, _quotes("`"), balanced=True)
_C = Syntax(("//",), C_BLOCK, characters=True, balanced=True)
_TEXT_BLOCKS = Syntax(("//",), C_BLOCK, _quotes('"""'), characters=True, balanced=True)
_GO = Syntax(("//",), C_BLOCK, _quotes("`"), characters=True, balanced=True)
_RUST = Syntax(("//",), C_BLOCK, _quotes('"'), characters=True, balanced=True)
_RUBY = Syntax(("#",), (("=begin", "=end"),), _quotes('"', "'", "`"), balanced=True)
_PHP = Syntax(("//", "#"), C_BLOCK, _quotes('"', "'"), balanced=True)
_SHELL = Syntax(("#",), long=_quotes('"', "'"), apart=True)
_MARKUP = Syntax((), MARKUP, quotes="")
_CSS = Syntax((), C_BLOCK, balanced=True)
_SCSS = Syntax(("//",), C_BLOCK, balanced=True)
_HASH = Syntax(("#",))
_SPACED_HASH = Syntax(("#",), apart=True)
_DASHES = Syntax(("--",), C_BLOCK, _quotes("'"))

SYNTAX: dict[str, Syntax] = {
    "python": _PYTHON,
    **dict.fromkeys(("javascript", "javascriptreact", "typescript", "typescriptreact"), _SCRIPT),
    **dict.fromkeys(("c", "cpp", "cuda-cpp", "objective-c", "objective-cpp"), _C),
    **dict.fromkeys(("java", "csharp", "kotlin", "scala", "swift"), _TEXT_BLOCKS),
    "dart": Syntax(("//",), C_BLOCK, _quotes('"""', "'''"), balanced=True),
    "groovy": Syntax(("//",), C_BLOCK, _quotes('"""', "'''"), balanced=True),
    "go": _GO,
    "rust": _RUST,
    "ruby": _RUBY,
    "php": _PHP,
    "shellscript": _SHELL,
    **dict.fromkeys(("html", "xml", "xsl", "vue", "svelte", "handlebars", "markdown"), _MARKUP),
    "css": _CSS,
    **dict.fromkeys(("scss", "less"), _SCSS),
    "json": Syntax(quotes='"', balanced=True),
    **dict.fromkeys(("jsonc", "json5"), Syntax(("//",), C_BLOCK, quotes='"', balanced=True)),
    **dict.fromkeys(("yaml", "dockercompose", "makefile"), _SPACED_HASH),
    **dict.fromkeys(("toml", "perl", "r", "elixir", "dockerfile", "powershell", "ini"), _HASH),
    "julia": Syntax(("#",), (("#=", "=#"),), _quotes('"""'), characters=True),
    "lua": Syntax(("--",), (("--[[", "]]"),), (("[[", "]]"),), balanced=True),
    **dict.fromkeys(("sql", "haskell", "elm"), _DASHES),
    **dict.fromkeys(("clojure", "lisp", "scheme"), Syntax((";",), long=_quotes('"'), quotes='"')),
    **dict.fromkeys(("latex", "tex", "bibtex", "erlang"), Syntax(("%",), quotes='"')),
    **dict.fromkeys(("plaintext", "restructuredtext", "git-commit"), Syntax(quotes="")),
}
UNKNOWN = Syntax(("//",), C_BLOCK)

GRAMMARS: dict[str, tuple[str, str]] = {
    "python": ("python", "language"),
    "javascript": ("javascript", "language"),
    "javascriptreact": ("javascript", "language"),
    "typescript": ("typescript", "language_typescript"),
    "typescriptreact": ("typescript", "language_tsx"),
    "go": ("go", "language"),
    "rust": ("rust", "language"),
    "java": ("java", "language"),
    "c": ("c", "language"),
    "cpp": ("cpp", "language"),
    "cuda-cpp": ("cpp", "language"),
    "csharp": ("c_sharp", "language"),
    "ruby": ("ruby", "language"),
    "php": ("php", "language_php"),
    "shellscript": ("bash", "language"),
    "html": ("html", "language"),
    "css": ("css", "language"),
    "json": ("json", "language"),
    "jsonc": ("json", "language"),
    "yaml": ("yaml", "language"),
    "dockercompose": ("yaml", "language"),
    "markdown": ("markdown", "language"),
}
"""Which package reads a language, `tree_sitter_…`, and its function that says so."""

COMMENTS = frozenset(
    ["comment", "line_comment", "block_comment", "doc_comment", "html_comment", "js_comment"]
)
STRINGS = frozenset(
    [
        *("string", "template_string", "string_literal", "raw_string_literal", "raw_string"),
        *("char_literal", "character_literal", "rune_literal", "interpreted_string_literal"),
        *("verbatim_string_literal", "interpolated_string_expression"),
        *("encapsed_string", "heredoc", "heredoc_body", "nowdoc", "nowdoc_body", "string_array"),
        *(
            "symbol_array",
            "delimited_symbol",
            "subshell",
            "regex",
            "regex_literal",
            "ansi_c_string",
        ),
        *("system_lib_string", "string_value", "double_quote_scalar", "single_quote_scalar"),
        *("block_scalar", "quoted_attribute_value", "character"),
    ]
)
SUBSTITUTIONS = frozenset(
    ["interpolation", "template_substitution", "command_substitution", "process_substitution"]
)
"""Kinds of nodes of all the grammars: comments, strings, and code inside of strings."""
NO_STRINGS = {"shellscript": frozenset(["subshell"])}
"""What is a string in another language only: commands in brackets, where Ruby calls one in backticks so."""

EMBEDDED = {"script_element": "javascript", "style_element": "css"}
"""What HTML holds of other languages."""
FENCED = {
    **{name: name for name in SYNTAX},
    "py": "python",
    "python3": "python",
    "js": "javascript",
    "ts": "typescript",
    "jsx": "javascriptreact",
    "tsx": "typescriptreact",
    "rs": "rust",
    "rb": "ruby",
    "c++": "cpp",
    "cs": "csharp",
    "c#": "csharp",
    "golang": "go",
    "sh": "shellscript",
    "bash": "shellscript",
    "zsh": "shellscript",
    "shell": "shellscript",
    "yml": "yaml",
}
"""What a fence in Markdown calls a language."""


def syntax(language: str) -> Syntax:
    return SYNTAX.get(language, UNKNOWN)
