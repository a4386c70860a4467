"""The rows of rewrites, what counts as failed, and a window that shows what it is told."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from symbiote.bench.drafting import Pair, Said
from symbiote.bench.edits import Edit
from symbiote.bench.rewriter import Rewrite, Rewriter
from symbiote.bench.rewrites import Found, draft_rows, failures, streamed_rows
from symbiote.core.timing import Cost, Timing, Tokens
from symbiote.engine.port import Done, End
from symbiote.wire.client import Client, Refused

EDIT = Edit("e", "def f():\n    a = 1\n    return a\nlast\n", 0, 3, "do")


def ended(first: float | None, whole: float, reason: str | None = None, **more: Any) -> Rewrite:
    new = ("x",) if first is not None else tuple(EDIT.selection)
    text = "x" if first is not None else None
    result = {"reason": reason, "detail": "Why.", "text": text, "draftedShare": 0.5}
    return Rewrite(EDIT, first, whole, result | more, new)


def found(*some: Rewrite) -> Found:
    return Found(list(some), list(some), [], [5.0, 7.0], {"device": "CPU"})


def said(text: str, ms: float, end: End = End.EOG) -> Said:
    cost = Cost(Timing(decode=ms), Tokens(generated=100, accepted=80))
    return Said(text, Done(end, cost=cost))


def test_rows_tell_changed_text_apart_from_the_whole() -> None:
    some = (ended(90.0, 300.0), ended(None, 200.0, "no_change"), ended(70.0, 400.0, "endless"))
    rows = streamed_rows(found(*some, ended(None, 1.0, "selection_too_large")))
    first, _, whole, _, long, cancel = rows
    assert long.note.startswith("not measured: so many lines")
    assert (first.n, first.figures["p50"], first.holds) == (2, 70.0, True)
    assert first.note == "1 changed nothing"
    assert (whole.n, whole.figures["p50"], whole.holds) == (3, 300.0, True)
    assert whole.note == "50% of the tokens from drafts, p50, 1 ended early"
    assert (cancel.n, cancel.figures["p95"], cancel.holds) == (2, 7.0, True)


def test_drafts_are_held_against_plain_decoding_where_most_lines_stay() -> None:
    text = "\n".join(EDIT.selection)
    stays = Pair(EDIT, said(f"\n{text}", 10.0), said(f"\n{text}", 40.0))
    other = Pair(EDIT, said("none of it", 10.0), said("none of it", 10.0))
    endless = Pair(EDIT, said(text, 1.0, End.LIMIT), said(text, 9.0, End.LIMIT))
    rows = list(draft_rows([stays, other, endless]))
    assert (rows[0].n, rows[0].figures["p50"], rows[0].holds) == (1, 4.0, True)
    assert rows[0].note.startswith("1 of 3 answers; 80%")
    assert [row.figures.get("p50") for row in rows[1:3]] == [10_000.0, 2_500.0]
    assert rows[3].n == 2
    assert rows[-1].note == "not measured: so many lines do not fit this model's context"


def test_what_must_not_happen_is_told() -> None:
    assert failures(found(ended(9.0, 9.0))) == []
    for reason in ("engine_died", "unknown_document"):
        assert "failed: Why." in failures(found(ended(9.0, 9.0, reason)))[0]
    assert "another text" in failures(found(ended(9.0, 9.0, text="y")))[0]


class Daemon:
    """Stands in for a window's client: answers a rewrite with `told`, or waits for a cancel."""

    def __init__(self, told: list[dict[str, Any]] | None) -> None:
        self.told = told
        self.notified: list[tuple[str, Any]] = []
        self.hear: Any = None
        self._answer: asyncio.Future[Any]

    async def request(self, method: str, params: Any = None) -> Any:
        return {"window": {"preparing": False}}

    def open(self, uri: str, text: str) -> None:
        self.notified.append(("open", text))

    def notify(self, method: str, params: Any) -> None:
        self.notified.append((method, params))

    def ask(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        self._answer = asyncio.get_running_loop().create_future()
        if self.told is not None:
            for one in self.told:
                self.hear("symbiote/rewriteProgress", {"rewrite": params["rewrite"]} | one)
            self._answer.set_result({"reason": None})
        return 1, self._answer

    def cancel(self, number: int) -> None:
        self.hear("symbiote/status", {})
        self._answer.set_exception(Refused(-32800, "cancelled"))


def over(daemon: Daemon) -> Rewriter:
    made = Rewriter()
    made.window = cast(Client, daemon)
    daemon.hear = made.hear
    return made


def told(at: int, remove: int, insert: list[str], region: Any = None) -> dict[str, Any]:
    return {"region": region, "at": at, "remove": remove, "insert": insert}


def test_a_window_applies_what_it_is_told_and_says_so() -> None:
    daemon = Daemon(
        [
            told(0, 0, [], {"start": 0, "end": 3}),
            told(0, 1, ["def g():", "    # new"]),
            told(3, 1, []),
        ]
    )
    done = asyncio.run(over(daemon).rewrite(EDIT))
    assert done.text == ("def g():", "    # new", "    a = 1")
    assert done.first is not None and 0 <= done.first <= done.whole
    changes = [params for method, params in daemon.notified if method == "textDocument/didChange"]
    assert [one["textDocument"]["version"] for one in changes] == [2, 3]
    assert changes[0]["contentChanges"][0] == {
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}},
        "text": "def g():\n    # new\n",
    }
    assert daemon.notified[-1][0] == "textDocument/didClose"


def test_nothing_changed_is_no_first_text() -> None:
    daemon = Daemon([told(0, 0, [], {"start": 0, "end": 3}), told(1, 1, ["    a = 1"])])
    done = asyncio.run(over(daemon).rewrite(EDIT))
    assert done.first is None and done.text == tuple(EDIT.selection)


def test_reading_ahead_begins_before_the_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symbiote.bench.rewriter.TYPING", 0.0)
    daemon = Daemon([])
    asyncio.run(over(daemon).rewrite(EDIT, warm=True))
    assert [method for method, _ in daemon.notified][1] == "symbiote/rewriteWarm"


def test_only_what_streamed_still_is_cancelled() -> None:
    taken = asyncio.run(over(Daemon(None)).cancel(EDIT, 0.0))
    assert taken is not None and taken >= 0
    assert asyncio.run(over(Daemon([])).cancel(EDIT, 0.0)) is None
