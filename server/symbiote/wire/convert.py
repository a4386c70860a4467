"""Between LSP's types and ours. The only file that knows both sides' names for the same thing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override
from lsprotocol import types as lsp
from pygls.protocol import default_converter

import symbiote
from symbiote.core.answer import Answer, Suggestion
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import Document, Encoding, Position, Span, body, from_code_points
from symbiote.features.house import House, Window
from symbiote.wire import convert_providers, protocol
from symbiote.wire.protocol_readout import SlowStatus, StageStatus

CONVERTER: Converter = default_converter()  # type: ignore[no-untyped-call]
"""Shared by all sessions: a fresh one costs each window some 10 ms."""


def _renaming(cls: type) -> Any:
    names = {f.name: override(rename=protocol.on_the_wire(f.name)) for f in dataclasses.fields(cls)}
    return make_dict_structure_fn(cls, CONVERTER, **names)  # type: ignore[arg-type]


for _params, _ in protocol.METHODS.values():
    CONVERTER.register_structure_hook(_params, _renaming(_params))


def structure(raw: Any, kind: Any) -> Any:
    """Raw JSON as `kind`; `dict` leaves it as it is. Raises all sorts of exceptions when it is not that."""
    if not isinstance(raw, dict):
        raise TypeError("not an object")
    if kind is dict:
        return raw
    return CONVERTER.structure(raw, kind)


def to_wire(thing: Any) -> Any:
    """An answer as plain JSON: our dataclasses in camelCase, LSP's types as LSP says."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {
            protocol.on_the_wire(f.name): _value(getattr(thing, f.name))
            for f in dataclasses.fields(thing)
        }
    return CONVERTER.unstructure(thing)


def _value(value: Any) -> Any:
    """A field: what is ours in it as we say, everything else as it is."""
    if dataclasses.is_dataclass(value):
        return to_wire(value)
    if isinstance(value, list) and value and dataclasses.is_dataclass(value[0]):
        return [to_wire(item) for item in value]
    return value


def encoding(initialize: Mapping[str, Any]) -> Encoding:
    """The client's first choice that we know; without a choice, LSP's default."""
    match initialize:
        case {"capabilities": {"general": {"positionEncodings": [*offered]}}}:
            for name in offered:
                if isinstance(name, str) and name in set(Encoding):
                    return Encoding(name)
    return Encoding.UTF16


def capabilities(
    encoding: Encoding, commands: list[str], kinds: Sequence[lsp.CodeActionKind]
) -> lsp.InitializeResult:
    """What `initialize` answers: the commands and the kinds of code actions that are offered to this client."""
    return lsp.InitializeResult(
        capabilities=lsp.ServerCapabilities(
            position_encoding=lsp.PositionEncodingKind(encoding),
            text_document_sync=lsp.TextDocumentSyncOptions(
                open_close=True,
                change=lsp.TextDocumentSyncKind.Incremental,
                save=lsp.SaveOptions(include_text=False),
            ),
            notebook_document_sync=lsp.NotebookDocumentSyncOptions(
                [lsp.NotebookDocumentFilterWithNotebook("*")]
            ),
            inline_completion_provider=lsp.InlineCompletionOptions(),
            code_action_provider=lsp.CodeActionOptions(code_action_kinds=list(kinds)),
            execute_command_provider=lsp.ExecuteCommandOptions(commands),
            workspace=lsp.WorkspaceOptions(
                workspace_folders=lsp.WorkspaceFoldersServerCapabilities(True, True)
            ),
        ),
        server_info=lsp.ServerInfo("symbiote", symbiote.__version__),
    )


def roots(initialize: Mapping[str, Any]) -> tuple[str, ...]:
    """The URIs of the workspace's folders; those of older clients have one, or a path."""
    match initialize:
        case {"workspaceFolders": [*folders]} if folders:
            uris = (folder.get("uri") for folder in folders if isinstance(folder, Mapping))
            return tuple(uri for uri in uris if isinstance(uri, str))
        case {"rootUri": str(uri)}:
            return (uri,)
        case {"rootPath": str(path)}:
            return (path,)
    return ()


def position(at: lsp.Position | protocol.Place, document: Document | None = None) -> Position:
    """In `document` as it is held: with the cells above it."""
    above = document.above if document is not None and at.line >= 0 else 0
    return Position(at.line + above, at.character)


def span(range: lsp.Range) -> Span:
    return Span(position(range.start), position(range.end))


def moment(
    document: Document,
    at: lsp.Position | protocol.Place,
    encoding: Encoding,
    window: str,
    asked_at: float,
    context: lsp.InlineCompletionContext | None = None,
) -> Moment:
    """The moment of an ask. Without a context it was asked for by hand."""
    place = document.place(position(at, document), encoding)
    automatic = (
        context is not None and context.trigger_kind is lsp.InlineCompletionTriggerKind.Automatic
    )
    return Moment(
        document=document,
        line=place.line,
        column=place.character,
        window=window,
        trigger=Trigger.AUTOMATIC if automatic else Trigger.INVOKED,
        asked_at=asked_at,
        selected=_selected(document, place, encoding, context),
    )


def _selected(
    document: Document,
    cursor: Position,
    encoding: Encoding,
    context: lsp.InlineCompletionContext | None,
) -> tuple[int, str] | None:
    """The entry selected in the suggestion list, if it stands on the cursor's line and before it."""
    if context is None or context.selected_completion_info is None:
        return None
    info = context.selected_completion_info
    start = document.place(position(info.range.start, document), encoding)
    if start.line != cursor.line or start.character > cursor.character:
        return None
    return start.character, info.text


def item(suggestion: Suggestion, moment: Moment, encoding: Encoding) -> lsp.InlineCompletionItem:
    """A suggestion as ghost text that reports its acceptance."""
    line = moment.document.lines[moment.line]

    def at(column: int) -> lsp.Position:
        return lsp.Position(
            moment.line - moment.document.above, from_code_points(line, column, encoding)
        )

    return lsp.InlineCompletionItem(
        insert_text=suggestion.text,
        range=lsp.Range(at(suggestion.start), at(suggestion.end)),
        command=lsp.Command("Accepted", protocol.ACCEPTED, arguments=_accepting(suggestion)),
    )


def _accepting(suggestion: Suggestion) -> list[Any]:
    """The id, and who it comes from where that is not the model on this machine."""
    outside = convert_providers.outside(suggestion.outside)
    return [suggestion.id] if outside is None else [suggestion.id, to_wire(outside)]


def lines_edit(
    document: Document, start: int, end: int, text: str, encoding: Encoding
) -> lsp.TextEdit:
    """Put `text` (line ends `\\n`, none at the end) in place of the lines from `start` up to `end`, with the document's
    own line ends.
    """
    last = document.lines[end - 1]
    eol = next((line[len(body(line)) :] for line in document.lines if line != body(line)), "\n")
    place = lsp.Position(end - 1, from_code_points(last, None, encoding))
    return lsp.TextEdit(lsp.Range(lsp.Position(start, 0), place), text.replace("\n", eol))


def extended(at: Moment, id: str, encoding: Encoding) -> protocol.ExtendedParams:
    """There is more of suggestion `id`, which was shown at a moment."""
    character = from_code_points(at.document.lines[at.line], at.column, encoding)
    place = protocol.Place(at.line - at.document.above, character)
    return protocol.ExtendedParams(at.document.uri, at.document.version, place, id)


def complete_result(answer: Answer, explain: bool) -> protocol.CompleteResult:
    """An answer with its costs, for the command line."""
    text, origin, reason, detail, covers, outside = None, None, None, "", 0, None
    if isinstance(answer, Suggestion):
        text, origin, covers = answer.text, answer.origin, answer.covers
        outside = convert_providers.outside(answer.outside)
    else:
        reason, detail = answer.reason, answer.sentence if explain else answer.detail
    return protocol.CompleteResult(
        schema=protocol.SCHEMA,
        id=answer.id,
        text=text,
        origin=origin,
        reason=reason,
        detail=detail,
        engine=answer.engine,
        model=answer.model,
        timing_ms=answer.cost.timing.as_dict(),
        tokens=answer.cost.tokens.as_dict(),
        confidence=round(answer.confidence, 4) if isinstance(answer, Suggestion) else None,
        covers=covers,
        outside=outside,
    )


def status(house: House, window: Window) -> protocol.StatusParams:
    """What a window's status bar shows."""
    engine, readout = house.desk.engine.status, window.readout
    return protocol.StatusParams(
        state=engine.state,
        reason=engine.reason,
        engine=engine.name,
        model=engine.model,
        device=engine.device,
        threads=engine.threads,
        memory_mb=round(engine.memory_mb, 1),
        last_ms=_rounded(readout.last_ms),
        p50_ms=_rounded(readout.percentile(0.50)),
        p99_ms=_rounded(readout.percentile(0.99)),
        computed=readout.computed,
        shown=readout.shown,
        accepted=readout.accepted,
        last_silence=readout.last_silence,
        paused=window.paused,
        excluded=dict(window.excluded),
        mode=convert_providers.mode(window.route),
        providers=convert_providers.providers(house),
        spend=convert_providers.spend(house),
        outside=convert_providers.outside(window.outside),
        recent=[round(ms, 1) for ms in readout.recent],
        stages=[
            StageStatus(name, round(last, 1), round(median, 1))
            for name, last, median in readout.stages()
        ],
        slow=_slow(window),
        shown_today=house.today.shown,
        accepted_today=house.today.accepted,
    )


def _slow(window: Window) -> SlowStatus | None:
    found = window.readout.promise.slow()
    return None if found is None else SlowStatus(*dataclasses.astuple(found))


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)
