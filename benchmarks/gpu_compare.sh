#!/usr/bin/env bash
# How fast does Monge train on this machine's GPU, beside PyTorch and JAX, and what would make it faster? See --help.
set -uo pipefail

usage() {
  cat <<'TEXT'
usage: gpu_compare.sh [--quick] [--device cuda:N] [--results DIR] [--dry-run] [--help] [BUNDLE]

Runs from a bundle (cmake --build build --target bundle), also on another machine, in ten minutes. Prints rows as they
are measured: how busy our runner keeps the GPU (benchmarks/gpu/busy.py), with one pack and with two at a time, which of its products are fastest
(benchmarks/gpu/product_rates.cpp), what the GPU makes of CUDA graphs, streams,
stacking, precisions and layouts in plain PyTorch (benchmarks/gpu/measure.py); and last one table: 64 runs (16 in W5) of
each workload by our runner and its peers (benchmarks/compare.py), to float32's accuracy. What there is no time for is
named. Where no GPU is at hand it says so and exits 0; otherwise 1 when anything failed.

  BUNDLE         the folder (default: the one this script lies in or below, or build/bundle of this checkout), or a build folder
  --quick        three minutes: W2 and W4, fewer rounds
  --device NAME  which GPU (default cuda:0)
  --results DIR  where compare*.json, compare.md, table.txt and rows.json go (default: a temporary folder, removed at the end)
  --dry-run      tiny, on the CPU, without a GPU's graphs: does all of it run?

Needs a Python with torch 2.11, h5py and numpy (MONGE_PYTHON first, then python3); with JAX and its CUDA part there, too, JAX
is a peer. LibTorch 2.11 is taken from LD_LIBRARY_PATH, or from that Python.
TEXT
}

mode=full gpu=cuda:0 results="" bundle=""
while (($# > 0)); do
  case $1 in
    --help|-h) usage; exit 0 ;;
    --quick) mode=quick ;;
    --dry-run) mode=dry ;;
    --device) gpu=$2; shift ;;
    --results) results=$2; shift ;;
    -*) echo "gpu_compare.sh: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
    *) bundle=$1 ;;
  esac
  shift
done

here=$(cd "$(dirname "$0")" && pwd)
. "$here/gpu_bundle.sh"
[[ $mode == dry ]] || need_gpu compare
find_bundle "$bundle"
find_libtorch
if ! "$python" -c 'import torch, h5py, numpy' 2>/dev/null; then
  say "no python3 has torch, h5py and numpy; name one with MONGE_PYTHON" >&2
  exit 2
fi

code=$here
[[ -e $code/compare.py ]] || code=$bundle/benchmarks

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
results=${results:-$scratch/results}
mkdir -p "$results"
export TMPDIR=$scratch
failures=0

# Cells in the order of what they tell; parts of measure.py, a process each: what a fault on the GPU spoils is one of them.
total=590 peers_s=390 busy=W3,W1,W2,W4,W5 busy_lanes=W2,W3,W4 busy_s=5 runs=()
peers=(--device "$gpu" --workloads 'W3,W2,W4,W1,W5' --pairs 2 --seconds 0.8 --patience 90)
measure=(--device "$gpu" --seconds 0.1)
measurements=(graph packs lanes precision convolutions optimizers determinism)
case $mode in
  quick)
    total=170 peers_s=130 busy=W2,W4 busy_lanes=W2 busy_s=3
    peers=(--device "$gpu" --workloads 'W2,W4' --pairs 2 --seconds 0.5 --patience 60)
    measure=(--device "$gpu" --seconds 0.05)
    measurements=("graph packs lanes precision") ;;
  dry)
    gpu=cpu busy=tiny busy_lanes=tiny busy_s=1 runs=(--runs 2) peers=(--dry-run) measure=(--dry-run) measurements=("${measurements[*]}") ;;
esac

# Seconds of `total` that remain, of at most those given; a dry run, on a busy CPU perhaps, may take all.
left() {
  local rest=$((total - SECONDS)) most=$1
  [[ $mode == dry ]] && most=$rest
  echo $((rest < most ? rest : most))
}

part() {  # SECONDS WHAT COMMAND...
  local limit what=$2 status begin=$SECONDS
  limit=$(left "$1")
  shift 2
  if ((limit < 8)); then
    echo "$what: not measured, the time is up"
    return
  fi
  timeout --kill-after=5 "$limit" "$@" && return
  status=$?
  if ((status == 124 || (status == 137 && SECONDS - begin >= limit))); then
    echo "$what: cut off after $limit s"
  else
    failures=$((failures + 1))
    echo "$what: FAILED ($status)"
  fi
}

compare() {  # SECONDS ENFORCER
  local limit
  limit=$(left "$1")
  part $((limit + 25)) "peers, $2" "$python" "$code/compare.py" --build "$bundle" "${peers[@]}" --enforcers "$2" \
    --limit "$limit" --json "$results/compare_$2.json"
}

rm -f "$results"/{compare*.json,rows.json}
compare $peers_s gradient_penalty
part 110 busy "$python" "$code/gpu/busy.py" --build "$bundle" --device "$gpu" --workloads $busy --seconds $busy_s "${runs[@]}" \
  --json "$results/rows.json"
part 30 products "$(dirname "$runner")/product_rates" "$gpu"
for parts in "${measurements[@]}"; do
  # shellcheck disable=SC2086  # several words
  part 45 "$parts" "$python" "$code/gpu/measure.py" "${measure[@]}" --json "$results/rows.json" $parts
done
part 60 "busy, two packs at a time" "$python" "$code/gpu/busy.py" --build "$bundle" --device "$gpu" --workloads "${busy_lanes}" --lanes 2 \
  --seconds $busy_s "${runs[@]}" --json "$results/rows.json"
[[ $mode == full ]] && compare $((total - SECONDS - 30)) clip

echo
files=("$results"/compare*.json)
if [[ -e ${files[0]} ]]; then
  "$python" "$code/tables.py" "${files[@]}" >"$results/compare.md"
  "$python" "$code/tables.py" --plain "${files[@]}" | tee "$results/table.txt"
fi
echo "$failures failed, $SECONDS s"
((failures == 0))
