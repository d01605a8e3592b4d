#!/usr/bin/env bash
# Does Monge train on this machine's GPU, like the CPU does, and how much faster? See --help.
set -uo pipefail

usage() {
  cat <<'TEXT'
usage: gpu_check.sh [--full] [--device cuda:N] [--results DIR] [--dry-run] [--help] [BUNDLE]

Runs from a bundle (cmake --build build --target bundle), also on another machine, and prints one table: the GPU
tests, the same experiments on CPU and GPU in every precision, repeats bit for bit, and the speed of
experiments/clip_vs_gp.toml --size full, also with deterministic = false. Where no GPU is at hand it says so and exits 0;
otherwise 1 when anything failed.

  BUNDLE         the folder (default: the one this script lies in, or build/bundle of this checkout), or a build folder
  --full         train it to its end, in place of 600 generator steps of one seed
  --device NAME  which GPU (default cuda:0)
  --results DIR  where results go (default: a temporary folder, removed at the end)
  --dry-run      the CPU in the GPU's place, and little of it: does all of it run?

LibTorch 2.11 is taken from LD_LIBRARY_PATH, or from a python3 that has torch (MONGE_PYTHON first).
TEXT
}

mode=short gpu=cuda:0 results="" bundle=""
while (($# > 0)); do
  case $1 in
    --help|-h) usage; exit 0 ;;
    --full) mode=full ;;
    --dry-run) mode=dry gpu=cpu ;;
    --device) gpu=$2; shift ;;
    --results) results=$2; shift ;;
    -*) echo "gpu_check.sh: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
    *) bundle=$1 ;;
  esac
  shift
done

here=$(cd "$(dirname "$0")" && pwd)
. "$here/gpu_bundle.sh"
[[ $mode == dry ]] || need_gpu check
find_bundle "$bundle"
find_libtorch
experiments=$bundle/experiments
[[ -d $experiments ]] || experiments=$here/../experiments

# Seconds after which a test program or a sweep on the GPU is held to hang; 0: it may take any time.
within=200
[[ $mode == short ]] || within=0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
results=${results:-$scratch/results}
failures=0
table=()
row() {  # CHECK CPU GPU VERDICT; said at once, for who is cut off, and again at the end
  table+=("$(printf '%-44s %14s %14s   %s' "$@")")
  printf '%s\n' "${table[-1]}"
  [[ $4 == ok* ]] || failures=$((failures + 1))
}

gpu_tests() {
  local test log passed
  for test in "$(dirname "$runner")"/test_*; do
    [[ -f $test && -x $test ]] || continue
    log=$scratch/$(basename "$test").log
    if ! "$test" --list-test-cases --test-suite='gpu*' 2>/dev/null | grep -q 'unskipped.*: [1-9]'; then
      continue
    fi
    if (cd "$bundle" && timeout --kill-after=5 "$within" "$test" --test-suite='gpu*') >"$log" 2>&1; then
      passed=$(sed -n 's/.*test cases: *\([0-9]*\).*/\1/p' "$log")
      row "GPU tests of $(basename "$test")" "" "$passed passed" ok
    else
      tail -30 "$log"
      row "GPU tests of $(basename "$test")" "" "" FAILED
    fi
  done
}

# Trains an experiment; its results, events and messages are named NAME.
sweep() {  # DEVICE EXPERIMENT NAME ARGUMENTS...
  local device=$1 experiment=$2 name=$3
  local status limit=$within
  [[ $device == cpu ]] && limit=0
  shift 3
  timeout --kill-after=20 "$limit" "$runner" sweep "$experiments/$experiment.toml" --device "$device" --results "$results/$name" --json "$@" \
    >"$scratch/$name.json" 2>"$scratch/$name.err" && return
  status=$?
  ((status == 124 || status == 137)) && echo "$name: cut off after $limit s"
  tail -n 5 "$scratch/$name.json" "$scratch/$name.err"
  return 1
}

# The draws are the same on both devices, so in double precision both train the same networks until rounding shows; in
# others, by products of our own, for some steps. The products of tf32 and bf16 leave of a number near 0 no digit.
agree() {  # EXPERIMENT PRECISION LIMIT PACK ARGUMENTS...
  local experiment=$1 precision=$2 limit=$3 pack=$4 side worst least=0
  local name=$1-$2-$4 what="$1, $2, --pack $4"
  shift 4
  [[ $precision == tf32 || $precision == bf16 ]] && least=0.01
  for side in cpu gpu; do
    if ! sweep "$([[ $side == cpu ]] && echo cpu || echo "$gpu")" "$experiment" "$name-$side" \
        --set train.precision="$precision" --pack "$([[ $side == cpu ]] && echo off || echo "$pack")" "$@"; then
      row "$what: on the $side" "" "" FAILED
      return
    fi
    # Sorted: cells stand by rank, which rounding can change.
    "$runner" compare "$results/$name-$side"/*/ --csv | grep ',last,' | sort >"$scratch/$name-$side.csv"
  done
  worst=$(paste -d, "$scratch/$name"-{cpu,gpu}.csv | awk -F, -v least=$least '
    { for (i = 3; i > 0; i--) {  # median, least and greatest of the runs
        a = $(NF / 2 - i); b = $(NF - i); d = a - b; if (d < 0) d = -d; s = a < 0 ? -a : a; if (s < least) s = least
        r = s > 0 ? d / s : d; if (r > worst) worst = r; n++ } }
    END { if (n == 0) print "none"; else printf "%.2g", worst }')
  if [[ $worst != none ]] && awk "BEGIN { exit !($worst <= $limit) }"; then
    row "$what: difference" "" "$worst" "ok (at most $limit)"
  else
    row "$what: difference" "" "$worst" "FAILED (more than $limit)"
  fi
}

# What became of a pack's graph stands in its runs' logs.
graphs() {
  local why count
  why=$(grep -rhoE "graph: .*" --include=log.txt "$results" | grep -v "graph: captured" | sort | uniq -c | head -3)
  row "steps that could not be graphs" "" "$(grep -rhE "graph: " --include=log.txt "$results" | grep -vc captured)" \
    "$([[ -z $why ]] && echo ok || echo "FAILED: $why")"
  [[ $mode == dry ]] && return
  count=$(grep -rhE "graph: captured" --include=log.txt "$results" | wc -l)
  row "runs whose steps are graphs" "" "$count" "$( ((count > 0)) && echo ok || echo "FAILED (none)")"
}

# Packs of more than one run, and more runs than a pack has seats, so that the next take theirs in a graph that is there.
packed() {  # SEATS
  local plan
  plan=$("$runner" sweep "$experiments/smoke.toml" --device "$gpu" --results "$scratch/none" --jobs 1 --pack "$1" --seeds 4 --plan 2>&1 |
    grep -m1 -oE "in packs of [0-9]+")
  row "smoke, 4 seeds, --pack $1: is trained" "" "${plan#in }" "$([[ $plan == "in packs of $1" ]] && echo ok || echo FAILED)"
  agree smoke fp64 1e-6 "$1" --jobs 1 --seeds 4 --set train.generator_steps=20 --set evaluate.every=20
}

# Equal bits, trained twice.
repeats() {  # EXPERIMENT ARGUMENTS...
  local experiment=$1 time
  shift
  for time in first second; do
    sweep "$gpu" "$experiment" "repeat-$experiment-$time" "$@" || { row "$experiment, trained twice" "" "" FAILED; return; }
  done
  if "$runner" compare --equal "$results/repeat-$experiment"-{first,second}/*/ >"$scratch/equal.txt" 2>&1; then
    row "$experiment, trained twice" "" "equal bits" ok
  else
    row "$experiment, trained twice" "" "" "FAILED: $(head -1 "$scratch/equal.txt")"
  fi
}

# Median steps a second over the progress of all runs whose label matches.
speed() {  # FILE LABEL
  grep -F "\"label\":\"$2\"" "$1" | sed -n 's/.*"event":"progress".*"steps_per_second":\([0-9.eE+-]*\).*/\1/p' |
    sort -g | awk '{ v[NR] = $1 } END { if (NR) printf "%.2f", v[int((NR + 1) / 2)] }'
}

# A row for every kind of run that DEVICE's events in NAME.json tell of.
speeds() {  # NAME WHAT
  local label status rate verdict
  while read -r label; do
    status=$(grep -F "\"label\":\"$label\"" "$scratch/$1.json" |
      sed -n 's/.*"event":"ended".*"status":"\([a-z]*\)".*/\1/p' | sort -u | paste -sd,)
    rate=$(speed "$scratch/$1.json" "$label")
    verdict=ok
    [[ -n $rate ]] || verdict="ok (too short to be timed)"
    [[ $status == "done" ]] || verdict="FAILED ($status)"
    row "$label$2 (steps/s)" "$(speed "$scratch/speed-cpu.json" "$label")" "$rate" "$verdict"
  done < <(sed -n 's/.*"event":"ended".*"label":"\([^"]*\)".*/\1/p' "$scratch/$1.json" | sort -u)
  grep -q '"event":"ended"' "$scratch/$1.json" || row "speed$2" "" "" "FAILED (no run ended)"
}

trains() {  # EXPERIMENT STEPS-ON-THE-CPU STEPS ARGUMENTS...
  local experiment=$1 few=(--set train.generator_steps="$2" --set evaluate.every="$2")
  local many=(--seeds 1 --set train.generator_steps="$3" --set evaluate.every="$3")
  shift 3
  sweep cpu "$experiment" speed-cpu --seeds 1 "${few[@]}" "$@" || true
  sweep "$gpu" "$experiment" speed-free "${many[@]}" --set train.deterministic=false "$@" || true
  [[ $mode == full ]] && many=()
  sweep "$gpu" "$experiment" speed-gpu "${many[@]}" "$@" || true
  speeds speed-gpu ""
  speeds speed-free ", not deterministic"
}

images() { [[ $mode == dry ]] || "$@"; }

started=$SECONDS
gpu_tests
for pack in off auto; do  # one by one, and as is best for the device: a step is a graph from the sixth on
  agree smoke fp64 1e-6 "$pack" --set train.generator_steps=20 --set evaluate.every=20
  images agree clip_vs_gp fp64 1e-5 "$pack" --seeds 1 --set train.generator_steps=8 --set evaluate.every=8
done
packed 4
packed 2
repeats smoke --seeds 4 --set train.generator_steps=40 --set evaluate.every=40
images repeats clip_vs_gp --seeds 2 --set train.generator_steps=12 --set evaluate.every=12
for check in "fp32 2e-2" "tf32 0.1" "bf16 0.1"; do  # limits: bf16 is off fp32 by 0.024 on a CPU
  # shellcheck disable=SC2086  # two words
  agree smoke $check auto --set train.generator_steps=8 --set evaluate.every=8
  # shellcheck disable=SC2086
  images agree clip_vs_gp $check auto --seeds 1 --set train.generator_steps=8 --set evaluate.every=8
done
graphs
if [[ $mode == dry ]]; then trains smoke 10 40; else trains clip_vs_gp 10 600 --size full; fi

echo
[[ $mode == dry ]] || nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
"$runner" version
printf '%-44s %14s %14s   %s\n' check CPU GPU verdict
printf '%s\n' "${table[@]}"
echo "$failures failed, $((SECONDS - started)) s"
((failures == 0))
