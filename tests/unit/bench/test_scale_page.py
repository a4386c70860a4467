"""What docs/scale.md says of this program is so."""

from __future__ import annotations

import json
import re

from symbiote.bench import pages
from symbiote.bench.asks import per_minute
from symbiote.bench.sizing import sizing
from symbiote.bench.typist import standard
from symbiote.engine.remote.chosen import PER_MINUTE, read_providers, variable
from symbiote.engine.remote.request import SESSION

TEXT = (pages.DOCS / "scale.md").read_text("utf-8")


def test_the_router_hashes_the_header_that_is_sent() -> None:
    router = (pages.DOCS / "team" / "nginx.conf").read_text("utf-8")
    name = f"$http_{SESSION.lower().replace('-', '_')}"
    assert f"hash {name} consistent;" in router
    assert f"`hash {name} consistent`" in TEXT
    assert f"**`{SESSION}`**" in TEXT


def test_the_setting_can_be_used_as_it_stands() -> None:
    found = re.search(r'```json\n"symbiote.providers": (\{.*?\n\})\n```', TEXT, re.DOTALL)
    assert found is not None
    read = read_providers(json.loads(found[1]))
    assert read.complaints == []
    assert read.presets["team"].key == variable("team")
    assert f"`{variable('team')}`" in TEXT
    assert read.limits.requests_per_minute == 300
    assert f"**`requestsPerMinute`**: {PER_MINUTE} unless told" in TEXT


def test_the_asks_are_those_of_the_trace() -> None:
    trace = standard()
    said = [round(per_minute(trace, engine)) for engine in (0.1, 0.2, 0.4)]
    assert said == [271, 182, 178]
    assert "271 asks a minute" in TEXT
    assert "182 for 0.2 s, 178 for 0.4 s" in TEXT


def test_the_table_is_the_one_that_the_command_prints() -> None:
    assert pages.PARTS["queueing"](sizing()) in TEXT
