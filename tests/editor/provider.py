"""A provider for the tests of the editor: the fault server of the daemon's own tests, with a key and slow, whole answers.

`python provider.py KEY` prints its port, then a line of JSON for each request: which row was asked, how, whether with KEY, and how many
characters. `/keyed/…` takes KEY and nothing else, `/open/…` anybody; both also look at rewrites of others. Every row of `e2e/fault_rows.py` is there too.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.fault_rows import ROWS, Asked, begun, chunk, ended, head, said
from e2e.fault_server import faults

REWRITE = """\
def read(path):
    try:
        with open(path) as file:
            text = file.read()
    except OSError:
        return ""
    return text.strip()
"""
COMPLETION = "x + self.y"
REVIEW = "5: warning: a file that cannot be read looks like an empty one\n"
PIECE, EVERY = 6, 0.03
"""Characters of an answer at a time, and seconds between them: some hundred milliseconds for a rewrite, as a fast provider."""


def watched(key: str) -> None:
    """Puts a row that asks for `key` among the faults, and has each row tell that it was asked."""
    refuse = ROWS["wrong_key"]

    async def keyed(asked: Asked) -> None:
        if asked.headers.get("authorization") == f"Bearer {key}":
            await answer(asked)
        else:
            await refuse(asked)

    ROWS["keyed"] = keyed
    ROWS["open"] = answer
    for name, row in list(ROWS.items()):

        async def told(asked: Asked, row=row) -> None:
            right = key in asked.headers.get("authorization", "")
            size = len(json.dumps(asked.body))
            line = {"row": asked.fault, "dialect": asked.dialect, "key": right, "size": size}
            print(json.dumps(line), flush=True)
            await row(asked)

        ROWS[name] = told


async def answer(asked: Asked) -> None:
    text = COMPLETION
    if asked.dialect == "chat":
        text = REVIEW if "You review a change" in json.dumps(asked.body) else REWRITE
    await head(asked)
    await chunk(asked, begun(asked.dialect))
    for at in range(0, len(text), PIECE):
        await chunk(asked, said(asked.dialect, text[at : at + PIECE]))
        await asyncio.sleep(EVERY)
    end = ended(asked.dialect).decode()
    told = f'"completion_tokens": {len(text) // 4}'
    await chunk(asked, end.replace('"completion_tokens": 3', told).encode())
    asked.writer.write(b"0\r\n\r\n")
    await asked.writer.drain()


async def serve(key: str) -> None:
    watched(key)
    async with faults() as server:
        print(server.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)  # until whoever started it closes the pipe


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
