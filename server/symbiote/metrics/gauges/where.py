"""By language, project and task: asks, what was shown, accepted."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span, share

MOST = 20
"""Of each."""


def figure(base: Base, span: Span) -> Figure:
    rows, total = [], 0
    for by in ("language", "project", "task"):
        asked: dict[str, int] = dict(base.counts(span, (by,), ("n",)))
        told = base.counts(span, (by,), ("n", "accepted"), "outcome = 'shown'")
        shown = {name: sums for name, *sums in told}
        total = sum(asked.values())
        for name in sorted(asked, key=lambda name: (-asked[name], name))[:MOST]:
            seen, hits = shown.get(name, (0, 0))
            rows.append((by, name, asked[name], seen, hits, share(hits, seen)[0]))
    columns = ("by", "name", "asked", "shown", "accepted", "acceptance")
    return Figure("where", "Where", "asks", None, total, columns=columns, rows=tuple(rows))
