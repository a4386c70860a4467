"""Between the rewrites of the features and what is said of them on the wire."""

from __future__ import annotations

from typing import Any

from lsprotocol import types as lsp

from symbiote.core.answer import Reason
from symbiote.core.text import Position, Span
from symbiote.features.rewrite.region import Lines
from symbiote.features.rewrite.review import Reviewed
from symbiote.features.rewrite.told import Progress, Rewritten, sentence
from symbiote.wire import convert_providers
from symbiote.wire import protocol_base as base
from symbiote.wire import protocol_rewrite as protocol
from symbiote.wire.protocol import SCHEMA


def progress(id: str, told: Progress) -> protocol.RewriteProgressParams:
    edit = told.edit
    return protocol.RewriteProgressParams(
        rewrite=id,
        turn=told.turn,
        region=_lines(told.region) if told.region is not None else None,
        at=edit.at if edit is not None else 0,
        remove=edit.remove if edit is not None else 0,
        insert=list(edit.insert) if edit is not None else [],
        settled=told.settled,
        tokens=told.tokens,
        tokens_per_second=told.tokens_per_second,
        drafted_share=told.drafted_share,
        explanation=told.explanation,
    )


def reviewed(id: str, told: Reviewed) -> protocol.RewriteReviewParams:
    return protocol.RewriteReviewParams(
        rewrite=id,
        turn=told.turn,
        flags=[protocol.Flag(flag.line, flag.severity, flag.text) for flag in told.flags],
        by=told.by,
        problem=told.problem,
        outside=convert_providers.outside(told.outside),
    )


def span(range: base.Span) -> Span:
    start, end = range.start, range.end
    return Span(Position(start.line, start.character), Position(end.line, end.character))


def _lines(lines: Lines) -> base.Lines:
    return base.Lines(lines.start, lines.end)


def plain(range: lsp.Range) -> dict[str, Any]:
    return {
        end: {"line": at.line, "character": at.character}
        for end, at in (("start", range.start), ("end", range.end))
    }


def nothing(id: str, reason: Reason) -> protocol.RewriteResult:
    """There is no document to rewrite."""
    none = base.Lines(0, 0)
    told = sentence(reason)
    return protocol.RewriteResult(
        SCHEMA, id, 0, none, None, reason, told, False, "", "", [], None, 0.0, 0.0, 0.0, 0.0
    )


def result(id: str, ended: Rewritten) -> protocol.RewriteResult:
    hunks = [
        protocol.Hunk(one.old_start, len(one.old), one.new_start, one.new_lines, list(one.old))
        for one in ended.hunks
    ]
    first = ended.first_text_ms
    return protocol.RewriteResult(
        schema=SCHEMA,
        rewrite=id,
        turn=ended.turn,
        region=_lines(ended.region),
        text=ended.text,
        reason=ended.reason,
        detail=ended.detail,
        read_only=ended.read_only,
        engine=ended.engine,
        model=ended.model,
        hunks=hunks,
        first_text_ms=round(first, 1) if first is not None else None,
        total_ms=round(ended.total_ms, 1),
        tokens_per_second=ended.tokens_per_second,
        drafted_share=ended.drafted_share,
        loading_ms=round(ended.loading_ms, 1),
        timing_ms=ended.cost.timing.as_dict(),
        tokens=ended.cost.tokens.as_dict(),
        outside=convert_providers.outside(ended.outside),
        origin=ended.origin,
    )
