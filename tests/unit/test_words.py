"""The names that the server sends and people read have words in the extension, and so French."""

from __future__ import annotations

import json
import re
from pathlib import Path

from symbiote.core.answer import Origin, Reason
from symbiote.core.flow import Cause
from symbiote.metrics.promise import PROVIDER, STAGES, UNFINISHED

ROOT = Path(__file__).parents[2]
PURE = ROOT / "extension" / "src" / "pure"


def test_names_have_words() -> None:
    listed = set(re.findall(r"later\('([^']+)'\)", (PURE / "words.ts").read_text("utf-8")))
    for name in (*Reason, *Origin, *STAGES, *Cause):
        assert name.replace("_", " ") in listed, name


def test_every_stage_that_may_be_slow_has_a_sentence() -> None:
    text = (PURE / "latency.ts").read_text("utf-8")
    for name in (*STAGES, PROVIDER, UNFINISHED):
        assert re.search(rf"\b{name}: later\('Most of the time", text), name


def test_words_have_french() -> None:
    bundle = ROOT / "extension" / "l10n" / "bundle.l10n.fr.json"
    french = json.loads(bundle.read_text("utf-8"))
    for reason in Reason:
        assert french[reason.replace("_", " ")]
