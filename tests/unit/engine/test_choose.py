"""The model's own answer against the file's proposals."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symbiote.core.errors import ModelError
from symbiote.engine.local.candidates import FEATURES as FILE_FEATURES
from symbiote.engine.local.choose import LONGEST, UNLIKELY, Chooser, without_rest
from symbiote.engine.local.generate import Cancelled, Generator
from symbiote.engine.local.ranking import FEATURES, SCHEMA, Place, Ranking, Scored
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.tree import Known, Tree, tree
from symbiote.engine.local.trees import ARRAYS, Trees
from symbiote.engine.port import Ask, End, Keep, Special, Text
from unit.engine.arithmetic import Arithmetic, Flag, answer

BEFORE, AFTER = "total = add(a, b)\nfirst = 1\ntotal = ", "\nprint(total)\n"


class Weights:
    """Stands for trees: a weighted sum of the named features."""

    def __init__(self, names: tuple[str, ...], **weights: float) -> None:
        self.weights = np.array([weights.get(name, 0.0) for name in names])

    def odds(self, rows: np.ndarray) -> np.ndarray:
        return rows @ self.weights


def ranking(**weights: float) -> Ranking:
    """The file's longest match first; then only what `weights` says counts."""
    file, both = Weights(FILE_FEATURES, match=1.0), Weights(FEATURES, **weights)
    return Ranking(file, both)  # type: ignore[arg-type]


def asked(before: str, after: str) -> Ask:
    pieces = (Text(after, Keep.START), Special("<mid>"), Text(before, Keep.END))
    return Ask(pieces, 20, 1, before=before, after=after)


def test_the_file_wins_where_it_is_trusted() -> None:
    text, done = answer(
        Generator(Arithmetic(), Flag(), ranking=ranking(file=1.0)), 1, asked(BEFORE, AFTER)
    )
    assert text == "add(a, b)"
    assert done.cost.tokens.accepted == len("add(a, b)")
    assert done.cost.tokens.drafted >= done.cost.tokens.accepted
    assert done.confidence == pytest.approx(-math.log1p(math.exp(-math.sqrt(len("total = ")))))


def test_the_model_wins_where_it_is_surer() -> None:
    plain, _ = answer(Generator(Arithmetic(), Flag()), 1, asked(BEFORE, AFTER))
    text, done = answer(
        Generator(Arithmetic(), Flag(), ranking=ranking(mean=1.0)), 1, asked(BEFORE, AFTER)
    )
    assert text == plain.rstrip()
    assert done.cost.tokens.accepted == 0


def test_what_the_file_says_is_whole_where_the_model_came_to_its_limit() -> None:
    """Else its last word would be taken for half a one."""

    def said(trees: Ranking) -> tuple[str, End]:
        model = Arithmetic(alphabet=b"abcdefgh")  # never ends its line
        text, done = answer(Generator(model, Flag(), ranking=trees), 1, asked(BEFORE, AFTER))
        return text, done.end

    assert said(ranking(file=1.0)) == ("add(a, b)", End.LINE)
    own, end = said(ranking(mean=1.0))
    assert (len(own), end) == (20, End.LIMIT)


def test_without_a_line_limit_the_model_speaks_alone() -> None:
    ask = Ask(asked(BEFORE, AFTER).pieces, 20, 0, before=BEFORE, after=AFTER)
    text, _ = answer(Generator(Arithmetic(), Flag(), ranking=ranking(file=1.0)), 1, ask)
    assert text == answer(Generator(Arithmetic(), Flag()), 1, ask)[0]


def test_weighing_leaves_the_prompt_and_nothing_else() -> None:
    model = Arithmetic()
    generator = Generator(model, Flag(), ranking=ranking(file=1.0))
    answer(generator, 1, asked(BEFORE, AFTER))
    assert model.sequence == generator.held.tolist()
    _, done = answer(generator, 2, asked(BEFORE + "x", AFTER))
    assert done.cost.tokens.evaluated == 1


def test_a_cancel_while_weighing_keeps_the_prompt() -> None:
    model, flag = Arithmetic(), Flag()
    generator = Generator(model, flag, ranking=ranking(file=1.0))
    decode = model.decode

    def interrupted(tokens: Ids, start: int, outputs: int, tree: Tree) -> int:
        flag.wanted = 1 if len(tree) else 0  # seen before the next call
        return decode(tokens, start, outputs, tree)

    model.decode = interrupted  # type: ignore[method-assign]
    before = "a = 1\nb = 2\nc = 3\n"
    with pytest.raises(Cancelled):
        generator.answer(1, asked(before, "\n"), lambda text, tokens: None)
    assert bytes(model.sequence[2:]).decode() == before
    assert model.sequence == generator.held.tolist()


def test_late_says_what_the_model_has_written() -> None:
    model, now = Arithmetic(), [0.0]
    generator = Generator(model, Flag(), ranking=ranking(file=1.0))
    ask = asked(BEFORE, AFTER)
    plain, _ = answer(Generator(Arithmetic(), Flag()), 1, ask)
    decode = model.decode

    def slow(tokens: Ids, start: int, outputs: int, tree: Tree) -> int:
        if outputs and not len(tree):
            time.sleep(max(0.0, now[0] - time.monotonic()))
        return decode(tokens, start, outputs, tree)

    model.decode = slow  # type: ignore[method-assign]
    now[0] = time.monotonic() + 0.5
    before = "a = 1\nb = 2\nc = 3\n"
    plain, _ = answer(Generator(Arithmetic(), Flag()), 1, asked(before, AFTER))
    late = replace(asked(before, AFTER), deadline=now[0])
    text, done = answer(generator, 1, late)
    assert text
    assert plain.startswith(text)
    assert done.end is End.DEADLINE


def test_the_same_prompt_again_reads_no_proposal_twice() -> None:
    model = Arithmetic()
    generator = Generator(model, Flag(), ranking=ranking(file=1.0))
    said, first = answer(generator, 1, asked(BEFORE, AFTER))
    assert first.cost.tokens.drafted > 0
    model.evaluated = 0
    again, second = answer(generator, 2, asked(BEFORE, AFTER))
    assert again == said
    assert second.confidence == first.confidence
    assert (second.cost.tokens.drafted, model.evaluated) == (0, 1)


def test_unlikely_proposals_are_read_only_for_who_wants_any_answer() -> None:
    trees = ranking(file=1.0)
    trees._file.odds = lambda rows: np.full(len(rows), UNLIKELY - 1)  # type: ignore[method-assign]
    ask = asked(BEFORE, AFTER)
    _, done = answer(Generator(Arithmetic(), Flag(), ranking=trees), 1, ask)
    assert done.cost.tokens.drafted > 0
    _, done = answer(Generator(Arithmetic(), Flag(), ranking=trees), 1, replace(ask, least=-1.0))
    assert done.cost.tokens.drafted == 0


def test_an_answer_of_its_own_that_has_no_chance_is_given_up() -> None:
    model = Arithmetic()  # each token has -1.06: the floor of -6 is passed with the sixth
    ask = replace(asked("x", ""), least=-1.0)
    text, done = answer(Generator(model, Flag(), ranking=ranking(mean=1.0)), 1, ask)
    whole, _ = answer(Generator(Arithmetic(), Flag(), ranking=ranking(mean=1.0)), 1, asked("x", ""))
    assert whole.startswith(text)
    assert done.cost.tokens.generated == 6 < len(whole)
    assert done.end is End.UNSURE
    assert done.confidence < ask.least


def test_log_probabilities_are_those_of_the_tokens_in_a_row() -> None:
    model = Arithmetic()
    chooser = Chooser(model, ranking(file=1.0))
    prompt = model.tokenize(b"prompt")
    model.decode(prompt, 0, 1)
    first = model.logits()
    known = Known()
    paths = chooser.paths(chooser.proposals(BEFORE, AFTER), "")
    ahead = tree([path for _, path in paths], known, 63)
    model.forget(len(prompt) - 1)
    model.decode(prompt[-1:], len(prompt) - 1, 1, ahead)
    known.learn([(), *ahead.paths], model.rows(1 + len(ahead)))
    scored = chooser.proposed(paths, known, 0.0)
    answer = next(s for s in scored if s.text == "add(a, b)")
    expected, logits = [], first
    for index, token in enumerate(b"add(a, b)"):
        expected.append(float(logits[token] - np.log(np.exp(logits).sum())))
        model.forget(len(prompt))
        model.decode(np.frombuffer(b"add(a, b)"[: index + 1], np.uint8).astype(np.int32), 6, 1)
        logits = model.logits()
    assert answer.tokens == pytest.approx(expected)
    assert all(len(s.tokens) <= LONGEST for s in scored)


def test_ways_and_features() -> None:
    place = Place.of("    if x:\n        retu", ")\n\n    rest\n")
    assert (place.typed, place.rest) == ("        retu", ")")
    assert (place.previous, place.next) == ("if x:", "rest")
    assert place.unknown("rn x and y.zed or Zebra()") == 3
    own = Scored("rn x", (-1.0, -2.0), -0.5, None, True)
    (features,) = ranking().features([own], place)
    known = dict(zip(FEATURES, features, strict=True))
    assert (known["written"], known["proposed"]) == (1, 0)
    assert (known["total"], known["least"], known["half_word"], known["rest"]) == (-3.5, -2, 1, 1)


NO_TREES = {"base": 0, "depth": 0} | {name: [] for name in ARRAYS}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({"schema": 0, "file": {"features": []}, "both": {"features": []}}),
        json.dumps({"schema": SCHEMA, "file": {"features": ["x"]}, "both": {"features": []}}),
        json.dumps(
            {
                "schema": SCHEMA,
                "file": {"features": FILE_FEATURES} | NO_TREES | {"roots": [7]},
                "both": {"features": FEATURES} | NO_TREES,
            }
        ),
    ],
)
def test_a_file_that_is_no_ranking_is_a_reason(text: str, tmp_path: Path) -> None:
    (tmp_path / "ranking.json").write_text(text)
    with pytest.raises(ModelError, match=r"ranking\.json"):
        Ranking.load(tmp_path / "ranking.json")


def test_trees_are_walked_to_their_leaves() -> None:
    trees = Trees(
        base=1.0,
        feature=[1, 0, 0, 0, 0],
        threshold=[0.5, 0.0, 2.0, 0.0, 0.0],
        left=[1, 1, 3, 3, 4],
        right=[2, 1, 4, 3, 4],
        value=[0.0, 10.0, 0.0, 20.0, 30.0],
        roots=[0, 1],
        depth=2,
    )
    rows = np.array([[0.0, 0.5], [2.0, 0.6], [2.1, 0.6]])
    assert trees.odds(rows).tolist() == [21.0, 31.0, 41.0]
    assert trees.odds(rows[:0]).tolist() == []


def test_no_trees_are_no_opinion() -> None:
    assert Trees.read(NO_TREES).odds(np.zeros((3, 2))).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("text", "rest", "kept"),
    [
        ("x):", "):", "x"),
        ("x, y) -> int:", "):", "x, y"),
        ("f(x))", ")", "f(x)"),
        ("f(x)", ")", "f(x)"),
        ("a[0]]", "]", "a[0]"),
        ("a]", ")", "a]"),
        ("x", "", "x"),
        ("", ")", ""),
        ("name", "= 1", "name"),
        ("name = 1", " = 1", "name"),
    ],
)
def test_what_follows_the_cursor_is_not_said_again(text: str, rest: str, kept: str) -> None:
    assert without_rest(text, rest) == kept
