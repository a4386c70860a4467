"""Whether two wishes say the same in other words, as far as words tell: what vectors of meaning are blind to.

Sentence embeddings put "rename x to y" beside "rename y to x", and "add hints" nearer to "remove hints" than to many of its
paraphrases (docs/rewrites.md has the figures). So before a cosine counts, two wishes have to name the same things in the same
order: numbers, names and quoted texts as they stand, all other words as they are but for their endings, courtesy, articles, the
verb that a wish begins with if it says no more than that something is to be brought about, and a few words of one meaning
(`wording`). A clause in front of its sentence ("before saving, check …"), and "b instead of a" for "a to b", are put where they
would stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from symbiote.features.rewrite.wording import (
    ARTICLES,
    ASKING,
    EMPTY,
    MAKE,
    NUMBERS,
    SELECTION,
    SYNONYMS,
)

LONGEST = 300
"""Characters. Longer wishes say too much for so rough a look; they are remembered for the very same words only."""
ASKS = "?"

_QUOTED = re.compile(r"`([^`]*)`|\"([^\"]*)\"|“([^”]*)”|(?<!\w)'([^']*)'(?!\w)")
_WORD = re.compile(r"n't\b|'s\b|\w+(?:[.:/\\@]\w+)*(?:\(\))?|[^\w\s]")
_CODE = re.compile(r"_|\d|[.:/\\()@]|[a-z][A-Z]|[A-Z]{2}|[^\W\d_a-zA-Z]")
"""What makes a word a name or a text of another alphabet: no word of an English sentence has it."""
_SAYS_NOTHING = frozenset(".,;:!?'’`\"-()…")
_COURTESY = re.compile(
    r"(?i)^(?:please|kindly|now|ok|okay|hey|(?:can|could|would|will) you|i (?:want|need)(?: you)? to|let's)\b[ ,]*"
)
_POLITE = re.compile(r"(?i)^(?:can|could|would|will) you\b")
_THANKS = re.compile(r"(?i)[ ,]*\b(?:please|thanks|thank you|now)[.! ]*$")
_ASKED = re.compile(
    r"(?i)^(?:is|are|does|do|can|will|has|have|why|how|when|where|which|who)\b(?! not\b)"
)
_FRONTED = re.compile(r"(?i)^((?:before|after|when|while|if|on)\b[^,]*),\s*(.+)$")
_INSTEAD = re.compile(r"(?i)^(.*?)\b(?:instead of|rather than)\b(.*)$")
_REPLACED = re.compile(r"(?i)^replace\b(.*)\bwith\b(.*)$")
_RENAMED = re.compile(r"(?i)^(?:rename|change the name of)\b(.*)$")
_FROM = re.compile(r"(?i)^(?:switch|change|convert|move|port|migrate) from\b(.*)\bto\b(.*)$")
_ENDINGS = ("ing", "ed", "es", "s")


def plain(words: str) -> str:
    """A wish without what nobody would call another wish: white space."""
    return " ".join(words.split())


def alike(one: str, other: str) -> bool:
    """Whether the two say the same, as far as their words tell."""
    if max(len(one), len(other)) > LONGEST:
        return False
    (a, called), (b, named) = sense(one), sense(other)
    return a == b and a not in ((), (ASKS,)) and (called == named or not (called and named))


@lru_cache(maxsize=512)
def sense(wish: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """What a wish names, in its order, names behind "=", and for other words the one that stands for them; and what it calls
    the selected code.
    """
    asks, wish = _turned(plain(wish))
    parts = list(_parts(wish))
    while parts and parts[0][0] == "word" and parts[0][1] in ASKING:
        asks, parts = True, parts[1:]
    if not asks and len(parts) > 1 and parts[0][0] == "word" and parts[0][1] in MAKE:
        parts = parts[1:]
    told = [ASKS] if asks else []
    called: set[str] = set()
    before = ""
    for (kind, text), (_, behind) in pairwise([*parts, ("word", "")]):
        if kind == "literal":
            told.append(f"={text}")
        elif text in SELECTION and before == "this" and (not behind or behind in EMPTY):
            called.add(text)
        elif text not in EMPTY or (before in ARTICLES and text not in ARTICLES):
            told.append(_meaning(text))
        before = text
    return tuple(told), frozenset(called)


def _turned(wish: str) -> tuple[bool, str]:
    """Whether something is to be told, and the wish without courtesy, its parts where they usually stand."""
    polite = bool(_POLITE.match(wish))
    while (shorter := _THANKS.sub("", _COURTESY.sub("", wish))) not in (wish, ""):
        wish = shorter
    asks = (wish.endswith("?") and not polite) or bool(_ASKED.match(wish))
    if found := _FRONTED.match(wish):
        wish = f"{found[2]} {found[1]}"
    if found := _REPLACED.match(wish):
        return asks, f"turn {found[1]} to {found[2]}"
    if found := _FROM.match(wish):
        return asks, f"turn {found[1]} to {found[2]}"
    if found := _RENAMED.match(wish):
        return asks, f"rename {found[1]}"
    if found := _INSTEAD.match(wish):
        first, _, rest = found[1].strip().partition(" ")
        wanted = rest if first.casefold() in MAKE else found[1]
        return asks, f"turn {found[2]} to {wanted}"
    return asks, wish


def _parts(wish: str) -> Iterator[tuple[str, str]]:
    """Literals, and words in lower case, in their order."""
    at = 0
    for quoted in [*_QUOTED.finditer(wish), None]:
        for found in _WORD.finditer(wish, at, quoted.start() if quoted else len(wish)):
            text = found[0]
            low = text.casefold()
            if low in NUMBERS:
                yield "literal", NUMBERS[low]
            elif text in _SAYS_NOTHING:
                continue
            elif (len(text) == 1 and low not in ("a", "i")) or _CODE.search(text):
                yield "literal", text
            else:
                yield "word", low
        if quoted:
            yield "literal", next(group for group in quoted.groups() if group is not None)
            at = quoted.end()


def _meaning(word: str) -> str:
    """The word that stands for it."""
    if word == "into":
        return "to"
    if word in SYNONYMS:
        return SYNONYMS[word]
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if len(stem) >= 3 and stem != word:
            doubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
            for candidate in (stem, f"{stem}e", doubled):
                if candidate in SYNONYMS:
                    return SYNONYMS[candidate]
            return doubled.removesuffix("e")
    return word.removesuffix("e")
