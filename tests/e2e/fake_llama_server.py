"""llama-server's program as far as the benchmark needs it: takes the flags, is healthy, answers /infill at once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from unit.bench.fake_server import Server


async def main(port: int) -> None:
    made = Server(lambda request: "" if "path" in request else "zz")
    listening = await asyncio.start_server(made.serve, "127.0.0.1", port)
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[sys.argv.index("--port") + 1])))
