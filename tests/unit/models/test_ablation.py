"""What a source is worth: differences of the same holes, and their intervals."""

from __future__ import annotations

from pathlib import Path

from unit.models.scripts import script

ablation = script("ablation")
Filled = ablation.Filled

RIGHT, WRONG, HIDDEN = Filled(True, True, 1.0), Filled(False, True, 1.0), Filled(True, False, 1.0)


def test_each_source_is_alone_and_left_out() -> None:
    made = ablation.variants("lookup", ("edits", "open"))
    assert made == {
        "none": (),
        "only edits": ("edits:lookup",),
        "only open": ("open:lookup",),
        "all": ("edits:lookup", "open:lookup"),
        "but edits": ("open:lookup",),
        "but open": ("edits:lookup",),
    }


def test_nothing_told_is_no_difference() -> None:
    same = [RIGHT, WRONG, HIDDEN] * 10
    found = ablation.against(same, same)
    assert found["exact"] == found["shown"] == found["precision"] == [0, 0, 0]
    assert (found["alone_right"], found["alone_wrong"], found["told"]) == (0, 0, 0)


def test_a_difference_has_an_interval_around_it() -> None:
    before, after = [WRONG] * 40 + [RIGHT] * 20, [RIGHT] * 20 + [WRONG] * 20 + [HIDDEN] * 20
    found = ablation.against(after, before)
    value, low, high = found["exact"]
    assert low < value < high
    assert abs(value - 1 / 3) < 1e-4
    assert low > 0
    assert (found["alone_right"], found["alone_wrong"], found["told"]) == (20, 0, 40)
    assert found["shown"][0] < 0


def test_what_was_measured_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    ablation.keep(file, "use-1", {"": RIGHT, "edits:lookup": RIGHT, "open:lookup": WRONG})
    found = ablation.remembered(file)["use-1"]
    assert found == {"": RIGHT, "edits:lookup": RIGHT, "open:lookup": WRONG}
    assert found[""] is found["edits:lookup"]
    assert ablation.remembered(tmp_path / "none") == {}
