#!/usr/bin/env bash
# Sets up Monge on Debian 12: system packages, LibTorch, the tests' Python, then configures and builds. See --help.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./setup.sh [--dev] [--no-packages] [--no-build] [--help]

Makes this checkout ready, from a bare Debian 12 to build/runner, and may be run again at any time: what is done
already is left alone, so that a second run takes seconds.

  1. Debian packages: installs the missing ones as root or through sudo; where it can do neither, it prints the
     command and stops.
  2. LibTorch 2.11: takes the one that Torch_DIR names, or the active python3's torch; otherwise installs the
     PyTorch wheel (about 2.5 GB to download, 5 GB on disk) into the cache, which all checkouts share.
  3. A Python environment in the cache, with what the tests read results with.
  4. cmake --preset release, and the build of what users run, into build/. ctest builds the tests when it is run.

  --dev           also install what .ci/run needs beyond that (clang-tidy-14, R's ncdf4)
  --no-packages   leave Debian packages alone
  --no-build      stop before step 4

environment: MONGE_CACHE   the cache (default ~/.cache/monge)
             Torch_DIR     an unpacked LibTorch, or a Python's torch folder
TEXT
}

packages=(
  g++ cmake ninja-build ccache git python3-venv
  libboost-dev libboost-filesystem-dev libboost-program-options-dev
  libhdf5-dev libdnnl2 libtomlplusplus-dev nlohmann-json3-dev libssl-dev zlib1g-dev libjpeg62-turbo-dev libpng-dev libgif-dev liblemon-dev doctest-dev
  dataset-fashion-mnist clang-format-14 patchelf
)
with_packages=yes
with_build=yes
for argument in "$@"; do
  case "$argument" in
    --help|-h) usage; exit 0 ;;
    --dev) packages+=(clang-tidy-14 r-cran-ncdf4) ;;
    --no-packages) with_packages=no ;;
    --no-build) with_build=no ;;
    *) echo "setup.sh: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
cache=${MONGE_CACHE:-$HOME/.cache/monge}
mkdir -p "$cache" || fail "cannot write to the cache $cache; name another folder with MONGE_CACHE"
cache=$(readlink -f "$cache")
torch_dir=${Torch_DIR:+$(realpath -m "$Torch_DIR")}
export HOME MONGE_CACHE=$cache
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
venv=$cache/python

# Takes the lock in `file` for as long as descriptor `fd` is open, and says so when that means waiting.
lock() {
  local fd=$1 file=$2
  [[ -w $file || (! -e $file && -w $(dirname "$file")) ]] ||
    fail "cannot write $file; whose is it? The cache can be another folder: MONGE_CACHE"
  eval "exec $fd>\"\$file\""
  flock --nonblock "$fd" && return
  say "another setup.sh is at work ($file); waiting for it"
  flock "$fd"
}

install_packages() {
  command -v dpkg-query >/dev/null || fail "this is no Debian; install the equivalents of: ${packages[*]}
       and run ./setup.sh --no-packages"
  local installed missing=() name apt=()
  installed=" $(dpkg-query -W -f='${db:Status-Status}=${Package} ' 2>/dev/null) "
  for name in "${packages[@]}"; do
    [[ $installed == *" installed=$name "* ]] || missing+=("$name")
  done
  if ((${#missing[@]} == 0)); then
    say "Debian packages: all ${#packages[@]} are installed"
    return
  fi
  if (($(id -u) != 0)); then
    if sudo -n true 2>/dev/null || { command -v sudo >/dev/null && [[ -t 0 ]]; }; then
      apt=(sudo)
    else
      fail "Debian packages are missing and this is neither root nor sudo. Let an administrator run:
  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    fi
  fi
  apt+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  say "Debian packages: installing ${missing[*]}"
  local started=$SECONDS
  "${apt[@]}" update || say "apt-get update failed; going on with the lists at hand"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install: ${missing[*]}"
  say "Debian packages: done in $((SECONDS - started)) s"
}

# The torch folder of the active python3 when it is the version we want; importing torch would take seconds.
active_torch() {
  command -v python3 >/dev/null || return 0
  python3 - <<'PYTHON' 2>/dev/null || true
import importlib.metadata, importlib.util, os
if importlib.metadata.version("torch").startswith("2.11."):
    folder = os.path.dirname(importlib.util.find_spec("torch").origin)
    if os.path.exists(os.path.join(folder, "lib", "libtorch_cpu.so")):
        print(folder)
PYTHON
}

check_venv() { "$venv/bin/python" -I cmake/check_python.py "$@" 2>&1; }

make_venv() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      rm -rf "$venv"
      "$python" -m venv "$venv" || fail "$python cannot make a Python environment in $venv"
      return
    fi
  done
  fail "no python3 with venv and ensurepip was found; install python3-venv"
}

# Wheels are unpacked in the cache, because /tmp may be small.
pip_install() {
  local status=0 bar=off
  [[ -t 1 ]] && bar=on
  mkdir -p "$cache/tmp"
  TMPDIR=$cache/tmp "$venv/bin/python" -m pip install --no-cache-dir --no-input --disable-pip-version-check \
    --progress-bar $bar --retries 5 --timeout 60 "$@" || status=$?
  rm -rf "$cache/tmp"
  ((status == 0)) || fail "Python packages could not be installed, see above; is the network reachable?
       What is there is kept: run ./setup.sh again to go on"
}

# Everything that the files of requirements pin is in the shared environment, whole, whatever happened before.
fill_venv() {
  local files=("$@") requirements=() file faults damaged started free
  for file in "${files[@]}"; do requirements+=(-r "$file"); done
  if faults=$(check_venv "${files[@]}"); then
    say "Python packages: complete in $venv"
    return
  fi
  if [[ " ${files[*]} " == *" cmake/requirements.txt "* ]] &&
      ! compgen -G "$venv/lib/*/*/torch/lib/libtorch_cpu.so" >/dev/null; then
    free=$(df --output=avail -BG "$cache" | tail -1 | tr -dc 0-9)
    ((free >= 9)) || fail "LibTorch needs 9 GB of disk while it is installed, and $cache has $free; free some, or name
       a folder with MONGE_CACHE, or an existing LibTorch with Torch_DIR"
  fi
  started=$SECONDS
  if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    [[ ! -e $venv ]] || say "Python packages: rebuilding the broken environment in $venv"
    make_venv
  else
    damaged=$(sed -n 's/^\([^ ]*==[^ ]*\) has .*/\1/p; s/^\([^ ]*==[^ ]*\) is half installed/\1/p' <<<"$faults")
    # shellcheck disable=SC2086  # a list of words
    [[ -z $damaged ]] || pip_install --ignore-installed --no-deps $damaged
  fi
  say "Python packages: downloading and installing into $venv"
  pip_install "${requirements[@]}"
  if ! faults=$(check_venv "${files[@]}"); then
    say "Python packages: rebuilding the environment, because in $venv ${faults//$'\n'/; }"
    make_venv
    pip_install "${requirements[@]}"
    faults=$(check_venv "${files[@]}") || fail "the Python environment in $venv cannot be mended: $faults"
  fi
  say "Python packages: done, the download and installation took $((SECONDS - started)) s"
}

build() {
  local torch=$1 fresh=() started=$SECONDS
  mkdir -p build
  lock 8 build/.setup.lock
  if [[ -f build/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" build/CMakeCache.txt; then
    say "build/ was made for another folder; configuring it afresh"
    fresh=(--fresh)
  fi
  cmake --preset release "${fresh[@]}" -DTorch_DIR="$torch" -DMONGE_PYTHON="$venv/bin/python" >build/.setup.log ||
    { cat build/.setup.log; fail "configuring failed"; }
  sed -n 's/^-- Monge/setup: Monge/p' build/.setup.log
  cmake --build --preset release --target product 8>&- || fail "building failed"
  say "built in $((SECONDS - started)) s"
}

[[ $with_packages == yes ]] && install_packages

lock 9 "$cache/lock"
requirements=(tests/requirements.txt)
if [[ -n ${Torch_DIR:-} ]]; then
  torch=${torch_dir:?}
  say "LibTorch: Torch_DIR = $torch"
else
  torch=$(active_torch)
  if [[ -n $torch && $torch != "$venv"/* ]]; then
    say "LibTorch: the active python3's, $torch"
  else
    requirements+=(cmake/requirements.txt)
    torch=""
  fi
fi
fill_venv "${requirements[@]}"
exec 9>&-
if [[ -z $torch ]]; then
  torch=$(echo "$venv"/lib/python3*/site-packages/torch)
  say "LibTorch: $torch"
fi

[[ $with_build == yes ]] || exit 0
build "$torch"
say "ready. Try: build/runner sweep experiments/clip_vs_gp.toml"
