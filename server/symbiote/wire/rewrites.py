"""What a window may say of rewrites, and what is done about it. One method per message, in LSP's types."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from symbiote.core import paths
from symbiote.core.answer import Reason
from symbiote.core.text import Document
from symbiote.features.house import Window
from symbiote.features.hush import excluded
from symbiote.features.rewrite.draft import Wanted
from symbiote.features.rewrite.model import problem as trouble
from symbiote.features.rewrite.offered import SOURCE, offers
from symbiote.features.rewrite.outcome import outcome
from symbiote.features.rewrite.ready import Ready
from symbiote.features.rewrite.region import lines_of
from symbiote.features.rewrite.review import Reviewed, begin
from symbiote.features.rewrite.run import rewrite
from symbiote.features.rewrite.told import Progress, Rewritten
from symbiote.features.rewrite.warm import warm
from symbiote.wire import convert, convert_rewrite
from symbiote.wire import protocol_rewrite as protocol
from symbiote.wire.dispatch import Dispatch
from symbiote.wire.hub import Hub
from symbiote.wire.mirror import Mirror
from symbiote.wire.protocol_providers import ADD_KEY

KINDS = [
    lsp.CodeActionKind.QuickFix,
    lsp.CodeActionKind.RefactorRewrite,
    lsp.CodeActionKind.Source,
]
BUTTONS = [
    protocol.Button("Choose a Model", "workbench.action.openSettings", ["symbiote.rewriteModel"]),
    protocol.Button("Try the Small One", "symbiote.rewrite.useSmall", []),
]
KEY_BUTTON = protocol.Button("Add a Key", ADD_KEY, [])
REQUEST_FAILED = -32803
ID_LENGTH = 64


class Rewriting:
    """One window's. `arrived` tells when the message now being handled had come in."""

    def __init__(
        self,
        hub: Hub,
        window: Window,
        mirror: Mirror,
        dispatch: Dispatch,
        arrived: Callable[[], float],
        complain: Callable[[str], None],
    ) -> None:
        self._hub = hub
        self._window = window
        self._mirror = mirror
        self._dispatch = dispatch
        self._arrived = arrived
        self._ready = Ready(paths.intentions(), complain)
        self._shows = False
        self._warming: asyncio.Task[None] | None = None
        window.live = self._document
        on = dispatch.route
        on(protocol.REWRITE, self.rewrite, protocol.RewriteParams)
        on(protocol.WARM, self.warm, protocol.RewriteWarmParams)
        on(protocol.OUTCOME, self.outcome, protocol.RewriteOutcomeParams)
        on(protocol.INTENTIONS, self.intentions, protocol.IntentionsParams)
        on(lsp.TEXT_DOCUMENT_CODE_ACTION, self.code_action, lsp.CodeActionParams)

    def begin(self, options: Mapping[str, Any]) -> list[str]:
        """Take what `initialize` says; the commands to offer."""
        shows = options.get("shows")
        self._shows = isinstance(shows, list) and protocol.SHOWS_REWRITES in shows
        return [] if self._shows else [protocol.REWRITE_HERE]

    def _document(self, uri: str) -> Document | None:
        """As the editor holds it: a notebook's cell alone."""
        held = self._mirror.get(uri)
        return held.own if held is not None else None

    def close(self) -> None:
        """The window is going."""
        if self._warming is not None:
            self._warming.cancel()

    # --- a rewrite

    async def rewrite(self, params: protocol.RewriteParams) -> protocol.RewriteResult:
        if not 0 < len(params.rewrite) <= ID_LENGTH:
            raise JsonRpcInvalidParams(f"a rewrite's id has 1 to {ID_LENGTH} characters")
        document, span = (
            self._document(params.text_document.uri),
            convert_rewrite.span(params.range),
        )
        if document is None:
            return convert_rewrite.nothing(params.rewrite, Reason.UNKNOWN_DOCUMENT)
        if document.too_large:
            return convert_rewrite.nothing(params.rewrite, Reason.TOO_LARGE)
        wanted = Wanted(
            params.rewrite,
            document,
            lines_of(document, span),
            params.intention,
            params.name,
            params.rerun,
            self._arrived(),
        )
        ended = await self._run(wanted, lambda progress: self._tell(params.rewrite, progress))
        begin(self._hub.house, self._window, wanted, ended, partial(self._flag, params.rewrite))
        return convert_rewrite.result(params.rewrite, ended)

    async def _run(self, wanted: Wanted, tell: Callable[[Progress], None]) -> Rewritten:
        self._stop_warming()
        known = await self._ready.known()
        return await rewrite(self._hub.house, self._window, wanted, known, tell)

    def _tell(self, id: str, progress: Progress) -> None:
        self._dispatch.notify(protocol.PROGRESS, convert_rewrite.progress(id, progress))

    def _flag(self, id: str, reviewed: Reviewed) -> None:
        self._dispatch.notify(protocol.REVIEW, convert_rewrite.reviewed(id, reviewed))

    def warm(self, params: protocol.RewriteWarmParams) -> None:
        document = self._document(params.text_document.uri)
        self._stop_warming()
        if document is not None and not document.too_large:
            self._warming = asyncio.create_task(self._warm(document, params))

    async def _warm(self, document: Document, params: protocol.RewriteWarmParams) -> None:
        lines = lines_of(document, convert_rewrite.span(params.range))
        wanted = Wanted("", document, lines, params.intention, params.name, False, self._arrived())
        why = await excluded(self._hub.house, self._window, document.uri)
        known = await self._ready.known()
        await warm(self._hub.house, self._window, wanted, known, why is not None)

    def _stop_warming(self) -> None:
        if self._warming is not None:
            self._warming.cancel()
            self._warming = None

    def outcome(self, params: protocol.RewriteOutcomeParams) -> None:
        told = (params.rewrite, params.turn, params.kind, params.hunks, params.characters)
        outcome(self._hub.house, self._window, *told)

    # --- what can be asked for

    async def intentions(self, params: protocol.IntentionsParams) -> protocol.IntentionsResult:
        known = await self._ready.known()
        found = [
            protocol.Intention(
                name=one.name,
                title=one.title,
                description=one.description,
                kind=one.kind,
                read_only=one.read_only,
                asks=one.asks,
                own=one.own,
            )
            for one in known.values()
            if one.fits(params.language)
        ]
        why = trouble(self._hub.house, self._window)
        buttons = BUTTONS if self._window.route.local_only else [*BUTTONS, KEY_BUTTON]
        return protocol.IntentionsResult(found, why, buttons if why else [])

    async def code_action(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri, context = params.text_document.uri, params.context
        document = self._document(uri)
        if document is None or document.too_large or not self._window.settings.enabled:
            return []
        if await excluded(self._hub.house, self._window, uri) is not None:
            return []
        known = tuple((await self._ready.known()).values())
        problems = [problem.message for problem in context.diagnostics]
        invoked = context.trigger_kind is not lsp.CodeActionTriggerKind.Automatic
        selects = params.range.start != params.range.end
        only = [str(getattr(kind, "value", kind)) for kind in context.only or ()]
        if not invoked and trouble(self._hub.house, self._window):
            return []
        found = offers(known, document.language, problems, only, by_hand=invoked or selects)
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(len(document.lines), 0))
        actions = []
        for one in found:
            problem = context.diagnostics[one.problem] if one.problem is not None else None
            at = problem.range.start if problem is not None and not selects else None
            where = lsp.Range(at, at) if at is not None else params.range
            where = whole if one.kind == SOURCE else where
            actions.append(
                lsp.CodeAction(
                    title=one.title,
                    kind=lsp.CodeActionKind(one.kind),
                    diagnostics=[problem] if problem is not None else None,
                    command=lsp.Command(
                        one.title,
                        protocol.REWRITE_HERE,
                        arguments=[uri, convert_rewrite.plain(where), one.name, one.words],
                    ),
                )
            )
        return actions

    # --- for editors that do not show rewrites

    async def here(self, arguments: list[Any]) -> None:
        """Rewrite, and let the editor apply the whole at once. Raises the reason as an error when nothing came."""
        match arguments:
            case [str(uri), dict(range), str(name), str(words)]:
                pass
            case _:
                raise JsonRpcInvalidParams("arguments: uri, range, name, words")
        document = self._document(uri)
        if document is None:
            raise JsonRpcException("The document is not open.", code=REQUEST_FAILED)
        try:
            span = convert.span(convert.structure(range, lsp.Range))
        except Exception as error:
            raise JsonRpcInvalidParams("the second argument is no range") from error
        lines = lines_of(document, span)
        wanted = Wanted(uuid.uuid4().hex, document, lines, words, name, False, time.monotonic())
        ended = await self._run(wanted, lambda _: None)
        if ended.text is None or ended.reason is not None:
            raise JsonRpcException(ended.detail or "Nothing came.", code=REQUEST_FAILED)
        if ended.read_only:
            said = lsp.LogMessageParams(lsp.MessageType.Info, ended.text)
            self._dispatch.notify(lsp.WINDOW_LOG_MESSAGE, said)
            return
        self._apply(uri, ended)

    def _apply(self, uri: str, ended: Rewritten) -> None:
        document, lines = self._document(uri), ended.place
        if document is None:
            return
        edit = convert.lines_edit(
            document, lines.start, lines.end, ended.text or "", self._mirror.encoding
        )
        change = lsp.TextDocumentEdit(
            lsp.OptionalVersionedTextDocumentIdentifier(uri, document.version), [edit]
        )
        said = lsp.ApplyWorkspaceEditParams(
            lsp.WorkspaceEdit(document_changes=[change]), label="Symbiote: rewrite"
        )
        self._dispatch.ask(lsp.WORKSPACE_APPLY_EDIT, said)
