"""What it costs the machine: memory, GPU and processor, sampled once a minute while anything is asked."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

KINDS = {
    "cpu_seconds": "CPU seconds in a minute",
    "memory_mb": "memory, MB",
    "vram_mb": "GPU memory, MB",
    "gpu_share": "GPU at work, share",
}


def figure(base: Base, span: Span) -> Figure:
    """`value` is the sum of CPU seconds; rows: what, samples, mean, most."""
    condition, values = span.where("events", f"events.kind IN ({', '.join(map(repr, KINDS))})")
    found = {
        kind: rest
        for kind, *rest in base.rows(
            "SELECT kind, COUNT(*), ROUND(AVG(value), 3), ROUND(MAX(value), 3), ROUND(SUM(value), 1) "
            f"FROM events WHERE {condition} GROUP BY kind",
            values,
        )
    }
    rows = tuple((told, *found[kind][:3]) for kind, told in KINDS.items() if kind in found)
    cpu = found.get("cpu_seconds")
    return Figure(
        "resources",
        "Resources",
        "s",
        cpu[3] if cpu else None,
        cpu[0] if cpu else 0,
        columns=("what", "n", "mean", "most"),
        rows=rows,
    )
