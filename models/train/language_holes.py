"""Holes in other languages, as `symbiote evaluate` reads them: does anything fall silent because of its language?

Half of them from a cursor inside a line to the line's end, half a whole line from its indentation on; languages by the
ends of file names. Each folder of `--packages` is one package, unpacked.

    python language_holes.py --packages folder --target ../holes/languages.jsonl
"""

import argparse
import json
import random
from pathlib import Path

from holes import Cut, hole, line_starts

SEED, EACH = 13, 15
SMALLEST, LARGEST = 1_000, 80_000
LANGUAGES = {
    "javascript": (".js", ".mjs"),
    "typescript": (".ts",),
    "typescriptreact": (".tsx",),
    "go": (".go",),
    "rust": (".rs",),
    "java": (".java",),
    "kotlin": (".kt",),
    "c": (".c",),
    "cpp": (".cpp", ".h", ".hpp"),
    "csharp": (".cs",),
    "ruby": (".rb",),
    "php": (".php",),
    "shellscript": (".sh", ".bash"),
    "lua": (".lua",),
    "css": (".css",),
    "json": (".json",),
    "yaml": (".yml",),
    "markdown": (".md",),
}
GENERATED = (".min.", "/dist/", "/lib/commonjs/", "/lib/module/", ".d.ts", "locales")


def files(folder: Path, ends: tuple[str, ...]) -> list[Path]:
    """Those a person wrote, as far as names and lines tell."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in ends or any(part in path.as_posix() for part in GENERATED):
            continue
        if not path.is_file() or path.is_symlink():
            continue
        if SMALLEST <= path.stat().st_size <= LARGEST:
            text = path.read_text("utf-8", "replace")
            if max(map(len, text.split("\n"))) < 400:
                found.append(path)
    return found


def drawn(text: str, rng: random.Random, *, whole: bool) -> Cut | None:
    """A hole in a line that says something."""
    starts, lines = line_starts(text), text.split("\n")
    number = rng.randrange(len(lines))
    line = lines[number]
    margin = len(line) - len(line.lstrip())
    if sum(c.isalnum() for c in line) < 4 or len(line) - margin < 6:
        return None
    begin = margin if whole else rng.randint(margin + 1, len(line.rstrip()) - 2)
    return Cut(starts[number] + begin, starts[number] + len(line.rstrip()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    given = parser.parse_args()
    rows = []
    for language, ends in LANGUAGES.items():
        rng, number = random.Random(f"{SEED} {language}"), 0
        choice = files(given.packages, ends)
        while number < EACH and choice:
            path = rng.choice(choice)
            text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
            cut = drawn(text, rng, whole=number % 2 == 1)
            if cut is None or (made := hole(text, cut)) is None:
                continue
            package, *rest = path.relative_to(given.packages).parts
            about = {"package": package, "path": "/".join(rest), "language": language}
            rows.append({"id": f"{language}-{number:02}", **about, **made})
            number += 1
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    given.target.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
