"""What nvidia-smi prints is read for one card and for several, and what it cannot say is left open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from symbiote.bench import card
from symbiote.core.errors import UserError

ONE = "NVIDIA H100 80GB HBM3, 580.159.04, 81559, 1200, 37, 1980, 212.43\n"


def test_one_card() -> None:
    found = card.parse(ONE)
    assert (found.name, found.driver) == ("NVIDIA H100 80GB HBM3", "580.159.04")
    assert found.memory_mb == pytest.approx(85_520, abs=1)
    assert found.used_mb == pytest.approx(1_258.3, abs=0.1)
    assert (found.busy, found.clock_mhz, found.watts) == (37, 1980, 212.43)


def test_several_cards_are_one_machine() -> None:
    found = card.parse(ONE + ONE.replace("37, 1980", "90, 345") + "Tesla T4, 1, 100, 10, 0, 5, 9\n")
    assert found.name == "2 × NVIDIA H100 80GB HBM3, 1 × Tesla T4"
    assert found.used_mb == pytest.approx(2410 * 1.048576)
    assert (found.busy, found.clock_mhz) == (90, 1980)
    assert card.parse(ONE + ONE).name == "2 × NVIDIA H100 80GB HBM3"


@pytest.mark.parametrize("cell", ["[N/A]", "[Not Supported]", "[Unknown Error]"])
def test_what_a_card_cannot_say_is_none(cell: str) -> None:
    found = card.parse(f"A100 MIG 1g.5gb, 580.1, {cell}, {cell}, {cell}, {cell}, {cell}")
    assert found == card.Reading("A100 MIG 1g.5gb", "580.1", None, None, None, None, None)
    figures = card.summary([found])
    assert figures["busy"] == {"p50": None, "max": None}
    assert (figures["used_mb"], figures["readings"]) == (None, 1)


@pytest.mark.parametrize("text", ["", "\n", "No devices were found", "a, b, c", ONE + "a, b"])
def test_anything_else_is_refused_with_its_words(text: str) -> None:
    with pytest.raises(UserError, match="nvidia-smi said something unexpected"):
        card.parse(text)


def test_a_summary_has_the_most_memory_and_the_middle_of_the_rest() -> None:
    lines = [ONE.replace("1200, 37", pair) for pair in ("1200, 0", "1500, 90", "900, 40")]
    figures = card.summary([card.parse(line) for line in lines])
    assert figures["used_mb"] == pytest.approx(1572.9, abs=0.1)
    assert figures["busy"] == {"p50": 40, "max": 90}
    assert (figures["clock_mhz"], figures["watts"], figures["readings"]) == (1980, 212.4, 3)


def smi(folder: Path, script: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_it_is_asked_again_and_again_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    told = tmp_path / "told"
    smi(tmp_path, f'echo "$@" >>{told}; echo "{ONE.strip()}"')

    async def watch() -> int:
        async with card.watched(every=0.01) as readings:
            while len(readings) < 3:
                await asyncio.sleep(0.01)
        return len(readings)

    assert asyncio.run(watch()) >= 4
    assert set(told.read_text().splitlines()) == {" ".join(card.ARGUMENTS)}


def test_one_that_fails_or_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="nvidia-smi is not on the PATH"):
        card.program()
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    smi(tmp_path, "echo 'NVIDIA-SMI has failed: no driver'; exit 9")
    with pytest.raises(UserError, match="no driver"):
        asyncio.run(card.look())
    smi(tmp_path, "exec sleep 60")
    monkeypatch.setattr(card, "PATIENT", 0.05)
    with pytest.raises(UserError, match="did not answer"):
        asyncio.run(card.look())
