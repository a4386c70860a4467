"""Which sources of context are on, and for what."""

from __future__ import annotations

import pytest

from symbiote.core.settings import read


def test_a_source_by_its_name_is_for_what_the_model_usually_has() -> None:
    window, _, complaints = read({"context": ["open", "edits:prompt", "siblings:lookup"]})
    assert complaints == []
    uses = {
        source: (window.prompts(source, {"open"}), window.looks_up(source))
        for source in ("open", "edits", "siblings", "clipboard")
    }
    assert uses == {
        "open": (True, True),
        "edits": (True, False),
        "siblings": (False, True),
        "clipboard": (False, False),
    }
    assert not window.prompts("open", ())


@pytest.mark.parametrize("value", ["open", ["everything"], ["open:all"], [1], {"open": True}])
def test_what_is_no_source_is_told(value: object) -> None:
    window, _, complaints = read({"context": value})
    assert window.context == ()
    assert "symbiote.context must be a list of edits, open," in str(complaints[0])
