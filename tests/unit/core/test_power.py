"""On battery or not, from a folder like Linux's."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbiote.core.power import EVERY, Battery

MAINS_ON = {"type": "Mains", "online": "1"}
MAINS_OFF = {"type": "Mains", "online": "0"}
USB_ON = {"type": "USB", "online": "1"}
DRAINING = {"type": "Battery", "status": "Discharging"}
FULL = {"type": "Battery", "status": "Full"}
MOUSE = {"type": "Battery", "status": "Discharging", "scope": "Device"}
HUB = {"type": "USB", "online": "1", "scope": "Device"}


def supplies(folder: Path, *found: dict[str, str]) -> Path:
    for number, properties in enumerate(found):
        (place := folder / f"S{number}").mkdir(exist_ok=True)
        for name, value in properties.items():
            (place / name).write_text(f"{value}\n")
    return folder


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], False),
        ([MAINS_ON], False),
        ([MAINS_OFF, DRAINING], True),
        ([MAINS_ON, DRAINING], False),
        ([DRAINING, USB_ON], False),
        ([DRAINING, HUB], True),
        ([DRAINING], True),
        ([MAINS_OFF, FULL], False),
        ([FULL, DRAINING], True),
        ([MOUSE], False),
        ([MAINS_ON, MOUSE], False),
        ([{}], False),
        ([{"type": "\udcff?"}], False),
    ],
)
def test_who_feeds_the_machine(tmp_path: Path, found: list[dict[str, str]], expected: bool) -> None:
    found = [{k: v.encode("utf-8", "replace").decode() for k, v in f.items()} for f in found]
    assert Battery(supplies(tmp_path, *found)).in_use() is expected


def test_not_known_is_false(tmp_path: Path) -> None:
    assert Battery(tmp_path / "missing").in_use() is False
    (file := tmp_path / "file").write_text("")
    assert Battery(file).in_use() is False


def test_a_look_is_good_for_a_while(tmp_path: Path) -> None:
    now = [0.0]
    battery = Battery(supplies(tmp_path, MAINS_OFF, DRAINING), lambda: now[0])
    assert battery.in_use()
    supplies(tmp_path, MAINS_ON)
    now[0] = EVERY - 1
    assert battery.in_use()
    now[0] = EVERY
    assert not battery.in_use()
