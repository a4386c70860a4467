"""jedi's answers about a place in a text, as findings. The only door to jedi.

Sources and stubs are read, never run. jedi runs code in three ways, and each is shut here: it starts the interpreter of
a virtual environment (a repository can bring one of its own: jedi/api/environment.py, `_is_unix_safe_simple`), it imports
compiled modules, and it imports what `auto_import_modules` names. So the environment is this very interpreter with
nothing but its standard library, and a virtual environment's packages are read as text. What this process itself has
imported (jedi, parso, orjson, platformdirs) is found too, after everything else: jedi looks into `sys.modules`.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import jedi
from jedi import settings
from jedi.api.environment import InterpreterEnvironment
from jedi.cache import clear_time_caches
from jedi.inference.base_value import ValueSet
from jedi.inference.gradual.conversion import convert_values

from symbiote.context.analysis.look import DAMAGED, Look
from symbiote.context.analysis.project import root, sites
from symbiote.context.analysis.protocol import MAX_CHARACTERS, Findings, Question
from symbiote.context.analysis.reach import Reach, merged

RECURSION = 3_000
"""Frames, as jedi sets it itself. Deeper, C code could run out of the 8 MB of a stack; less, and jedi gives up early."""
AGAIN = 0.2
"""Seconds after which the alarm rings again: an exception raised inside a destructor is lost."""

LIBRARY = [
    path
    for path in (sysconfig.get_path("stdlib"), sysconfig.get_config_var("DESTSHARED"))
    if isinstance(path, str)
]


class OutOfTime(BaseException):
    """Not an `Exception`: jedi catches those in many places."""


class _Library(InterpreterEnvironment):  # type: ignore[misc]
    """This interpreter and its standard library, which is all that compiled modules are imported from."""

    def get_sys_path(self) -> list[str]:
        return list(LIBRARY)


class Analyst:
    """Answers one question at a time, on the main thread (of signals). `cache` keeps parse trees of imported files."""

    def __init__(self, cache: Path) -> None:
        settings.cache_directory = str(cache)
        settings.auto_import_modules = []
        settings.allow_unsafe_interpreter_executions = False
        # With it jedi opens files all over the project, for who calls the function around the cursor.
        settings.dynamic_params_for_other_modules = False
        settings._cropped_file_size = MAX_CHARACTERS
        sys.setrecursionlimit(RECURSION)
        self._cache = cache
        self._environment = _Library()

    def findings(self, question: Question, seconds: float) -> Findings:
        """What is found within `seconds`. Never raises: what fails leaves the rest."""
        until = time.monotonic() + seconds
        found: dict[str, list[Any]] = {}
        cut: list[str] = []
        faults: list[str] = []
        looks: list[Look] = []

        def read() -> Iterator[Look]:
            yield Look(self._script(question), question, self._reach(question))

        self._gather("text", read, seconds, looks, cut, faults)
        for look in looks:
            kinds = look.kinds()
            for place, (kind, find) in enumerate(kinds.items()):
                left = max(until - time.monotonic(), 0.001)
                # Half of what is left: one kind that hangs leaves time to the others.
                share = left if place == len(kinds) - 1 else left / 2
                found[kind] = []
                self._gather(kind, find, share, found[kind], cut, faults)
        if cut or faults:
            self._clean(faults)
        for look in looks:
            faults += sorted(look.faults)
        around = found.pop("enclosing", [])
        closed = merged(found.pop("closed", []))
        return Findings(
            **{kind: tuple(items) for kind, items in found.items()},
            enclosing=around[-1] if around else None,
            closed=closed,
            cut=tuple(cut),
            faults=tuple(faults),
        )

    def _gather(
        self,
        kind: str,
        find: Callable[[], Iterator[Any]],
        seconds: float,
        items: list[Any],
        cut: list[str],
        faults: list[str],
    ) -> None:
        """Append what `find` yields to `items`, for at most `seconds`."""
        try:
            with _alarm(seconds):
                items.extend(find())
        except OutOfTime:
            signal.setitimer(signal.ITIMER_REAL, 0)  # it may ring just before it is stopped
            cut.append(kind)
        except Exception as error:
            faults.append(f"{kind}: {type(error).__name__}")

    def _clean(self, faults: list[str]) -> None:
        """Trees that were being changed when it ended are no longer true to their text; those on disk may be damaged.

        Not before the question is answered: jedi takes lines from the cache for as long as it looks at a text.
        """
        clear_time_caches(delete_all=True)
        if any(fault.endswith(error.__name__) for fault in faults for error in DAMAGED):
            for tree in self._cache.rglob("*.pkl"):
                tree.unlink(missing_ok=True)

    def _reach(self, question: Question) -> Reach:
        return Reach(
            lambda text: self._script(replace(question, text=text)),
            lambda values: convert_values(ValueSet(values), ignore_compiled=False),
            lambda values: convert_values(ValueSet(values), prefer_stubs=True),
            question.text,
            question.line,
        )

    def _script(self, question: Question) -> Any:
        base = question.root or root(question.path)
        project = jedi.Project(
            base or str(self._cache),
            sys_path=[*LIBRARY, *(sites(base) if base else ())],
            smart_sys_path=bool(base),
            load_unsafe_extensions=False,
        )
        path = question.path or None
        return jedi.Script(question.text, path=path, project=project, environment=self._environment)


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in here after `seconds`, in the middle of whatever Python is doing."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
