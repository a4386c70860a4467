"""A model made heavier: the same tokens, as the engine itself finds, and a file that holds together."""

from __future__ import annotations

from pathlib import Path

import llama_cpp
import numpy as np
import pytest

from symbiote.bench.heavier import heavier
from symbiote.core.errors import ModelError
from symbiote.engine.local.catalogue import find
from symbiote.engine.local.header import check

PROMPT = b"def total(items):\n    result = 0\n    for item in items:\n        result += "


CLOSE = 0.3
"""Numbers between two layers are rounded to 8 bits of the largest in a block, and the norms' factor moves that."""


def logits(file: Path) -> np.ndarray:
    model = llama_cpp.Llama(str(file), n_ctx=256, logits_all=True, verbose=False, n_threads=1)
    tokens = model.tokenize(PROMPT, add_bos=False)
    model.eval(tokens)
    return np.array(model.scores[: len(tokens)])


def test_it_says_the_same(tmp_path: Path) -> None:
    source, target = find("edit").path, tmp_path / "edit-heavier.gguf"
    heavier(source, target, 512, 1_024)
    sizes = check(target).values
    assert (sizes["qwen3.embedding_length"], sizes["qwen3.feed_forward_length"]) == (512, 1_024)
    assert target.stat().st_size > 1.5 * source.stat().st_size
    same, other = logits(source), logits(target)
    assert np.abs(same - other).max() < CLOSE
    top = np.sort(same)[:, -2:]
    sure = top[:, 1] - top[:, 0] > 2 * CLOSE
    assert sure.sum() > len(same) / 2
    assert (same.argmax(-1) == other.argmax(-1))[sure].all()


def test_smaller_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="wider than 128"):
        heavier(find("edit").path, tmp_path / "none.gguf", 128)
    assert not list(tmp_path.iterdir())
