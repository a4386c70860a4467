"""Where a file's imports start: its project, and the packages of the virtual environment that lies in it.

Nothing is run, and no interpreter but ours is asked: a folder that looks like an environment is read as one.
"""

from __future__ import annotations

from pathlib import Path

MARKS = (".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
DEEPEST = 40
"""Folders to look at, upwards."""
ENVIRONMENTS = (".venv", "venv", "env")
PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")


def root(path: str) -> str:
    """The nearest folder above `path` that looks like a project's, else its own; empty for what is no file."""
    if not path:
        return ""
    folders = list(Path(path).parents)[:DEEPEST]
    marked = (folder for folder in folders if any(_is(folder / mark) for mark in MARKS))
    return str(next(marked, folders[0] if folders else ""))


def sites(base: str) -> list[str]:
    """Folders of installed packages, and `src`, in the project at `base`."""
    found = [Path(base, "src")] if _is(Path(base, "src")) else []
    for name in ENVIRONMENTS:
        if _is(Path(base, name, "pyvenv.cfg")):
            found += [site for form in PACKAGES for site in sorted(Path(base, name).glob(form))]
    return [str(site) for site in found]


def _is(path: Path) -> bool:
    """Whether it is there. Names that no file system takes (a NUL, too long) are not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
