"""Graphics devices, by ggml's own registry, which llama_cpp does not wrap."""

from __future__ import annotations

import ctypes
from typing import Any

GPU_KINDS = (1, 2)
"""ggml's numbers for a graphics card and an integrated one."""


class Devices:
    """The graphics devices that the loaded library can use; none where it cannot say."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library: Any = library
        self._found = self._find()

    def names(self) -> list[str]:
        describe = self._library.ggml_backend_dev_description if self._found else None
        if describe is None:
            return []
        describe.restype, describe.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
        return [(describe(device) or b"").decode("utf-8", "replace") for device in self._found]

    def used(self) -> int:
        """Bytes of graphics memory in use, by whomever."""
        total = 0
        for device in self._found:
            free, size = ctypes.c_size_t(), ctypes.c_size_t()
            memory = self._library.ggml_backend_dev_memory
            memory.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
            memory(device, ctypes.byref(free), ctypes.byref(size))
            total += size.value - free.value
        return total

    def _find(self) -> list[ctypes.c_void_p]:
        try:
            count = self._library.ggml_backend_dev_count
            get = self._library.ggml_backend_dev_get
            kind = self._library.ggml_backend_dev_type
        except AttributeError:
            return []
        count.restype = ctypes.c_size_t
        get.restype, get.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
        kind.argtypes = [ctypes.c_void_p]
        devices = [ctypes.c_void_p(get(index)) for index in range(count())]
        return [device for device in devices if kind(device) in GPU_KINDS]
