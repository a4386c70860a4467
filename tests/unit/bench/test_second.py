"""The rows of a second model's drafts."""

from __future__ import annotations

from symbiote.bench.drafting import Said
from symbiote.bench.second import BOTH, LEAST, PLAIN, TEXT, rows
from symbiote.core.timing import Cost, Timing, Tokens
from symbiote.engine.port import Done, End


def said(ms: float, drafted: int = 0, right: int = 0, generated: int = 100) -> Said:
    cost = Cost(Timing(decode=ms), Tokens(generated=generated, drafted=drafted, accepted=right))
    return Said("text", Done(End.EOG, cost=cost))


def test_they_tell_tokens_a_second_and_how_many_times_that_is() -> None:
    one = {PLAIN: said(100.0), TEXT: said(80.0, 20, 10), BOTH: said(40.0, 100, 80)}
    short = {kind: said(1.0, generated=LEAST - 1) for kind in one}
    plain, text, both, by_text, by_plain = rows([one, short])
    assert (plain.n, plain.figures["p50"], plain.note) == (1, 1_000.0, "")
    assert text.note == "50% of drafted tokens right, 10% of all tokens drafts"
    assert both.note == "80% of drafted tokens right, 80% of all tokens drafts"
    assert (by_text.what, by_text.figures["p50"]) == (f"{BOTH}, by {TEXT}", 2.0)
    assert by_plain.figures["p50"] == 2.5


def test_short_answers_say_nothing() -> None:
    (row,) = rows([{kind: said(1.0, generated=1) for kind in (PLAIN, TEXT, BOTH)}])
    assert row.note == "not measured: no answer has 16 tokens"
