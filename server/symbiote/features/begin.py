"""What a flight asks for: of the model here, in pieces, and of providers, in plain text, where they may be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from symbiote.core.errors import ModelError
from symbiote.core.pieces import Piece
from symbiote.engine.desk import COMPLETE
from symbiote.engine.port import Ask, Done, State
from symbiote.features.around import Around, away
from symbiote.features.flight import as_said
from symbiote.features.outside import outside, policy, shaped

if TYPE_CHECKING:
    from symbiote.features.draw import Running

Shape = Callable[[str, Done], str]


def wanted(ask: Running, cut: Around, deadline: float) -> tuple[Ask, Shape]:
    """The ask, and what makes a provider's text what an engine here would have written.

    Raises `ModelError` for a model that cannot fill in, where nobody else may answer.
    """
    what = cut.ask(_pieces(ask, cut), deadline)
    if not ask.order:
        return what, as_said
    allowed = policy(ask.house, ask.window, COMPLETE)
    stripped = allowed.strip and away(ask.engine)  # not for the few that only follow the model here
    words = cut.request(deadline, stripped=stripped)
    shape = partial(shaped, state=ask.state, first_line=allowed.first_line)
    return replace(what, outside=outside(ask.window, ask.order, words, allowed)), shape


def _pieces(ask: Running, cut: Around) -> tuple[Piece, ...]:
    """None where the model is not there, and somebody else is."""
    if ask.order and ask.house.desk.engine.status.state is not State.READY:
        return ()
    try:
        return cut.prompt(ask.house.family())
    except ModelError:
        if not ask.order:
            raise
        return ()
