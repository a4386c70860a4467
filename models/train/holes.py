"""Holes: places in held-out code to be filled, as `symbiote evaluate` reads them.

Six kinds, in equal shares, cut from files of packages that are never trained on:

    line_end      from a cursor inside a line to the end of the line
    mid_line      a name, number or text inside a line; the line goes on behind it
    inside_call   from inside a call's brackets to its closing bracket, which stays
    after_paren   from right behind `(` to the end of the line
    empty_body    the first line of a body, after a line that ends with `:`
    block_line    a whole line inside an indented block, from its indentation on

Written in the order of the files they are cut from, and of their places there, so that git's packs
stay small; the number in an id says in which order they were drawn.

    python holes.py --work work --count 1020 --target ../holes/python.jsonl
"""

import argparse
import io
import json
import random
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BEFORE, AFTER = 10_000, 4_000
"""Characters of the file kept around a hole, cut at line starts: more than 1,536 tokens hold."""
LONGEST, SHORTEST = 80, 2
HOST = re.compile(r"\b(?:registry\.npm\w+|files\.python\w+|pypi)\.org\b")
"""Of a package registry: no file of this repository names one."""
SEED = 11


@dataclass(frozen=True)
class Cut:
    """From `start` to `end` in a text: what is to be filled in."""

    start: int
    end: int


def neutral(text: str) -> str:
    """`text` with other hosts in place of package registries', as long as they: every place stays what it was."""
    return HOST.sub(lambda found: "x" * (len(found[0]) - 4) + ".tld", text)


def line_starts(text: str) -> list[int]:
    starts = [0]
    for index, character in enumerate(text):
        if character == "\n":
            starts.append(index + 1)
    return starts


def tokens(text: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return []


def cuts(text: str, rng: random.Random) -> dict[str, list[Cut]]:
    """Every possible cut of each kind; where a kind has a choice of column, one is drawn."""
    found: dict[str, list[Cut]] = {kind: [] for kind in KINDS}
    starts, parts = line_starts(text), tokens(text)
    code = [
        t for t in parts if t.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)
    ]

    def at(place: tuple[int, int]) -> int:
        return starts[place[0] - 1] + place[1]

    def line_end(offset: int) -> int:
        end = text.find("\n", offset)
        return len(text) if end < 0 else end

    first_of_line = {}
    for token in code:
        first_of_line.setdefault(token.start[0], token)
        if token.start[0] != token.end[0]:
            continue
        if token.type != tokenize.OP and rng.random() < 0.5:
            found["mid_line"].append(Cut(at(token.start), at(token.end)))
        if token.string == "(":
            found["after_paren"].append(Cut(at(token.end), line_end(at(token.end))))
            close = matching(code, token)
            if close is not None and close.start[0] == token.start[0]:
                inside = rng.randint(at(token.end), at(close.start))
                found["inside_call"].append(Cut(inside, at(close.start)))
    for number, token in first_of_line.items():
        begin, end = at(token.start), line_end(at(token.start))
        if end - begin > 3:
            found["line_end"].append(Cut(rng.randint(begin + 1, end - 2), end))
        before = text[: starts[number - 1]].rstrip()
        if before.endswith(":") and token.start[1] > 0:
            found["empty_body"].append(Cut(begin, end))
        elif token.start[1] > 0:
            found["block_line"].append(Cut(begin, end))
    return found


def matching(
    code: list[tokenize.TokenInfo], opener: tokenize.TokenInfo
) -> tokenize.TokenInfo | None:
    depth = 0
    for token in code[code.index(opener) :]:
        depth += {"(": 1, ")": -1}.get(token.string, 0)
        if depth == 0:
            return token
    return None


KINDS = ("line_end", "mid_line", "inside_call", "after_paren", "empty_body", "block_line")


def hole(text: str, cut: Cut) -> dict[str, str] | None:
    """A hole with its surroundings, or None where the answer is too short, too long or spans lines."""
    text = neutral(text)
    answer = text[cut.start : cut.end].rstrip()
    if not SHORTEST <= len(answer.strip()) <= LONGEST or "\n" in answer:
        return None
    head, tail = text[: cut.start], text[cut.start + len(answer) :]
    if len(head) > BEFORE:
        head = head[head.find("\n", len(head) - BEFORE) + 1 :]
    if len(tail) > AFTER:
        tail = tail[: tail.rfind("\n", 0, AFTER) + 1]
    return {"prefix": head, "suffix": tail, "answer": answer}


def holes(file: Path, count: int) -> Iterator[tuple[int, dict[str, str]]]:
    """`count` holes and their offsets in their files, the kinds and the packages in turn.

    The path is unique in `file`. Fewer come where the files do not hold so many.
    """
    rng = random.Random(SEED)
    packages: dict[str, list[dict[str, str]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        packages.setdefault(record["package"], []).append(record)
    cached: dict[str, dict[str, list[Cut]]] = {}
    used: set[tuple[str, int]] = set()
    made, names = 0, sorted(packages)
    for turn in range(count * 40):
        if made == count:
            return
        kind = KINDS[made % len(KINDS)]
        record = rng.choice(packages[names[turn % len(names)]])
        text, path = record["text"].replace("\r\n", "\n"), record["path"]
        options = cached.setdefault(path, cuts(text, rng))[kind]
        if not options:
            continue
        cut = rng.choice(options)
        found = None if (path, cut.start) in used else hole(text, cut)
        if found:
            used.add((path, cut.start))
            made += 1
            head = {"id": f"{kind}-{made:04}", "path": path, "package": record["package"]}
            yield cut.start, head | found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    parser.add_argument("--source", default="heldout.jsonl", help="file name inside --work")
    parser.add_argument("--count", type=int, default=1020)
    parser.add_argument("--target", type=Path, required=True)
    options = parser.parse_args()
    found = list(holes(options.work / options.source, options.count))
    found.sort(key=lambda hole: (hole[1]["package"], hole[1]["path"], hole[0]))
    lines = [json.dumps(hole, ensure_ascii=False) for _, hole in found]
    options.target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} holes, {options.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
