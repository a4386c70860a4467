"""Export: a checkpoint as GGUF (architecture qwen3, Q8_0 matrices), and its catalogue entry.

python export.py --work work            # writes ../embedded/symbiote-5m-q8_0.gguf
python export.py --work work --edit     # edit.pt, as ../embedded/symbiote-edit-6m-q8_0.gguf
"""

import argparse
import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

import torch
from edit_tokenizer import EDIT_SPECIALS, PRE
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType
from gguf.quants import quantize
from model import Config, Model
from tokenizer import SPECIALS

HERE = Path(__file__).parent
MODELS = HERE.parent
TARGET = MODELS / "embedded" / "symbiote-5m-q8_0.gguf"
EDIT_TARGET = TARGET.with_name("symbiote-edit-6m-q8_0.gguf")
CATALOGUE = MODELS / "catalogue.toml"

NAMES = {
    "attention_norm": "attn_norm", "attention.q": "attn_q", "attention.k": "attn_k",
    "attention.v": "attn_v", "attention.out": "attn_output", "attention.q_norm": "attn_q_norm",
    "attention.k_norm": "attn_k_norm", "feed_norm": "ffn_norm", "feed.gate": "ffn_gate",
    "feed.up": "ffn_up", "feed.down": "ffn_down",
}  # fmt: skip


def load(checkpoint: Path) -> Model:
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = Model(Config(**state["config"]))
    model.load_state_dict(state["model"])
    return model.eval()


def gguf_name(name: str) -> str:
    if name == "embedding.weight":
        return "token_embd.weight"
    if name == "norm.weight":
        return "output_norm.weight"
    _, block, rest = name.split(".", 2)
    return f"blk.{block}.{NAMES[rest.removesuffix('.weight')]}.weight"


def add_architecture(writer: GGUFWriter, config: Config, name: str) -> None:
    writer.add_name(name)
    writer.add_license("apache-2.0")
    writer.add_languages(["python"])
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.width)
    writer.add_block_count(config.layers)
    writer.add_feed_forward_length(config.hidden)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.kv_heads)
    writer.add_key_length(config.head_width)
    writer.add_value_length(config.head_width)
    writer.add_layer_norm_rms_eps(config.norm_eps)
    writer.add_rope_freq_base(config.rope_base)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)


def add_tokenizer(writer: GGUFWriter, file: Path, edit: bool) -> None:
    model = json.loads(file.read_text(encoding="utf-8"))["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    ids = {name: model["vocab"][name] for name in (EDIT_SPECIALS if edit else SPECIALS)}
    kinds = [TokenType.CONTROL if t in ids else TokenType.NORMAL for t in tokens]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE if edit else "superbpe")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(ids["<|endoftext|>"])
    if edit:
        writer.add_eot_token_id(ids["<|im_end|>"])
    writer.add_pad_token_id(ids["<|fim_pad|>"])
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    for key, name in (
        ("pre", "<|fim_prefix|>"), ("suf", "<|fim_suffix|>"), ("mid", "<|fim_middle|>"),
        ("pad", "<|fim_pad|>"), ("rep", "<|repo_name|>"), ("sep", "<|file_sep|>"),
    ):  # fmt: skip
        writer.add_uint32(f"tokenizer.ggml.fim_{key}_token_id", ids[name])


def export(checkpoint: Path, tokenizer: Path, target: Path, edit: bool = False) -> Model:
    model = load(checkpoint)
    target.parent.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(str(target), "qwen3")
    add_architecture(writer, model.config, f"Symbiote {'edit' if edit else 'embedded'}")
    add_tokenizer(writer, tokenizer, edit)
    for name, weight in model.state_dict().items():
        values = weight.float().numpy()
        if values.ndim == 2:
            packed = quantize(values, GGMLQuantizationType.Q8_0)
            writer.add_tensor(gguf_name(name), packed, raw_dtype=GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(gguf_name(name), values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


def update_catalogue(target: Path, parameters: int, name: str) -> None:
    """The facts of [models.NAME] that change with the file; the rest is written by hand."""
    text = CATALOGUE.read_text(encoding="utf-8")
    head, table, rest = text.partition(f"[models.{name}]\n")
    data = target.read_bytes()
    facts = {
        "file": f'"{target.relative_to(MODELS).as_posix()}"',
        "sha256": f'"{hashlib.sha256(data).hexdigest()}"',
        "bytes": f"{len(data):_}",
        "parameters": f"{parameters:_}",
    }
    for key, value in facts.items():
        rest = re.sub(rf"^{key} = .*$", f"{key} = {value}", rest, count=1, flags=re.MULTILINE)
    CATALOGUE.write_text(head + table + rest, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--checkpoint", help="file name inside --work")
    parser.add_argument("--edit", action="store_true", help="the model that rewrites")
    parser.add_argument("--target", type=Path)
    options = parser.parse_args()
    edit = options.edit
    target = (options.target or (EDIT_TARGET if edit else TARGET)).resolve()
    checkpoint = options.work / (options.checkpoint or ("edit.pt" if edit else "checkpoint.pt"))
    tokenizer = options.work / ("edit_tokenizer.json" if edit else "tokenizer.json")
    model = export(checkpoint, tokenizer, target, edit)
    parameters = sum(w.numel() for w in model.parameters())
    if target.is_relative_to(MODELS):
        update_catalogue(target, parameters, "edit" if edit else "embedded")
    print(f"{target.name}: {target.stat().st_size:_} bytes, {asdict(model.config)}")


if __name__ == "__main__":
    main()
