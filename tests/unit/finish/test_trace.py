"""What each filter did, told after the fact."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.answer import Reason
from symbiote.finish.chain import CHAIN, Step, finish, trace
from unit.marked import moment


def test_every_filter_is_named_with_what_it_did() -> None:
    steps = trace("a, b)", moment("print(▮)\n"))
    assert [step.name for step in steps] == [step.__name__ for step in CHAIN]
    changes = [step for step in steps if step.after != step.before]
    assert changes == [Step("suffix_overlap", "a, b)", "a, b")]


def test_the_filter_that_refuses_is_the_last() -> None:
    steps = trace("price * quantity", moment("total = ▮price * quantity\n"))
    assert steps[-1] == Step("suffix_overlap", "price * quantity", Reason.REPEATS_SUFFIX)
    assert all(step.after == step.before for step in steps[:-1])


@given(st.text(), st.text(alphabet="ab()[]\"' \n\t:=."), st.text(alphabet="ab()]\"' \n\t:"))
def test_a_trace_ends_as_finishing_does(raw: str, before: str, after: str) -> None:
    at = moment(before + "▮" + after)
    steps = trace(raw, at)
    assert steps[-1].after == finish(raw, at)
    assert [step.before for step in steps] == [raw, *(step.after for step in steps[:-1])]
