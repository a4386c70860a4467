"""The C library itself: found, loaded, and its arrays seen as numpy's."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbiote.core.errors import ModelError


def view(pointer: Any, length: int) -> NDArray[Any]:
    """The C array of `length` elements at `pointer`, shape (length,), not copied."""
    return np.ctypeslib.as_array(pointer, (length,))


def pointer(array: NDArray[np.uint8]) -> Any:
    """Where the bytes of `array` lie, for C."""
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))


def load() -> Any:
    """llama_cpp's table of C functions, without the package's own `Llama` class. Raises `ModelError`.

    That class would bring in a template engine and a disk cache: a third of the start-up time, and
    code that has run text from model files before.
    """
    if "llama_cpp" not in sys.modules:
        spec = importlib.util.find_spec("llama_cpp")
        if spec is None or spec.submodule_search_locations is None:
            raise ModelError("llama-cpp-python is not installed. Run: python3 tasks.py start")
        sys.modules["llama_cpp"] = importlib.util.module_from_spec(spec)
    try:
        return importlib.import_module("llama_cpp.llama_cpp")
    except (OSError, RuntimeError, AttributeError) as error:
        raise ModelError(
            f"llama-cpp-python cannot be loaded: {error}. Install it again."
        ) from error
