"""By language, project and task: asks, what was shown, accepted."""

from __future__ import annotations

from collections import Counter

from symbiote.metrics.reading import Base, Figure, Span, share

MOST = 20
"""Of each."""


def figure(base: Base, span: Span) -> Figure:
    rows, total = [], 0
    for by in ("language", "project", "task"):
        asked: Counter[str] = Counter()
        shown: dict[str, tuple[int, int]] = {}
        for name, outcome, n, accepted in base.counts(span, (by, "outcome"), ("n", "accepted")):
            asked[name] += n
            if outcome == "shown":
                shown[name] = (n, accepted)
        total = sum(asked.values())
        for name in sorted(asked, key=lambda name: (-asked[name], name))[:MOST]:
            seen, hits = shown.get(name, (0, 0))
            rows.append((by, name, asked[name], seen, hits, share(hits, seen)[0]))
    columns = ("by", "name", "asked", "shown", "accepted", "acceptance")
    return Figure("where", "Where", "asks", None, total, columns=columns, rows=tuple(rows))
