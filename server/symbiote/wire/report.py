"""What a window may ask of the measures. One method per message."""

from __future__ import annotations

from symbiote.core.errors import UserError
from symbiote.features.reports import report
from symbiote.wire import protocol_report as protocol
from symbiote.wire.dispatch import Dispatch
from symbiote.wire.hub import Hub

SCHEMA = 1


class Reporting:
    """One window's."""

    def __init__(self, hub: Hub, dispatch: Dispatch) -> None:
        self._hub = hub
        dispatch.route(protocol.REPORT, self.report, protocol.ReportParams)

    async def report(self, params: protocol.ReportParams) -> protocol.ReportResult:
        """A problem is said in the answer: an editor shows it where the figures would be."""
        asked = (params.since, params.until, params.filters, params.figures)
        try:
            found = await report(self._hub.house, *asked)
        except UserError as error:
            return protocol.ReportResult(SCHEMA, str(error), [])
        return protocol.ReportResult(SCHEMA, "", [protocol.ReportFigure(**one) for one in found])
