"""What the graphics card is doing, by NVIDIA's management library. The only door to pynvml, which is not installed with Symbiote:
`pip install nvidia-ml-py` beside it brings the figures; without it, or without a card, there are none.

https://docs.nvidia.com/deploy/nvml-api/
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from typing import Any, NamedTuple

MB = 1024 * 1024


class Card(NamedTuple):
    """Memory that processes of ours hold, on all cards (MB), and the share of time in which the busiest card was at work."""

    memory_mb: float
    busy: float


def card(pids: Collection[int]) -> Card | None:
    """None where there is no library, no driver or no card. Takes milliseconds: not for the event loop."""
    try:
        nvml: Any = importlib.import_module("pynvml")
        nvml.nvmlInit()
    except Exception:  # the library's own errors are classes of the library
        return None
    try:
        held, busy = 0.0, 0.0
        for number in range(nvml.nvmlDeviceGetCount()):
            handle = nvml.nvmlDeviceGetHandleByIndex(number)
            busy = max(busy, nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100)
            for one in nvml.nvmlDeviceGetComputeRunningProcesses(handle):
                if one.pid in pids:
                    held += (one.usedGpuMemory or 0) / MB
        return Card(round(held, 1), busy)
    except Exception:
        return None
    finally:
        nvml.nvmlShutdown()
