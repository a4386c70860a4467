"""Other languages over the socket, with the embedded model: blocks end where they end, and no language is met with silence."""

from __future__ import annotations

import asyncio

import pytest

from e2e.windows import REAL, Window, windows

pytestmark = pytest.mark.asyncio

PATIENT = {"deadlineMs": 10_000}
"""These tests ask whether, not how fast."""
LOOPS = {
    "typescript": """\
for (const item of basket.items) {
  total += item.price;
  count += item.quantity;
  print(item.name, item.price);
  print(total, count);
}
""",
    "ruby": """\
basket.items.each do |item|
  total += item.price
  count += item.quantity
  print(item.name, item.price)
  print(total, count)
end
""",
    "nobody-knows-it": """\
for item in basket.items:
    total += item.price
    count += item.quantity
    print(item.name, item.price)
    print(total, count)
""",
}
"""A file that repeats itself, so that any model is sure."""
TYPED = 8
"""Characters of the loop that are typed."""


async def shown(window: Window, uri: str, at: dict[str, int]) -> str:
    params = {"textDocument": {"uri": uri}, "position": at, "context": {"triggerKind": 2}}
    items = await window.client.request("textDocument/inlineCompletion", params)
    assert items, await window.why()
    text: str = items[0]["insertText"]
    return text


@pytest.mark.parametrize("language", LOOPS)
async def test_a_block_ends_where_it_ends(language: str) -> None:
    loop = LOOPS[language]
    async with windows(1, REAL, settings=PATIENT) as (window,):
        uri = f"file:///project/{language}.txt"
        before = f"{loop}\n" * 4
        window.client.open(uri, f"{before}{loop[: TYPED - 1]}", language)
        line = before.count("\n")
        at = {"line": line, "character": TYPED - 1}
        window.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": 2},
                "contentChanges": [{"range": {"start": at, "end": at}, "text": loop[TYPED - 1]}],
            },
        )
        at = {"line": line, "character": TYPED}
        first = await shown(window, uri, at)
        assert first == loop.split("\n")[0][TYPED:]
        async with asyncio.timeout(30):
            while not window.extended:
                await asyncio.sleep(0.01)
        assert await shown(window, uri, at) == loop[TYPED:].rstrip()
