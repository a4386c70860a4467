"""What the editor told of a document, kept as long as it is open: without what no model may read, and without secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from symbiote.core.credential import secrets
from symbiote.core.facts import Definition, Facts
from symbiote.features.house import House, Window
from symbiote.features.hush import quotable
from symbiote.features.markdown import quoted

DOCUMENTS = 16
"""The one told of longest ago gives way."""


async def keep(
    house: House, window: Window, uri: str, facts: Facts, is_open: Callable[[str], bool]
) -> None:
    """Keep what may be kept of `facts` in place of what was known. A document that is not open has none."""
    if not await quotable(house, window, uri, is_open):
        facts = Facts()
    allowed = [one for one in facts.definitions if await _may(house, window, one, is_open)]
    window.facts.pop(uri, None)
    known = replace(facts, definitions=tuple(allowed), clipboard=screened(facts.clipboard))
    if known == Facts() or not is_open(uri):
        return
    window.facts[uri] = known
    while len(window.facts) > DOCUMENTS:
        del window.facts[next(iter(window.facts))]


async def _may(
    house: House, window: Window, definition: Definition, is_open: Callable[[str], bool]
) -> bool:
    return await quotable(house, window, definition.uri, is_open) and not _secret(definition.text)


def listed(facts: Facts) -> list[str]:
    """For a human, as lines of Markdown. Texts of other files are not quoted."""
    problems = [
        f"- A problem in line {one.line + 1}: {quoted(one.message)}" for one in facts.diagnostics
    ]
    names = [
        f"- {quoted(one.name)} is defined in {quoted(unquote(one.uri.rsplit('/', 1)[-1]))}, line {one.line + 1}"
        for one in facts.definitions
    ]
    copied = [f"- The clipboard: {len(facts.clipboard):,} characters"] if facts.clipboard else []
    return [*problems, *names, *copied]


def screened(clipboard: str) -> str:
    """The clipboard's text, "" for one that is better not kept: keys, and single words, which is how passwords come."""
    if len(clipboard.split(maxsplit=1)) < 2 or _secret(clipboard):
        return ""
    return clipboard


def _secret(text: str) -> bool:
    return any(secrets(text, code=False))
