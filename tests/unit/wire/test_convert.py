"""Columns, encodings, items: what a client counts is what it gets back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from symbiote.core.answer import FromOutside, Origin, Reason, Silence, Suggestion
from symbiote.core.moment import Trigger
from symbiote.core.text import Encoding, opened
from symbiote.core.timing import Cost, Timing
from symbiote.engine.port import EngineStatus, State
from symbiote.engine.remote.spend import Totals
from symbiote.features.house import Window
from symbiote.features.outside import Route
from symbiote.metrics.promise import STAGES
from symbiote.wire import convert, protocol
from unit.doubles import FakeEngine, house
from unit.outdoors import FakeCloud, outdoors


@dataclass(frozen=True)
class Spent:
    """What providers have cost."""

    recent: Totals

    async def close(self) -> None:
        return


LINE = "é🙂 = x"
CURSORS = {Encoding.UTF8: 9, Encoding.UTF16: 6, Encoding.UTF32: 5}
"""Behind `= `, in each unit."""


def document() -> object:
    return opened("file:///a.py", "python", 3, f"\x0c\u2028\r\n{LINE}\r\n")


def context(kind: int = 2, **more: object) -> lsp.InlineCompletionContext:
    return lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind(kind), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", Encoding)
def test_a_moment_counts_code_points(encoding: Encoding) -> None:
    at = lsp.Position(1, CURSORS[encoding])
    moment = convert.moment(document(), at, encoding, "w", 1.5, context())  # type: ignore[arg-type]
    assert (moment.line, moment.column) == (1, 5)
    assert (moment.before, moment.after) == ("é🙂 = ", "x")
    assert (moment.window, moment.asked_at) == ("w", 1.5)
    assert moment.trigger is Trigger.AUTOMATIC


@pytest.mark.parametrize("encoding", Encoding)
def test_an_item_counts_as_the_client_does(encoding: Encoding) -> None:
    at = lsp.Position(1, CURSORS[encoding])
    moment = convert.moment(document(), at, encoding, "w", 0.0)  # type: ignore[arg-type]
    suggestion = Suggestion("id", "42\n", 2, 5, Origin.COMPUTED, "e", "m")
    item = convert.item(suggestion, moment, encoding)
    start = {Encoding.UTF8: 6, Encoding.UTF16: 3, Encoding.UTF32: 2}[encoding]
    assert item.range == lsp.Range(lsp.Position(1, start), at)
    assert item.insert_text == "42\n"
    assert item.command == lsp.Command("Accepted", "symbiote.accepted", arguments=["id"])


def test_asked_by_hand() -> None:
    at = lsp.Position(0, 0)
    for how in (context(1), None):
        moment = convert.moment(document(), at, Encoding.UTF16, "w", 0.0, how)  # type: ignore[arg-type]
        assert moment.trigger is Trigger.INVOKED


def selected(line: int, start: int, end: int) -> lsp.InlineCompletionContext:
    span = lsp.Range(lsp.Position(line, start), lsp.Position(line, end))
    info = lsp.SelectedCompletionInfo(span, "🙂x")
    return context(selected_completion_info=info)


@pytest.mark.parametrize(
    ("how", "expected"),
    [(selected(1, 3, 6), (2, "🙂x")), (selected(0, 0, 0), None), (selected(1, 7, 7), None)],
    ids=["before the cursor", "another line", "behind the cursor"],
)
def test_the_selected_entry(
    how: lsp.InlineCompletionContext, expected: tuple[int, str] | None
) -> None:
    moment = convert.moment(document(), lsp.Position(1, 6), Encoding.UTF16, "w", 0.0, how)  # type: ignore[arg-type]
    assert moment.selected == expected


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-8", "utf-16", "utf-32"], Encoding.UTF8),
        (["utf-16"], Encoding.UTF16),
        (["utf-7", "utf-32"], Encoding.UTF32),
        ([], Encoding.UTF16),
        ([7, {}, "utf-8"], Encoding.UTF8),
        (None, Encoding.UTF16),
    ],
)
def test_the_first_encoding_known_is_taken(offered: list[object] | None, chosen: Encoding) -> None:
    said = {"general": {"positionEncodings": offered}} if offered is not None else None
    assert convert.encoding({"capabilities": said}) is chosen


def test_a_completion_for_the_command_line() -> None:
    shown = Suggestion("id", "text", 0, 0, Origin.COMPUTED, "e", "m")
    result = convert.to_wire(convert.complete_result(shown, explain=False))
    assert result["text"] == "text"
    assert (result["origin"], result["reason"], result["schema"]) == ("computed", None, 1)
    nothing = Silence("id", Reason.BLANK, "so it is")
    short = convert.complete_result(nothing, explain=False)
    assert (short.text, short.origin, short.reason) == (None, None, "blank")
    assert short.detail == "so it is"
    assert convert.complete_result(nothing, explain=True).detail.startswith("The model had nothing")


def test_a_status_is_what_the_contract_says(tmp_path: Path) -> None:
    engine = FakeEngine(state=EngineStatus(State.READY, model="m", memory_mb=12.34))
    status = convert.status(house(tmp_path, engine), Window("w"))
    wire = convert.to_wire(status)
    assert wire["state"] == "ready"
    assert (wire["memoryMb"], wire["lastMs"], wire["p50Ms"]) == (12.3, None, None)
    assert set(wire) == {
        "state", "reason", "engine", "model", "device", "threads", "memoryMb", "lastMs", "p50Ms",
        "p99Ms", "computed", "shown", "accepted", "lastSilence", "paused", "excluded", "mode",
        "providers", "spend", "outside", "recent", "stages", "slow", "shownToday", "acceptedToday",
    }  # fmt: skip
    assert (wire["recent"], wire["stages"], wire["slow"], wire["shownToday"]) == ([], [], None, 0)
    assert wire["mode"] == {"complete": "build", "rewrite": "build", "localOnly": False}
    assert protocol.METHODS[protocol.STATUS][0] is protocol.StatusParams


def test_a_status_tells_where_the_time_goes(tmp_path: Path) -> None:
    home, window = house(tmp_path, FakeEngine()), Window("w")
    for total in (612.34, 700.0, 30.0):
        cost = Cost(Timing(prefill=total - 10, decode=10.04, total=total))
        window.readout.note(Suggestion("id", "t", 0, 0, Origin.COMPUTED, "e", "m", cost=cost))
    home.today.show()
    home.today.accept()
    wire = convert.to_wire(convert.status(home, window))
    assert wire["recent"] == [612.3, 700.0, 30.0]
    assert [stage["stage"] for stage in wire["stages"]] == list(STAGES)
    assert wire["stages"][4] == {"stage": "prefill", "lastMs": 20.0, "p50Ms": 602.3}
    assert wire["slow"] == {"late": 2, "of": 3, "missed": 0, "stage": "prefill"}
    assert (wire["shownToday"], wire["acceptedToday"]) == (1, 1)


def test_a_status_tells_of_providers(tmp_path: Path) -> None:
    home = outdoors(house(tmp_path, FakeEngine()), FakeCloud(on=False))
    home.spend = Spent(Totals(0.25, 2.5, cap_day=1.0))
    window = Window("w", route=Route("fast", "build", local_only=True))
    window.outside = FromOutside("far", "Far", "m", 20, 8, 3, None, 12.5)
    wire = convert.to_wire(convert.status(home, window))
    assert wire["mode"] == {"complete": "fast", "rewrite": "build", "localOnly": True}
    assert wire["providers"] == [
        {"name": "far", "title": "Far", "model": "m", "state": "blocked", "why": "Far is closed.",
         "p50Ms": None}
    ]  # fmt: skip
    assert wire["spend"] == {
        "dayUsd": 0.25, "monthUsd": 2.5, "capDayUsd": 1.0, "capMonthUsd": None,
    }  # fmt: skip
    assert wire["outside"] == {
        "provider": "far", "title": "Far", "model": "m", "promptTokens": 20, "cachedTokens": 8,
        "generatedTokens": 3, "usd": None, "ms": 12.5,
    }  # fmt: skip


def test_an_item_says_who_it_is_from() -> None:
    far = FromOutside("far", "Far", "m")
    moment = convert.moment(document(), lsp.Position(1, 5), Encoding.UTF32, "w", 0.0)  # type: ignore[arg-type]
    shown = Suggestion("id", "text", 5, 5, Origin.COMPUTED, "far", "m")
    for outside, count in ((None, 1), (far, 2)):
        item = convert.item(replace(shown, outside=outside), moment, Encoding.UTF32)
        assert item.command is not None
        told = item.command.arguments
        assert told is not None
        assert (told[0], len(told)) == ("id", count)
    assert told[1]["title"] == "Far"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"workspaceFolders": [{"uri": "file:///a", "name": "a"}, {"uri": "file:///b"}]}, 2),
        ({"workspaceFolders": [{"uri": 7}, 8, {}, {"uri": "file:///b"}]}, 1),
        ({"workspaceFolders": None, "rootUri": "file:///a"}, 1),
        ({"workspaceFolders": [], "rootUri": None, "rootPath": "/a"}, 1),
        ({"workspaceFolders": "x", "rootUri": None, "rootPath": None}, 0),
        ({}, 0),
    ],
)
def test_the_folders_of_a_workspace(said: dict[str, object], expected: int) -> None:
    roots = convert.roots(said)
    assert len(roots) == expected
    assert all(root.endswith(("/a", "/b")) for root in roots)
