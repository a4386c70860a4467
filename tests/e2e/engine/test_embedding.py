"""The embedding model's process, with a BERT of random weights: begun, asked, lost, ended, and done without."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import math
import os
import signal
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import psutil
import pytest

from symbiote.core import paths
from symbiote.core.errors import ModelError
from symbiote.engine.local import header
from symbiote.engine.local.embedding import embedder
from symbiote.engine.local.embedding.embedder import Embedder
from symbiote.engine.local.embedding.model import EmbeddingModel, checked, described

ROOT = Path(__file__).parents[3]
WIDTH, LAYERS = 32, 1
VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nadd\nremove\ntype\nhint\n##s\n"
CONFIG = {
    "num_hidden_layers": LAYERS,
    "max_position_embeddings": 512,
    "hidden_size": WIDTH,
    "intermediate_size": 2 * WIDTH,
    "num_attention_heads": 2,
    "layer_norm_eps": 1e-12,
    "type_vocab_size": 2,
}
SECONDS = 60.0


def recipe() -> ModuleType:
    path = ROOT / "models" / "minilm" / "convert.py"
    spec = importlib.util.spec_from_file_location("convert", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bert(path: Path) -> EmbeddingModel:
    """A model like the shipped one, but small and of random weights."""
    convert = recipe()
    chance = np.random.default_rng(7)
    words, kinds = convert.vocabulary(VOCABULARY)

    def dense(name: str, *shape: int) -> tuple[str, tuple[int, ...], int, bytes]:
        return name, shape, 0, chance.normal(0, 0.5, shape).astype("<f4").tobytes()

    weights = [
        dense("token_embd.weight", len(words), WIDTH),
        dense("position_embd.weight", 512, WIDTH),
        dense("token_types.weight", 2, WIDTH),
    ]
    norms = ["token_embd_norm"]
    for layer in range(LAYERS):
        at = f"blk.{layer}."
        norms += [f"{at}attn_output_norm", f"{at}layer_output_norm"]
        for name, rows, columns in (
            *((name, WIDTH, WIDTH) for name in ("attn_q", "attn_k", "attn_v", "attn_output")),
            ("ffn_up", 2 * WIDTH, WIDTH),
            ("ffn_down", WIDTH, 2 * WIDTH),
        ):
            weights += [
                dense(f"{at}{name}.weight", rows, columns),
                dense(f"{at}{name}.bias", rows),
            ]
    for name in norms:
        weights += [dense(f"{name}.weight", WIDTH), dense(f"{name}.bias", WIDTH)]
    data = convert.gguf(convert.entries(CONFIG, words, kinds), weights)
    path.write_bytes(data)
    return EmbeddingModel(path, hashlib.sha256(data).hexdigest(), len(data), WIDTH, 0.8)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingModel:
    return bert(tmp_path_factory.mktemp("bert") / "bert.gguf")


def test_words_become_vectors_and_the_process_leaves_when_idle(model: EmbeddingModel) -> None:
    async def run() -> None:
        one = Embedder(model, idle_seconds=0.5)
        assert one.status.pid == 0  # nothing is begun before it is asked
        first = await one.embed("add type hints", SECONDS)
        process = psutil.Process(one.status.pid)
        assert first is not None
        assert len(first) == WIDTH
        assert math.isclose(sum(x * x for x in first), 1.0, rel_tol=1e-3)
        assert await one.embed("Add TYPE hints", SECONDS) == pytest.approx(first, abs=1e-5)
        assert await one.embed("remove type hints", SECONDS) != pytest.approx(first, abs=1e-2)
        for odd in ("", "\x00", "\ud800", "9" * 5_000, "add " * 5_000, "改成异步"):
            assert await one.embed(odd, SECONDS) is not None
        async with asyncio.timeout(30):
            while one.status.pid:
                await asyncio.sleep(0.05)
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        assert await one.embed("hint", SECONDS) is not None  # and begins again
        assert one.status.started == 2
        await one.close()
        assert await one.embed("type", SECONDS) is None

    asyncio.run(run())


def test_a_process_that_dies_or_hangs_costs_an_answer_and_no_more(
    model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        monkeypatch.setattr(embedder, "REST_SECONDS", 0.0)
        one = Embedder(model)
        assert await one.embed("add", SECONDS) is not None
        os.kill(one.status.pid, signal.SIGKILL)
        await one.embed("type", SECONDS)  # lost with the process, or answered by the next
        assert await one.embed("remove", SECONDS) is not None
        os.kill(one.status.pid, signal.SIGSTOP)
        begun = time.monotonic()
        assert await one.embed("hints", 0.2) is None
        assert time.monotonic() - begun < 4  # well before the process itself is given up
        assert await one.embed("add", SECONDS) is not None  # known from before
        await one.close()

    asyncio.run(run())


def test_what_is_late_is_there_the_next_time(model: EmbeddingModel) -> None:
    async def run() -> None:
        one = Embedder(model)
        assert await one.embed("add", 0.0) is None
        async with asyncio.timeout(SECONDS):
            while not one.status.answered:
                await asyncio.sleep(0.02)
        assert await one.embed("add", 0.0) is not None
        await one.close()

    asyncio.run(run())


def test_the_worker_knows_no_keys_and_takes_bounded_memory(
    model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")

    async def run() -> None:
        one = Embedder(model)
        assert await one.embed("add", SECONDS) is not None
        process = psutil.Process(one.status.pid)
        assert "OPENAI_API_KEY" not in process.environ()
        assert process.net_connections() == []
        assert process.memory_info().rss < 200e6
        await one.close()

    asyncio.run(run())


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "no model"])
def test_without_a_sound_file_there_are_no_vectors_and_a_reason(
    model: EmbeddingModel, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "bert.gguf"
    data = model.path.read_bytes()
    sha256 = model.sha256
    if damage == "cut":
        path.write_bytes(data[:-32])
    elif damage == "other":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "no model":
        path.write_bytes(bytes(len(data)))
        sha256 = hashlib.sha256(bytes(len(data))).hexdigest()
    wrong = EmbeddingModel(path, sha256, len(data), WIDTH, 0.8)

    async def run() -> None:
        one = Embedder(wrong)
        assert await one.embed("add", SECONDS) is None
        assert one.status.reason
        assert one.status.pid == 0
        await one.close()

    asyncio.run(run())


def test_the_shipped_description_is_of_the_file_where_there_is_one() -> None:
    paths.state().mkdir(parents=True, exist_ok=True)
    model = described()
    assert (model.width, 0.5 < model.threshold < 1) == (384, True)
    if not model.path.exists():
        with pytest.raises(ModelError, match="very same words"):
            checked(model)
        return
    checked(model)
    assert header.check(model.path).architecture == "bert"

    async def run() -> None:
        one = Embedder(model)
        found = [
            await one.embed(text, SECONDS)
            for text in ("add type hints", "add type annotations", "close the file")
        ]
        await one.close()
        near, same, far = (np.asarray(vector) for vector in found)
        assert near @ same > near @ far + 0.2

    asyncio.run(run())
