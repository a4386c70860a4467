"""Training: the windows of windows.py through the model of model.py, until the clock says stop.

The schedule (warm-up, flat, linear decay) runs on the clock, so a starved run still ends decayed; time
in which the process was stopped (kill -STOP) does not count. Checkpoints are written every few minutes
and the same command goes on from the last one; `undecayed.pt` is kept from the end of the flat part, for
a longer run to start from. What is exported is the moving average of the weights (EMA).

    nice -n 19 python train.py --work work --minutes 90
"""

import argparse
import copy
import math
import os
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from model import Config, Model
from muon import Muon
from tokenizers import Tokenizer
from torch import Tensor
from torch.optim import AdamW, Optimizer
from windows import Windows

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Plan:
    """A longer run changes these numbers and those of model.Config, nothing else."""

    minutes: float = 90.0
    tokens: float = math.inf
    batch_tokens: int = 8192
    micro_tokens: int = 4096
    length: int = 512
    long_length: int = 2048
    long_share: float = 0.15
    warmup_steps: int = 40
    average: float = 0.995
    decay_share: float = 0.6
    muon_rate: float = 0.01
    adam_rate: float = 3e-3
    checkpoint_minutes: float = 5.0
    heldout_minutes: float = 10.0
    seed: int = 1


@dataclass
class Progress:
    step: int = 0
    tokens: int = 0
    minutes: float = 0.0

    def share(self, plan: Plan) -> float:
        return max(self.minutes / plan.minutes, self.tokens / plan.tokens)


def rate(progress: Progress, plan: Plan) -> float:
    warm = min(1.0, (progress.step + 1) / plan.warmup_steps)
    left = 1.0 - progress.share(plan)
    return warm * min(1.0, max(0.0, left) / plan.decay_share)


def fast_bf16(device: str) -> bool:
    """Twice fp32's speed with AVX-512 BF16, more with AMX; slower than fp32 on other processors."""
    abilities = torch.cpu.get_capabilities()
    return device == "cuda" or bool(abilities.get("amx_bf16") or abilities.get("avx512_bf16"))


def precision(device: str) -> AbstractContextManager[object]:
    if fast_bf16(device):
        return torch.autocast(device, dtype=torch.bfloat16)
    return nullcontext()


def optimisers(model: Model, plan: Plan) -> list[Optimizer]:
    matrices: list[Tensor] = [w for w in model.blocks.parameters() if w.ndim == 2]
    vectors = [w for w in model.parameters() if w.ndim == 1]
    adam = AdamW(
        [{"params": [model.embedding.weight]}, {"params": vectors}],
        lr=plan.adam_rate, betas=(0.9, 0.95), weight_decay=0.0,
    )  # fmt: skip
    half = fast_bf16(model.embedding.weight.device.type)
    made: list[Optimizer] = [Muon(matrices, lr=plan.muon_rate, half=half), adam]
    for optimiser in made:
        for group in optimiser.param_groups:
            group["base"] = group["lr"]
    return made


def tensors(
    windows: Windows, rows: int, length: int, device: str, middles: bool = False
) -> list[Tensor]:
    return [torch.tensor(part, device=device) for part in windows.batch(rows, length, middles)]


@torch.no_grad()
def heldout_loss(model: Model, windows: Windows, plan: Plan, device: str, middles: bool) -> float:
    """Nats per token on the same windows every time: all tokens, or those of middles only."""
    windows.rng.seed(0)
    total, count = 0.0, 0
    for _ in range(16):
        rows = plan.micro_tokens // plan.length
        inputs, targets = tensors(windows, rows, plan.length, device, middles)
        with precision(device):
            total += model.loss(inputs, targets, "sum").item()
        count += int((targets >= 0).sum())
    return total / max(1, count)


def train_step(
    run: "Run", windows: Windows, progress: Progress, plan: Plan, device: str
) -> tuple[float, int]:
    long = progress.share(plan) >= 1.0 - plan.long_share
    length = plan.long_length if long else plan.length
    micro = max(1, plan.micro_tokens // length)
    steps = max(1, plan.batch_tokens // (micro * length))
    total = 0.0
    for _ in range(steps):
        inputs, targets = tensors(windows, micro, length, device)
        with precision(device):
            loss = run.forward(inputs, targets) / steps
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    scale = rate(progress, plan)
    for optimiser in run.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * scale
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    run.average(plan.average)
    return total, steps * micro * length


class Run:
    """What a checkpoint holds, and how it is written and found again."""

    def __init__(self, file: Path, config: Config, plan: Plan, device: str, compiled: bool) -> None:
        self.file = file
        self.model = Model(config).to(device)
        self.forward = torch.compile(self.model.loss) if compiled else self.model.loss
        self.optimisers = optimisers(self.model, plan)
        self.averaged = copy.deepcopy(self.model)

    @torch.no_grad()
    def average(self, keep: float) -> None:
        for kept, fresh in zip(self.averaged.parameters(), self.model.parameters(), strict=True):
            kept.lerp_(fresh, 1 - keep)

    def save(self, progress: Progress, name: str = "") -> None:
        target = self.file.with_name(name) if name else self.file
        partial = target.with_suffix(".partial")
        state = {
            "config": asdict(self.model.config), "progress": asdict(progress),
            "model": self.averaged.state_dict(), "raw": self.model.state_dict(),
            "optimisers": [o.state_dict() for o in self.optimisers],
        }  # fmt: skip
        torch.save(state, partial)
        os.replace(partial, target)

    def load(self, device: str) -> Progress:
        if not self.file.exists():
            return Progress()
        state = torch.load(self.file, map_location=device, weights_only=True)
        self.model.load_state_dict(state.get("raw", state["model"]))
        self.averaged.load_state_dict(state["model"])
        if "optimisers" not in state:  # resume.py knows the weights only
            return Progress()
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        return Progress(**state["progress"])


def report(run: Run, heldout: Windows, plan: Plan, device: str) -> str:
    every = heldout_loss(run.averaged, heldout, plan, device, middles=False)
    middles = heldout_loss(run.averaged, heldout, plan, device, middles=True)
    return f"heldout {every:.3f} nats/token, middles {middles:.3f}"


def train(run: Run, train_set: Windows, heldout: Windows, plan: Plan, device: str) -> Progress:
    progress = run.load(device)
    train_set.rng.seed(plan.seed + progress.step)
    saved = tested = progress.minutes
    usual, smooth, since, marked = 0.0, 0.0, time.monotonic(), progress.tokens
    while progress.share(plan) < 1.0:
        begun, flat = time.monotonic(), progress.share(plan) < 1 - plan.decay_share
        loss, tokens = train_step(run, train_set, progress, plan, device)
        spent = time.monotonic() - begun
        # A step that took far longer than usual was stopped on the way (or compiled: then it is short of nothing).
        usual = 0.9 * usual + 0.1 * min(spent, 5 * usual) if usual else spent
        progress.step += 1
        progress.tokens += tokens
        progress.minutes += min(spent, 5 * usual) / 60
        smooth = loss if not smooth else 0.95 * smooth + 0.05 * loss
        if flat and progress.share(plan) >= 1 - plan.decay_share:
            run.save(progress, "undecayed.pt")
        if progress.step % 20 == 0:
            speed = (progress.tokens - marked) / (time.monotonic() - since)
            since, marked = time.monotonic(), progress.tokens
            print(line(progress, plan, smooth, speed), flush=True)
        if progress.minutes - saved >= plan.checkpoint_minutes:
            run.save(progress)
            saved = progress.minutes
        if progress.minutes - tested >= plan.heldout_minutes:
            print(report(run, heldout, plan, device), flush=True)
            tested = progress.minutes
    run.save(progress)
    return progress


def line(progress: Progress, plan: Plan, loss: float, speed: float) -> str:
    return (
        f"step {progress.step} {progress.minutes:.1f} min {progress.tokens / 1e6:.2f}M "
        f"loss {loss:.3f} rate {rate(progress, plan):.2f} {speed:.0f} tok/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--checkpoint", default="checkpoint.pt", help="file name inside --work")
    parser.add_argument("--minutes", type=float, default=Plan.minutes)
    parser.add_argument("--tokens", type=float, default=Plan.tokens)
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    plan = Plan(minutes=options.minutes, tokens=options.tokens)
    torch.manual_seed(plan.seed)
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer.json"))
    train_set = Windows(options.work / "train.jsonl", tokenizer, plan.seed)
    heldout = Windows(options.work / "heldout.jsonl", tokenizer, plan.seed)
    run = Run(options.work / options.checkpoint, Config(), plan, device, options.compile)
    weights = sum(w.numel() for w in run.model.parameters())
    print(
        f"{weights / 1e6:.2f}M parameters, {device}, {torch.get_num_threads()} threads", flush=True
    )
    progress = train(run, train_set, heldout, plan, device)
    print(f"done: {progress}; {report(run, heldout, plan, device)}", flush=True)


if __name__ == "__main__":
    main()
