"""Random weights in a model's shape: the sizes are the published ones, and another program reads the file as it was meant."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from symbiote.bench import bpe, gpu_command, shape
from symbiote.bench.gguf_file import Kind
from symbiote.cli import main
from symbiote.core.errors import UserError
from symbiote.engine.local import header
from symbiote.prompt.family import choose


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shapes") / shape.name_of("tiny", "q4_0")
    shape.make(path, "tiny", "q4_0")
    return path


@pytest.mark.parametrize(
    ("like", "parameters"),
    [
        ("qwen2.5-coder-0.5b", 494_032_768),
        ("qwen2.5-coder-1.5b", 1_543_714_304),
        ("qwen2.5-coder-3b", 3_085_938_688),
        ("qwen2.5-coder-7b", 7_615_616_512),
    ],
)
def test_the_parameters_are_as_many_as_published(like: str, parameters: int) -> None:
    assert sum(tensor.elements for tensor in shape.tensors(like, "q4_0")) == parameters


def test_a_file_of_the_usual_shape_is_as_large_as_the_published_quantisation() -> None:
    size = {kind: sum(t.size for t in shape.tensors(shape.USUAL, kind)) for kind in shape.TYPES}
    assert size["q4_0"] == pytest.approx(0.93e9, rel=0.01)
    assert size["q8_0"] == pytest.approx(1.64e9, rel=0.01)
    first = shape.tensors(shape.USUAL, "q4_0")[0]
    assert (first.rows, first.columns, first.kind) == (151_936, 1_536, Kind.Q6_K)


def test_another_reader_finds_what_was_meant(tiny: Path) -> None:
    found = gguf.GGUFReader(tiny)
    about = {name: entry.contents() for name, entry in found.fields.items()}
    assert about["general.architecture"] == "qwen2"
    assert about["qwen2.attention.head_count_kv"] == 1
    assert about["qwen2.rope.freq_base"] == 1e6
    assert about["tokenizer.ggml.tokens"][8_192] == "<|endoftext|>"
    assert about["tokenizer.ggml.eos_token_id"] == 8_192
    assert about["tokenizer.ggml.add_bos_token"] is False
    tensors = {tensor.name: tensor for tensor in found.tensors}
    meant = shape.tensors("tiny", "q4_0")
    assert set(tensors) == {tensor.name for tensor in meant}
    for tensor in meant:
        sides = [tensor.columns, tensor.rows] if tensor.rows else [tensor.columns]
        assert tensors[tensor.name].shape.tolist() == sides
        assert tensors[tensor.name].tensor_type == tensor.kind
        assert tensors[tensor.name].n_bytes == tensor.size
    assert set(tensors["output_norm.weight"].data) == {-1, 1}
    assert (tensors["blk.0.ffn_norm.weight"].data == 1).all()
    assert (tensors["blk.0.attn_q.bias"].data == 0).all()
    assert header.check(tiny).architecture == "qwen2"


@pytest.mark.parametrize("kind", [Kind.Q4_0, Kind.Q8_0, Kind.Q6_K])
def test_random_blocks_have_the_deviation_that_was_asked_for_and_no_mean(kind: Kind) -> None:
    deviations = np.repeat(np.float32([0.05, 0.004]), 4_000)
    made = shape.blocks(np.random.PCG64(1), kind, deviations)
    values = gguf.quants.dequantize(made, gguf.GGMLQuantizationType(kind)).reshape(2, -1)
    assert values.std(axis=1) == pytest.approx([0.05, 0.004], rel=0.02)
    assert np.abs(values.mean(axis=1)) == pytest.approx([0, 0], abs=0.0005)
    assert len(np.unique(np.abs(values[0]))) > 7


def test_the_same_seed_gives_the_same_file_and_another_seed_another(tmp_path: Path) -> None:
    one, two, three = (tmp_path / f"{name}.gguf" for name in ("one", "two", "three"))
    assert shape.make(one, "tiny", "q8_0", 1) == shape.make(two, "tiny", "q8_0", 1)
    shape.make(three, "tiny", "q8_0", 2)
    assert one.read_bytes() == two.read_bytes() != three.read_bytes()


def test_control_tokens_have_the_ids_and_names_of_qwen() -> None:
    words = bpe.vocabulary("def f(): pass\n" * 9, 151_643, 151_936, 10, 1)
    assert len(words.texts) == len(set(words.texts)) == len(words.kinds) == 151_936
    assert len(words.merges) == 151_387
    ids = {name: words.texts.index(name) for name in ("<|endoftext|>", "<|fim_prefix|>")}
    assert ids == {"<|endoftext|>": 151_643, "<|fim_prefix|>": 151_659}
    assert words.texts[151_660:151_662] == ["<|fim_middle|>", "<|fim_suffix|>"]
    assert words.texts[151_664] == "<|file_sep|>"
    assert words.kinds[151_659:151_665] == [bpe.Kind.CONTROL] * 6
    known = set(words.texts)
    assert all(merge.replace(" ", "") in known for merge in words.merges)
    specials = frozenset(
        text
        for text, kind in zip(words.texts, words.kinds, strict=True)
        if kind is bpe.Kind.CONTROL
    )
    for like in shape.SHAPES:
        assert choose(None, Path(shape.name_of(like, "q4_0")).stem, specials).name == "qwen"


def test_merges_are_learnt_within_words_and_the_most_frequent_first() -> None:
    found = bpe.learn("aab aab aab cd cd\n", 99)
    assert found[0] in (("a", "a"), ("a", "b"))
    assert {"aab", "Ġaab", "Ġcd"} <= {left + right for left, right in found}
    assert not any("Ġ" in right for _, right in found)
    assert bpe.merged(["a", "a", "a"], ("a", "a")) == ["aa", "a"]


def test_what_would_end_an_answer_is_not_to_be_said() -> None:
    words = bpe.vocabulary("x\n", 300, 330, 0, 1)
    said = dict(zip(words.texts, words.speakable(), strict=True))
    assert said["a"] and said["Ġ"] and said["~"]
    assert not (said["Ċ"] or said["ÿ"] or said["<|endoftext|>"] or said["[PAD322]"])


def test_the_command_writes_a_file_and_says_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "qwen-tiny.gguf"
    assert main(["bench", "shape", "--out", str(out), "--like", "tiny", "--type", "q8_0"]) == 0
    assert "M parameters at random, in the shape of tiny" in capsys.readouterr().out
    assert [path.name for path in out.parent.iterdir()] == ["qwen-tiny.gguf"]


def test_a_file_that_could_not_be_loaded_or_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"must end in \.gguf"):
        shape.make(tmp_path / "model.bin", "tiny")
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        shape.make(tmp_path / "file" / "model.gguf", "tiny")


def test_the_command_offers_the_shapes_there_are() -> None:
    assert set(gpu_command.LIKE) == set(shape.SHAPES)
    assert set(gpu_command.TYPES) == set(shape.TYPES)
    assert gpu_command.USUAL == shape.USUAL
