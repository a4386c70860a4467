"""Should we ask at all? Cheap questions, answered before anything else is touched."""

from __future__ import annotations

from collections.abc import Callable

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment, Trigger
from symbiote.core.settings import InText
from symbiote.features.follow import closed
from symbiote.features.house import House, Window
from symbiote.finish.inside import Inside, inside

LONG_LINE = 4_000
"""Characters. Longer lines are generated or minified; no model says anything useful there."""


async def hushed(house: House, window: Window, moment: Moment) -> tuple[Reason, str] | None:
    """The first reason to stay silent, and what there is to say of it; None where a model may be asked."""
    if reason := hush(window, moment):
        return reason, ""
    if house.flow.baseline:
        return Reason.BASELINE, ""
    why = await excluded(house, window, moment.document.uri)
    return (Reason.EXCLUDED, why) if why is not None else None


async def excluded(house: House, window: Window, uri: str) -> str | None:
    """Why no model may read the document, None where one may. What is excluded now is forgotten at once.

    Every text that goes into a prompt is asked for here, that of another file too.
    """
    why = await house.why_excluded(uri, window.roots)
    if why is None:
        window.excluded.pop(uri, None)
    else:
        if uri not in window.excluded:
            closed(window, uri)
            if house.remembered is not None:
                house.remembered.leave(uri)
        window.excluded[uri] = why
    return why


async def quotable(house: House, window: Window, uri: str, is_open: Callable[[str], bool]) -> bool:
    """Whether a prompt may quote the document, that of another one too. The status bar tells of open documents only."""
    why = await excluded(house, window, uri)
    if not is_open(uri):
        window.excluded.pop(uri, None)
    return why is None


def hush(window: Window, moment: Moment) -> Reason | None:
    """As far as the window and the moment tell. An explicit ask may be inside a word, and where one was rejected."""
    if not window.settings.enabled:
        return Reason.DISABLED
    if window.paused:
        return Reason.PAUSED
    language = moment.document.language
    if language in window.paused_languages or language in window.settings.disabled_languages:
        return Reason.LANGUAGE_OFF
    if moment.document.too_large:
        return Reason.TOO_LARGE
    if len(moment.document.lines[moment.line]) > LONG_LINE:
        return Reason.LONG_LINE
    return _by_itself(window, moment) if moment.trigger is Trigger.AUTOMATIC else None


def _by_itself(window: Window, moment: Moment) -> Reason | None:
    """Of an ask that nobody asked for by hand."""
    if _inside_word(moment):
        return Reason.MID_WORD
    if _conflicts(moment):
        return Reason.CONFLICTS
    if moment in window.rejected:
        return Reason.REJECTED
    return _in_text(window.settings.strings_and_comments, moment)


def _in_text(allowed: InText, moment: Moment) -> Reason | None:
    if allowed is InText.BOTH:
        return None
    match inside(moment):
        case Inside.STRING if allowed is not InText.STRINGS:
            return Reason.IN_STRING
        case Inside.COMMENT if allowed is not InText.COMMENTS:
            return Reason.IN_COMMENT
        case _:
            return None


def _inside_word(moment: Moment) -> bool:
    before, after = moment.before[-1:], moment.after[:1]
    return _of_word(before) and _of_word(after)


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _conflicts(moment: Moment) -> bool:
    """Whether the selected list entry would replace what was typed by something else: no ghost text can show that."""
    if moment.selected is None:
        return False
    start, text = moment.selected
    letters = iter(text.casefold())
    return not all(c in letters for c in moment.before[start:].casefold())
