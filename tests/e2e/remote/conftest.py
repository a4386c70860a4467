"""A provider of each class, pointed at a row of the fault server."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from symbiote.engine.remote.anthropic import Anthropic
from symbiote.engine.remote.fim import Fim
from symbiote.engine.remote.groq import Groq
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.openai import Chat, Completions
from symbiote.engine.remote.provider import Place, Provider

CLASSES: dict[str, Callable[[Place, Key | None], Provider]] = {
    "chat": Chat,
    "completions": Completions,
    "fim": Fim,
    "anthropic": Anthropic,
    "groq": Groq,
}
SECRET = "gsk-canary-0123456789-canary"
CANARY = "canary_of_the_document"

Made = Callable[[str], AbstractAsyncContextManager[Provider]]


@pytest.fixture(params=CLASSES)
def made(request: pytest.FixtureRequest) -> Made:
    kind = CLASSES[request.param]

    @contextlib.asynccontextmanager
    async def provider(url: str) -> AsyncGenerator[Provider, None]:
        built = kind(Place("Test", url, "a-model"), Key(SECRET, url))
        try:
            yield built
        finally:
            await built.close()

    return provider


async def everything(stream: AsyncIterator[object]) -> list[object]:
    return [part async for part in stream]
