"""What the house says of itself, for `symbiote status`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from symbiote.core.answer import Origin
from symbiote.features.gate import learned
from symbiote.features.house import House
from symbiote.metrics.readout import shares


def state(house: House) -> dict[str, Any]:
    """All of the status but the daemon's part (docs/protocol.md)."""
    status, ahead = house.desk.engine.status, house.ahead
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
            "tuning": status.tuning,
        },
        "providers": [
            {"name": status.name, "model": status.model, "state": status.state.value},
            *providers(house),
        ],
        "spend": spend(house),
        "origins": {
            "shown": {origin.value: house.origins[origin] for origin in Origin},
            "share": shares(house.origins),
        },
        "prefetch": {
            "begun": ahead.begun,
            "ended": ahead.ended,
            "evaluated_tokens": ahead.evaluated,
            "generated_tokens": ahead.generated,
        },
        "analysis": analysis(house),
        "gate": learned(house),
        "engine_ms": round(house.engine_time.median * 1000, 1),
        "ledger": {"trouble": house.ledger.trouble, "dropped": house.ledger.dropped},
    }


def providers(house: House) -> list[dict[str, Any]]:
    """Those elsewhere that are turned on."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "model": next(iter(one.models.values()), ""),
            "models": dict(one.models),
            "state": one.state,
            "why": one.why,
            "p50_ms": round(one.p50, 1) if one.p50 is not None else None,
        }
        for one in (house.cloud.standing() if house.cloud is not None else ())
    ]


def spend(house: House) -> dict[str, float | None] | None:
    """What they have cost, in USD; None where nobody counts."""
    if house.spend is None:
        return None
    totals = house.spend.recent
    return {
        "day_usd": round(totals.day, 6),
        "month_usd": round(totals.month, 6),
        "cap_day_usd": totals.cap_day,
        "cap_month_usd": totals.cap_month,
    }


def analysis(house: House) -> dict[str, Any]:
    """The analysis worker's state and counts; a house without one says that it is off."""
    counts = {
        "context_ready": house.context_ready,
        "context_late": house.context_late,
        "gathered": house.gathered,
    }
    if house.analysis is None:
        return {"state": "off", **counts}
    return {**asdict(house.analysis.status), "state": house.analysis.status.state.value, **counts}
