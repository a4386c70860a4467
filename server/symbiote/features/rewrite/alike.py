"""Whether two wishes may mean the same at all, by their words: what vectors of meaning are blind to.

Sentence embeddings put "rename x to y" beside "rename y to x", and "add hints" nearer to "remove hints" than to many of its
paraphrases (docs/rewrites.md has the figures). So before a cosine counts, two wishes have to agree in what they name: the same
numbers, names and quoted texts in the same order, the same negations, and the same words otherwise, but for those that say
nothing and for words of one meaning (`wording`). Where a word says a direction ("from", "before") their order has to be the
same as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from symbiote.features.rewrite.wording import (
    ARTICLES,
    ASKING,
    DETERMINERS,
    DIRECTIONS,
    EMPTY,
    KEYWORDED,
    MAKE,
    NEGATIONS,
    NOT,
    NUMBERS,
    QUESTION,
    SELECTION,
    SYNONYMS,
)

LONGEST = 300
"""Characters. Longer wishes say too much for so rough a look; they are remembered for the very same words only."""

_QUOTED = re.compile(r"`([^`]*)`|\"([^\"]*)\"|“([^”]*)”|(?<!\w)'([^']*)'(?!\w)")
_WORD = re.compile(r"n't\b|\w+(?:[.:/\\@]\w+)*(?:\(\))?|[^\w\s]")
_CODE = re.compile(r"_|\d|[.:/\\()@]|[a-z][A-Z]|[A-Z]{2}|[^\W\d_a-zA-Z]")
"""What makes a word a name or a text of another alphabet: no word of an English sentence has it."""
_SAYS_NOTHING = frozenset(".,;:!'’`\"-()…")
_FRONTED = re.compile(r"(?i)^((?:before|after|when|if|on|instead of)\b[^,]*),\s*(.+)$")
_INSTEAD = re.compile(r"(?i)^(.*?)\b(?:instead of|rather than)\b(.*)$")
_ASKED = re.compile(r"(?i)^(?:is|are|does|do|can|could it|will|would it|has|have)\b(?! not\b|n't)")
_ENDINGS = ("ing", "ed", "es", "s", "ly")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a wish names, in its order: `words` by what they mean, `literals` as they stand, and both in `order`. `selection`
    is what it calls the selected code, `directed` says that the order matters.
    """

    literals: tuple[str, ...]
    order: tuple[str, ...]
    negations: tuple[str, ...]
    selection: frozenset[str]
    directed: bool


def plain(words: str) -> str:
    """A wish without what nobody would call another wish: white space."""
    return " ".join(words.split())


def alike(one: str, other: str) -> bool:
    """Whether nothing in the words of the two says that they mean something else."""
    if max(len(one), len(other)) > LONGEST:
        return False
    a, b = sense(one), sense(other)
    if a.literals != b.literals or a.negations != b.negations:
        return False
    if a.selection and b.selection and a.selection != b.selection:
        return False
    if not a.order or set(a.order) != set(b.order):
        return False
    return a.order == b.order or not (a.directed or b.directed)


@lru_cache(maxsize=512)
def sense(wish: str) -> Sense:
    """What a wish says, as far as its words tell."""
    wish = plain(wish)
    asks = wish.endswith("?") or bool(_ASKED.match(wish))
    if found := _FRONTED.match(wish):
        wish = f"{found[2]} {found[1]}"
    directed = False
    if found := _INSTEAD.match(wish):
        wish, directed = f"{found[2]} to {found[1]}", True
    literals: list[str] = []
    order: list[str] = []
    negations: list[str] = []
    selection: set[str] = set()
    before = ""
    for (kind, text), (_, behind) in pairwise([*_parts(wish), ("word", "")]):
        thing = before in DETERMINERS
        last = not behind or behind in EMPTY or behind in DIRECTIONS
        means = ""
        if kind == "literal":
            literals.append(text)
            means = f"={text}"
        elif text in NEGATIONS:
            negations.append("not" if text in NOT else text)
        elif text in ASKING and not thing:
            asks = True
        elif text in SELECTION and before in ("this", "the") and last:
            selection.add(_meaning(text, thing=True))
        else:
            means = _meaning(text, thing=thing or behind in KEYWORDED)
        if means and means not in order:
            order.append(means)
        directed = directed or (kind == "word" and text in DIRECTIONS)
        before = text
    told = [QUESTION, *order] if asks else order
    names = tuple(literals), tuple(told), tuple(sorted(negations))
    return Sense(*names, frozenset(selection), directed)


def _parts(wish: str) -> Iterator[tuple[str, str]]:
    """Literals and words in lower case, in their order."""
    at = 0
    for quoted in [*_QUOTED.finditer(wish), None]:
        for found in _WORD.finditer(wish, at, quoted.start() if quoted else len(wish)):
            text = found[0]
            low = text.casefold()
            if low in NUMBERS:
                yield "literal", NUMBERS[low]
            elif text in _SAYS_NOTHING or text == "?":
                continue
            elif (len(text) == 1 and low not in EMPTY) or _CODE.search(text):
                yield "literal", text
            else:
                yield "word", low
        if quoted:
            yield "literal", next(group for group in quoted.groups() if group is not None)
            at = quoted.end()


def _meaning(word: str, *, thing: bool = False) -> str:
    """The word that stands for it; "" for one that says nothing. A `thing` is neither done nor without meaning."""
    if word in ARTICLES or (not thing and (word in EMPTY or word in MAKE)):
        return ""
    if word in SYNONYMS:
        return SYNONYMS[word]
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if len(stem) >= 3 and stem != word:
            doubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
            for candidate in (stem, f"{stem}e", doubled):
                if candidate in SYNONYMS:
                    return SYNONYMS[candidate]
                if candidate in MAKE and not thing:
                    return ""
            return doubled.removesuffix("e")
    return word.removesuffix("e")
