"""What the engine read for an answer: found again after the fact, and told part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.core.chunk import Chunk
from symbiote.core.errors import ModelError
from symbiote.core.pieces import Keep, Piece, Special, Text
from symbiote.features.around import Around, away
from symbiote.features.draw import reads
from symbiote.features.house import Asked, House, Window
from symbiote.features.markdown import fenced
from symbiote.features.typed import rewound, settled
from symbiote.prompt.elsewhere import told
from symbiote.prompt.family import Family


@dataclass(frozen=True, slots=True)
class Source:
    """Who gave a text of the prompt. `keep` is the end of it that survives a prompt that is too long."""

    name: str
    text: str
    keep: Keep


def sources(read: Around, family: Family | None = None) -> list[Source]:
    """All that gave something: chunks of other texts, as the `family` has them, then this one in its order."""
    given = [
        Source(
            _named(chunk),
            told(family, chunk, read.language).text if family else chunk.text,
            Keep.END,
        )
        for chunk in read.context.prompt
    ]
    return [*given, *_around(read)]


def _named(chunk: Chunk) -> str:
    return (
        f"{chunk.source}, {chunk.path} ({chunk.why})"
        if chunk.why
        else f"{chunk.source}, {chunk.path}"
    )


def _around(read: Around) -> list[Source]:
    before, after = (
        "the text before the cursor",
        Source("the text after the cursor", read.suffix, Keep.START),
    )
    if not read.typed:
        return [Source(before, read.prefix, Keep.END), after]
    typed = Source("the text typed since, as the beginning of the answer", read.typed, Keep.END)
    return [Source(f"{before}, up to where typing began", read.prefix, Keep.END), typed, after]


def sent(house: House, window: Window, last: Asked) -> Around | None:
    """What the engine read for the answer of the last ask; None where it read nothing, or where nobody can tell.

    What was typed of an answer since is taken back. Whether that gives what the engine read is not supposed but
    compared, by the answer's key.
    """
    found, here = last.found, last.read
    if here is None or found is None or found.drawn.key == here.key:
        return here
    assert last.moment is not None
    assert last.engine is not None
    before = rewound(settled(last.moment), found.drawn.line, found.drawn.column)
    earlier = reads(house, window, last.engine, before)
    return earlier if earlier.key == found.drawn.key else None


def prompt(house: House, read: Around, last: Asked, tokens: int) -> list[str]:
    """The prompt part by part as lines of Markdown; `tokens` is its length as the engine counted it, 0 if it did not."""
    now, then = house.desk.engine.status, last.engine
    if then is not None and away(then):
        note = "A provider is sent these texts, in this order, each in its own words:"
        return [note, *_texts(read, last.language)]
    try:
        family = house.family()
        pieces: Sequence[Piece] = read.prompt(family)
    except ModelError as error:
        return [f"No prompt could be made of it: {error}", *_texts(read, last.language)]
    if then is None or (then.model, then.family) != (now.model, now.family):
        note = "Another model runs by now, so the control tokens between these texts are not told."
        return [note, *_texts(read, last.language)]
    return _parts(sources(read, family), pieces, last.language, tokens)


def _texts(read: Around, language: str) -> list[str]:
    return [line for source in sources(read) for line in _text(source.name, source.text, language)]


def _parts(left: list[Source], pieces: Sequence[Piece], language: str, tokens: int) -> list[str]:
    texts = sum(len(piece.text) for piece in pieces if isinstance(piece, Text))
    rest = tokens - sum(isinstance(piece, Special) for piece in pieces)
    lines = list[str]()
    for piece in pieces:
        if isinstance(piece, Special):
            lines += ["", f"Control token `{piece.name}`"]
            continue
        giver = next((s for s in left if (s.text, s.keep) == (piece.text, piece.keep)), None)
        if giver is not None:
            left.remove(giver)
        about = round(rest * len(piece.text) / texts) if texts and rest > 0 else 0
        name = giver.name if giver is not None else "names of files"
        lines += _text(name, piece.text, language, about)
    return lines


def _text(name: str, text: str, language: str, tokens: int = 0) -> list[str]:
    """`tokens` is the text's share of those of the prompt, by its length."""
    if not text:
        return ["", f"{_capital(name)}: nothing"]
    about = f", about {_count(tokens, 'token')}" if tokens else ""
    head = f"{_capital(name)}: {_count(len(text), 'character')}{about}"
    return ["", head, "", *fenced(text, language)]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
