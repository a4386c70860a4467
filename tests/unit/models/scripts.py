"""The scripts of models/train as modules. They import each other by bare names, from their own folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

TRAIN = Path(__file__).parents[3] / "models" / "train"


def script(name: str) -> ModuleType:
    sys.path.insert(0, str(TRAIN))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(TRAIN))
