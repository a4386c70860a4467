"""What the house says of itself, for `symbiote status`."""

from __future__ import annotations

from typing import Any

from symbiote.features.house import House


def state(house: House) -> dict[str, Any]:
    """The `engine` and `providers` parts of the status (docs/protocol.md)."""
    status = house.desk.engine.status
    return {
        "engine": {
            "name": status.name,
            "pid": status.pid,
            "state": status.state.value,
            "reason": status.reason,
            "note": status.note,
            "model": status.model,
            "family": status.family,
            "device": status.device,
            "gpu_layers": status.gpu_layers,
            "threads": status.threads,
            "context": status.context,
            "memory_mb": round(status.memory_mb, 1),
            "vram_mb": round(status.vram_mb, 1),
        },
        "providers": [{"name": status.name, "model": status.model, "state": status.state.value}],
        "ledger": {"trouble": house.ledger.trouble, "dropped": house.ledger.dropped},
    }
