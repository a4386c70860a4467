#!/usr/bin/env bash
# Rebuilds the embedded model: corpus -> tokenizer -> training -> GGUF -> checks -> ranking -> measures.
# Takes MINUTES of training plus about half an hour; interrupted, the same command goes on where it was.
#
#   python3 tasks.py setup && MINUTES=600 models/runs/embedded_cpu.sh
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
train=$root/models/train
mkdir -p "${WORK:-$train/work}"
work=$(cd "${WORK:-$train/work}" && pwd)
minutes=${MINUTES:-105}
python=${PYTHON:-$work/venv/bin/python}   # with torch
symbiote=$root/.venv/bin/python           # the engine itself: ranking and measures run through it

cd "$train"
[ -x "$symbiote" ] || { echo "Run python3 tasks.py setup first: ranking and measures use the engine." >&2; exit 1; }
command -v "$python" >/dev/null || python3 -m venv "$work/venv"
# The flags keep a llama.cpp built by GCC 12 from crashing on processors with AMX (server/install/python.py).
CMAKE_ARGS='-DCMAKE_CXX_FLAGS="-fno-tree-dse -fno-dse" -DLLAVA_BUILD=OFF' \
    "$python" -m pip install -q --no-cache-dir -r requirements.txt

# Threads that spin while they wait take the cores from the editor this trains beside.
export OMP_WAIT_POLICY=passive

[ -f "$work/corpus.done" ] || "$python" corpus.py --work "$work"
[ -f "$work/corpus.done" ] || touch "$work/corpus.done"
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
