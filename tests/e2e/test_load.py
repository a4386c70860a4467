"""Eight windows typing at once: every request is answered. How fast is a matter for benchmarks."""

from __future__ import annotations

import asyncio
from string import ascii_lowercase
from typing import Any

import pytest

from e2e.windows import URI, Window, asking, windows

pytestmark = pytest.mark.asyncio

WINDOWS, KEYS_PER_SECOND, SECONDS = 8, 30, 5
LINE = "x = 1\n"


async def types(one: Window, own: str) -> list[list[dict[str, Any]]]:
    """Keys at the rate of a held one, each an edit and a request; all their answers."""
    await one.type(LINE * 2_000 + f"{own} = ")
    await asyncio.sleep(0)
    answers = []
    for key in range(KEYS_PER_SECOND * SECONDS):
        at = {"line": 2_000, "character": len(own)}
        letter = ascii_lowercase[key % 26]
        change = {"range": {"start": at, "end": at}, "text": letter}
        own += letter
        document = {"uri": URI, "version": key + 2}
        changes = {"textDocument": document, "contentChanges": [change]}
        one.client.notify("textDocument/didChange", changes)
        params = asking(2_000, len(own) + 3)
        answers.append(one.client.ask("textDocument/inlineCompletion", params)[1])
        await asyncio.sleep(1 / KEYS_PER_SECOND)
    got: list[list[dict[str, Any]]] = await asyncio.wait_for(asyncio.gather(*answers), 30)
    return got


async def test_every_request_is_answered() -> None:
    async with windows(WINDOWS) as made:
        every = await asyncio.gather(*(types(w, f"own{n}_") for n, w in enumerate(made)))
        typed = (ascii_lowercase * 6)[: KEYS_PER_SECOND * SECONDS]
        for number, answers in enumerate(every):
            assert len(answers) == KEYS_PER_SECOND * SECONDS
            texts = [item["insertText"] for items in answers for item in items]
            assert all(text.startswith(f"reply_own{number}_a") for text in texts)
            assert answers[-1][0]["insertText"] == f"reply_own{number}_{typed}"
        assert all(one.popups == [] for one in made)
