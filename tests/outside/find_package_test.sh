#!/usr/bin/env bash
# find_package_test.sh BUILD: installs Monge, builds the loss in this folder as a stranger would, and trains it beside a
# built-in one. Says how long that took.
set -euo pipefail
build=$1
source_dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MONGE_PLUGIN_PATH Torch_DIR LibTorch_ROOT

lines() { grep -c '' "$1"; }
(($(lines "$source_dir/my_hinge.cpp") <= 30 && $(lines "$source_dir/CMakeLists.txt") == 4))

cmake --install "$build" --prefix "$work/monge" >"$work/log" || { cat "$work/log"; exit 1; }
cp "$source_dir"/{CMakeLists.txt,my_hinge.cpp} "$work"
cat >"$work/hinge.toml" <<'TOML'
# Does a plugin from outside the tree train beside a built-in one?
[experiment]
name = "hinge"
seeds = 1
[train]
generator_steps = 20
critic_steps = 1
latent = 2
[evaluate]
every = 20
samples = 64
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
width = 16
[grid]
loss = [{ plugin = "my_hinge", margin = 0.5 }, { plugin = "wasserstein" }]
enforcer = ["clip"]
TOML

cd "$work"
started=$SECONDS
cmake -G Ninja -S . -B build -DCMAKE_PREFIX_PATH="$work/monge" >log || { cat log; exit 1; }
cmake --build build
built=$SECONDS
monge/bin/runner sweep hinge.toml --plugins build/plugins --results results
ended=$SECONDS
echo "built in $((built - started)) s, trained in $((ended - built)) s"
monge/bin/runner plugin list --plugins build/plugins | grep my_hinge
test -s results/hinge/sweep.h5
