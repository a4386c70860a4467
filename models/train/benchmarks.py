"""Keeps public benchmarks out of the corpus: files that share long runs of words with one are dropped.

`humaneval.ngrams` holds hashes of runs of 13 words from HumanEval's prompts and solutions (MIT), one in
eight of them, so that the check needs no copy of the benchmark. To write it anew from HumanEval.jsonl:

    python benchmarks.py HumanEval.jsonl
"""

import hashlib
import json
import re
import sys
from pathlib import Path

HASHES = Path(__file__).parent / "humaneval.ngrams"
WORDS = 13  # GPT-3's choice (arXiv 2005.14165, appendix C)
ONE_IN = 8
ENOUGH = 2
"""Runs shared before a file counts as a copy. One alone can be an idiom."""

WORD = re.compile(r"\w+|[^\w\s]")


def runs(text: str) -> set[str]:
    """Hashes of the text's runs of WORDS words, thinned to one in ONE_IN."""
    words = WORD.findall(text)
    found = set()
    for start in range(len(words) - WORDS + 1):
        run = " ".join(words[start : start + WORDS]).encode()
        value = hashlib.blake2b(run, digest_size=4)
        if value.digest()[0] % ONE_IN == 0:
            found.add(value.hexdigest())
    return found


def known() -> frozenset[str]:
    return frozenset(HASHES.read_text(encoding="ascii").split())


def main() -> None:
    found: set[str] = set()
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        found |= runs(task["prompt"] + task["canonical_solution"])
    HASHES.write_text("\n".join(sorted(found)) + "\n", encoding="ascii")
    print(f"{len(found)} runs of {WORDS} words")


if __name__ == "__main__":
    main()
