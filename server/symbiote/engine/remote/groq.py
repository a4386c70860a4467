"""Groq through its SDK. The SDK makes the request; the answer's bytes are read here, within the limits of all the others.

https://console.groq.com/docs/api-reference#chat-create
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Any, cast

from groq import APIConnectionError, AsyncGroq, GroqError

from symbiote.engine.remote import http
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.openai import common, read, turns
from symbiote.engine.remote.provider import Part, Place, Provider
from symbiote.engine.remote.request import Request
from symbiote.engine.remote.sse import Event

logging.getLogger("groq").setLevel(logging.WARNING)  # below that it writes prompts


class Groq(Provider):
    """Chat. The SDK's own retries, time limits, redirects and event reader are off."""

    path = "/openai/v1/chat/completions"

    def __init__(self, place: Place, key: Key | None) -> None:
        super().__init__(place, key)
        self._sdk = AsyncGroq(
            api_key=key.reveal(place.base_url) if key else "none",
            base_url=place.base_url,
            max_retries=0,
            timeout=None,
            http_client=self._http,
        )

    async def _chunks(self, request: Request) -> AsyncGenerator[bytes, None]:
        asked = self._sdk.chat.completions.with_streaming_response.create(
            model=self.place.model,
            messages=cast(Any, turns(request)),
            stream=True,
            extra_body={**self._body(request), **self.place.extra},
        )
        try:
            async with asked as answer:
                async for chunk in answer.iter_bytes():
                    yield chunk
        except APIConnectionError as error:
            raise http.fault_of(error.__cause__ or error) from None
        except http.FAILURES as error:
            raise http.fault_of(error) from None
        except GroqError:
            raise Fault(Kind.PROTOCOL) from None

    def _body(self, request: Request) -> dict[str, Any]:
        return common(request)

    def _read(self, event: Event) -> Part:
        return read(event)
