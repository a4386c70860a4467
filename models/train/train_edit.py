"""Trains the edit model: conversations of edits.py, the loss on the answers, and a little plain code.

It starts from the embedded model's weights (`begin`): its blocks as they are, two more that do nothing at first, and for
each token of the smaller vocabulary the mean of the embeddings its text had. The schedule runs on the clock, stops included,
so that a run that shares its machine ends when it should.

    nice -n 19 python train_edit.py --work work --minutes 80
"""

import argparse
import difflib
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from edit_tokenizer import chat
from model import Config, Model
from tokenizers import Tokenizer
from torch import Tensor

from train import HERE, Plan, Run, line, precision, rate

EDIT = Config(vocabulary=4096, layers=6)
BATCH_TOKENS = 3072
LONGEST = 1024
POOL = 512
"""Examples sorted by length at a time, so that rows of a batch are about as long as each other."""
EDITED = 5.0
"""What a token counts that is not copied, or comes first after a change: most are copied, and copying is soon learnt."""
PLAIN = 0.08
"""Batches of plain code."""
PLAIN_LENGTH = 384


Row = tuple[list[int], list[float]]
"""Token ids, and what each counts as something to be written."""


@dataclass
class Batch:
    """`tokens`: rows x length; `at`: places in the flattened rows whose next token counts; `targets`: those tokens;
    `weights`: how much.
    """

    tokens: Tensor
    at: Tensor
    targets: Tensor
    weights: Tensor


def batch(rows: list[Row], padding: int) -> Batch:
    longest = max(len(tokens) for tokens, _ in rows) - 1
    longest = math.ceil(longest / 32) * 32
    inputs, at, targets, counts = [], [], [], []
    for row, (tokens, weights) in enumerate(rows):
        inputs.append(tokens[:-1] + [padding] * (longest + 1 - len(tokens)))
        for place in range(len(tokens) - 1):
            if weights[place + 1]:
                at.append(row * longest + place)
                targets.append(tokens[place + 1])
                counts.append(weights[place + 1])
    return Batch(
        torch.tensor(inputs), torch.tensor(at), torch.tensor(targets), torch.tensor(counts)
    )


def weighed(source: list[int], written: list[int]) -> list[float]:
    """EDITED for what is not copied from `source` and for the first token after, 1 for the rest."""
    weights = [1.0] * (len(written) + 1)
    matcher = difflib.SequenceMatcher(None, source, written, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag != "equal":
            weights[start : end + 1] = [EDITED] * (end + 1 - start)
    return weights[: len(written)]


class Edits:
    """An endless stream of batches; every example comes once before any comes twice."""

    def __init__(self, file: Path, plain: Path | None, tokenizer: Tokenizer, seed: int) -> None:
        with file.open(encoding="utf-8") as lines:
            self.records = list(lines)
        self.plain: list[str] = []
        self.rng = Random(seed)
        if plain:
            with plain.open(encoding="utf-8") as lines:
                self.plain = self.rng.sample([*lines], 3000)
        self.chat = chat(tokenizer)
        self.end = tokenizer.token_to_id("<|endoftext|>")

    def row(self, record: str) -> Row:
        found = json.loads(record)
        around = found["before"], found["selection"], found["after"]
        tokens: list[int] = []
        weights: list[float] = []
        now = self.chat.answer(found["selection"])
        for asked, written in self.chat.example(*around, found["turns"]):
            tokens += asked + written
            weights += [0.0] * len(asked) + weighed(now, written)
            now = written
        return tokens[: LONGEST + 1], weights[: LONGEST + 1]

    def plain_rows(self) -> list[Row]:
        rows = []
        for _ in range(BATCH_TOKENS // PLAIN_LENGTH // 2):  # every token counts: half as many
            text = json.loads(self.rng.choice(self.plain))["text"]
            start = text.find("\n", self.rng.randrange(len(text)))
            tokens = self.chat.encode(text[max(0, start) : start + PLAIN_LENGTH * 5])
            tokens = [self.end, *tokens][: PLAIN_LENGTH + 1]
            if len(tokens) > 32:
                rows.append((tokens, [1.0] * len(tokens)))
        return rows

    def batches(self) -> Iterator[Batch]:
        while True:
            order = list(range(len(self.records)))
            self.rng.shuffle(order)
            for start in range(0, len(order), POOL):
                rows = [self.row(self.records[i]) for i in order[start : start + POOL]]
                rows.sort(key=lambda row: len(row[0]))
                for made in self.rng.sample(cut := list(grouped(rows)), len(cut)):
                    if self.plain and self.rng.random() < PLAIN:
                        yield batch(self.plain_rows(), self.end)
                    yield batch(made, self.end)


def grouped(
    rows: list[Row],
) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:  # the longest comes last
        if group and (len(group) + 1) * len(row[0]) > BATCH_TOKENS:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def answer_loss(hidden: Tensor, weight: Tensor, made: Batch) -> Tensor:
    """Mean nats per token of the answers, weighed; the head is computed for those tokens only."""
    logits = F.linear(hidden.flatten(0, 1)[made.at], weight).float()
    each = F.cross_entropy(logits, made.targets, reduction="none")
    return (each * made.weights).sum() / made.weights.sum()


@torch.no_grad()
def begin(run: Run, source: Path, own: Tokenizer, old: Tokenizer) -> None:
    """The embedded model's weights into a model with other tokens and more blocks."""
    state = torch.load(source, map_location="cpu", weights_only=True)["model"]
    table, mine = state.pop("embedding.weight"), run.model.embedding.weight
    for index in range(own.get_vocab_size()):
        text = own.decode([index], skip_special_tokens=False)
        name = own.id_to_token(index)
        known = old.token_to_id(name)
        parts = [known] if known is not None else old.encode(text, add_special_tokens=False).ids
        if parts:
            mine[index] = table[parts].mean(0)
    run.model.load_state_dict(state, strict=False)
    run.averaged.load_state_dict(run.model.state_dict())


def step(run: Run, trunk: torch.nn.Module, made: Batch, scale: float, average: float) -> float:
    with precision("cpu"):
        loss = answer_loss(trunk(made.tokens), run.model.embedding.weight, made)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    for optimiser in run.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * scale
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    run.average(average)
    return loss.item()


@torch.no_grad()
def report(model: Model, file: Path, tokenizer: Tokenizer, count: int = 240) -> str:
    edits = Edits(file, None, tokenizer, 0)
    rows = sorted((edits.row(r) for r in edits.records[:count]), key=lambda row: len(row[0]))
    right, nats, count_of = [0, 0], [0.0, 0.0], [0, 0]
    for group in grouped(rows):
        made = batch(group, edits.end)
        with precision("cpu"):
            hidden = model.hidden(made.tokens).flatten(0, 1)[made.at]
            logits = F.linear(hidden, model.embedding.weight).float()
        each = F.cross_entropy(logits, made.targets, reduction="none")
        hit = logits.argmax(-1) == made.targets
        for kind, chosen in enumerate((made.weights == 1, made.weights > 1)):
            nats[kind] += each[chosen].sum().item()
            right[kind] += int(hit[chosen].sum())
            count_of[kind] += int(chosen.sum())
    copied, edited = (
        f"{n / c:.4f} nats/token, {r / c:.2%} right"
        for n, r, c in zip(nats, right, count_of, strict=True)
    )
    return f"tuning packages: copied {copied}; edited {edited}"


def train(
    run: Run, edits: Edits, heldout: Path, tokenizer: Tokenizer, plan: Plan, compiled: bool
) -> None:
    progress = run.load("cpu")
    trunk = torch.compile(run.model.hidden, dynamic=True) if compiled else run.model.hidden
    stream, smooth, seen = edits.batches(), 0.0, 0
    begun, worked, minutes = time.monotonic(), time.process_time(), progress.minutes
    saved = tested = progress.minutes
    while progress.share(plan) < 1.0:
        made = next(stream)
        loss = step(run, trunk, made, rate(progress, plan), plan.average)
        progress.step += 1
        progress.tokens += made.tokens.numel()
        seen += made.tokens.numel()
        progress.minutes = minutes + (time.monotonic() - begun) / 60
        smooth = loss if not smooth else 0.97 * smooth + 0.03 * loss
        if progress.step % 20 == 0:
            spent = time.process_time() - worked
            print(line(progress, plan, smooth, seen / spent), "each second of CPU", flush=True)
        if progress.minutes - saved >= plan.checkpoint_minutes:
            run.save(progress)
            saved = progress.minutes
        if progress.minutes - tested >= plan.heldout_minutes:
            print(report(run.averaged, heldout, tokenizer), flush=True)
            tested = progress.minutes
    run.save(progress)
    print(f"done: {progress}; {report(run.averaged, heldout, tokenizer)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--minutes", type=float, default=80.0)
    parser.add_argument("--decay", type=float, default=0.5, help="share of the time, at the end")
    parser.add_argument("--begin", type=Path, help="folder of resume.py: embedded weights, tokens")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    plan = Plan(
        minutes=options.minutes,
        warmup_steps=60,
        checkpoint_minutes=3,
        heldout_minutes=6,
        decay_share=options.decay,
    )
    torch.manual_seed(plan.seed)
    tokenizer = Tokenizer.from_file(str(options.work / "edit_tokenizer.json"))
    run = Run(options.work / "edit.pt", EDIT, plan, "cpu", compiled=False)
    if options.begin and not run.file.exists():
        old = Tokenizer.from_file(str(options.begin / "tokenizer.json"))
        begin(run, options.begin / "checkpoint.pt", tokenizer, old)
    weights = sum(w.numel() for w in run.model.parameters())
    print(f"{weights / 1e6:.2f}M parameters, {torch.get_num_threads()} threads", flush=True)
    edits = Edits(
        options.work / "train_edits.jsonl",
        options.work / "train.jsonl",
        tokenizer,
        int(time.time()),
    )
    train(run, edits, options.work / "tuning_edits.jsonl", tokenizer, plan, options.compile)


if __name__ == "__main__":
    main()
