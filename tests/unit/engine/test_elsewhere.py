"""What other files propose for the place of the cursor (▮)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.candidates import LONGEST, Candidate, candidates
from symbiote.engine.local.elsewhere import FEATURES, Elsewhere

SHOP = """\
class Order:
    def total(self):
        return sum(self.prices)

    def add(self, price, count=1):
        self.prices.extend([price] * count)
"""


def proposed(marked: str, *texts: str, names: tuple[str, ...] = ()) -> dict[str, Candidate]:
    before, after = marked.split("▮")
    made = Elsewhere(before, after, texts, names).joined(candidates(before, after))
    return {candidate.text: candidate for candidate in made}


def feature(candidate: Candidate, name: str) -> float:
    return candidate.elsewhere[FEATURES.index(name)]


def test_a_line_goes_on_as_in_another_file() -> None:
    found = proposed("    x = sum(self.▮\n", SHOP)["prices)"]
    assert round(feature(found, "match") ** 2) == len(" sum(self.")
    assert feature(found, "in_file") == 0
    assert found.features == (0.0,) * len(FILE_FEATURES)


def test_what_stands_behind_the_cursor_ends_it() -> None:
    assert "self, price, count=1" in proposed("def add(▮):\n", SHOP)


def test_the_last_text_is_the_likeliest() -> None:
    found = proposed("open(▮\n", "open(old)\n", "open(new)\n")
    assert feature(found["new)"], "likely") > feature(found["old)"], "likely")


def test_names_that_may_stand_there_are_proposed_and_told() -> None:
    found = proposed("order.t▮\n", SHOP, names=("total", "touch", "add"))
    assert {"otal", "otal()", "ouch"} <= set(found)
    assert feature(found["otal()"], "named") == 1
    assert feature(found["ouch"], "named") == 1 / 2
    assert feature(found["ouch"], "new") == 1
    assert "dd" not in found


def test_a_half_typed_name_is_finished() -> None:
    assert "der" in proposed("x = Or▮\n", SHOP)


def test_what_the_file_says_itself_is_marked() -> None:
    found = proposed("sum(self.prices)\ny = sum(self.▮\n", SHOP)
    assert feature(found["prices)"], "in_file") == 1


TEXT = st.text("ab(.) =\n_", max_size=60)


@given(TEXT, TEXT, st.lists(TEXT, max_size=3), st.lists(st.text("ab_", max_size=3), max_size=4))
def test_any_text_is_survived(before: str, after: str, texts: list[str], names: list[str]) -> None:
    own = candidates(before, after)
    made = Elsewhere(before, after, texts, names).joined(own)
    assert [(one.text, one.features) for one in made[: len(own)]] == [
        (one.text, one.features) for one in own
    ]
    assert len({one.text for one in made}) == len(made)
    for one in made:
        assert one.text.strip()
        assert "\n" not in one.text
        assert len(one.text) <= LONGEST
        assert len(one.elsewhere) == len(FEATURES)
        assert len(one.features) == len(FILE_FEATURES)
