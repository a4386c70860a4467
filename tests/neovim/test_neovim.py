"""A second real client that shares no code with VS Code: Neovim 0.12's own `vim.lsp.inline_completion`.

It counts columns in UTF-8, debounces 200 ms, and does not cancel a superseded request while typing.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pynvim
import pytest

NVIM = Path(__file__).parents[2] / ".tools" / "neovim" / "nvim"
FAKE = Path(__file__).parents[1] / "e2e" / "fake_lsp.py"
TEXT = (
    "class Point:\n"
    "    def __init__(self, alpha, beta, gamma, delta):  # é 😀\n"
    "        self.alpha = alpha\n"
    "        self.beta = beta\n"
    "        self.gamma = gamma\n"
)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sym-") as folder:
        monkeypatch.setenv("SYMBIOTE_HOME", folder)
        yield Path(folder)
        subprocess.run([sys.executable, "-m", "symbiote", "stop"], check=False, capture_output=True)


@pytest.fixture
def nvim(home: Path) -> Iterator[pynvim.Nvim]:
    editor = pynvim.attach("child", argv=[str(NVIM), "--embed", "--headless", "--clean", "-n"])
    try:
        yield editor
    finally:
        with_quiet(lambda: editor.command("qa!"))
        editor.close()


def test_ghost_text_is_shown_accepted_and_saved(home: Path, nvim: pynvim.Nvim) -> None:
    file = home / "point.py"
    file.write_text(TEXT, "utf-8")
    nvim.exec_lua(
        """
        local python, folder = ...
        vim.lsp.config('symbiote', { cmd = { python, '-I', '-X', 'utf8', '-m', 'symbiote', 'lsp' },
          filetypes = { 'python' }, root_dir = folder,
          init_options = { settings = { deadlineMs = 8000 } } })
        vim.lsp.enable('symbiote')
        vim.lsp.inline_completion.enable()
        vim.keymap.set('i', '<Tab>', function()
          if not vim.lsp.inline_completion.get() then return '<Tab>' end
        end, { expr = true })
        """,
        sys.executable,
        str(home),
    )
    nvim.command(f"edit {file}")
    until(lambda: nvim.exec_lua(INITIALISED), "the server is initialised")
    assert nvim.exec_lua(ENCODING) == "utf-8"

    nvim.input("Goself.delta =")
    time.sleep(0.1)
    nvim.input(" ")
    shown = until(lambda: ghost(nvim), "ghost text")
    nvim.input("<Tab>")
    until(lambda: "".join(lines(nvim)[-1:]).endswith(shown), "the suggestion is in the buffer")
    nvim.input("<Esc>")
    nvim.command("write")
    assert file.read_text("utf-8") == TEXT + f"        self.delta = {shown}\n"


def test_a_rewrite_is_a_code_action_that_edits_the_buffer(home: Path, nvim: pynvim.Nvim) -> None:
    """Over the fake engine, which knows what it will say."""
    file = home / "point.py"
    file.write_text(TEXT, "utf-8")
    nvim.exec_lua(
        """
        local command, folder = ...
        vim.lsp.config('symbiote', { cmd = command, filetypes = { 'python' }, root_dir = folder,
          init_options = { settings = { model = 'fake-instruct' } } })
        vim.lsp.enable('symbiote')
        """,
        [sys.executable, "-I", "-X", "utf8", str(FAKE)],
        str(home),
    )
    nvim.command(f"edit {file}")
    until(lambda: nvim.exec_lua(INITIALISED), "the server is initialised")
    nvim.api.win_set_cursor(0, [3, 0])
    nvim.exec_lua(
        """
        vim.lsp.buf.code_action({ apply = true, context = { only = { 'refactor.rewrite' }, diagnostics = {} },
          filter = function(action) return action.title == 'Symbiote: Simplify' end })
        """
    )
    until(lambda: lines(nvim)[1] == "    say(0)", "the buffer is edited")
    assert lines(nvim) == [TEXT.split("\n")[0], "    say(0)", "    say(1)", "    say(2)"]
    nvim.command("undo")
    assert lines(nvim) == TEXT.rstrip("\n").split("\n")


INITIALISED = """
local client = vim.lsp.get_clients({ name = 'symbiote' })[1]
return client ~= nil and client.initialized == true
"""
ENCODING = "return vim.lsp.get_clients({ name = 'symbiote' })[1].offset_encoding"


def ghost(nvim: pynvim.Nvim) -> str:
    namespace = nvim.api.create_namespace("nvim.lsp.inline_completion")
    marks = nvim.api.buf_get_extmarks(0, namespace, 0, -1, {"details": True})
    return "".join(chunk[0] for mark in marks for chunk in mark[3].get("virt_text", []))


def lines(nvim: pynvim.Nvim) -> list[str]:
    return list(nvim.api.buf_get_lines(0, 0, -1, False))


def until(condition: Callable[[], object], what: str, seconds: float = 30) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return str(value)
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def with_quiet(do: Callable[[], object]) -> None:
    with contextlib.suppress(EOFError, OSError):  # it closes the pipe while leaving
        do()
