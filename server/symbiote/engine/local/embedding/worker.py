"""The embedding model's process. No keys, no network; it ends with its input.

The daemon says {"path": PATH, "threads": N} once, then {"id": N, "text": WORDS} as often as it likes. It hears {"is":
"ready", "width": N} or {"is": "failed", "reason": …}, then {"id": N, "vector": [N numbers]} or {"id": N, "reason": …}.
"""

from __future__ import annotations

import os

from symbiote.core.errors import ModelError
from symbiote.core.talk import Talk
from symbiote.engine.local import memory
from symbiote.engine.local.protocol import pack, unpack
from symbiote.engine.local.worker import harden


def main() -> None:
    """Serve until the input ends."""
    harden()
    talk = Talk(pack, unpack)
    order = talk.inbox.get()
    # Imported here, after the environment is set: it loads numpy and llama.cpp.
    from symbiote.engine.local.embedding.native import Embedding

    try:
        model = Embedding(order["path"], order["threads"])
        model.embed(
            "Begin."
        )  # The first call reads the file; the first wish shall not wait for it.
    except (ModelError, MemoryError, OSError) as error:
        talk.say({"is": "failed", "reason": str(error)})
        os._exit(0)
    talk.say({"is": "ready", "width": model.width, "memory_mb": memory.resident() / 1e6})
    while True:
        message = talk.inbox.get()
        try:
            vector = model.embed(message["text"])
        except ModelError as error:
            talk.say({"id": message["id"], "reason": str(error)})
        else:
            talk.say({"id": message["id"], "vector": vector.tolist()})
