"""What rewrites are measured with: selections in their files, each with an instruction. Pure, but for reading the tasks.

The tasks are those that models are evaluated with (models/holes/README.md): real code that no model was trained on. Long
selections, which that file has none of, are stretches of the typing trace's files in which a name is to be changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from symbiote.bench.trace import File
from symbiote.core.errors import UserError

TASKS = Path(__file__).resolve().parents[3] / "models" / "holes" / "edits.jsonl"
LEAST, MOST = 15, 28
"""Lines of a selection of usual size: the tasks are cut off there."""
LONG = 60
"""Lines of a long one."""
STEP = 11
"""Lines from the beginning of one long selection to the next, so that they overlap."""
SEEN = 2, 8
"""How often a name that is to be changed stands in a long selection."""
_ASSIGNED = re.compile(r"^[ ]+([a-z][a-z_0-9]{2,}) = ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines `start` up to, not including, `end` of `text`, which ends with a line end, and what to do with them."""

    name: str
    text: str
    start: int
    end: int
    words: str

    @property
    def lines(self) -> int:
        return self.end - self.start

    @property
    def selection(self) -> list[str]:
        return self.text.split("\n")[self.start : self.end]

    def marked(self, number: int) -> Edit:
        """The same under a first line that nothing else has, so that nothing from there on was read before."""
        mark = f"# {number} of these\n"
        return replace(self, text=mark + self.text, start=self.start + 1, end=self.end + 1)


def read(file: Path, least: int = LEAST, most: int = MOST) -> list[Edit]:
    """The first turns of the tasks whose selections have so many lines. Raises `UserError`."""
    found = []
    try:
        for line in file.read_text("utf-8").splitlines():
            raw = json.loads(line)
            edit = _edit(raw["id"], raw["before"], raw["selection"], raw["after"], raw["turns"])
            if least <= edit.lines <= most:
                found.append(edit)
    except OSError as error:
        raise UserError(
            f"{file} cannot be read: {error.strerror}. Give tasks with --tasks."
        ) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise UserError(f"{file} cannot be read as edit tasks: {error!r}.") from error
    if not found:
        raise UserError(f"{file} has no selections of {least} to {most} lines.")
    return found


def _edit(
    name: str, before: str, selection: str, after: str, turns: Sequence[Sequence[str]]
) -> Edit:
    above = f"{before}\n" if before else ""
    start, lines = above.count("\n"), selection.count("\n") + 1
    text = f"{above}{selection}\n{after}\n"
    return Edit(name, text, start, start + lines, turns[0][0])


def long(files: Sequence[File], count: int, lines: int = LONG) -> list[Edit]:
    """Up to `count` long selections: the files by turns, and in each a name to be changed that stands there a few times."""
    stretches = [list(_stretches(file, lines)) for file in files]
    most = max(map(len, stretches), default=0)
    taken = [some[number] for number in range(most) for some in stretches if number < len(some)]
    return taken[:count]


def _stretches(file: File, lines: int) -> list[Edit]:
    text = file.start if file.start.endswith("\n") else f"{file.start}\n"
    every = text.split("\n")[:-1]
    found = []
    for start in range(0, len(every) - lines + 1, STEP):
        stretch = "\n".join(every[start : start + lines])
        names = [name for name in _ASSIGNED.findall(stretch) if _times(name, stretch)]
        if names:
            name = names[start % len(names)]
            words = f"Rename {name} to {name}_too"
            found.append(Edit(f"{file.name}:{start}", text, start, start + lines, words))
    return found


def _times(name: str, text: str) -> bool:
    least, most = SEEN
    return least <= len(re.findall(rf"\b{name}\b", text)) <= most


def kept(selection: Sequence[str], answer: Sequence[str]) -> float:
    """The share of the selection's lines that the answer still has, in their order."""
    if not selection:
        return 0.0
    matcher = SequenceMatcher(None, list(selection), list(answer), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(selection)
