# shellcheck shell=bash
# What the runs begin with, to be sourced with the minutes that a training takes unless told. It goes to models/train and sets
# root, work, minutes, python and symbiote; the corpus is there then.

root=$(cd "$(dirname "$0")/../.." && pwd)
train=$root/models/train
mkdir -p "${WORK:-$train/work}"
work=$(cd "${WORK:-$train/work}" && pwd)
minutes=${MINUTES:-$1}
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
