"""Branches of one prompt in one call of llama.cpp: the same numbers as one after the other."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

import symbiote
from symbiote.engine.local import catalogue

pytestmark = pytest.mark.asyncio

SCRIPT = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.tree import tree

native = Native(Options(sys.argv[2], ranking="any"), AbortFlag.create(pathlib.Path(sys.argv[3])))
rng = np.random.default_rng(1)
def some(count):
    return rng.integers(300, native.vocabulary, count).astype(np.int32)
prompt, worst, ends = some(40), 0.0, []
native.decode(prompt[:-1], 0, 0)
for _ in range(4):
    begin = some(2).tolist()
    wanted = [tuple(begin + some(3).tolist()), tuple(begin + some(4).tolist()), tuple(some(5).tolist()), (7,)]
    ahead = tree(wanted, set(), native.outputs - 1)
    assert native.decode(prompt[-1:], 39, 1, ahead) == 0
    rows = native.rows(1 + len(ahead)).copy()
    for row, path in zip(rows, [(), *ahead.paths]):
        native.forget(40)
        if path:
            assert native.decode(np.array(path, np.int32), 40, 1) == 0
            worst = max(worst, float(np.abs(native.logits() - row).max()))
    native.forget(39)
    native.decode(prompt[-1:], 39, 1)
    worst = max(worst, float(np.abs(native.logits() - rows[0]).max()))
    ends.append(len(ahead))
    native.forget(39)
print(json.dumps({"worst": worst, "nodes": ends}))
"""


async def test_a_tree_computes_what_its_branches_do(tmp_path: Path) -> None:
    file = catalogue.find("embedded").path
    root = Path(symbiote.__file__).parents[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, str(root), str(file), str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    told = json.loads(out)
    assert told["nodes"] == [15, 15, 15, 15]
    assert told["worst"] < 0.5, "logits; kernels for one token and for several round differently"
