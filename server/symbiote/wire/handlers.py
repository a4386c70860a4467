"""What a window may say, and what is done about it. One method per message, in LSP's types."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from symbiote.core.answer import Answer, Reason, Suggestion
from symbiote.core.errors import UserError
from symbiote.core.moment import Moment
from symbiote.core.settings import KEYS, MachineSettings, WindowSettings, read
from symbiote.features.complete import complete, silence
from symbiote.features.follow import forget, leave
from symbiote.features.house import Window
from symbiote.features.outcome import accepted, dismissed, forget_learned
from symbiote.features.reported import Told, reported
from symbiote.features.why import explain
from symbiote.wire import convert, protocol
from symbiote.wire.dispatch import Dispatch
from symbiote.wire.documents import Documents
from symbiote.wire.facts import Telling
from symbiote.wire.flow import Flowing
from symbiote.wire.hub import Hub
from symbiote.wire.mirror import Mirror
from symbiote.wire.pace import Pace
from symbiote.wire.providers import Providing
from symbiote.wire.report import Reporting
from symbiote.wire.rewrites import KINDS, Rewriting

log = logging.getLogger("symbiote.session")

STATUS_EVERY = 0.5
FLUSH = 0.05
"""Seconds between the answer to `stop` and the stop."""


class Handlers:
    """One window's. `arrived` is when the message now being handled had come in."""

    def __init__(self, hub: Hub, window: Window, dispatch: Dispatch) -> None:
        self.hub = hub
        self.window = window
        self.mirror = Mirror()
        self.arrived = time.monotonic()
        self.left = False
        self._dispatch = dispatch
        self._listens = False
        self._said: protocol.StatusParams | None = None
        self._status = Pace(self._say_status, STATUS_EVERY)
        self._documents = Documents(hub.house, window, self.mirror, self._changed)
        self._rewriting = Rewriting(
            hub, window, self.mirror, dispatch, lambda: self.arrived, self._complain
        )
        Reporting(hub, dispatch)
        self._telling = Telling(hub.house, window, self.mirror, self._complain)
        self._flowing = Flowing(hub, window, dispatch, self._changed)
        self._providing = Providing(hub.house, window, dispatch, self._changed, self._complain)
        window.tell_longer = self._tell_longer
        self._unwatch = hub.house.watch(self._changed)
        self._routes()

    def _routes(self) -> None:
        on, documents = self._dispatch.route, self._documents
        on(
            lsp.INITIALIZE, self.initialize, dict
        )  # as sent: what a newer client adds must not fail it
        on(lsp.INITIALIZED, self.initialized)
        on(lsp.SHUTDOWN, self.shutdown)
        on(lsp.EXIT, self.exit)
        on(lsp.TEXT_DOCUMENT_DID_OPEN, documents.did_open, lsp.DidOpenTextDocumentParams)
        on(lsp.TEXT_DOCUMENT_DID_CHANGE, documents.did_change, lsp.DidChangeTextDocumentParams)
        on(lsp.TEXT_DOCUMENT_DID_CLOSE, documents.did_close, lsp.DidCloseTextDocumentParams)
        on(lsp.TEXT_DOCUMENT_DID_SAVE, documents.did_save)
        on(
            lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
            documents.did_open_notebook,
            lsp.DidOpenNotebookDocumentParams,
        )
        on(
            lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
            documents.did_change_notebook,
            lsp.DidChangeNotebookDocumentParams,
        )
        on(
            lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
            documents.did_close_notebook,
            lsp.DidCloseNotebookDocumentParams,
        )
        on(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, self.inline_completion, lsp.InlineCompletionParams)
        on(lsp.WORKSPACE_EXECUTE_COMMAND, self.execute_command, lsp.ExecuteCommandParams)
        on(
            lsp.WORKSPACE_DID_CHANGE_CONFIGURATION,
            self.did_change_configuration,
            lsp.DidChangeConfigurationParams,
        )
        on(
            lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
            self.did_change_workspace_folders,
            lsp.DidChangeWorkspaceFoldersParams,
        )
        on(protocol.PAUSE, self.pause, protocol.PauseParams)
        on(protocol.FACTS, self._telling.take, dict)  # taken as far as it is usable
        on(protocol.DISMISSED, self.dismissed)
        on(protocol.EVENTS, self.events, protocol.EventsParams)
        on(protocol.WHY, self.why)
        on(protocol.RESTART_ENGINE, self.restart_engine)
        on(protocol.FORGET_LEARNED, self.forget_learned)
        on(protocol.COMPLETE, self.complete, protocol.CompleteParams)
        on(protocol.STATE, self.state)
        on(protocol.STOP, self.stop)

    def close(self) -> None:
        """The window is going."""
        self._unwatch()
        self._status.stop()
        self._documents.close()
        self._rewriting.close()
        self._telling.close()
        self._flowing.close()

    def leave(self) -> None:
        """The window is gone, and its requests have ended."""
        leave(self.hub.house, self.window)

    # --- the life of a session

    def initialize(self, params: dict[str, Any]) -> lsp.InitializeResult:
        self._dispatch.initialized = True
        self.mirror.encoding = convert.encoding(params)
        self.window.roots = convert.roots(params)
        given = params.get("initializationOptions")
        options = given if isinstance(given, Mapping) else {}
        self._providing.begin(options)
        self._configure(options.get("settings"))
        commands = [protocol.ACCEPTED, *self._rewriting.begin(options)]
        return convert.capabilities(self.mirror.encoding, commands, KINDS)

    def initialized(self, _: None) -> None:
        self._listens = True
        self._flowing.begin()
        self._changed()

    def shutdown(self, _: None) -> None:
        self._dispatch.shut_down()

    def exit(self, _: None) -> None:
        """Ends this session; the daemon and the other windows do not notice."""
        self.left = True

    def did_change_configuration(self, params: lsp.DidChangeConfigurationParams) -> None:
        if isinstance(params.settings, Mapping):
            self._configure(params.settings.get("symbiote"))

    def did_change_workspace_folders(self, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        gone = {folder.uri for folder in params.event.removed}
        new = [folder.uri for folder in params.event.added]
        roots = dict.fromkeys((*self.window.roots, *new))
        self.window.roots = tuple(uri for uri in roots if uri not in gone)
        self.window.work.changed()
        self._documents.look_again()

    def _configure(self, raw: Any) -> None:
        if not isinstance(raw, Mapping):
            return
        window, machine, complaints = read(raw)
        self.window.settings = window
        forget(self.window)
        own = set(WindowSettings.__dataclass_fields__)
        if any(KEYS[key] not in own for key in raw.keys() & KEYS.keys()):
            self._configure_machine(machine)
        for complaint in complaints:
            self._complain(str(complaint))
        self._changed()

    def _configure_machine(self, machine: MachineSettings) -> None:
        try:
            self.hub.configure(machine)
        except UserError as error:
            self._complain(str(error))
        self._providing.ready()

    def _complain(self, text: str) -> None:
        said = lsp.LogMessageParams(lsp.MessageType.Warning, text)
        self._dispatch.notify(lsp.WINDOW_LOG_MESSAGE, said)

    # --- suggestions

    async def inline_completion(
        self, params: lsp.InlineCompletionParams
    ) -> list[lsp.InlineCompletionItem]:
        asked = self._moment(params.text_document.uri, params.position, params.context)
        if not isinstance(asked, Moment):
            return []
        answer = await self._answer(asked)
        if not isinstance(answer, Suggestion):
            return []
        return [convert.item(answer, asked, self.mirror.encoding)]

    async def complete(self, params: protocol.CompleteParams) -> protocol.CompleteResult:
        kind = lsp.InlineCompletionTriggerKind
        context = lsp.InlineCompletionContext(kind.Automatic if params.automatic else kind.Invoked)
        asked = self._moment(params.text_document.uri, params.position, context)
        answer = await self._answer(asked) if isinstance(asked, Moment) else asked
        return convert.complete_result(answer, params.explain)

    def _moment(
        self,
        uri: str,
        at: lsp.Position | protocol.Place,
        context: lsp.InlineCompletionContext | None,
    ) -> Moment | Answer:
        """The snapshot, or why there is none. Comes before any await."""
        document, encoding = self.mirror.get(uri), self.mirror.encoding
        if document is None:
            return self._silent(Reason.UNKNOWN_DOCUMENT)
        if document.too_large:
            return self._silent(Reason.TOO_LARGE, document.language)
        if not document.holds(convert.position(at, document), encoding):
            return self._silent(Reason.OUTSIDE, document.language)
        return convert.moment(document, at, encoding, self.window.id, self.arrived, context)

    def _silent(self, reason: Reason, language: str = "") -> Answer:
        self._changed()
        return silence(self.hub.house, self.window, reason, language)

    async def _answer(self, asked: Moment) -> Answer:
        try:
            return await complete(self.hub.house, self.window, asked)
        finally:
            self._changed()

    def _tell_longer(self, at: Moment, id: str) -> None:
        if self._listens:
            said = convert.extended(at, id, self.mirror.encoding)
            self._dispatch.notify(protocol.EXTENDED, said)

    async def execute_command(self, params: lsp.ExecuteCommandParams) -> None:
        match params.command, params.arguments:
            case protocol.rewrite.REWRITE_HERE, [*arguments]:
                await self._rewriting.here(arguments)
            case protocol.ACCEPTED, [str(id), *_]:
                accepted(self.hub.house, self.window, id)
                self._changed()
            case _:
                raise JsonRpcInvalidParams(f"no command that takes this; {protocol.ACCEPTED} [id]")

    def dismissed(self, _: None) -> None:
        dismissed(self.hub.house, self.window)

    async def events(self, params: protocol.EventsParams) -> protocol.EventsResult:
        told = [Told(e.uid, e.kind, e.ago_ms, e.ask, e.value, e.cause) for e in params.events]
        return protocol.EventsResult(*await reported(self.hub.house, self.window, told))

    def pause(self, params: protocol.PauseParams) -> None:
        self.window.paused = params.all
        self.window.paused_languages = frozenset(params.languages)
        self._changed()

    # --- about the server

    def why(self, _: None) -> protocol.WhyResult:
        return protocol.WhyResult(*explain(self.window, self.hub.house))

    def restart_engine(self, _: None) -> protocol.RestartEngineResult:
        self.hub.house.restart()
        return protocol.RestartEngineResult(ok=True)

    def forget_learned(self, _: None) -> protocol.ForgetLearnedResult:
        forget_learned(self.hub.house)
        return protocol.ForgetLearnedResult(ok=True)

    def state(self, _: None) -> dict[str, Any]:
        return self.hub.state() | {"window": {"preparing": self.window.preparing}}

    def stop(self, _: None) -> protocol.StopResult:
        log.info("asked to stop")
        asyncio.get_running_loop().call_later(FLUSH, self.hub.stop)
        return protocol.StopResult(ok=True)

    def _changed(self) -> None:
        if self._listens:
            self._status.touch()

    def _say_status(self) -> None:
        """Tell the window how things stand, unless it knows."""
        now = convert.status(self.hub.house, self.window)
        if now != self._said:
            self._said = now
            self._dispatch.notify(protocol.STATUS, now)
