# shellcheck shell=bash
# For gpu_check.sh and gpu_compare.sh: is there a GPU, where is the bundle, who has LibTorch 2.11? Sourced; sets bundle,
# runner, python (the first of them that has torch, or nothing), and LD_LIBRARY_PATH where the programs need it.
say() { echo "$(basename "$0" .sh): $*"; }

need_gpu() {  # WHAT-THERE-IS-NOTHING-TO-DO
  if ! { command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q '^GPU'; }; then
    say "no GPU on this machine (nvidia-smi names none); nothing to $1"
    exit 0
  fi
}

# A folder laid out as an installation, or a build folder.
find_bundle() {  # GIVEN
  local here folder
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  bundle=${1:-$here/../build/bundle}
  for folder in ${1:-"$here" "$here/.."}; do
    [[ -x $folder/bin/runner ]] && bundle=$folder
  done
  bundle=$(realpath "$bundle")
  for runner in "$bundle/bin/runner" "$bundle/runner"; do
    [[ -x $runner ]] && break
  done
  if [[ ! -x $runner ]]; then
    say "no bundle in $bundle; make one with: cmake --build build --target bundle" >&2
    exit 2
  fi
  [[ -d $bundle/data ]] && export MONGE_DATA=${MONGE_DATA:-$bundle/data}
  return 0
}

missing() { ldd "$(dirname "$runner")/runner-worker" 2>/dev/null | grep 'not found'; }

find_libtorch() {
  local candidate torch=""
  python=""
  for candidate in "${MONGE_PYTHON:-}" python3 /usr/bin/python3 "${MONGE_CACHE:-$HOME/.cache/monge}/python/bin/python"; do
    torch=$("$candidate" -c 'import importlib.util as u, os; print(os.path.dirname(u.find_spec("torch").origin))' 2>/dev/null) ||
      continue
    python=$candidate
    break
  done
  [[ -n $(missing) && -n $python ]] && export LD_LIBRARY_PATH=$torch/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  if [[ -n $(missing) ]]; then
    say "LibTorch 2.11 is not on LD_LIBRARY_PATH, and no python3 has it:" >&2
    missing >&2
    exit 2
  fi
}
