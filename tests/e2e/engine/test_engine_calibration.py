"""A calibration with llama.cpp: measured in a process of its own, used at the next load, seen in the status."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.app import open_house
from symbiote.cli import main
from symbiote.core import paths
from symbiote.core.settings import MachineSettings
from symbiote.doctor import told
from symbiote.engine.local import machine, tuning
from symbiote.engine.local.calibrate import calibrate
from symbiote.engine.local.catalogue import find
from symbiote.engine.port import State
from symbiote.wire.hub import Hub
from unit.engine.engines import CODE, alive, ask, running, say, until


@pytest.mark.asyncio
async def test_a_calibration_is_used_at_the_next_load(tiny: Path) -> None:
    model, settings = find(str(tiny)), MachineSettings(model=str(tiny))
    async with running(tiny) as engine:
        before, _ = await say(engine, ask(CODE))
        assert engine.status.tuning is None
        pid = engine.status.pid
        found = await calibrate(model, settings)
        assert engine.status.pid == pid
        assert alive(pid), "the engine of the open windows is left alone"
    chosen = found.tuning
    assert 1 <= chosen.threads <= machine.cores()
    assert chosen.ubatch in (64, 128, 256)
    assert 0 < chosen.write_ms <= chosen.ask_ms
    assert found.told["seconds"] <= 30
    assert "promise of 500 ms" in found.promise
    other = replace(chosen, flash=not chosen.flash, threads=1, ubatch=64)
    for choice in (chosen, other):
        tuning.store(model, settings, choice)
        async with running(tiny) as engine:
            assert engine.status.tuning == choice.as_dict()
            assert engine.status.threads == choice.threads
            assert not engine.status.note
            assert (await say(engine, ask(CODE)))[1].cost.tokens.generated > 0
            if choice is chosen and not choice.flash:
                assert (await say(engine, ask(CODE)))[0] == before


@pytest.mark.asyncio
async def test_a_damaged_calibration_is_a_note_and_no_more(tiny: Path) -> None:
    (paths.state() / tuning.BOOK).write_text("{", "utf-8")
    async with running(tiny) as engine:
        assert engine.status.tuning is None
        assert "cannot be read" in engine.status.note
        await say(engine, ask(CODE))
    (paths.state() / tuning.BOOK).unlink()


def test_the_command_says_what_it_measured(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "--calibrate", "--model", str(tiny), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [finding["about"] for finding in told["findings"]] == ["calibration", "promise"]
    measured = told["calibration"]
    assert code == (0 if measured["holds"] else 1)
    assert (measured["model"], measured["promise_ms"]) == ("tiny", 500)
    assert {"embedded", "tiny"} <= {one["model"] for one in measured["models"]}
    keys = {"flash", "threads", "ubatch", "read_ms", "add_ms", "write_ms", "ask_ms"}
    for figure in (measured["chosen"], measured["shipped"], *measured["measured"]):
        assert set(figure) == keys
    assert main(["doctor", "--model", str(tiny)]) == 1
    assert "--calibrate" in capsys.readouterr().err


@pytest.mark.asyncio
async def test_the_status_tells_of_it(tiny: Path) -> None:
    settings = MachineSettings(model=str(tiny))
    (paths.state() / "machine.json").write_text(json.dumps({"model": str(tiny)}), "utf-8")
    choice = tuning.Tuning(False, 1, 64, 0.5, 25.0, 2.0, 73.0, 950, "2026-11-21")
    tuning.store(find(str(tiny)), settings, choice)
    house = open_house()
    try:
        await until(lambda: house.desk.engine.status.state is State.READY)
        state = Hub(house, lambda: None).state()
    finally:
        await house.desk.engine.close()
        house.ledger.close()
    assert state["engine"]["tuning"] == choice.as_dict()
    assert json.loads(json.dumps(state)) == state
    line = "tuning   flash attention off, 1 thread, batch of 64; a typical ask takes 73 ms, calibrated 2026-11-21"
    assert line in told(state).splitlines()
    state["engine"]["tuning"] = None
    assert "tuning" not in told(state)
