#!/usr/bin/env bash
# new_plugin_test.sh BUILD KIND...: begins a plugin of each kind in an empty folder, builds it without CMake, checks it
# and trains it beside built-in ones, with the build's own runner; then the same plugins by CMake and one more without it,
# from an installed Monge. Says how long each took, from its first command to the end of its grid.
set -euo pipefail
build=$1
kinds=("${@:2}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MONGE_PLUGIN_PATH Torch_DIR LibTorch_ROOT

grid() {  # KIND NAME: an experiment that has it beside a built-in one
  declare -A beside=([loss]=wasserstein [enforcer]=clip [architecture]=mlp [dataset]=ring [metric]=sliced_wasserstein)
  local axis="$1 = [\"$2\", \"${beside[$1]}\"]" metrics='"sliced_wasserstein"'
  [[ $1 == metric ]] && axis='loss = ["wasserstein", "bce"]' metrics="\"$2\", \"sliced_wasserstein\""
  cat <<TOML
# Does a new plugin train beside a built-in one?
[experiment]
name = "new_$1"
seeds = 1
[train]
generator_steps = 20
critic_steps = 1
latent = 2
[evaluate]
every = 20
samples = 64
metrics = [$metrics]
$([[ $1 == dataset ]] || printf '[dataset]\nplugin = "ring"\n')
$([[ $1 == architecture ]] || printf '[architecture]\nplugin = "mlp"\nwidth = 16\n')
$([[ $1 == loss || $1 == metric ]] || printf '[loss]\nplugin = "wasserstein"\n')
$([[ $1 == enforcer ]] || printf '[enforcer]\nplugin = "clip"\n')
[optimizer]
kind = "adam"
learning_rate = 1e-4
[grid]
$axis
TOML
}

try() {  # RUNNER KIND NAME, in the current folder
  local started=$SECONDS
  "$1" plugin new "$2" "$3" >log
  "$1" plugin build "$3.cpp" >log
  "$1" plugin check "plugins/$2/$3.so" >log || { cat log; exit 1; }
  grid "$2" "$3" >"$3.toml"
  "$1" sweep "$3.toml" --plugins plugins --results results >log 2>&1 || { cat log; exit 1; }
  test -s "results/new_$2/sweep.h5"
  # Nobody thought of packs when it was written.
  "$1" sweep "$3.toml" --plugins plugins --results packed --pack 4 --plan | grep -q '^    2  in packs of [12], of up to 4: asked for$'
  "$1" sweep "$3.toml" --plugins plugins --results packed --pack 4 >log 2>&1 || { cat log; exit 1; }
  grep -q ": 2 done; " log
  echo "$2: $((SECONDS - started)) s"
}

mkdir "$work/alone" && cd "$work/alone"
for kind in "${kinds[@]}"; do
  try "$build/runner" "$kind" "my_$kind"
done

cmake --install "$build" --prefix "$work/monge" >"$work/log" || { cat "$work/log"; exit 1; }
cmake -G Ninja -S . -B build -DCMAKE_PREFIX_PATH="$work/monge" >log || { cat log; exit 1; }
cmake --build build >log || { cat log; exit 1; }
ctest --test-dir build >log || { cat log; exit 1; }
grep -q "100% tests passed, 0 tests failed out of ${#kinds[@]}" log

mkdir "$work/installed" && cd "$work/installed"
try "$work/monge/bin/runner" loss installed
