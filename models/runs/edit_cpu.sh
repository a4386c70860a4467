#!/usr/bin/env bash
# Rebuilds the edit model: corpus -> edit tasks -> tokenizer -> training from the embedded model's weights -> GGUF -> measures.
# Takes MINUTES of training plus about a quarter of an hour; interrupted, the same command goes on where it was.
#
#   python3 tasks.py setup && MINUTES=240 models/runs/edit_cpu.sh
set -euo pipefail

# shellcheck source=setting_up.sh
. "$(dirname "$0")/setting_up.sh" 90
[ -f "$work/edit_tokenizer.json" ] || "$python" edit_tokenizer.py --work "$work"
[ -f "$work/train_edits.jsonl" ] || "$python" edits.py --work "$work" --count "${EXAMPLES:-50000}" --target "$work/train_edits.jsonl"
[ -f "$work/tuning_edits.jsonl" ] || "$python" edits.py --work "$work" --source tuning.jsonl --count 1000 --seed 7 --target "$work/tuning_edits.jsonl"
[ -f "$work/base/checkpoint.pt" ] || "$python" resume.py --work "$work/base"
nice -n 19 "$python" -u train_edit.py --work "$work" --begin "$work/base" --minutes "$minutes" | tee -a "$work/train_edit.log"
"$python" export.py --work "$work" --edit
"$python" verify.py --work "$work" --edit
"$python" edits.py --work "$work" --source heldout.jsonl --count 320 --seed 11 --sorted --target ../holes/edits.jsonl
"$symbiote" rewrites.py --model ../embedded/symbiote-edit-6m-q8_0.gguf --json ../runs/edit.json
