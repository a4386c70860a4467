"""The graphics card as nvidia-smi tells of it: memory, utilisation, clock and power, while something runs."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import shutil
import statistics
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from symbiote.core.errors import UserError

FIELDS = (
    *("name", "driver_version", "memory.total", "memory.used"),
    *("utilization.gpu", "clocks.sm", "power.draw"),
)
"""https://docs.nvidia.com/deploy/nvidia-smi/index.html; memory in MiB, utilisation in per cent of the driver's last sample
(a sixth of a second to a second) in which a kernel ran, the clock in MHz, power in watts."""
ARGUMENTS = (f"--query-gpu={','.join(FIELDS)}", "--format=csv,noheader,nounits")
MB = 1024 * 1024 / 1e6
EVERY = 1.0
"""Seconds between looks: about as often as the driver has something new to say."""
PATIENT = 20.0
"""Seconds for nvidia-smi: without a persistent driver its first call loads one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All cards of the machine together: memory in MB (10^6 bytes), power in watts; utilisation (per cent) and clock (MHz)
    are those of the card that has most. None where the driver does not say.
    """

    name: str
    driver: str
    memory_mb: float | None
    used_mb: float | None
    busy: float | None
    clock_mhz: float | None
    watts: float | None


def program() -> str:
    """Where nvidia-smi is. Raises `UserError` where it is not."""
    found = shutil.which("nvidia-smi")
    if found is None:
        raise UserError(
            "nvidia-smi is not on the PATH: `bench gpu` needs a machine with an NVIDIA card and its driver."
        )
    return found


def parse(text: str) -> Reading:
    """What nvidia-smi printed for `ARGUMENTS`, a line for each card. Raises `UserError`."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if row]
    if not rows or any(len(row) != len(FIELDS) for row in rows):
        raise UserError(f"nvidia-smi said something unexpected: {' '.join(text.split())[:200]!r}.")
    names, drivers, total, used, busy, clock, watts = zip(*rows, strict=True)
    return Reading(
        name=_counted(names),
        driver=drivers[0],
        memory_mb=_sum(total, MB),
        used_mb=_sum(used, MB),
        busy=max(_numbers(busy), default=None),
        clock_mhz=max(_numbers(clock), default=None),
        watts=_sum(watts, 1.0),
    )


async def look() -> Reading:
    """One reading now. Raises `UserError` when nvidia-smi fails or hangs."""
    process = await asyncio.create_subprocess_exec(
        program(),
        *ARGUMENTS,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENT):
            said, _ = await process.communicate()
    except TimeoutError:
        raise UserError(f"nvidia-smi did not answer within {PATIENT:.0f} s.") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    text = said.decode("utf-8", "replace")
    if process.returncode:
        raise UserError(f"nvidia-smi failed: {' '.join(text.split())[:200]}")
    return parse(text)


@contextlib.asynccontextmanager
async def watched(every: float = EVERY) -> AsyncIterator[list[Reading]]:
    """Readings while the body runs: at least one, and the last one at its end."""
    readings: list[Reading] = []

    async def watch() -> None:
        while True:
            with contextlib.suppress(UserError):  # one that is missing is no reason to stop
                readings.append(await look())
            await asyncio.sleep(every)

    watching = asyncio.create_task(watch())
    try:
        yield readings
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    readings.append(await look())


def summary(readings: Sequence[Reading]) -> dict[str, Any]:
    """The figures of one part of a measurement; None where the driver said nothing."""
    return {
        "readings": len(readings),
        "used_mb": _most([one.used_mb for one in readings]),
        "busy": {
            "p50": _middle([one.busy for one in readings]),
            "max": _most([one.busy for one in readings]),
        },
        "clock_mhz": _middle([one.clock_mhz for one in readings]),
        "watts": _middle([one.watts for one in readings]),
    }


def _counted(names: Sequence[str]) -> str:
    found = [f"{names.count(name)} × {name}" for name in dict.fromkeys(names)]
    return ", ".join(found).removeprefix("1 × ") if len(found) == 1 else ", ".join(found)


def _numbers(cells: Sequence[str]) -> list[float]:
    """Those that are numbers: where a card cannot say, "[N/A]" or "[Not Supported]" stands."""
    found = []
    for cell in cells:
        with contextlib.suppress(ValueError):
            found.append(float(cell))
    return found


def _sum(cells: Sequence[str], unit: float) -> float | None:
    numbers = _numbers(cells)
    return sum(numbers) * unit if len(numbers) == len(cells) else None


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _most(values: Sequence[float | None]) -> float | None:
    return round(max(_known(values)), 1) if _known(values) else None


def _middle(values: Sequence[float | None]) -> float | None:
    return round(statistics.median(_known(values)), 1) if _known(values) else None
