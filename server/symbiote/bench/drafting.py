"""What drafts give: the same asks at the engine's port, with drafts and one token a call.

Two engines with the same model take turns, so that a machine that grows slower does so for both. Greedy decoding makes their
answers the same, which is looked at.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from symbiote.bench.alone import ready
from symbiote.bench.edits import Edit, kept
from symbiote.core.errors import PromptTooLong, UserError
from symbiote.core.settings import MachineSettings
from symbiote.core.text import opened
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, Done, End, EngineStatus
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.draft import Draft, Wanted, drafted, request
from symbiote.features.rewrite.region import Lines

STAYS = 0.8
"""The share of the lines that must stay for most of them to stay."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its text, how it ended and what it cost."""

    text: str
    done: Done

    @property
    def rate(self) -> float:
        """Tokens a second while it was written."""
        cost = self.done.cost
        return 1000 * cost.tokens.generated / max(cost.timing.decode, 1e-6)


@dataclass(frozen=True, slots=True)
class Pair:
    """The answers to one ask, `with_drafts` and `plain`."""

    edit: Edit
    with_drafts: Said
    plain: Said

    @property
    def same(self) -> bool:
        return self.with_drafts.text == self.plain.text

    @property
    def stays(self) -> bool:
        """Whether the model came to an end by itself and most lines are what they were."""
        lines = self.plain.text.strip("\n").split("\n")
        ended = self.plain.done.end is End.EOG
        return ended and kept(self.edit.selection, lines) >= STAYS


async def pairs(model: str, edits: Sequence[Edit]) -> list[Pair]:
    """Each edit asked of both, one after the other; those too large for the model are left out. Raises `UserError`."""
    found = []
    async with _engine(model, plain=False) as drafting, _engine(model, plain=True) as plain:
        for number, edit in enumerate(edits):
            if (ask := ask_for(drafting.status, edit)) is None:
                continue
            engines = (drafting, plain) if number % 2 else (plain, drafting)
            try:
                answers = {engine: await said(engine, ask) for engine in engines}
            except PromptTooLong:  # larger in tokens than was reckoned
                continue
            found.append(Pair(edit, answers[drafting], answers[plain]))
    return found


def ask_for(engine: EngineStatus, edit: Edit) -> Ask | None:
    """What the product would ask for; None where the selection is too large."""
    document = opened(f"file:///bench/{edit.name}.py", "python", 1, edit.text)
    wanted = Wanted("bench", document, Lines(edit.start, edit.end), edit.words)
    talk = Conversation(document.uri)
    what = request(wanted, talk, edit.words, None, None)
    found = drafted(engine, wanted, talk, what, 0, float("inf"))
    return found.ask if isinstance(found, Draft) else None


@contextlib.asynccontextmanager
async def _engine(model: str, *, plain: bool) -> AsyncGenerator[LocalEngine]:
    engine = LocalEngine(MachineSettings(model=model), lambda: None, plain=plain)
    engine.start()
    try:
        await ready(engine)
        yield engine
    finally:
        await engine.close()


async def said(engine: LocalEngine, ask: Ask) -> Said:
    """The engine's answer. Raises `UserError` where it gives none."""
    parts: list[str] = []
    async with contextlib.aclosing(engine.stream(ask)) as stream:
        async for part in stream:
            if isinstance(part, Delta):
                parts.append(part.text)
            else:
                return Said("".join(parts), part)
    raise UserError("The engine gave no answer.")
