"""Checks of an exported GGUF: llama.cpp must see the model and the tokenizer that were trained.

Fails on the first disagreement: special tokens, tokens of many texts (exactly the same), and logits
of PROMPTS prompts against the checkpoint in fp32 (LOGIT_TOLERANCE for any, MEAN_TOLERANCE for their mean).

    python verify.py --work work
"""

import argparse
import json
import random
from pathlib import Path

import llama_cpp as llama
import numpy as np
import torch
from export import HERE, TARGET, load
from native import Native
from tokenizer import SPECIALS
from tokenizers import Tokenizer
from windows import Windows

PROMPTS = 200
LOGIT_TOLERANCE = 0.35  # largest difference on any logit; Q8_0 rounding accounts for about 0.1
MEAN_TOLERANCE = 0.04
ODD_TEXTS = [
    "", " ", "\t", "\n", "\r\n", "a\r\nb\r\n", "\tif x:\n\t\tpass\n", "  \n\n   \n", "\f\v\x0b",
    "héllo wörld", "日本語のコメント # 漢字", "😀👩‍👩‍👧‍👦🏳️‍🌈", "\u2028\u2029\u00a0\ufeff", "x=1;y=2", "1234567890",
    "don't we'll I'M", "a  b   c    d", "    return\n", "\x00\x01", "ﬁ①½", "𝔘𝔫𝔦", "e\u0301",
]  # fmt: skip


def check_specials(native: Native, tokenizer: Tokenizer) -> None:
    seen = {
        "<|endoftext|>": llama.llama_vocab_eos(native.vocab),
        "<|fim_prefix|>": llama.llama_vocab_fim_pre(native.vocab),
        "<|fim_suffix|>": llama.llama_vocab_fim_suf(native.vocab),
        "<|fim_middle|>": llama.llama_vocab_fim_mid(native.vocab),
        "<|fim_pad|>": llama.llama_vocab_fim_pad(native.vocab),
        "<|repo_name|>": llama.llama_vocab_fim_rep(native.vocab),
        "<|file_sep|>": llama.llama_vocab_fim_sep(native.vocab),
    }
    for name in SPECIALS:
        assert seen[name] == tokenizer.token_to_id(name), (name, seen[name])
        assert native.tokens(name, special=True) == [seen[name]]
        assert not set(native.tokens(f"x {name} y")) & set(seen.values()), (
            "plain text made a special"
        )
        assert llama.llama_vocab_is_control(native.vocab, seen[name])
    assert not llama.llama_vocab_get_add_bos(native.vocab)


def check_tokens(native: Native, tokenizer: Tokenizer, work: Path) -> int:
    with (work / "heldout.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    rng = random.Random(0)
    texts += [text.replace("\n", "\r\n") for text in texts[:20]] + ODD_TEXTS
    for text in rng.sample(texts, 100):  # half-typed words and cut indentation
        if len(text) > 200:
            start = rng.randrange(len(text) - 100)
            texts.append(text[start : start + rng.randrange(100)])
    for text in texts:
        expected = tokenizer.encode(text, add_special_tokens=False).ids
        assert native.tokens(text) == expected, repr(text[:80])
        assert tokenizer.decode(expected, skip_special_tokens=False) == text
    return len(texts)


def check_logits(native: Native, work: Path, tokenizer: Tokenizer, checkpoint: str) -> None:
    model = load(work / checkpoint)
    windows = Windows(work / "heldout.jsonl", tokenizer, seed=3)
    largest, means, agreed = 0.0, [], 0
    for number in range(PROMPTS):
        row, _ = windows.row(1500 if number % 10 == 0 else 300)
        with torch.no_grad():
            expected = model(torch.tensor([row]))[0, -1].numpy()
        found = native.evaluate(row)
        difference = np.abs(found - expected)
        largest = max(largest, float(difference.max()))
        means.append(float(difference.mean()))
        agreed += int(found.argmax() == expected.argmax())
    mean = sum(means) / len(means)
    print(f"{PROMPTS} prompts: same best token {agreed}")
    print(f"largest difference {largest:.3f} (allowed {LOGIT_TOLERANCE})")
    print(f"mean difference {mean:.4f} (allowed {MEAN_TOLERANCE})")
    assert largest < LOGIT_TOLERANCE and mean < MEAN_TOLERANCE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--checkpoint", default="checkpoint.pt", help="file name inside --work")
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer.json"))
    native = Native(options.target)
    check_specials(native, tokenizer)
    print(f"{check_tokens(native, tokenizer, options.work)} texts tokenised alike")
    check_logits(native, options.work, tokenizer, options.checkpoint)


if __name__ == "__main__":
    main()
