"""What a model gets to see beside the text around the cursor: pieces of other texts, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from symbiote.core.place import place

HEAD, LINE = 16, 3
"""Characters that laying a chunk out adds at most, in all and per line: a comment's sign, line ends, a control token."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text. `source` names who gives it, `path` is as seen from the workspace folder, `uri` whose text it is (a
    document's URI, or a path on this machine), `also` are others of whose text a part is.

    `recency` is `time.monotonic()` in seconds of what it tells of. `worth` is how likely it helps, from 0 to 1, and
    `why` says so in a few words. `lookup` is the text as it stands in its file, where `text` is not that.
    """

    source: str
    uri: str
    path: str
    text: str
    recency: float = field(default=0.0, compare=False)
    worth: float = field(default=1.0, compare=False)
    why: str = field(default="", compare=False)
    lookup: str = ""
    also: tuple[str, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """All whose text it has."""
        return frozenset([self.uri, *self.also]) - {""}

    @property
    def cost(self) -> int:
        """Characters of a prompt at most, however it is laid out."""
        lines = self.text.count("\n") + 1
        return len(self.text) + len(self.path) + HEAD + LINE * lines

    @property
    def plain(self) -> str:
        """The text as it stands in its file."""
        return self.lookup or self.text


@dataclass(frozen=True, slots=True)
class Names:
    """Names that may stand behind `stem`, the text of a line up to where a name begins, the likeliest first."""

    stem: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What was gathered for a place. `prompt` is for the prompt, in its order; `lookup` is for looking things up in, the
    likeliest last. `path` is the document's own, `repository` its workspace folder's name. Equal digests mean equal texts.
    """

    prompt: tuple[Chunk, ...] = ()
    lookup: tuple[Chunk, ...] = ()
    names: tuple[Names, ...] = ()
    path: str = ""
    repository: str = ""
    digest: bytes = b""

    @property
    def size(self) -> int:
        """Characters of the prompt at most."""
        if not self.prompt:
            return 0
        return sum(chunk.cost for chunk in self.prompt) + self.heading

    @property
    def heading(self) -> int:
        """Characters of the names that the chunks are told under, where there are any."""
        return len(self.path) + len(self.repository) + 2 * HEAD

    @property
    def elsewhere(self) -> tuple[str, ...]:
        return tuple(chunk.plain for chunk in self.lookup)

    def names_at(self, before: str) -> tuple[str, ...]:
        """Names that may stand where the line up to the cursor is `before`, which may end in a part of one."""
        end = len(before)
        while end and (before[end - 1].isalnum() or before[end - 1] == "_"):
            end -= 1
        stem = before[:end]
        return tuple(dict.fromkeys(n for one in self.names if one.stem == stem for n in one.names))

    def without(self, uri: str) -> Context:
        """As if the document at `uri` had given nothing. Names, of which nobody knows whose they are, go too."""
        if not self.quotes(uri):
            return self
        of = {uri, place(uri).path} - {""}
        kept, looked = (
            tuple(chunk for chunk in chunks if of.isdisjoint(chunk.files))
            for chunks in (self.prompt, self.lookup)
        )
        return sealed(replace(self, prompt=kept, lookup=looked, names=()))

    def quotes(self, uri: str) -> bool:
        """Whether a chunk has text of the document at `uri`; what the analysis found goes by its file's path."""
        of = {uri, place(uri).path} - {""}
        return not all(of.isdisjoint(chunk.files) for chunk in (*self.prompt, *self.lookup))


NOTHING = Context()


def sealed(context: Context) -> Context:
    """With the digest of its texts; `NOTHING` where there are none."""
    if not (context.prompt or context.lookup or context.names):
        return NOTHING
    told = blake2b(digest_size=16)
    for group in (
        (context.path, context.repository) if context.prompt else (),
        *((chunk.source, chunk.path, chunk.text) for chunk in context.prompt),
        ("",),
        context.elsewhere,
        *((one.stem, *one.names) for one in context.names),
    ):
        _tell(told, group)
    return replace(context, digest=told.digest())


def _tell(told: blake2b, texts: Sequence[str]) -> None:
    told.update(len(texts).to_bytes(8, "little"))
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        told.update(len(data).to_bytes(8, "little"))
        told.update(data)
