"""Model families: which control tokens stand where around prefix and suffix."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from symbiote.core.errors import ModelError
from symbiote.core.settings import SOURCES
from symbiote.prompt.chat import Chat, read_chat

PREFIX, SUFFIX = "{prefix}", "{suffix}"
USUAL = ("qwen", "starcoder")
"""Whose tokens an unknown model most likely uses in their order: both name the tokens, others borrow them."""


@dataclass(frozen=True, slots=True)
class Family:
    """`layout` is a sequence of control tokens and the two slots; `match` a pattern for model names.

    `typed_last` says that text typed at the cursor lengthens the prompt near its end (suffix first),
    so that a cached prompt stays valid while typing. `file` is the token that stands before each file's path where the
    model was trained on repositories, `repository` the one before the repository's name; both None elsewhere. `context`
    are the sources whose text is worth its room in this model's prompts. `layout` is empty
    for models that do not fill in, and `chat` is None for a family whose models follow no instructions.
    """

    name: str
    layout: tuple[str, ...]
    match: re.Pattern[str]
    source: str
    file: str | None = None
    repository: str | None = None
    context: frozenset[str] = frozenset()
    chat: Chat | None = None

    @property
    def specials(self) -> frozenset[str]:
        """The control tokens without which nothing can be asked of it."""
        if not self.layout and self.chat is not None:
            return self.chat.tokens
        return frozenset(part for part in self.layout if part not in (PREFIX, SUFFIX))

    @property
    def typed_last(self) -> bool:
        return bool(self.layout) and self.layout.index(SUFFIX) < self.layout.index(PREFIX)

    @property
    def psm(self) -> bool:
        """Whether it ends with suffix and middle token, so that text can stand behind them as the beginning of the answer."""
        return bool(self.layout) and self.layout[-2] == SUFFIX and not self.typed_last

    def chats(self, model: str, specials: frozenset[str]) -> Chat | None:
        """How a model of this family, with these control tokens, is talked to; None of one that follows no instructions."""
        chat = self.chat
        if chat is None or not chat.tokens <= specials or not chat.models.search(model):
            return None
        return chat


@functools.cache
def families() -> dict[str, Family]:
    """All families by name, in the order of their names."""
    folder = resources.files("symbiote.prompt") / "families"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {
        f.name.removesuffix(".toml"): _family(f.name, tomllib.loads(f.read_text("utf-8")))
        for f in files
    }


def choose(name: str | None, model: str, specials: frozenset[str]) -> Family:
    """The family named by the catalogue, else the one that fits the model's name and vocabulary.

    Raises `ModelError` for an unknown name, for a vocabulary that lacks the family's control tokens,
    and for a model that fits no family: a guess would give silent nonsense.
    """
    known = families()
    if name:
        if name not in known:
            raise ModelError(f"Family {name!r} is not known; there are {', '.join(known)}.")
        return _reading(_holding(known[name], model, specials), specials)
    usable = [f for f in known.values() if f.specials <= specials]
    fitting = [f for f in usable if f.layout]
    for family in usable:
        if family.match.search(model):
            return _reading(family, specials)
    for name in USUAL:
        if known[name] in fitting:
            return _reading(known[name], specials)
    if len(fitting) == 1:
        return _reading(fitting[0], specials)
    raise ModelError(
        f"{model} has no fill-in-the-middle tokens of a family known here ({', '.join(known)}). "
        "Use a base model trained for fill-in-the-middle, or, if it is one, add server/symbiote/prompt/families/"
        f"{_file_name(model)}.toml with its control tokens (qwen.toml beside it shows the form)."
    )


def _file_name(model: str) -> str:
    """The beginning of the model's name that is most likely its family's."""
    found = re.match(r"[a-z]+", model.lower())
    return found[0] if found else "NAME"


def _holding(family: Family, model: str, specials: frozenset[str]) -> Family:
    missing = sorted(family.specials - specials)
    if missing:
        raise ModelError(
            f"{model} is listed as family {family.name} but its vocabulary lacks {', '.join(missing)}."
        )
    return family


def _reading(family: Family, specials: frozenset[str]) -> Family:
    """The family as this vocabulary has it: some models that borrow its tokens were trained on single files."""
    if family.file is not None and family.file not in specials:
        return replace(family, file=None, repository=None)
    if family.repository is not None and family.repository not in specials:
        return replace(family, repository=None)
    return family


def _family(file: str, raw: dict[str, Any]) -> Family:
    layout = tuple(raw.get("layout", ()))
    chat = read_chat(f"families/{file}", raw["chat"]) if "chat" in raw else None
    once = layout.count(PREFIX) == layout.count(SUFFIX) == 1
    if not once and (layout or chat is None):
        raise ModelError(f"families/{file}: layout needs {PREFIX} and {SUFFIX} once each.")
    name = file.removesuffix(".toml")
    match = re.compile(raw["match"], re.IGNORECASE)
    context = frozenset(raw.get("context", ()))
    if not context <= set(SOURCES):
        raise ModelError(f"families/{file}: context may hold {', '.join(SOURCES)}.")
    tokens = raw.get("file"), raw.get("repository")
    return Family(name, layout, match, raw["source"], *tokens, context, chat)
