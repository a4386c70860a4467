"""Names that are known to be all there are, at one place of one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """By expression (a name, or names with dots): all its `members`, and all `keywords` that a call of it takes.

    `told` is text that was written since, or between there and the cursor: what it makes may be missing from the sets.
    """

    members: Mapping[str, Names] = field(default_factory=dict)
    keywords: Mapping[str, Names] = field(default_factory=dict)
    told: tuple[str, ...] = ()


NOTHING = Known()
