"""The exceptions that cross rooms.

SymbioteError
├── UserError            a mistake the user can mend; the text says how (exit code 1, no stack trace)
│   ├── ModelError       a model file that is missing, truncated, wrong or unknown
│   ├── SettingError     a setting with a value that cannot be used
│   └── PlaceError       a directory or socket that is not safely ours
├── EngineError          the engine could not finish this ask
│   ├── EngineGone       the worker died or was not there
│   └── AskRefused       the ask itself cannot be served (no such token, longer than the context)
│       └── PromptTooLong  what must be kept of the prompt is longer
├── Superseded           a newer ask took this one's lane
├── Stale                a document change that does not follow from what is held
└── WireError            a peer that does not speak the protocol
"""


class SymbioteError(Exception):
    """Root of all errors raised on purpose."""


class UserError(SymbioteError):
    """Something the user can mend; the message names the file or setting and the next step."""


class ModelError(UserError):
    """A model file that cannot be used."""


class SettingError(UserError):
    """A setting with an unusable value."""


class PlaceError(UserError):
    """A directory or socket that is missing, unsafe or not ours."""


class EngineError(SymbioteError):
    """The engine could not finish an ask."""


class EngineGone(EngineError):
    """The engine's process died or is not running."""


class AskRefused(EngineError):
    """An ask that no engine could serve as it stands."""


class PromptTooLong(AskRefused):
    """What must be kept of a prompt needs `needs` tokens, and there is room for `room`."""

    def __init__(self, needs: int, room: int) -> None:
        super().__init__(
            f"The prompt needs {needs} tokens and the model's context has room for {room}."
        )
        self.needs = needs
        self.room = room


class Superseded(SymbioteError):
    """A newer ask took the lane."""


class Stale(SymbioteError):
    """A change to a document version that is not the one held."""


class WireError(SymbioteError):
    """A peer that does not keep to the protocol."""
