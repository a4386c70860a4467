#!/usr/bin/env bash
# Rebuilds the embedded model: corpus -> tokenizer -> training -> GGUF -> checks -> measures.
# Takes MINUTES of training plus about fifteen; interrupted, the same command goes on where it was.
#
#   MINUTES=600 models/runs/embedded_cpu.sh
set -euo pipefail

train=$(cd "$(dirname "$0")/../train" && pwd)
mkdir -p "${WORK:-$train/work}"
work=$(cd "${WORK:-$train/work}" && pwd)
minutes=${MINUTES:-76}
python=${PYTHON:-$work/venv/bin/python}

cd "$train"
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
"$python" evaluate.py --work "$work" --holes 400
"$python" holes.py --work "$work" --target ../holes/python.jsonl
