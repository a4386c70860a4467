"""Where imports start, and what a virtual environment has, told from names of files alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symbiote.context.analysis.project import root, sites


@pytest.mark.parametrize("mark", [".git", "pyproject.toml", "setup.py"])
def test_the_nearest_folder_that_looks_like_a_project(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert root(os.fspath(inner / "x.py")) == os.fspath(tmp_path)
    (inner / "setup.py").touch()
    assert root(os.fspath(inner / "x.py")) == os.fspath(inner)


@pytest.mark.parametrize("path", ["", "/x.py", "/a\0b/x.py", "/" + "y" * 5_000 + "/x.py"])
def test_a_path_that_leads_nowhere_is_no_error(path: str) -> None:
    assert root(path) in ("", os.fspath(Path(path).parent), "/")


def test_packages_of_the_environment_in_the_project(tmp_path: Path) -> None:
    assert sites(os.fspath(tmp_path)) == []
    site = tmp_path / "venv" / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    assert sites(os.fspath(tmp_path)) == []
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    (tmp_path / "src").mkdir()
    assert sites(os.fspath(tmp_path)) == [os.fspath(tmp_path / "src"), os.fspath(site)]
    (tmp_path / ".venv").symlink_to(".venv")
    assert os.fspath(site) in sites(os.fspath(tmp_path))
