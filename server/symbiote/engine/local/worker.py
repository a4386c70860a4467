"""The engine's process: the model, llama.cpp, and nothing else. No keys, no network.

    python -m symbiote.engine.local.worker          serve a daemon over standard input and output
    python -m symbiote.engine.local.worker --plain  the same, one token a call: to measure drafts against
    python -m symbiote.engine.local.worker --probe  load, decode one token, report, end
    python -m symbiote.engine.local.worker --calibrate  load, try settings out, report, end

The main thread is the only one that calls llama.cpp. A second one reads the input, and ends the
process the moment the daemon is gone.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from pathlib import Path
from typing import Any

from symbiote.core.errors import AskRefused, ModelError, PromptTooLong
from symbiote.core.talk import Talk
from symbiote.engine.local import header, memory
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.protocol import Message, done_message, pack, read_ask, unpack

WARM_SECONDS = 0.25


def main() -> None:
    """Serve until the input ends."""
    harden()
    talk = Talk(pack, unpack)
    try:
        _Worker(talk, sys.argv[-1]).run()
    except ModelError as error:
        talk.say({"is": "failed", "reason": str(error)})
    except (MemoryError, OSError) as error:
        talk.say({"is": "failed", "reason": f"The engine could not start: {error}"})
    # The reader still waits for input; an orderly end of the interpreter would trip over it.
    os._exit(0)


def harden() -> None:
    """Before any library is loaded: what a process of native code needs to be a good neighbour."""
    # Set before libgomp is loaded. Without a bound its threads spin against the editor's for 0.7 s.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # ggml otherwise starts a debugger when it aborts, and a core file would hold the user's code.
    os.environ["GGML_NO_BACKTRACE"] = "1"
    # Should memory run out, this process goes first: it can be started again, the editor cannot.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Worker:
    def __init__(self, talk: Talk, job: str) -> None:
        self._talk = talk
        self._probe = job == "--probe"
        self._calibrate = job == "--calibrate"
        self._plain = job == "--plain"
        self._drafter: Any = None

    def run(self) -> None:
        begun = time.perf_counter()
        order = self._talk.inbox.get()
        flag = AbortFlag.open(Path(order["flag"]))
        # Imported here, after the environment is set: it loads numpy and llama.cpp.
        from symbiote.engine.local.native import Native, Options

        options = Options(**order["options"])
        if self._probe:
            header.check(Path(options.path))
        native = Native(options, flag)
        if self._calibrate:
            self._talk.say(self._measured(native, options))
            return
        if self._probe:
            self._try(native)
        else:
            self._warm(native)
        self._drafter = self._second(native, flag, options)
        generator = None if self._probe else self._generator(native, flag, options.ranking)
        note = " ".join(native.notes)
        told = native.describe() | {"note": note, "load_ms": (time.perf_counter() - begun) * 1000}
        self._talk.say({"is": "ready"} | told)
        if generator is not None:
            self._serve(generator)

    def _measured(self, native: Any, options: Any) -> Message:
        from symbiote.engine.local.trial import Trial

        trial = Trial(native, options.threads, options.batch_threads)
        return {"is": "measured", "parameters": native.describe()["parameters"]} | trial.run()

    def _try(self, native: Any) -> None:
        import numpy as np

        code = native.decode(np.zeros(1, np.int32), 0, 1)
        if code or not np.isfinite(native.logits()).all():
            raise ModelError("The model computes no numbers. Its file is probably damaged.")

    def _warm(self, native: Any) -> None:
        """Run the batch sizes of typing once, so that the first ask is as fast as the others."""
        import numpy as np

        from symbiote.engine.local.native import WARM_SIZES

        until = time.perf_counter() + WARM_SECONDS
        for size in WARM_SIZES:
            native.decode(np.zeros(min(size, native.chunk, native.context), np.int32), 0, 1)
            native.logits()
            native.forget(0)
            if time.perf_counter() > until:
                return

    def _second(self, native: Any, flag: AbortFlag, options: Any) -> Any:
        """The second model, which writes drafts; None without one, or where it cannot be used, which is noted."""
        from symbiote.engine.local.second import second

        if not options.draft or self._plain:
            return None
        try:
            return second(native, flag, options)
        except ModelError as error:
            native.notes.append(f"Drafts by {Path(options.draft).stem} are off: {error}")
            return None

    def _generator(self, native: Any, flag: AbortFlag, ranking: str) -> Any:
        from symbiote.engine.local.generate import Generator
        from symbiote.engine.local.payoff import Never, Payoff
        from symbiote.engine.local.ranking import Ranking

        payoff = Never() if self._plain else Payoff()
        loaded = Ranking.load(Path(ranking)) if ranking else None
        return Generator(native, flag, ranking=loaded, payoff=payoff, drafter=self._drafter)

    def _serve(self, generator: Any) -> None:
        # What is loaded now stays: the collector need not look through it in the middle of an answer.
        gc.collect()
        gc.freeze()
        while True:
            message = self._talk.inbox.get()
            self._answer(generator, message)

    def _answer(self, generator: Any, message: Message) -> None:
        from symbiote.engine.local.generate import Broken, Cancelled

        number = int(message["id"])

        drafted = 0

        def say(text: str, tokens: int) -> None:
            nonlocal drafted
            accepted = generator.counts.accepted
            new, drafted = max(0, accepted - drafted), accepted
            told = {"is": "delta", "id": number, "text": text, "tokens": tokens, "drafted": new}
            self._talk.say(told)

        def beat() -> None:
            self._talk.say({"is": "beat", "id": number})

        try:
            done = generator.answer(number, read_ask(message), say, beat)
        except Cancelled:
            self._talk.say({"is": "cancelled", "id": number})
        except AskRefused as error:
            sizes = (error.needs, error.room) if isinstance(error, PromptTooLong) else None
            told = {"is": "refused", "id": number, "reason": str(error), "sizes": sizes}
            self._talk.say(told)
        except Broken as error:
            self._talk.say({"is": "broken", "id": number, "reason": str(error)})
            os._exit(1)
        else:
            told = done_message(number, done, memory.resident())
            self._talk.say(told | {"drafting": self._drafter.says if self._drafter else ""})


if __name__ == "__main__":
    main()
