#!/usr/bin/env bash
# Rebuilds the embedded model: corpus -> tokenizer -> training -> GGUF -> checks -> ranking -> measures.
# Takes MINUTES of training plus about half an hour; interrupted, the same command goes on where it was.
#
#   python3 tasks.py setup && MINUTES=600 models/runs/embedded_cpu.sh
set -euo pipefail

# shellcheck source=setting_up.sh
. "$(dirname "$0")/setting_up.sh" 105
[ -f "$work/tokenizer.json" ] || "$python" tokenizer.py --work "$work"
nice -n 19 "$python" -u train.py --work "$work" --minutes "$minutes" | tee -a "$work/train.log"
"$python" export.py --work "$work"
"$python" verify.py --work "$work"
"$python" holes.py --work "$work" --target ../holes/python.jsonl
"$python" holes.py --work "$work" --source train.jsonl --count 15000 --target "$work/train_holes.jsonl"
"$python" holes.py --work "$work" --source tuning.jsonl --count 4800 --target "$work/tuning_holes.jsonl"
PYTHONPATH=$root/server "$python" rank.py --work "$work"
"$symbiote" baselines.py --work "$work" --holes ../holes/python.jsonl --json ../runs/baselines.json
"$symbiote" -m symbiote evaluate ../holes/python.jsonl
"$symbiote" -m symbiote evaluate ../holes/python.jsonl --invoked
