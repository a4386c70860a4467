"""The benchmark of providers: what it costs is told before, what was reused is left out, what failed is counted."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symbiote.bench import pages, providers
from symbiote.bench.delay_server import Delays, delay_server
from symbiote.bench.outside import Sample
from symbiote.bench.providers import Asked, Pace, chosen, estimate, request, row
from symbiote.cli import main
from symbiote.core.errors import UserError
from symbiote.engine.remote import chosen as chosen_module
from symbiote.engine.remote import presets
from symbiote.engine.remote.spend import Spend

TEXTS = ["value = 1\n" * 500]
PACES = {("groq", "complete"): Pace(20, 2_000), ("anthropic", "rewrite"): Pace(40, 1_000)}


@pytest.mark.asyncio
async def test_a_simulation_is_named_so_and_finds_what_it_was_set_to() -> None:
    found = await providers.simulated(
        ["groq", "anthropic", "mistral"], 6, ("complete", "rewrite"), TEXTS, PACES
    )
    assert found["bench"] == "providers-simulated"
    assert found["failed"] == []
    assert [(one["provider"], one["task"], one["kind"]) for one in found["rows"]] == [
        ("groq", "complete", "groq"),
        ("groq", "rewrite", "groq"),
        ("anthropic", "complete", "anthropic"),
        ("anthropic", "rewrite", "anthropic"),
        ("mistral", "complete", "fim"),
        ("mistral", "rewrite", "openai"),
    ]
    first = found["rows"][0]
    assert first["n"] == 6
    assert first["set_to"] == {"first_ms": 20, "rate": 2_000, "assumed": False}
    assert first["first_ms"]["p50"] >= 10
    assert first["tokens_per_s"]["p50"] >= first["tokens_per_s"]["p95"] > 0
    told = pages.PARTS["providers-simulated"](found)
    assert told.startswith("**Simulated**")
    assert "Nobody outside was asked" in told
    assert "400, 100, assumed" in told


@pytest.mark.asyncio
async def test_a_server_of_ones_own_is_measured_through_the_daemons_code() -> None:
    async with delay_server({"a": Delays(0.01, 3_000.0)}) as server:
        raw: dict[str, Any] = {
            "team": {"baseUrl": server.url("a"), "complete": "m", "rewrite": "m", "key": False}
        }
        found = await providers.real(raw, 3, ("complete", "rewrite"), TEXTS)
        assert server.requests == 6
    assert [(one["title"], one["n"], one["usd"]) for one in found["rows"]] == [("team", 3, 0.0)] * 2
    assert "Simulated" not in pages.PARTS["providers"](found)


@pytest.mark.asyncio
async def test_without_a_key_nobody_is_asked() -> None:
    with pytest.raises(UserError, match="GROQ_API_KEY"):
        await providers.real({"groq": True}, 1, ("complete",), TEXTS)


def test_what_a_provider_had_read_before_is_left_out_and_failures_are_counted() -> None:
    samples = [
        Sample(100.0, 200.0, 11, usd=0.01),
        Sample(1.0, 2.0, 11, cached=900, usd=0.001),
        Sample(fault="It is overloaded."),
        Sample(fault="It is overloaded."),
    ]
    preset = presets.load()["openai"]

    async def never(_: Any) -> Sample:
        raise AssertionError

    found = row(Asked(preset, "complete", never), samples)
    assert found["n"] == 1
    assert found["reused"] == 1
    assert found["first_ms"] == {"p50": 100.0, "p95": 100.0, "p99": 100.0}
    assert found["tokens_per_s"]["p50"] == pytest.approx(100.0)
    assert found["failures"] == {"It is overloaded.": 2}
    assert found["usd"] == pytest.approx(0.011)
    assert found["set_to"] is None


def test_no_two_requests_begin_alike() -> None:
    rng = random.Random(1)
    found = [request("complete", TEXTS, rng).prefix[:20] for _ in range(50)]
    found += [request("rewrite", TEXTS, rng).messages[1].text[:20] for _ in range(50)]
    assert len(set(found)) == 100


def test_what_it_costs_is_an_upper_bound_that_grows_with_the_runs() -> None:
    usd, guessed = estimate({"openai": True}, 10, ("complete",))
    # 2,500 characters and 64 tokens of gpt-4.1-nano: about 850 × 0.10 + 64 × 0.40 USD a million
    assert 0.0008 < usd < 0.003
    assert not guessed
    assert estimate({"openai": True}, 20, ("complete",))[0] == pytest.approx(2 * usd)
    assert estimate({"together": True}, 10, ("complete",))[1]


def test_the_names_choose_of_the_setting() -> None:
    setting = {"groq": {"complete": "m"}, "mistral": True, "limits": {"usdPerDay": 1}}
    named = {"groq": {"complete": "m"}, "openai": True, "limits": {"usdPerDay": 1}}
    assert chosen(["groq", "openai"], setting) == named
    assert chosen([], setting) == setting
    with pytest.raises(UserError, match="Name the providers"):
        chosen([], {"limits": {"usdPerDay": 1}})


@pytest.mark.asyncio
async def test_what_is_spent_is_written_down_and_a_limit_holds(tmp_path: Path) -> None:
    spend = Spend(tmp_path / "spend.sqlite3")
    async with delay_server({"a": Delays(0.01, 3_000.0)}) as server:
        preset = presets.load()["openai"]
        presets_with = {**presets.load(), "openai": replace(preset, base_url=server.url("a"))}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPENAI_API_KEY", "sk-test")
            patch.setattr(chosen_module, "_shipped", lambda: presets_with)
            raw = {"openai": True, "limits": {"usdPerDay": 0.0002}}
            found = await providers.real(raw, 4, ("complete",), TEXTS, spend)
    await spend.close()
    [one] = found["rows"]
    assert 0 < one["usd"] <= 0.0002
    assert 1 <= one["n"] < 4
    assert sum(one["failures"].values()) == 4 - one["n"]
    assert server.requests == one["n"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["providers"], "Name the providers"),
        (["providers", "openai", "--runs", "3"], "Nothing was sent"),
        (["providers", "nonesuch"], "nonesuch"),
        (["providers", "--setting", "none.json"], "none.json cannot be read"),
        (["providers", "--simulated", "nonesuch"], "nonesuch"),
        (["providers", "--simulated", "--setting", "x"], "leave --setting out"),
        (["team", "--simulated", "--model", "embedded"], "leave --url and --model out"),
        (["team", "--url", "http://127.0.0.1:9/v1"], "With --yes"),
        (["team", "--model", "nonesuch"], "nonesuch"),
    ],
)
def test_mistakes_are_told_and_nothing_is_sent(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *arguments]) == 1
    assert says in capsys.readouterr().err


def test_the_cost_is_said_before_it_is_agreed_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "providers", "together", "--runs", "3"]) == 1
    told = capsys.readouterr().err
    assert "3 requests for each task to together: at most 0.0" in told
    assert "No price is known of some" in told


@pytest.mark.parametrize(
    "arguments",
    [["providers", "--runs", "0"], ["team", "--typing", "0"], ["team", "--typing", "2"]],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["bench", *arguments])
    assert error.value.code == 2


def test_the_table_for_many_users_needs_no_measuring(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "queueing", "--users", "100"]) == 0
    assert "100 users, 90% of the asks" in capsys.readouterr().out
