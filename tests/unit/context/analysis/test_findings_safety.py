"""A project's code is read and never run; what takes too long or is damaged costs its own findings, no others."""

from __future__ import annotations

import os
import py_compile
from pathlib import Path

import jedi.cache
import pytest

from symbiote.context.analysis import look
from symbiote.context.analysis.findings import Analyst
from unit.context.analysis.asking import at

LONG = 60.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "setup.py").touch()
    return tmp_path


def touching(marker: Path) -> str:
    return f"open({os.fspath(marker)!r}, 'w').close()\ndef harmless(a): ...\n"


def test_modules_are_read_not_run(analyst: Analyst, project: Path) -> None:
    marker = project / "ran"
    (project / "boom.py").write_text(touching(marker))
    (project / "gi.py").write_text(touching(marker))
    source = project / "compiled.source"
    source.write_text(touching(marker))
    py_compile.compile(str(source), cfile=str(project / "compiled.pyc"), doraise=True)
    (project / "native.so").write_bytes(b"\x7fELF")
    for name in ("boom", "gi", "compiled", "native"):
        main = str(project / "main.py")
        found = analyst.findings(at(f"import {name}\n{name}.harmless(▮", main), LONG)
        assert not marker.exists(), name
        if name in ("boom", "gi"):
            assert [one.signature for one in found.call] == ["harmless(a)"], name


def test_a_virtual_environment_is_read_and_its_interpreter_not_started(
    analyst: Analyst, project: Path
) -> None:
    marker, site = project / "ran", project / ".venv" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (project / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (site / "installed.py").write_text("def use(a, b): ...\n")
    interpreter = project / ".venv" / "bin" / "python"
    interpreter.parent.mkdir()
    interpreter.write_text(f"#!/bin/sh\ntouch {marker}\n")
    interpreter.chmod(0o755)
    main = str(project / "main.py")
    found = analyst.findings(at("import installed\ninstalled.use(▮", main), LONG)
    assert [one.signature for one in found.call] == ["use(a, b)"]
    assert not marker.exists()


def test_our_own_packages_are_not_the_project_s(analyst: Analyst, project: Path) -> None:
    found = analyst.findings(at("import pynvim\npynvim.▮", str(project / "main.py")), LONG)
    assert found.members == ()


def test_an_import_that_hangs_leaves_the_rest(analyst: Analyst, project: Path) -> None:
    """A stub that is a pipe nobody writes to: opening it takes forever."""
    (project / "slow.py").write_text("def wait(): ...\n")
    os.mkfifo(project / "slow.pyi")
    main = str(project / "main.py")
    analyst.findings(at("import json\njson.▮", main), LONG)  # the standard library's stubs are read
    text = (
        "import json, slow\n\nclass Order:\n    kind = 1\n\n"
        "    def total(self, tax):\n        rate = tax\n        slow.▮"
    )
    found = analyst.findings(at(text, main), 4.0)
    assert "members" in found.cut
    assert found.members == ()
    assert found.enclosing is not None
    assert {member.name for member in found.enclosing.members} == {"kind", "total"}
    again = analyst.findings(at("def f(a): ...\nf(▮", main), LONG)
    assert [one.name for one in again.call] == ["f"]


def test_a_cache_damaged_by_a_crash_is_made_anew(cache: Path, project: Path) -> None:
    main = str(project / "main.py")
    (project / "shop.py").write_text("def price(a): ...\n")
    question = at("import shop\nshop.price(▮", main)
    analyst = Analyst(cache)
    assert [one.name for one in analyst.findings(question, LONG).call] == ["price"]
    trees = list(cache.rglob("*.pkl"))
    assert trees
    for tree in trees:
        tree.write_bytes(tree.read_bytes()[:100])
    jedi.cache.clear_time_caches(delete_all=True)
    analyst.findings(question, LONG)
    assert [one.name for one in analyst.findings(question, LONG).call] == ["price"]


def test_one_kind_that_fails_leaves_the_others(
    analyst: Analyst, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: look.Look) -> object:
        raise RecursionError

    monkeypatch.setattr(look.Look, "members", fails)
    found = analyst.findings(at("def f(a): ...\nf(▮", str(project / "main.py")), LONG)
    assert found.faults == ("members: RecursionError",)
    assert [one.name for one in found.call] == ["f"]


def test_a_single_name_that_fails_leaves_the_others(
    analyst: Analyst, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = look.Look._definition

    def fails(self: look.Look, line: int, column: int) -> object:
        if line == 1:
            raise AttributeError("jedi")
        return whole(self, line, column)

    monkeypatch.setattr(look.Look, "_definition", fails)
    (project / "shop.py").write_text("def price(a): ...\ndef cost(b): ...\n")
    text = "from shop import price, cost\ncost\nprice(▮"
    found = analyst.findings(at(text, str(project / "main.py")), LONG)
    assert "definitions: AttributeError" in found.faults
    assert {one.name for one in found.definitions} == {"price"}


def test_time_that_is_up_before_it_began(analyst: Analyst, project: Path) -> None:
    found = analyst.findings(at("x = 1\n" * 5_000 + "▮", str(project / "main.py")), 0.000_001)
    assert found.cut
    assert found.call == ()
