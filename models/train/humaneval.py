"""HumanEval-SingleLine as holes: the public yardstick for single lines (openai/human-eval-infilling, MIT).

The benchmark is not part of this repository; hand over its HumanEval-SingleLineInfilling.jsonl.

    python humaneval.py HumanEval-SingleLineInfilling.jsonl work/humaneval.jsonl
    ../../.venv/bin/symbiote evaluate work/humaneval.jsonl --invoked
"""

import json
import sys
from pathlib import Path


def hole(task: dict[str, str]) -> dict[str, str]:
    """`answer` is one line with its indentation; scores compare it stripped."""
    return {
        "id": task["task_id"],
        "prefix": task["prompt"],
        "suffix": "\n" + task["suffix"],
        "answer": task["canonical_solution"].rstrip("\n"),
    }


def main() -> None:
    source, target = map(Path, sys.argv[1:3])
    tasks = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps(hole(task), ensure_ascii=False) for task in tasks]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} holes")


if __name__ == "__main__":
    main()
