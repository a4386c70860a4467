"""Checks of an exported GGUF: llama.cpp must see the model and the tokenizer that were trained.

Fails on the first disagreement: special tokens, tokens of many texts (exactly the same), and logits
of PROMPTS prompts against the checkpoint in fp32 (LOGIT_TOLERANCE for any, MEAN_TOLERANCE for their mean).

    python verify.py --work work [--edit]
"""

import argparse
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import llama_cpp as llama
import numpy as np
import torch
from edit_tokenizer import EDIT_SPECIALS, chat
from export import EDIT_TARGET, HERE, TARGET, load
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


def check_specials(native: Native, tokenizer: Tokenizer, names: list[str]) -> None:
    seen = {
        "<|endoftext|>": llama.llama_vocab_eos(native.vocab),
        "<|fim_prefix|>": llama.llama_vocab_fim_pre(native.vocab),
        "<|fim_suffix|>": llama.llama_vocab_fim_suf(native.vocab),
        "<|fim_middle|>": llama.llama_vocab_fim_mid(native.vocab),
        "<|fim_pad|>": llama.llama_vocab_fim_pad(native.vocab),
        "<|repo_name|>": llama.llama_vocab_fim_rep(native.vocab),
        "<|file_sep|>": llama.llama_vocab_fim_sep(native.vocab),
    }
    if "<|im_end|>" in names:
        seen["<|im_start|>"] = tokenizer.token_to_id("<|im_start|>")
        seen["<|im_end|>"] = llama.llama_vocab_eot(native.vocab)
        assert llama.llama_vocab_is_eog(native.vocab, seen["<|im_end|>"])
    for name in names:
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


def holes(work: Path, tokenizer: Tokenizer) -> Iterator[list[int]]:
    windows = Windows(work / "heldout.jsonl", tokenizer, seed=3)
    for number in range(PROMPTS):
        yield windows.row(1500 if number % 10 == 0 else 300)[0]


def wishes(tokenizer: Tokenizer) -> Iterator[list[int]]:
    """Prompts of the held-out edit tasks, every other one with the beginning of its answer."""
    talk = chat(tokenizer)
    lines = (HERE.parent / "holes" / "edits.jsonl").read_text("utf-8").splitlines()[:PROMPTS]
    for number, row in enumerate(map(json.loads, lines)):
        wish, answer = row["turns"][0]
        begun = talk.answer(answer) if number % 2 else []
        prompt = talk.prompt(row["before"], row["selection"], row["after"], wish)
        yield prompt + begun[: len(begun) // 2]


def check_logits(native: Native, rows: Iterable[list[int]], checkpoint: Path) -> None:
    model = load(checkpoint)
    largest, means, agreed = 0.0, [], 0
    for row in rows:
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
    parser.add_argument("--checkpoint", help="file name inside --work")
    parser.add_argument("--edit", action="store_true", help="the model that rewrites")
    parser.add_argument("--target", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    edit, work = options.edit, options.work
    name = options.checkpoint or ("edit.pt" if edit else "checkpoint.pt")
    file = work / ("edit_tokenizer.json" if edit else "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(file))
    native = Native(options.target or (EDIT_TARGET if edit else TARGET))
    check_specials(native, tokenizer, EDIT_SPECIALS if edit else SPECIALS)
    print(f"{check_tokens(native, tokenizer, work)} texts tokenised alike")
    check_logits(native, wishes(tokenizer) if edit else holes(work, tokenizer), work / name)


if __name__ == "__main__":
    main()
