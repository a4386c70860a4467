"""What a window may say of providers: its keys, its modes. One method per message.

Keys pass through here on their way to the one place that keeps them. Nothing of them is logged or answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symbiote.core.errors import SettingError
from symbiote.features.follow import rerouted
from symbiote.features.house import House, Window
from symbiote.features.outside import Route, tell_keys, tried, wake
from symbiote.wire import protocol_providers as protocol
from symbiote.wire.dispatch import Dispatch


class Providing:
    """One window's. `changed` is called when its status is another one, `complain` with a sentence for its user."""

    def __init__(
        self,
        house: House,
        window: Window,
        dispatch: Dispatch,
        changed: Callable[[], None],
        complain: Callable[[str], None],
    ) -> None:
        self._house = house
        self._window = window
        self._changed = changed
        self._complain = complain
        on = dispatch.route
        on(protocol.KEYS, self.keys, protocol.KeysParams)
        on(protocol.TEST_KEY, self.test_key, protocol.TestKeyParams)
        on(protocol.MODE, self.mode, protocol.ModeParams)

    def begin(self, options: Mapping[str, Any]) -> None:
        """Take what `initialize` says of modes, before there is any document."""
        match options.get("mode"):
            case {
                "complete": str(complete),
                "rewrite": str(rewrite),
                "localOnly": bool(local_only),
            }:
                self.mode(protocol.ModeParams(complete, rewrite, local_only))
            case None:
                return
            case _:
                self._complain("The modes are not understood; nothing leaves this machine.")
                self.mode(protocol.ModeParams(Route().complete, Route().rewrite, True))

    def mode(self, params: protocol.ModeParams) -> None:
        complete, rewrite = self._known(params.complete), self._known(params.rewrite)
        rerouted(self._house, self._window, Route(complete, rewrite, params.local_only))
        self.ready()

    def _known(self, name: str) -> str:
        """The usual mode for one that does not exist."""
        try:
            return self._house.mode(name).name
        except SettingError as error:
            self._complain(str(error))
            return Route().complete

    def keys(self, params: protocol.KeysParams) -> protocol.KeysResult:
        problems = tell_keys(self._house, self._window, params.keys)
        self.ready()
        return protocol.KeysResult(problems)

    async def test_key(self, params: protocol.TestKeyParams) -> protocol.TestKeyResult:
        found = await tried(self._house, self._window, params.provider)
        self._changed()
        return protocol.TestKeyResult(found.ok, found.sentence, round(found.ms, 1))

    def ready(self) -> None:
        """Something about providers has changed: connections to those that may be asked now are opened."""
        wake(self._house, self._window, again=True)
        self._changed()
