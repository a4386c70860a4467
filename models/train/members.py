"""How many suggestions name a member that does not exist, with and without what jedi knows.

For each hole whose package is installed in `--site`, a workspace is made with the hole's file (its answer left out) and the
site's packages; the real daemon is asked there twice by hand: at once, when nothing is known yet, and again when the analysis
has looked at the place. Both texts go to `--to`, one JSON line for each hole; `judge.py` says what is wrong in them.

    python models/train/members.py models/holes/python.jsonl --site VENV --work FOLDER --to FILE
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import sysconfig
import time
from pathlib import Path
from typing import Any

from symbiote.wire.client import Client, client

NAMES = re.compile(r"\.[^\W\d]\w*|[^\W\d]\w*[ \t]*=(?!=)")
"""What may be an attribute or the name of an argument."""
PATIENCE = 20.0
"""Seconds to wait for the analysis."""


def source(hole: dict[str, Any], site: Path) -> Path:
    if hole["package"] == "python-heldout":
        return Path(sysconfig.get_path("stdlib"), hole["path"])
    return site / hole["path"]


def workspace(hole: dict[str, Any], site: Path, venv: Path, work: Path) -> Path:
    """A project folder of the hole's package, made once; its packages are those of `venv`."""
    folder = work / str(hole["package"])
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    (folder / ".venv").symlink_to(venv.resolve())
    top = str(hole["path"]).partition("/")[0]
    if hole["package"] != "python-heldout" and (site / top).is_dir():
        shutil.copytree(site / top, folder / top)
    return folder


async def ask(window: Client, uri: str, text: str, at: int) -> dict[str, Any]:
    line = text.count("\n", 0, at)
    column = at - text.rfind("\n", 0, at) - 1
    answer: dict[str, Any] = await window.request(
        "symbiote/complete",
        {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": column},
            "automatic": False,
        },
    )
    return answer


async def state(window: Client) -> dict[str, Any]:
    told: dict[str, Any] = (await window.request("symbiote/state", {}))["analysis"]
    return told


async def measure(
    window: Client, hole: dict[str, Any], folder: Path, whole: str, *, quick: bool
) -> dict[str, Any]:
    found = whole.find(hole["prefix"][-2000:] + hole["answer"] + hole["suffix"][:500])
    row: dict[str, Any] = {"id": hole["id"], "package": hole["package"], "path": hole["path"]}
    if found < 0:
        return {**row, "skipped": "not in the file"}
    at = found + len(hole["prefix"][-2000:])
    text = whole[:at] + whole[at + len(hole["answer"]) :]
    file = (folder / str(hole["path"])).resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = file.read_text("utf-8") if file.exists() else None
    file.write_text(text, "utf-8")
    uri = file.as_uri()
    try:
        before = await state(window)
        window.open(uri, text)
        first = await ask(window, uri, text, at)
        row |= {
            "at": at,
            "answer": hole["answer"],
            "before": first["text"] or "",
            "confidence": first["confidence"],
            "reason": first["reason"],
        }
        line = text[text.rfind("\n", 0, at) + 1 : at]
        if quick or not first["text"] or not NAMES.search(line[-80:] + first["text"]):
            return {**row, "after": row["before"], "after_reason": first["reason"]}
        started = time.monotonic()
        while time.monotonic() - started < PATIENCE:
            await asyncio.sleep(0.1)
            now = await state(window)
            if sum(now[k] - before[k] for k in ("answered", "late", "lost")) > 0:
                break
        row["waited"] = round(time.monotonic() - started, 2)
        second = await ask(window, uri, text, at)
        row |= {
            "after": second["text"] or "",
            "after_reason": second["reason"],
            "finish_ms": second["timing_ms"].get("finish"),
        }
        return row
    finally:
        window.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        if kept is not None:
            file.write_text(kept, "utf-8")
        else:
            file.unlink()


async def run(options: argparse.Namespace) -> None:
    site = next(options.site.glob("lib/python3*/site-packages"))
    holes = [json.loads(line) for line in options.holes.read_text("utf-8").splitlines()]
    done = set()
    if options.to.exists():
        done = {json.loads(line)["id"] for line in options.to.read_text("utf-8").splitlines()}
    with options.to.open("a", encoding="utf-8") as out:
        for hole in holes[options.start :: options.step]:
            if hole["id"] in done:
                continue
            folder = workspace(hole, site, options.site, options.work)
            # A window each: one whose analysis ran out of time waits before it asks again.
            async with client(settings={"deadlineMs": 10_000}) as window:
                whole = source(hole, site).read_text("utf-8")
                row = await measure(window, hole, folder, whole, quick=options.quick)
            out.write(json.dumps(row) + "\n")
            out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("holes", type=Path)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="ask once, without the analysis")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--step", type=int, default=1)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
