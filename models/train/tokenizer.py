"""Tokenizer: byte-level BPE with the qwen2 pre-tokeniser, which llama.cpp has built in.

python tokenizer.py --work work
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
VOCABULARY = 8192
SAMPLE_BYTES = 40_000_000
FILE_BYTES = 20_000

# llama.cpp finds the fill-in-the-middle tokens by these exact texts.
SPECIALS = [
    "<|endoftext|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
    "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
]  # fmt: skip

# The pattern llama.cpp runs for pre = "qwen2"; a different one here would split words differently.
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def texts(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        every = [json.loads(line)["text"] for line in lines]
    random.Random(0).shuffle(every)
    taken = 0
    for text in every:
        yield text[:FILE_BYTES]  # a few huge files would otherwise own many merges
        taken += min(len(text), FILE_BYTES)
        if taken > SAMPLE_BYTES:
            return


def build() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(QWEN2), behavior="isolated")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, level])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    work = parser.parse_args().work
    tokenizer = build()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(s, special=True, normalized=False) for s in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(work / "train.jsonl"), trainer)
    tokenizer.save(str(work / "tokenizer.json"))
    with (work / "heldout.jsonl").open(encoding="utf-8") as lines:
        sample = [json.loads(line)["text"] for line in lines]
    tokens = sum(len(e.ids) for e in tokenizer.encode_batch(sample))
    print(f"{tokenizer.get_vocab_size()} tokens, {sum(map(len, sample)) / tokens:.2f} chars/token")


if __name__ == "__main__":
    main()
