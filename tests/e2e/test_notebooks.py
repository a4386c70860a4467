"""Notebooks through the daemon's socket: the cells above one are read before it, in the order they have now."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import Window, windows

pytestmark = pytest.mark.asyncio

CODE, MARKUP = 2, 1
FIRST = "import os\n"
PROSE = "# Load"
LAST = "name = "


class Notebook:
    """As vscode-languageclient tells of it: cells have URIs of their own."""

    def __init__(self, one: Window, path: Path) -> None:
        self.one = one
        self.uri = path.as_uri()
        self.version = 0

    def cell(self, name: str, kind: int = CODE) -> dict[str, Any]:
        return {"kind": kind, "document": self.at(name), "metadata": {"tags": [name, 1, None]}}

    def at(self, name: str) -> str:
        return f"{self.uri.replace('file:', 'vscode-notebook-cell:')}#{name}"

    def text(self, name: str, text: str, language: str = "python") -> dict[str, Any]:
        return {"uri": self.at(name), "languageId": language, "version": 1, "text": text}

    def open(self) -> None:
        it = {"uri": self.uri, "notebookType": "jupyter-notebook", "version": 0}
        cells = [self.cell("first"), self.cell("prose", MARKUP), self.cell("last")]
        texts = [self.text("first", FIRST), self.text("prose", PROSE, "markdown")]
        self._say(
            "Open", {**it, "cells": cells}, cellTextDocuments=[*texts, self.text("last", LAST)]
        )

    def change(self, **cells: Any) -> None:
        self.version += 1
        self._say("Change", {"uri": self.uri, "version": self.version}, change={"cells": cells})

    def close(self) -> None:
        texts = [{"uri": self.at(name)} for name in ("first", "prose", "last")]
        self._say("Close", {"uri": self.uri}, cellTextDocuments=texts)

    async def item(self, name: str, line: int, character: int) -> dict[str, Any]:
        _, answer = self.one.ask(line, character, self.at(name))
        (item,) = await asyncio.wait_for(answer, 30)
        found: dict[str, Any] = item
        return found

    async def prompt(self, name: str = "last", line: int = 0, character: int = 7) -> str:
        """The text before the cursor's line, as the model reads it."""
        await self.one.suggestion(line, character, self.at(name))
        found = re.search(
            r"typing began: .*?\n\n```python\n(.*?)\n```", await self.one.why(), re.DOTALL
        )
        return found[1] if found else ""

    def _say(self, what: str, notebook: dict[str, Any], **more: Any) -> None:
        self.one.client.notify(
            f"notebookDocument/did{what}", {"notebookDocument": notebook, **more}
        )


async def test_a_cell_is_read_with_the_cells_above_it(tmp_path: Path) -> None:
    async with windows(1) as (one,):
        sync = one.agreed["capabilities"]["notebookDocumentSync"]
        assert sync == {"notebookSelector": [{"notebook": "*"}]}
        notebook = Notebook(one, tmp_path / "a.ipynb")
        notebook.open()
        item = await notebook.item("last", 0, 7)
        assert item["insertText"] == "reply_name"
        here = {"line": 0, "character": 7}  # as the editor counts
        assert item["range"] == {"start": here, "end": here}
        said = await one.why()
        assert "line 1, column 8" in said
        assert await notebook.prompt() == "import os\n\n# # Load\n\n"


async def test_the_order_follows_what_happens_to_the_cells(tmp_path: Path) -> None:
    async with windows(1) as (one,):
        notebook = Notebook(one, tmp_path / "a.ipynb")
        notebook.open()
        new = {"start": 1, "deleteCount": 0, "cells": [notebook.cell("new")]}
        opened = [notebook.text("new", "b = 2")]
        notebook.change(structure={"array": new, "didOpen": opened})
        assert await notebook.prompt() == "import os\n\nb = 2\n\n# # Load\n\n"

        moved = [notebook.cell("prose", MARKUP), notebook.cell("first"), notebook.cell("new")]
        notebook.change(structure={"array": {"start": 0, "deleteCount": 3, "cells": moved}})
        assert await notebook.prompt() == "# # Load\n\nimport os\n\nb = 2\n\n"

        end = {"line": 0, "character": 5}
        edit = {"range": {"start": end, "end": end}, "text": "0"}
        document = {"uri": notebook.at("new"), "version": 2}
        notebook.change(textContent=[{"document": document, "changes": [edit]}])
        assert await notebook.prompt() == "# # Load\n\nimport os\n\nb = 20\n\n"

        gone = {"array": {"start": 1, "deleteCount": 2}}
        closed = [{"uri": notebook.at("first")}, {"uri": notebook.at("new")}]
        notebook.change(structure={**gone, "didClose": closed})
        assert await notebook.prompt() == "# # Load\n\n"

        notebook.close()
        assert await one.suggestion(0, 7, notebook.at("last")) is None
        assert await one.silence() == "unknown_document"


async def test_a_cell_that_changes_its_language_is_closed_and_opened(tmp_path: Path) -> None:
    async with windows(1) as (one,):
        notebook = Notebook(one, tmp_path / "a.ipynb")
        notebook.open()
        array = {"start": 0, "deleteCount": 1, "cells": [notebook.cell("first")]}
        uri = [{"uri": notebook.at("first")}]
        texts = [notebook.text("first", FIRST, "sql")]
        notebook.change(structure={"array": array, "didClose": uri, "didOpen": texts})
        assert await notebook.prompt() == "# import os\n\n# # Load\n\n"


async def test_exclusion_goes_by_the_notebook_s_file(tmp_path: Path) -> None:
    (tmp_path / ".symbioteignore").write_text("secret.ipynb\n")
    async with windows(1, folders=(tmp_path.as_uri(),)) as (one,):
        secret = Notebook(one, tmp_path / "secret.ipynb")
        secret.open()
        assert await one.suggestion(0, 7, secret.at("last")) is None
        assert await one.silence() == "excluded"
        await one.until(lambda status: secret.at("first") in status["excluded"])
        secret.close()
        await one.until(lambda status: not status["excluded"])


async def test_what_makes_no_sense_is_ignored(tmp_path: Path) -> None:
    async with windows(1) as (one,):
        notebook = Notebook(one, tmp_path / "a.ipynb")
        notebook.change(structure={"array": {"start": 0, "deleteCount": 9}})
        notebook.close()
        notebook.open()
        notebook.open()
        notebook.change()
        notebook.change(data=[notebook.cell("never")], textContent=[])
        notebook.change(structure={"array": {"start": -1, "deleteCount": "x"}})
        one.client.notify("notebookDocument/didOpen", {"notebookDocument": {"cells": 5}})
        one.client.notify("notebookDocument/didSave", {})
        assert await notebook.prompt() == "import os\n\n# # Load\n\n"
        at = {
            "textDocument": {"uri": notebook.at("last")},
            "position": {"line": -1, "character": 0},
        }
        answer = await one.client.request("symbiote/complete", at)
        assert answer["reason"] == "outside"  # not a line of the cell above
