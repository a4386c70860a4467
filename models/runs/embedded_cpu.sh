#!/usr/bin/env bash
# Rebuilds the embedded model: corpus -> tokenizer -> training -> GGUF -> checks -> measures.
# Takes MINUTES of training plus about fifteen; interrupted, the same command goes on where it was.
#
#   MINUTES=600 models/runs/embedded_cpu.sh
set -euo pipefail

cd "$(dirname "$0")/../train"
work=${WORK:-work}
minutes=${MINUTES:-76}
python=${PYTHON:-$work/venv/bin/python}

mkdir -p "$work"
if [ ! -x "$python" ]; then
    python3 -m venv "$work/venv"
    "$python" -m pip install -q -r requirements.txt
fi

# Threads that spin while they wait take the cores from the editor this trains beside.
export OMP_WAIT_POLICY=passive

[ -f "$work/train.jsonl" ] || "$python" corpus.py --work "$work"
[ -f "$work/tokenizer.json" ] || "$python" tokenizer.py --work "$work"
nice -n 19 "$python" -u train.py --work "$work" --minutes "$minutes" | tee -a "$work/train.log"
"$python" export.py --work "$work"
"$python" verify.py --work "$work"
"$python" evaluate.py --work "$work" --holes 400
