"""Takes the shipped GGUF apart again, so that training goes on from it where no checkpoint is left.

Writes tokenizer.json and checkpoint.pt into --work. The weights have been through Q8_0 and the optimisers begin anew;
train.py then warms up as at the first step.

    python resume.py --work work && python train.py --work work --minutes 120
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import torch
from export import HERE, TARGET, gguf_name
from gguf import GGUFReader
from gguf.quants import dequantize
from model import Config, Model
from tokenizer import NUMBERS, SPECIALS, splits
from tokenizers import AddedToken, Tokenizer, decoders, models


def tokenizer(reader: GGUFReader) -> Tokenizer:
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = reader.fields["tokenizer.ggml.merges"].contents()
    vocabulary = {token: index for index, token in enumerate(tokens)}
    made = Tokenizer(models.BPE(vocabulary, [tuple(merge.split(" ")) for merge in merges]))
    made.decoder = decoders.ByteLevel()
    made.pre_tokenizer = splits(*NUMBERS)
    made.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIALS])
    return made


def weights(reader: GGUFReader, names: Iterable[str]) -> dict[str, torch.Tensor]:
    """The tensors under the names PyTorch has for them."""
    own = {gguf_name(name): name for name in names}
    return {
        own[tensor.name]: torch.tensor(dequantize(tensor.data, tensor.tensor_type)).float()
        for tensor in reader.tensors
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--source", type=Path, default=TARGET)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    reader = GGUFReader(options.source)
    tokenizer(reader).save(str(options.work / "tokenizer.json"))
    model = Model(Config())
    model.load_state_dict(weights(reader, model.state_dict()))
    torch.save(
        {"config": vars(model.config), "model": model.state_dict()}, options.work / "checkpoint.pt"
    )
    print(f"{sum(w.numel() for w in model.parameters()):_} weights from {options.source.name}")


if __name__ == "__main__":
    main()
