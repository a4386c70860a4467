"""`symbiote rewrite`: the lines of a file, rewritten through the real daemon, without an editor."""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symbiote.commands import files, looks, providers
from symbiote.core.errors import UserError

SCHEMA = 1
PATIENCE = 200.0
"""Seconds for one answer: a little more than the daemon gives a rewrite."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file")
    parser.add_argument("start", type=int, help="the first line, from 1")
    parser.add_argument("end", type=int, help="the last line")
    parser.add_argument(
        "intention", nargs="*", help="what to do, in words; each further one is a follow-up"
    )
    parser.add_argument("--name", help="a ready intention, such as docstring or simplify")
    parser.add_argument(
        "--model", help="a catalogue name or a .gguf file, as in symbiote.rewriteModel"
    )
    providers.add_mode(parser)
    parser.add_argument("--diff", action="store_true", help="print a diff instead of the new lines")
    parser.add_argument("--write", action="store_true", help="put the new lines into the file")


def run(options: argparse.Namespace) -> int:
    import asyncio

    file = Path(options.file).absolute()
    text = files.text(file)
    with files.apart(options.model):
        answer = asyncio.run(_rewritten(options, text, file.as_uri()))
    if options.write and answer["text"] is not None and not answer["read_only"]:
        _write(file, text, answer)
    if answer["reason"] is not None:
        print(f"symbiote: {answer['detail']} ({answer['reason']})", file=sys.stderr)
    if answer["problem"]:
        print(f"symbiote: {answer['problem']}", file=sys.stderr)
    if options.json:
        print(json.dumps(_told(answer), ensure_ascii=False))
    else:
        _say(answer, diff=options.diff)
        looks.say(options.file, answer)
    return 0 if answer["text"] is not None or answer["reason"] == "no_change" else 1


def _say(answer: dict[str, Any], *, diff: bool) -> None:
    if answer["text"] is not None:
        print(answer["diff"] if diff and not answer["read_only"] else answer["text"])
    if answer["origin"] == "remembered":
        print(
            f"{providers.known_by(answer)}: remembered, {answer['total_ms']:.0f} ms. "
            f"{answer['detail'] or '`symbiote answers --clear` forgets it.'}",
            file=sys.stderr,
        )
        return
    first, loading = answer["first_text_ms"], answer["loading_ms"]
    print(
        f"{providers.known_by(answer)}: first text {f'{first:.0f} ms' if first is not None else 'never'}, "
        f"{answer['total_ms']:.0f} ms, {answer['tokens_per_second']:.0f} tokens/s, "
        f"{answer['drafted_share']:.0%} drafted"
        + (f", the model loaded in {loading:.0f} ms before" if loading else ""),
        file=sys.stderr,
    )


async def _rewritten(options: argparse.Namespace, text: str, uri: str) -> dict[str, Any]:
    """The last turn's answer, in snake_case, with the diff of all turns and the whole new text (`whole`)."""
    from symbiote.core.text import body, split
    from symbiote.wire.client import client

    lines = split(text)
    start, end = options.start, options.end
    if not 1 <= start <= end <= len(lines):
        raise UserError(
            f"{options.file} has {len(lines)} lines; {start} to {end} are not among them."
        )
    if not options.intention and not options.name:
        raise UserError("Say what to do, or name a ready intention (--name).")
    settings = {"rewriteModel": options.model} if options.model else {}
    old = [body(line) for line in lines[start - 1 : end]]
    now, name, answer = old, uuid.uuid4().hex, {}
    wishes = options.intention or [""]
    second = looks.Looks(options.mode)
    route = providers.route(options.mode)
    async with client(settings=settings, on_notify=second.hear, mode=route) as window:
        await providers.tell_keys(window, options.mode, "rewrite")
        window.open(uri, text, language=files.language(options.file))
        for number, wish in enumerate(wishes):
            asked = {
                "textDocument": {"uri": uri},
                "range": _range(start, start + len(now)),
                "rewrite": name,
                "intention": wish,
                "name": options.name if number == 0 else None,
            }
            raw = await window.request("symbiote/rewrite", asked, timeout=PATIENCE)
            answer = _snake(raw)
            if answer["text"] is not None and not answer["read_only"]:
                new = answer["text"].split("\n")
                if number + 1 < len(wishes):
                    window.notify(
                        "textDocument/didChange", _change(uri, number + 2, start, now, new)
                    )
                now = new
        answer["review"] = await second.of(answer)
        answer["problem"] = (await window.request("symbiote/intentions", {}))["problem"]
    diff = _diff(options.file, lines, start, old, now)
    shown = answer["text"] if answer["read_only"] else "\n".join(now) if now != old else None
    return answer | {"text": shown, "diff": diff, "iterations": answer["turn"], "old": old}


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    """What is printed as JSON: the result as the wire has it, and what the command adds."""
    keys = ("schema", "text", "diff", "iterations", "reason", "detail", "engine", "model")
    more = ("first_text_ms", "total_ms", "tokens_per_second", "drafted_share", "loading_ms")
    rest = ("read_only", "hunks", "timing_ms", "tokens", "outside", "origin", "review")
    return {key: answer[key] for key in (*keys, *more, *rest)}


def _diff(
    file: str, lines: Sequence[str], start: int, old: Sequence[str], new: Sequence[str]
) -> str:
    """A unified diff of the whole file, "" where nothing changed."""
    import difflib

    from symbiote.core.text import body

    before = [body(line) for line in lines]
    after = [*before[: start - 1], *new, *before[start - 1 + len(old) :]]
    name = file.lstrip("/")
    return "\n".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm=""))


def _write(file: Path, text: str, answer: dict[str, Any]) -> None:
    """Raises `UserError` when the file is no longer what was read."""
    from symbiote.core.text import body, split

    if files.text(file) != text:
        raise UserError(f"{file} was changed in the meantime; nothing was written.")
    lines, old = split(text), answer["old"]
    eol = next((line[len(body(line)) :] for line in lines if line != body(line)), "\n")
    start = answer["region"]["start"]
    last = lines[start + len(old) - 1]
    new = eol.join(answer["text"].split("\n")) + last[len(body(last)) :]
    whole = "".join([*lines[:start], new, *lines[start + len(old) :]])
    marked = file.read_bytes().startswith(b"\xef\xbb\xbf")
    try:
        beside = file.with_name(f".{file.name}.symbiote")
        beside.write_bytes((b"\xef\xbb\xbf" if marked else b"") + whole.encode())
        beside.chmod(file.stat().st_mode & 0o7777)
        os.replace(beside, file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.") from error


def _range(start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": start - 1, "character": 0},
        "end": {"line": end - 1, "character": 0},
    }


def _change(
    uri: str, version: int, start: int, old: Sequence[str], new: Sequence[str]
) -> dict[str, Any]:
    end = {"line": start - 2 + len(old), "character": len(old[-1])}
    place = {"start": {"line": start - 1, "character": 0}, "end": end}
    return {
        "textDocument": {"uri": uri, "version": version},
        "contentChanges": [{"range": place, "text": "\n".join(new)}],
    }


def _snake(raw: dict[str, Any]) -> dict[str, Any]:
    """The command line's JSON is snake_case throughout."""
    import re

    def name(key: str) -> str:
        return re.sub("[A-Z]", lambda found: "_" + found[0].lower(), key)

    made = {name(key): value for key, value in raw.items()}
    made["outside"] = providers.snaked(made["outside"])
    made["hunks"] = [{name(key): value for key, value in hunk.items()} for hunk in made["hunks"]]
    return made
