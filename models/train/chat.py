"""The chat that the edit model knows: ChatML turns, the parts of the first one between file tokens.

    <|im_start|>user\\n<|file_sep|>\\n{before}<|fim_prefix|>\\n{selection}<|fim_suffix|>\\n{after}
    <|fim_middle|>{instruction}<|im_end|>\\n<|im_start|>assistant\\n{answer}<|im_end|>

Every line of code has its newline in front, in the answer too: a line has the same tokens wherever it stands, so that
copying it is easy. The prompt ends with the word `assistant`; the newline behind it is the first thing the
model writes. Code first and wish last: the code is read while the wish is typed. A second wish follows as
\\n<|im_start|>user\\n<|fim_middle|>{instruction}<|im_end|>\\n<|im_start|>assistant\\n{answer}<|im_end|>.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

CONTROLS = (
    "<|im_start|>", "<|im_end|>", "<|file_sep|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
)  # fmt: skip


def lines(text: str) -> str:
    return f"\n{text}" if text else ""


@dataclass(frozen=True)
class Chat:
    """Builds prompts as token ids. `encode` never makes a control token; `ids` holds those of CONTROLS."""

    encode: Callable[[str], list[int]]
    ids: dict[str, int]

    def turn(self, instruction: str) -> list[int]:
        """The end of a user's turn, from the instruction on, and the beginning of the answer's."""
        start, end = self.ids["<|im_start|>"], self.ids["<|im_end|>"]
        wish = [self.ids["<|fim_middle|>"], *self.encode(instruction), end, *self.encode("\n")]
        return [*wish, start, *self.encode("assistant")]

    def prompt(self, before: str, selection: str, after: str, instruction: str) -> list[int]:
        ids = self.ids
        return [
            ids["<|im_start|>"], *self.encode("user\n"),
            ids["<|file_sep|>"], *self.encode(lines(before)),
            ids["<|fim_prefix|>"], *self.encode(lines(selection)),
            ids["<|fim_suffix|>"], *self.encode(lines(after)), *self.turn(instruction),
        ]  # fmt: skip

    def again(self, instruction: str) -> list[int]:
        """What follows an answer when something more is wished."""
        head = [*self.encode("\n"), self.ids["<|im_start|>"], *self.encode("user\n")]
        return [*head, *self.turn(instruction)]

    def answer(self, text: str) -> list[int]:
        return [*self.encode(lines(text)), self.ids["<|im_end|>"]]

    def example(
        self, before: str, selection: str, after: str, turns: Sequence[tuple[str, str]]
    ) -> Iterator[tuple[list[int], list[int]]]:
        """Token ids of a whole conversation, turn by turn: what is asked, and what is the model's to write."""
        for number, (wish, text) in enumerate(turns):
            asked = self.again(wish) if number else self.prompt(before, selection, after, wish)
            yield asked, self.answer(text)
