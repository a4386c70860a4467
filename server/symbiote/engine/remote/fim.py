"""Mistral's endpoint for what belongs between two texts: https://docs.mistral.ai/api/endpoint/fim"""

from __future__ import annotations

from symbiote.engine.remote.openai import Completions


class Fim(Completions):
    """`/fim/completions`: asked as completions are, answered as chats are; `openai.read` reads both."""

    path = "/fim/completions"
