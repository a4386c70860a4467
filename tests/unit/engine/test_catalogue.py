"""Which file a setting means, and what is said when it cannot be used."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import pytest

from symbiote.core import paths
from symbiote.core.errors import ModelError
from symbiote.engine.local import catalogue, probe

DATA = b"GGUF and so on"
ENTRY = {
    "file": "embedded/a.gguf",
    "sha256": hashlib.sha256(DATA).hexdigest(),
    "bytes": len(DATA),
    "family": "symbiote",
    "context": 1536,
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    (folder / "embedded").mkdir(parents=True)
    (folder / "embedded" / "a.gguf").write_bytes(DATA)
    monkeypatch.setattr(paths, "catalogue", lambda: folder / "catalogue.toml")
    write(folder)
    return folder


def write(folder: Path, **changes: object) -> None:
    def flat(value: object) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k} = {flat(v)}" for k, v in value.items()) + "}"
        return f'"{value}"' if isinstance(value, str) else str(value)

    lines = [f"{key} = {flat(value)}" for key, value in (ENTRY | changes).items()]
    (folder / "catalogue.toml").write_text("[models.embedded]\n" + "\n".join(lines), "utf-8")


def test_a_listed_model_is_found_and_verified(models: Path) -> None:
    model = catalogue.find(" embedded ")
    assert (model.name, model.family, model.context) == ("embedded", "symbiote", 1536)
    assert model.path == models / "embedded" / "a.gguf"
    assert model.gate == -math.inf
    catalogue.verify(model)
    assert catalogue.names() == ["embedded"]


def test_served_context_and_gate_are_read(models: Path) -> None:
    write(models, context={"train": 2048, "serve": 1024}, gate=-1.5)
    model = catalogue.find("embedded")
    assert (model.context, model.gate) == (1024, -1.5)


def test_a_model_may_name_one_that_drafts_for_it(models: Path) -> None:
    assert probe.drafts_by(catalogue.find("embedded")) == ("", "")
    write(models, draft="small")
    model = catalogue.find("embedded")
    off, why = probe.drafts_by(model)
    assert (model.draft, off) == ("small", "")
    assert why.startswith("Drafts by small are off: The model 'small' is not known")
    entries = (models / "catalogue.toml").read_text("utf-8")
    small = entries.replace("embedded]", "small]").replace("/a.gguf", "/b.gguf")
    small = small.replace('draft = "small"', "")
    (models / "catalogue.toml").write_text(f"{entries}\n{small}", "utf-8")
    assert probe.drafts_by(model) == ("", "")  # it was never fetched
    file = models / "embedded" / "b.gguf"
    file.write_bytes(DATA)
    assert probe.drafts_by(model) == (str(file), "")
    file.write_bytes(DATA[::-1])
    assert "is not the file the catalogue describes" in probe.drafts_by(model)[1]


@pytest.mark.parametrize("draft", [3, "embedded"])
def test_a_draft_is_another_models_name(models: Path, draft: object) -> None:
    write(models, draft=draft)
    with pytest.raises(ModelError, match="another model's name"):
        catalogue.find("embedded")


def test_a_model_for_rewrites_is_not_offered_for_completions(models: Path) -> None:
    assert set(catalogue.sizes()) == {"embedded"}
    write(models, rewrites=1)
    assert not catalogue.sizes()
    assert catalogue.find("embedded").name == "embedded"


def test_a_pulled_file_stands_in_for_one_not_shipped(models: Path) -> None:
    own = paths.pulled_models() / "embedded"
    own.mkdir(parents=True)
    (models / "embedded" / "a.gguf").rename(own / "a.gguf")
    assert catalogue.find("embedded").path == own / "a.gguf"


def test_an_own_file_needs_no_entry(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "Own.GGUF"
    path.write_bytes(DATA)
    model = catalogue.find(str(path))
    assert (model.name, model.family, model.sha256) == ("Own", None, None)
    catalogue.verify(model)


def test_an_unknown_name_lists_the_known_ones(models: Path) -> None:
    with pytest.raises(ModelError, match=r"'embeded' is not known.*Known names: embedded"):
        catalogue.find("embeded")


def test_without_a_catalogue_a_path_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "catalogue", lambda: tmp_path / "none.toml")
    with pytest.raises(ModelError, match="Known names: none"):
        catalogue.find("embedded")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("models/a.gguf", "not a full path"),
        ("/nowhere/a.gguf", r"/nowhere/a\.gguf is missing"),
        ("/nowhere/a.bin", "not a .gguf file"),
        ("", "not known"),
    ],
)
def test_a_useless_setting_is_explained(models: Path, setting: str, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        catalogue.find(setting)


def test_a_folder_is_not_a_model(models: Path, tmp_path: Path) -> None:
    (tmp_path / "d.gguf").mkdir()
    with pytest.raises(ModelError, match="is not a file"):
        catalogue.find(str(tmp_path / "d.gguf"))


def test_a_truncated_file_is_named_with_its_sizes(models: Path) -> None:
    (models / "embedded" / "a.gguf").write_bytes(DATA[:5])
    with pytest.raises(ModelError, match="has 5 bytes instead of 14"):
        catalogue.find("embedded")


def test_another_file_of_the_same_size_is_refused(models: Path) -> None:
    (models / "embedded" / "a.gguf").write_bytes(DATA[::-1])
    with pytest.raises(ModelError, match="not the file the catalogue describes"):
        catalogue.verify(catalogue.find("embedded"))


def test_a_hash_is_computed_once_per_change(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = catalogue.find("embedded")
    catalogue.verify(model)
    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("read again"))
        catalogue.verify(model)
    (models / "embedded" / "a.gguf").write_bytes(DATA[::-1])
    with pytest.raises(ModelError):
        catalogue.verify(model)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bytes": "many"}, "bytes"),
        ({"bytes": 0}, "bytes"),
        ({"context": -1}, "context"),
        ({"context": {"serve": "x"}}, "context"),
        ({"gate": "high"}, "gate"),
        ({"sha256": ""}, "sha256"),
        ({"file": 3}, "file"),
    ],
)
def test_a_faulty_entry_is_named(models: Path, changes: dict[str, object], says: str) -> None:
    write(models, **changes)
    with pytest.raises(ModelError, match=f"'embedded'.*{says}"):
        catalogue.find("embedded")


def test_a_broken_catalogue_is_named(models: Path) -> None:
    (models / "catalogue.toml").write_text("[[[", "utf-8")
    with pytest.raises(ModelError, match=r"catalogue\.toml cannot be read"):
        catalogue.find("embedded")
