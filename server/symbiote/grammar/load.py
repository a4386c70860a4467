"""Grammars, each loaded when its language is first read: tree-sitter with all of them would cost 14 MB at start."""

from __future__ import annotations

import importlib
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from symbiote.grammar.languages import GRAMMARS

if TYPE_CHECKING:
    from tree_sitter import Language, Parser

log = logging.getLogger("symbiote.grammar")


def parser(language: str) -> Parser | None:
    """A new parser for a language by its VS Code id; None where there is no grammar, or none that can be loaded."""
    if language not in GRAMMARS or (loaded := _grammar(*GRAMMARS[language])) is None:
        return None
    from tree_sitter import Parser

    return Parser(loaded)


@lru_cache(maxsize=64)
def _grammar(package: str, function: str) -> Language | None:
    try:
        from tree_sitter import Language

        module = importlib.import_module(f"tree_sitter_{package}")
        return Language(getattr(module, function)())
    except (ImportError, AttributeError, ValueError) as error:  # ValueError: made for another ABI
        log.warning("no grammar for %s: %s", package, error)
        return None
