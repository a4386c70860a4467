"""What a window says of the flow session, and what it is told."""

from __future__ import annotations

from collections.abc import Callable

from symbiote.core.errors import UserError
from symbiote.core.flow import Kind
from symbiote.features import flow
from symbiote.features.flow_report import told
from symbiote.features.house import Window
from symbiote.wire import protocol_flow as protocol
from symbiote.wire.dispatch import Dispatch
from symbiote.wire.hub import Hub


class Flowing:
    """One window's. `changed` is called when the status of the window may be another one."""

    def __init__(
        self, hub: Hub, window: Window, dispatch: Dispatch, changed: Callable[[], None]
    ) -> None:
        self._hub = hub
        self._window = window
        self._dispatch = dispatch
        self._changed = changed
        dispatch.route(protocol.FLOW, self.flow, protocol.FlowParams)
        dispatch.route(protocol.FLOW_REPORT, self.report, protocol.FlowReportParams)
        dispatch.route(protocol.FOCUS, self.focus, protocol.FocusParams)

    def begin(self) -> None:
        """The window listens from now on."""
        flow.joined(self._hub.house, self._window, self._tell)

    def close(self) -> None:
        flow.left(self._hub.house, self._window)

    def flow(self, asked: protocol.FlowParams) -> protocol.FlowStateParams:
        try:
            return self._state(ended=self._act(asked))
        except UserError as error:
            return self._state(problem=str(error))

    def _act(self, asked: protocol.FlowParams) -> str:
        house, window, action = self._hub.house, self._window, protocol.Action
        match asked.action:
            case action.START:
                flow.start(house, window, asked.feature, asked.minutes, asked.kind)
            case action.PAUSE:
                flow.pause(house)
            case action.RESUME:
                flow.resume(house)
            case action.INTERRUPT:
                flow.interrupt(house, asked.cause)
            case action.END:
                return flow.end(house, asked.complete, asked.tests)
            case action.STATE:
                pass
        return ""

    async def report(self, asked: protocol.FlowReportParams) -> protocol.FlowReportResult:
        try:
            session, title, text = await told(self._hub.house, asked.session)
        except UserError as error:
            return protocol.FlowReportResult(asked.session, "", "", str(error))
        return protocol.FlowReportResult(session, title, text, "")

    def focus(self, said: protocol.FocusParams) -> None:
        flow.focused(self._hub.house, self._window, said.focused)

    def _tell(self) -> None:
        self._dispatch.notify(protocol.FLOW_STATE, self._state())
        self._changed()

    def _state(self, problem: str = "", ended: str = "") -> protocol.FlowStateParams:
        now = flow.look(self._hub.house)
        if now is None:
            return protocol.FlowStateParams("", "", Kind.ASSISTANCE, 0.0, False, 0, problem, ended)
        return protocol.FlowStateParams(
            now.id,
            now.feature,
            now.kind,
            round(now.left_s, 3),
            now.paused,
            now.interruptions,
            problem,
            ended,
        )
