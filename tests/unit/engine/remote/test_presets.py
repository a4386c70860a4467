"""The providers that ship, and what is said of a file that is wrong."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from symbiote.core.errors import SettingError
from symbiote.engine.remote import presets
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.presets import Preset, Price, Use

SHIPPED = presets.load()
GOOD: dict[str, Any] = {
    "kind": "openai",
    "base_url": "https://api.example.com/v1/",
    "key": "EXAMPLE_API_KEY",
    "complete": {"model": "coder", "way": "fim"},
    "rewrite": "talker",
    "prices": {"coder": {"input": 0.3, "output": 1, "published": datetime.date(2026, 9, 4)}},
}


def test_those_that_ship() -> None:
    assert set(SHIPPED) == {
        *("groq", "cerebras", "together", "openai", "deepseek", "mistral", "codestral"),
        *("gemini", "openrouter", "anthropic", "ollama", "vllm", "llama-server"),
    }
    for preset in SHIPPED.values():
        assert set(preset.uses) == {"complete", "rewrite"}
        assert set(preset.prices) <= {use.model for use in preset.uses.values()}
        assert bool(preset.key) == preset.base_url.startswith("https://")
    assert SHIPPED["codestral"].uses["complete"].way == "fim"


@pytest.mark.asyncio
@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("task", presets.TASKS)
async def test_each_is_made_into_an_engine(name: str, task: str) -> None:
    preset = SHIPPED[name]
    key = Key("k", preset.base_url) if preset.key else None
    engine = presets.make(preset, task, key)
    assert engine.status.name == preset.title
    assert engine.status.model == preset.uses[task].model
    await engine.close()


@pytest.mark.asyncio
async def test_another_model() -> None:
    engine = presets.make(SHIPPED["ollama"], "complete", None, "mine:7b")
    assert engine.status.model == "mine:7b"
    await engine.close()


def test_what_a_good_table_means() -> None:
    preset = presets.preset("example", GOOD)
    assert preset.base_url == "https://api.example.com/v1"
    assert preset.uses == {"complete": Use("coder", "fim"), "rewrite": Use("talker", "chat")}
    assert preset.prices == {"coder": Price(0.3, 1.0, datetime.date(2026, 9, 4))}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "grok"}, "kind 'grok'"),
        ({"kind": None}, "text for 'kind'"),
        ({"base_url": "api.example.com"}, "base_url"),
        ({"base_url": "https://u:p@api.example.com"}, "user or a password"),
        ({"key": ""}, "environment variable"),
        ({"models": {}}, "'models', which means nothing"),
        ({"complete": {"model": ""}}, "model for 'complete'"),
        ({"complete": {"model": "m", "way": "smoke"}}, "way 'smoke'"),
        ({"kind": "anthropic"}, "way 'fim'"),
        ({"extra": 3}, "'extra' is not a table"),
        ({"cache_key": 1}, "true or false for 'cache_key'"),
        ({"prices": {"coder": {"input": 1, "output": 1}}}, "date published"),
        ({"prices": {"coder": {"input": -1, "output": 1, "published": datetime.date(2026, 1, 1)}}}, "USD per million"),
        ({"prices": {"coder": 4}}, "USD per million"),
    ],
)  # fmt: skip
def test_complaints(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SettingError, match=complaint) as caught:
        presets.preset("example", GOOD | change)
    assert "example" in str(caught.value) or "not a table" in str(caught.value)


def test_a_workspace_may_not_name_a_private_address() -> None:
    entry = GOOD | {"base_url": "https://10.0.0.7/v1"}
    assert presets.preset("example", entry).base_url == "https://10.0.0.7/v1"
    with pytest.raises(SettingError, match="workspace"):
        presets.preset("example", entry, from_workspace=True)


@pytest.mark.parametrize(
    "text", ["providers = 1", "[providers]\nx = 1", "[providers.x]\n", "=", "\xff"]
)
def test_a_file_that_is_wrong(tmp_path: Path, text: str) -> None:
    file = tmp_path / "providers.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingError, match="providers"):
        presets.load(file)
    with pytest.raises(SettingError, match="cannot be read"):
        presets.load(tmp_path / "nothing.toml")


def test_keys_come_from_the_variable_that_is_named() -> None:
    groq = SHIPPED["groq"]
    assert presets.key_from({}, groq) is presets.key_from({"GROQ_API_KEY": " "}, groq) is None
    key = presets.key_from({"GROQ_API_KEY": "gsk"}, groq)
    assert key is not None
    assert key.reveal(groq.base_url) == "gsk"
    assert presets.key_from({"GROQ_API_KEY": "gsk"}, SHIPPED["ollama"]) is None
    own = presets.key_from({"GROQ_API_KEY": "gsk", "SYMBIOTE_KEY_GROQ": "other"}, groq)
    assert own is not None
    assert own.reveal(groq.base_url) == "other"
    with pytest.raises(SettingError, match="GROQ_API_KEY"):
        presets.make(groq, "complete", None)
    with pytest.raises(SettingError, match="no model for 'complete'"):
        presets.make(Preset("x", "X", "openai", "http://127.0.0.1"), "complete", None)
