"""Holes that other files have an answer to, each with a session that leads to it, as `symbiote evaluate` plays it.

Cut from packages that are never trained on. Two sorts:

    first_use, use, attribute   the line uses a name, or a member of a class or module, that another file of the package
                                defines and this one does not: where the file uses it first, anywhere, behind a dot
    edit                        a line that a release changed, in the state of the release before; other changes of the
                                same release are made before it, as edits of the session

With `--any N` come N more of the kinds of holes.py, with sessions of the same sort, for fitting what weighs answers.

A hole names its `project` (package and version), whose files are in the other file that is written, and its `path` there;
`removed` is the part of it that is cut out before anything is opened, in code points; `visits` are the files opened before, in this order (of
those that are `closed` again, nothing is open at the hole); `edits` replace a part of a text as it is by then, the last
ones lead to the hole; `cursor` is where it is in the text that comes of that. What defines the name is among the visits of six holes in ten.

    python cross.py --work work --group heldout --count 500 --target ../holes/cross.jsonl --files ../holes/cross_files.jsonl
    python cross.py --work work --group tuning --count 3000 --target work/tuning_cross.jsonl --files work/tuning_files.jsonl
"""

import argparse
import difflib
import itertools
import json
import keyword
import random
import re
import tokenize
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uses import Project, Use, project, uses, wheels

from holes import KINDS as ANY
from holes import LONGEST, SHORTEST, cuts, hole, line_starts, neutral, tokens

HERE = Path(__file__).parent
SEED = 29
EDITED = 0.3
"""The share of holes that a release changed, where there are as many."""
KINDS = ("first_use", "use", "attribute")
DEFINING, SIBLING, CLOSED = 0.6, 0.5, 0.3
"""How likely a visit is: of the file that defines the name, of the nearest one by name; and that a visit is over."""
DISTRACTORS, EARLIER, ELSEWHERE = 3, 3, 4
"""At most: other visits, and changes made before, above the hole in its file and in other files."""
Record = dict[str, Any]


def cut(text: str, start: int, end: int, rng: random.Random) -> tuple[int, int] | None:
    """Around a name at `start`..`end`: the rest of its line from the line's text, from it, or from inside it."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    stop = len(text) if stop < 0 else stop
    drawn = rng.random()
    begin = start
    if drawn < 0.35:
        begin = line + len(text[line:start]) - len(text[line:start].lstrip())
    elif drawn > 0.7 and end - start > 3:
        begin = start + rng.randint(1, 2)
    answer = text[begin:stop].rstrip()
    return (begin, begin + len(answer)) if SHORTEST <= len(answer) <= LONGEST else None


def visits(made: Project, path: str, defining: str | None, rng: random.Random) -> list[Record]:
    """Files seen before, in no order that says which of them helps."""
    others = [other for other in made.files if other != path]
    chosen: list[str] = []
    if defining is not None and rng.random() < DEFINING:
        chosen.append(defining)
    if others and rng.random() < SIBLING:
        chosen.append(max(others, key=lambda other: likeness(path, other)))
    # Without the defining file here: it is visited as often as DEFINING says.
    drawable = [other for other in others if other != defining]
    chosen += rng.sample(drawable, min(len(drawable), rng.randint(1, DISTRACTORS)))
    chosen = list(dict.fromkeys(chosen))
    rng.shuffle(chosen)
    return [{"path": one, "closed": rng.random() < CLOSED} for one in chosen]


def likeness(one: str, other: str) -> float:
    """Of two paths; the test of a module is its nearest."""
    stems = [re.sub(r"^test_|_test$", "", Path(path).stem) for path in (one, other)]
    same = sum(a == b for a, b in zip(one.split("/"), other.split("/"), strict=False))
    return 3 * (stems[0] == stems[1]) + same / 10 + difflib.SequenceMatcher(None, *stems).ratio()


def plain(
    made: Project, kind: str, rng: random.Random, cache: dict[str, list[Use]]
) -> Record | None:
    path = rng.choice(sorted(made.files))
    options = [
        use for use in cache.setdefault(f"{made.name} {path}", uses(made, path)) if use.kind == kind
    ]
    if not options:
        return None
    use, text = rng.choice(options), made.files[path]
    if (found := cut(text, use.start, use.end, rng)) is None:
        return None
    start, end = found
    return {
        "project": made.name, "path": path, "removed": [start, end], "cursor": start,
        "answer": text[start:end], "name": text[use.start : use.end], "defined": use.defined,
        "visits": visits(made, path, use.defined, rng), "edits": [],
    }  # fmt: skip


def anything(made: Project, kind: str, rng: random.Random) -> Record | None:
    """As holes.py cuts them, whatever other files say."""
    path = rng.choice(sorted(made.files))
    text = made.files[path]
    options = cuts(text, rng)[kind]
    drawn = rng.choice(options) if options else None
    if drawn is None or (found := hole(text, drawn)) is None:
        return None
    answer = found["answer"]
    return {
        "project": made.name, "path": path, "removed": [drawn.start, drawn.start + len(answer)],
        "cursor": drawn.start, "answer": answer, "name": None, "defined": None,
        "visits": visits(made, path, None, rng), "edits": [],
    }  # fmt: skip


@dataclass(frozen=True)
class Hunk:
    """Lines `low` to `high` of the older release's `path` became `lines`, which begin at line `at` of the newer one's."""

    path: str
    low: int
    high: int
    lines: tuple[str, ...]
    at: int = 0


def hunks(old: Project, new: Project) -> dict[str, list[Hunk]]:
    found = {}
    for path in sorted(old.files.keys() & new.files.keys()):
        one, other = (made.files[path].splitlines(keepends=True) for made in (old, new))
        if one == other:
            continue
        matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
        found[path] = [
            Hunk(path, low, high, tuple(other[first:last]), first)
            for tag, low, high, first, last in matcher.get_opcodes()
            if tag != "equal"
            and "".join(one[low:high]).strip() != "".join(other[first:last]).strip()
        ]
    return {path: list_ for path, list_ in found.items() if list_}


def edit(
    old: Project, new: Project, changed: dict[str, list[Hunk]], rng: random.Random
) -> Record | None:
    """A hole in a line that the next release changed."""
    path = rng.choice(sorted(changed))
    own = changed[path]
    which = rng.randrange(len(own))
    hunk, text = own[which], new.files[path]
    before = set(old.files[path].splitlines(keepends=True)[hunk.low : hunk.high])
    options = [
        token
        for token in tokens(text)
        if token.type == tokenize.NAME
        and not keyword.iskeyword(token.string)
        and hunk.at < token.start[0] <= hunk.at + len(hunk.lines)
        and token.line not in before
    ]
    if not options or "version" in path or "__version__" in hunk.lines[0]:
        return None
    name = rng.choice(options)
    row = name.start[0] - 1 - hunk.at
    line = hunk.lines[row]
    found = cut(line, name.start[1], name.end[1], rng)
    if found is None:
        return None
    start, end = found
    made = own[:which][-EARLIER:]
    others = [one for other, list_ in sorted(changed.items()) if other != path for one in list_]
    made = rng.sample(others, min(len(others), rng.randint(1, ELSEWHERE))) + made
    head = "".join(hunk.lines[:row]) + line[:start]
    target = Hunk(path, hunk.low, hunk.high, (head + line[end:],))
    edits = placed(old, [*made, target])
    return {
        "project": old.name, "path": path, "removed": [0, 0], "cursor": edits[-1]["start"] + len(head),
        "answer": line[start:end], "name": name.string, "defined": None,
        "visits": visits(old, path, None, rng), "edits": edits,
    }  # fmt: skip


def placed(old: Project, made: list[Hunk]) -> list[Record]:
    """Hunks as replacements of code points, in the texts as they are by then."""
    grown: dict[str, list[tuple[int, int]]] = defaultdict(list)
    starts = {hunk.path: line_starts(old.files[hunk.path]) for hunk in made}
    edits = []
    for hunk in made:
        path, offsets, text = hunk.path, starts[hunk.path], "".join(hunk.lines)
        size = len(old.files[path])
        begin, end = (offsets[n] if n < len(offsets) else size for n in (hunk.low, hunk.high))
        moved = sum(by for where, by in grown[path] if where <= begin)
        edits.append({"path": path, "start": begin + moved, "end": end + moved, "text": text})
        grown[path].append((end, len(text) - (end - begin)))
    return edits


def holes(groups: list[list[Project]], count: int, others: int) -> list[Record]:
    """`count` holes, and `others` of any kind; packages and kinds in turn, fewer where there are not so many."""
    rng = random.Random(SEED)
    changes = [
        (old, new, changed)
        for releases in groups
        for new, old in itertools.pairwise(releases)
        if (changed := hunks(old, new))
    ]
    cache: dict[str, list[Use]] = {}
    made: dict[tuple[object, ...], Record] = {}
    counts: Counter[str] = Counter()
    wanted = {kind: round(count * (1 - EDITED) / len(KINDS)) for kind in KINDS}
    wanted["edit"] = count - sum(wanted.values())
    if not changes:
        del wanted["edit"]
    wanted |= {kind: others // len(ANY) for kind in ANY if others}
    wanted = {kind: number for kind, number in wanted.items() if number}
    for turn in range((count + others) * 60):
        kind = min(wanted, key=lambda kind: counts[kind] / wanted[kind])
        if len(made) >= sum(wanted.values()):
            break
        if kind == "edit":
            found = edit(*changes[turn % len(changes)], rng)
        elif kind in ANY:
            found = anything(groups[turn % len(groups)][0], kind, rng)
        else:
            found = plain(groups[turn % len(groups)][0], kind, rng, cache)
        if found is None or not found["cursor"]:
            continue
        key = (found["project"], found["path"], found["answer"], found["cursor"])
        if key in made:
            continue
        counts[kind] += 1
        made[key] = {"id": f"{kind}-{sum(counts.values()):04}", **found}
    print(dict(counts))
    return sorted(made.values(), key=lambda hole: (hole["project"], hole["path"], hole["cursor"]))


def sources(releases: list[Project]) -> list[Record]:
    """Each file of a package once: what is the same in several of its releases names them all."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for release in releases:
        for path, text in release.files.items():
            found[path, text].append(release.name)
    return [
        {"projects": names, "path": path, "text": neutral(text)}
        for (path, text), names in sorted(found.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--work", type=Path, default=HERE / "work", help="its `wheels` are used again"
    )
    parser.add_argument(
        "--group", default="heldout", help="of corpus.toml: heldout, tuning or train"
    )
    parser.add_argument("--only", nargs="*", help="only these packages of the group")
    parser.add_argument(
        "--back", type=int, default=2, help="releases before the pinned one, for edits"
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--any", type=int, default=0, help="so many more, of any kind")
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--files", type=Path, required=True)
    options = parser.parse_args()
    pins = tomllib.loads((HERE / "corpus.toml").read_text())[options.group]["packages"]
    pins = {name: version for name, version in pins.items() if name in (options.only or pins)}
    groups = [
        [project(name, wheel) for wheel in found]
        for name, found in wheels(options.work / "wheels", pins, options.back)
    ]
    made = holes([group for group in groups if len(group[0].files) > 2], options.count, options.any)
    used = {hole["project"] for hole in made}
    with options.target.open("w", encoding="utf-8") as out:
        for hole in made:
            out.write(json.dumps({**hole, "files": options.files.name}, ensure_ascii=False) + "\n")
    with options.files.open("w", encoding="utf-8") as out:
        for group in groups:
            for line in sources([release for release in group if release.name in used]):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    for file in (options.target, options.files):
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
