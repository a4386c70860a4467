"""The parser: the same events however the bytes are cut, and never more than the limits in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.sse import Event, Reader

ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LINE = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=12)


def read(data: bytes, cuts: list[int] | None = None) -> list[Event]:
    reader, events, start = Reader(), [], 0
    for cut in (*sorted({min(c, len(data)) for c in cuts or []}), len(data)):
        events += reader.feed(data[start:cut])
        start = cut
    return events


def test_names_data_comments_and_the_mark_at_the_beginning() -> None:
    data = b"\xef\xbb\xbf: hello\r\n\r\nevent: a\r\ndata: 1\r\ndata:2\r\nid: 7\r\n\r\ndata\n\n\nevent: b\n\n"
    assert read(data) == [Event("a", "1\n2"), Event("", "")]


def test_an_event_waits_for_its_empty_line() -> None:
    reader = Reader()
    assert reader.feed(b"data: 1\n") == []
    assert reader.feed(b"\n") == [Event("", "1")]


def test_only_three_ends_of_line_count() -> None:
    # U+2028 and U+0085 end lines for str.splitlines, and stand in JSON texts unescaped
    assert read("data: a\u2028b\u0085c\x0bd\n\n".encode()) == [Event("", "a\u2028b\u0085c\x0bd")]


@given(st.lists(st.tuples(st.lists(LINE, min_size=1, max_size=3), ENDS), max_size=5), st.data())
def test_cuts_do_not_matter(events: list[tuple[list[str], str]], data: st.DataObject) -> None:
    whole = "".join("".join(f"data: {line}{end}" for line in lines) + end for lines, end in events)
    # a carriage return at the very end may be half of a line end, so something follows
    sent = (whole + ": done\n").encode()
    cuts = data.draw(st.lists(st.integers(0, len(sent)), max_size=20))
    expected = [Event("", "\n".join(lines)) for lines, _ in events]
    assert read(sent, cuts) == expected
    assert read(sent, list(range(len(sent)))) == expected


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=10))
def test_any_bytes_are_events_or_a_fault_and_cuts_do_not_matter(
    data: bytes, cuts: list[int]
) -> None:
    def outcome(cuts: list[int]) -> object:
        try:
            return read(data, cuts)
        except Fault as fault:
            return fault.kind

    assert outcome([]) == outcome(cuts)


@given(st.integers(1, 50))
def test_a_line_is_too_long_before_it_ends(size: int) -> None:
    reader = Reader(line=100)
    with pytest.raises(Fault) as caught:
        for _ in range(200):
            reader.feed(b"x" * size)
    assert caught.value.kind is Kind.TOO_LARGE


@pytest.mark.parametrize("reader", [Reader(event=30), Reader(total=100)])
def test_events_and_streams_are_bounded(reader: Reader) -> None:
    with pytest.raises(Fault) as caught:
        reader.feed(b"data: 0123456789\n" * 20)
    assert caught.value.kind is Kind.TOO_LARGE


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(Fault) as caught:
        read(b"data: \xff\n\n")
    assert caught.value.kind is Kind.PROTOCOL
