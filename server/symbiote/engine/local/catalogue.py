"""Which model file a setting means, and whether it is the file it should be."""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiote.core import paths
from symbiote.core.errors import ModelError
from symbiote.engine.local import memo
from symbiote.engine.local.promise import Size

TEXT_KEYS = ("file", "family", "sha256")
HEAD = "Choose another in the setting symbiote.model"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model on this machine.

    `context` is in tokens, 0 when the file itself decides. `sha256` and `bytes` are what the
    catalogue promises, None for a file of the user's own. `gate` is the log-probability (nats) of
    an answer below which it is better not shown, `gate_quiet` and `gate_eager` are those of other settings.
    `ranking` holds weights that let what the file itself would say compete with the model's answers,
    for very small models. `draft` is the name of a smaller model with the same tokens, which writes drafts for this one, or "".
    """

    name: str
    path: Path
    family: str | None = None
    context: int = 0
    sha256: str | None = None
    bytes: int | None = None
    gate: float = -math.inf
    gate_quiet: float | None = None
    gate_eager: float | None = None
    ranking: Path | None = None
    draft: str = ""


def names() -> list[str]:
    """The names the catalogue knows."""
    return sorted(_entries())


def listing() -> dict[str, dict[str, Any]]:
    """The catalogue's entries as they are written."""
    return _entries()


def target(name: str) -> Path:
    """Where a fetched file of the catalogue lies."""
    return paths.pulled_models() / str(_entries()[name]["file"])


def here(name: str) -> Path | None:
    """The file of a listed model, if it is on this machine."""
    shipped = paths.catalogue().parent / str(_entries()[name]["file"])
    return next((path for path in (shipped, target(name)) if path.is_file()), None)


def sizes() -> dict[str, Size]:
    """How large the models for completions are, whether they are here or not."""
    found = {}
    for name, entry in _entries().items():
        if entry.get("rewrites"):
            continue
        count, parameters = entry.get("bytes", 0), entry.get("parameters", 0)
        if _whole(count) and count > 0:
            found[name] = Size(count, parameters if _whole(parameters) else 0)
    return found


def find(setting: str) -> ModelFile:
    """The model that `setting` names: a name from the catalogue or the path of a .gguf file.

    Raises `ModelError` with the next step. Looks at the file's name and size only; see `verify`.
    """
    wanted = setting.strip()
    entries = _entries()
    if wanted in entries:
        model = _listed(wanted, entries[wanted])
    elif wanted.endswith(".gguf") or "/" in wanted or "\\" in wanted:
        model = _own(wanted)
    else:
        known = ", ".join(sorted(entries)) or "none"
        raise ModelError(
            f"The model {wanted!r} is not known (setting symbiote.model). "
            f"Known names: {known}. Or give the path of a .gguf file."
        )
    return _present(model)


def bytes_of(setting: str) -> int:
    """The size of the model that `setting` names. Raises `ModelError` with the next step."""
    return find(setting).path.stat().st_size


def verify(model: ModelFile) -> None:
    """Hold the file against the catalogue's sha256. Raises `ModelError`.

    A file once found right is not read again until its size or time of change differs.
    """
    if model.sha256 is None:
        return
    book = memo.Memo("hashes.json")
    key = memo.stamp(model.path)
    found = book.get(key)
    if not isinstance(found, str):
        with model.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        book.put(key, found)
    if found != model.sha256:
        raise ModelError(
            f"{model.path} is not the file the catalogue describes: its sha256 is {found[:12]}…, "
            f"expected {model.sha256[:12]}…. Fetch or build it again."
        )


def _entries() -> dict[str, dict[str, Any]]:
    file = paths.catalogue()
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"The catalogue {file} cannot be read: {error}.") from error
    models = raw.get("models", {})
    return {name: entry for name, entry in models.items() if isinstance(entry, dict)}


def _listed(name: str, entry: dict[str, Any]) -> ModelFile:
    for key in TEXT_KEYS:
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise _wrong(name, f"a text for {key!r}")
    context = entry.get("context", 0)
    if isinstance(context, dict):
        context = context.get("serve", 0)
    if not _whole(context) or context < 0:
        raise _wrong(name, "a whole number of tokens for 'context'")
    size = entry.get("bytes", 0)
    if not _whole(size) or size <= 0:
        raise _wrong(name, "a whole number for 'bytes'")
    gate = _gate(name, entry, "gate")
    shipped = paths.catalogue().parent / entry["file"]
    pulled = paths.pulled_models() / entry["file"]
    path = pulled if pulled.exists() and not shipped.exists() else shipped
    return ModelFile(
        name,
        path,
        entry["family"],
        context,
        entry["sha256"].lower(),
        size,
        -math.inf if gate is None else gate,
        _gate(name, entry, "gate_quiet"),
        _gate(name, entry, "gate_eager"),
        paths.catalogue().parent / entry["ranking"]
        if isinstance(entry.get("ranking"), str)
        else None,
        _draft(name, entry),
    )


def _draft(name: str, entry: dict[str, Any]) -> str:
    draft = entry.get("draft", "")
    if not isinstance(draft, str) or draft == name:
        raise _wrong(name, "another model's name for 'draft'")
    return draft


def _gate(name: str, entry: dict[str, Any], key: str) -> float | None:
    gate = entry.get(key)
    if gate is None:
        return None
    if not isinstance(gate, (int, float)) or isinstance(gate, bool):
        raise _wrong(name, f"a number for {key!r}")
    return float(gate)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(name: str, what: str) -> ModelError:
    return ModelError(f"The entry {name!r} of {paths.catalogue()} needs {what}.")


def _own(setting: str) -> ModelFile:
    path = Path(setting).expanduser()
    if not path.is_absolute():
        raise ModelError(
            f"{setting!r} is not a full path (setting symbiote.model). Write it from / on."
        )
    if path.suffix.lower() != ".gguf":
        raise ModelError(f"{path} is not a .gguf file. {HEAD}.")
    return ModelFile(path.stem, path)


def _fetch(name: str) -> str:
    url = _entries().get(name, {}).get("url")
    return f"Fetch it with `symbiote models pull {name}`, " if url else "Put it there, "


def _present(model: ModelFile) -> ModelFile:
    try:
        size = model.path.stat().st_size
    except OSError as error:
        raise ModelError(
            f"The model file {model.path} is missing or cannot be read "
            f"({error.strerror or error}). {_fetch(model.name)}or choose another in symbiote.model."
        ) from error
    if not model.path.is_file():
        raise ModelError(f"{model.path} is not a file. {HEAD}.")
    if model.bytes is not None and size != model.bytes:
        raise ModelError(
            f"{model.path} has {size:,} bytes instead of {model.bytes:,}: it is incomplete or another "
            "file. Fetch or build it again."
        )
    return model
