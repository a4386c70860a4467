"""What a window is told of its last ask, from the trigger to the text."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symbiote.core.answer import Origin, Reason
from symbiote.core.moment import Moment
from symbiote.core.settings import WindowSettings
from symbiote.core.timing import Tokens
from symbiote.engine.port import Ask, Delta, Done, End
from symbiote.features.complete import complete, silence
from symbiote.features.follow import closed
from symbiote.features.house import Window
from symbiote.features.why import ENDS, ORIGINS, Explained, explain
from symbiote.finish.chain import CHAIN
from unit.doubles import FakeEngine, FakeHouse, house
from unit.editor import INVOKED, URI
from unit.marked import moment as marked

PAGE = """\
## What was asked

- Asked: automatic, python, line 2, column 3

## What came of it

- Shown: 6 characters, computed
- Text: `'answer'`

## Where the time went

- Milliseconds: …
- Tokens: 13 in the prompt, 4 of them computed anew, 2 generated (0 drafted, 0 of them right)

## The prompt as sent

For this ask. 13 tokens in all.

Control token `<|fim_prefix|>`

The text before the cursor, up to where typing began: 6 characters, about 4 tokens

```python
w = 1

```

Control token `<|fim_suffix|>`

The text after the cursor: 8 characters, about 5 tokens

```python
)
y = 2

```

Control token `<|fim_middle|>`

The text typed since, as the beginning of the answer: 2 characters, about 1 token

```python
f(
```

The engine may look things up in 8 characters before the cursor and 8 after it.

## The raw answer

- `'answer)'`
- It ended there because the model ended it

## What each filter did

FILTERS

## The gate

- The model gives this text a probability of 90%
- The gate (eagerness normal): nothing is held back for want of confidence

## The engine

- Engine: local, ready, model double, family qwen, context 2048 tokens"""


class Counting(FakeEngine):
    """Counts 13 tokens in every prompt."""

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        async with contextlib.aclosing(super().stream(ask)) as stream:
            async for part in stream:
                if isinstance(part, Done):
                    part.cost.tokens = Tokens(prompt=13, evaluated=4, generated=2)
                yield part


@pytest.fixture
def author() -> FakeEngine:
    """The engine of `home` (conftest.py)."""
    return FakeEngine()


def asked(home: FakeHouse, text: str, window: Window, **more: Any) -> Explained:
    at = replace(marked(text), asked_at=time.monotonic(), **more)
    asyncio.run(complete(home, window, at))
    return explain(window, home)


def section(page: str, title: str) -> list[str]:
    return page.split(f"## {title}\n\n")[1].split("\n\n## ")[0].split("\n")


def test_the_whole_page_of_a_suggestion(tmp_path: Path) -> None:
    home = house(tmp_path, Counting(tokens=["answer", ")"]))
    title, text, hole = asked(home, "w = 1\nf(▮)\ny = 2\n", Window("w"))
    home.ledger.close()
    assert title == "Why this?"
    told = {"suffix_overlap": "`'answer)'` → `'answer'`"}
    steps = [f"- {f.__name__}: {told.get(f.__name__, 'left as it was')}" for f in CHAIN]
    page = PAGE.replace("FILTERS", "\n".join(steps))
    assert re.sub(r"Milliseconds: .*", "Milliseconds: …", text) == page
    assert hole is not None
    assert "\n" not in hole
    found = json.loads(hole)
    assert found.pop("id").startswith("why-")
    sides = {"prefix": "w = 1\nf(", "suffix": ")\ny = 2\n"}
    assert found == {**sides, "answer": "", "language": "python"}


def test_before_the_first_ask_and_after_one_that_was_none(home: FakeHouse) -> None:
    window = Window("w")
    title, text, hole = explain(window, home)
    assert (title, hole) == ("Why nothing?", None)
    assert text.startswith("Nothing was asked for in this window yet.")
    silence(home, window, Reason.OUTSIDE, "python")
    title, text, hole = explain(window, home)
    assert (title, hole) == ("Why nothing?", None)
    assert section(text, "What was asked") == ["- Asked: automatic, python"]
    assert "outside the document" in text


def test_hush(home: FakeHouse) -> None:
    _, text, hole = asked(home, "cana▮ry = 1", Window("w"))
    came = section(text, "What came of it")
    assert came[0] == "- Shown: nothing (mid_word)"
    assert came[2].startswith("- Next: Go to the end of the word")
    assert section(text, "The prompt as sent") == ["The model was not asked."]
    assert "The raw answer" not in text
    assert "Tokens" not in text
    assert hole is None


def test_the_gate(home: FakeHouse, author: FakeEngine) -> None:
    home.become(gate=-1.0)
    author.confidence = -2.0
    window = Window("w")
    title, text, hole = asked(home, "x = ▮", window)
    assert title == "Why nothing?"
    assert "- Shown: nothing (low_confidence)" in text
    assert section(text, "The raw answer")[0] == "- `'answer'`"
    gate = [
        "- The model gives this text a probability of 14%",
        "- The gate (eagerness normal): under 37% nothing is shown while you type",
    ]
    assert section(text, "The gate") == gate
    assert hole is not None
    title, text, _ = asked(home, "x = ▮", window, **INVOKED)
    assert title == "Why this?"
    assert section(text, "The gate")[:2] == gate
    assert "by hand" in section(text, "The gate")[2]


def test_the_filter_that_refused(home: FakeHouse, author: FakeEngine) -> None:
    author.tokens = ["price * quantity"]
    _, text, _ = asked(home, "total = ▮price * quantity\n", Window("w"))
    assert "- Shown: nothing (repeats_suffix)" in text
    last = section(text, "What each filter did")[-1]
    assert last.startswith("- suffix_overlap: `'price * quantity'` → nothing (repeats_suffix). ")


def test_what_came_by_the_deadline(home: FakeHouse, author: FakeEngine) -> None:
    author.end, author.tokens = End.DEADLINE, ["first, sec"]
    window = Window("w")
    _, text, _ = asked(home, "x = ▮", window)
    assert "- It ended there because its time was up" in text
    assert "- half_line: `'first, sec'` → `'first, '`" in text
    author.tokens = ["sec"]
    _, text, _ = asked(home, "x = ▮", window)
    assert "- Shown: nothing (deadline)" in text
    last = section(text, "What each filter did")[-1]
    assert last.startswith("- half_line: `'sec'` → nothing (cut_off)")
    author.delay = 10
    _, text, hole = asked(home, "x = ▮", Window("w", WindowSettings(deadline_ms=50)))
    assert "- Shown: nothing (deadline)" in text
    assert section(text, "The prompt as sent")[0] == "For this ask."
    assert section(text, "The raw answer") == [
        "- It came to no end for this ask; so far: `''`, 0 tokens"
    ]
    assert hole is not None


def test_a_model_that_cannot_fill_in(home: FakeHouse) -> None:
    home.become(family="", specials=frozenset(), model="chatty-7b")
    _, text, hole = asked(home, "canary = ▮", Window("w"))
    assert "- Shown: nothing (refused)" in text
    prompt = section(text, "The prompt as sent")
    assert prompt[0].startswith("It was not sent")
    assert prompt[1].startswith("No prompt could be made of it: chatty-7b")
    assert "canary = " in prompt
    assert hole is not None


def test_another_model_by_now(home: FakeHouse) -> None:
    window = Window("w")
    asked(home, "canary = ▮", window)
    home.become(model="other", pid=7)
    text = explain(window, home).text
    assert "Another model runs by now" in text
    assert "<|fim_prefix|>" not in text
    assert "- At the time of the ask: local, ready, model double" in text


def test_the_selected_entry(home: FakeHouse, author: FakeEngine) -> None:
    author.tokens = ["(name)"]
    _, text, hole = asked(home, "item.pri▮", Window("w"), selected=(5, "print_all"))
    assert "- Selected in the list, and taken for typed: `'print_all'`" in text
    assert "- Text: `'print_all(name)'`" in text
    assert hole is not None
    assert json.loads(hole)["prefix"] == "item.print_all"


def test_text_is_shown_as_what_it_is(home: FakeHouse, author: FakeEngine) -> None:
    author.tokens = ["a\u202eb`\x1b[31m"]
    text = asked(home, "s = '```\u202e\x1b'\nx = ▮", Window("w")).text
    assert all(c == "\n" or c.isprintable() for c in text)
    assert "s = '```\\u202e\\x1b'" in text
    assert "````python" in text
    assert "- ``'a\\u202eb`\\x1b[31m'``" in text


def test_nothing_of_it_is_copied_or_written(
    home: FakeHouse, author: FakeEngine, tmp_path: Path
) -> None:
    author.tokens = ["canary()"]
    window = Window("w")
    at: Moment = replace(marked("canary = ▮"), asked_at=time.monotonic())
    asyncio.run(complete(home, window, at))
    assert window.last is not None
    assert window.last.moment is at
    assert "canary" in explain(window, home).text
    home.ledger.flush()
    for file in tmp_path.iterdir():
        assert b"canary" not in file.read_bytes()


def test_a_closed_document_takes_its_text_along(home: FakeHouse) -> None:
    window = Window("w")
    asked(home, "canary = ▮", window)
    closed(window, "file:///other.py")
    assert "canary" in explain(window, home).text
    closed(window, URI)
    title, text, hole = explain(window, home)
    assert (title, hole) == ("Why this?", None)
    assert "canary" not in text
    assert "- Shown: 6 characters, computed" in text
    assert section(text, "The prompt as sent") == [
        "The document was closed since, or another one that it quotes, and the text with it."
    ]


def test_the_calibration(home: FakeHouse) -> None:
    home.become(tuning={"threads": 3, "flash": False}, note="a note", device="CPU", gate=-math.inf)
    engine = section(explain(Window("w"), home).text, "The engine")
    assert engine[1:] == ["- Calibrated: threads 3, flash False", "- a note"]
    assert "on CPU, 0 threads, 0 layers on the GPU" in engine[0]


def test_there_are_words_for_every_origin_and_every_end() -> None:
    assert set(ORIGINS) == set(Origin)
    assert set(ENDS) == set(End)
