"""Muon for the hidden matrices: momentum whose direction is made orthogonal by Newton-Schulz.

After Keller Jordan's Muon; matrices of one shape are orthogonalised as one batch.
"""

import torch
from torch import Tensor
from torch.optim import Optimizer

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
STEPS = 5


def orthogonalise(matrices: Tensor, half: bool) -> Tensor:
    a, b, c = COEFFICIENTS
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x.bfloat16() if half else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(STEPS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).to(matrices.dtype)


class Muon(Optimizer):
    def __init__(
        self,
        weights: list[Tensor],
        lr: float,
        momentum: float = 0.95,
        decay: float = 0.05,
        half: bool = False,
    ) -> None:
        """`half`: orthogonalise in bf16, where the machine is fast at that."""
        shapes: dict[torch.Size, list[Tensor]] = {}
        for weight in weights:
            shapes.setdefault(weight.shape, []).append(weight)
        groups = [{"params": group} for group in shapes.values()]
        super().__init__(groups, {"lr": lr, "momentum": momentum, "decay": decay, "half": half})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            weights, lr = group["params"], group["lr"]
            updates = []
            for weight in weights:
                state = self.state[weight]
                if not state:
                    state["velocity"] = torch.zeros_like(weight)
                velocity = state["velocity"].lerp_(weight.grad, 1 - group["momentum"])
                updates.append(weight.grad.lerp(velocity, group["momentum"]))
            rows, columns = weights[0].shape
            scale = max(1.0, rows / columns) ** 0.5
            made = orthogonalise(torch.stack(updates), group["half"])
            for weight, update in zip(weights, made, strict=True):
                weight.mul_(1 - lr * group["decay"])
                weight.add_(update, alpha=-lr * scale)
