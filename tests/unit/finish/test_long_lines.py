"""Names are checked in time that grows with the text, not with its square: each of these took minutes."""

from __future__ import annotations

import pytest

from symbiote.core.answer import Reason
from symbiote.core.known import Known
from symbiote.finish.no_such_member import no_such_member
from unit.marked import moment

NAMES = {"os": frozenset(["path"])}


@pytest.mark.parametrize("word", ["for x ", "lambda ", "os:", "os "])
def test_a_long_line_that_is_new(word: str) -> None:
    known = Known(NAMES, told=(word * 30_000,))
    assert no_such_member("os.gone()", moment("▮"), known) == Reason.NO_SUCH_MEMBER


def test_a_long_line_of_the_document() -> None:
    text = f"{'a.gone:' * 30_000}\n▮"
    assert no_such_member("os.gone()", moment(text), Known(NAMES)) == Reason.NO_SUCH_MEMBER
