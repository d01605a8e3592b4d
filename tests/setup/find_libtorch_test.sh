#!/usr/bin/env bash
# FindLibTorch against made-up LibTorch folders: every spelling of Torch_DIR, CPU and CUDA, and each way to be wrong.
set -euo pipefail
source_dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset Torch_DIR LibTorch_ROOT CUDA_HOME
export MONGE_CACHE=$work/no-cache

# fake FOLDER VERSION: a folder with all that the module looks at.
fake() {
  mkdir -p "$1"/{lib,include/torch/headeronly,include/torch/csrc/api/include/torch,share/cmake/Torch}
  printf '#define TORCH_VERSION \\\n  "%s"\n' "$2" >"$1/include/torch/headeronly/version.h"
  touch "$1/include/torch/csrc/api/include/torch/types.h" "$1/lib/libtorch_cpu.so"
  echo _ZN3c105ErrorC1ENS_14SourceLocationENSt7__cxx1112basic_stringIcE >"$1/lib/libc10.so"
}

configure() { cmake -S "$source_dir/find_libtorch" -B "$work/build$RANDOM$RANDOM" "$@" 2>&1; }

expect() {  # WHAT PATTERN ARGUMENTS...
  local what=$1 pattern=$2 output
  shift 2
  output=$(configure "$@") || true
  if ! tr '\n' ' ' <<<"$output" | tr -s ' ' | grep -qE -- "$pattern"; then
    printf 'FAILED: %s\nwanted: %s\n%s\n' "$what" "$pattern" "$output"
    exit 1
  fi
  echo "ok: $what"
}

good=$work/site/torch
fake "$good" 2.11.0
for spelling in "$good" "$good/" "$good/share/cmake/Torch" "$work/site"; do
  expect "Torch_DIR=${spelling#"$work"/}" "prefix=$good version=2.11.0 cuda=FALSE" -DTorch_DIR="$spelling"
done
expect "LibTorch_ROOT" "prefix=$good " -DLibTorch_ROOT="$good"
Torch_DIR=$good expect "Torch_DIR in the environment" "prefix=$good "
fake "$work/unpacked/libtorch" 2.11.1
expect "the folder around an unpacked archive" "prefix=$work/unpacked/libtorch version=2.11.1" \
  -DTorch_DIR="$work/unpacked"
Torch_DIR=$work/unpacked expect "a variable wins over the environment" "prefix=$good " -DTorch_DIR="$good"
expect "the hint of an installed Monge" "prefix=$good " -DLibTorch_HINT="$good"
fake "$work/cache/python/lib/python3.11/site-packages/torch" 2.11.0
MONGE_CACHE=$work/cache expect "the cache that setup.sh fills" "prefix=$work/cache/python/lib/python3.11/"

expect "no LibTorch anywhere" "run ./setup.sh, or set Torch_DIR"
expect "a Torch_DIR that holds nothing" "Torch_DIR = $work/none holds no LibTorch" -DTorch_DIR="$work/none"
fake "$work/older" 2.10.3
expect "an older LibTorch" "$work/older is version '2.10.3'; Monge needs 2.11" -DTorch_DIR="$work/older"
fake "$work/newer" 2.12.0
expect "a newer LibTorch is a warning" "Warning.*is version 2.12.0.*prefix=$work/newer" -DTorch_DIR="$work/newer"
fake "$work/old_abi" 2.11.0
echo _ZN3c105ErrorC1ENS_14SourceLocationESs >"$work/old_abi/lib/libc10.so"
expect "the old C++ ABI" "was built with the old C\+\+ ABI" -DTorch_DIR="$work/old_abi"

echo libcudart.so.99 >"$good/lib/libc10_cuda.so"
touch "$good/lib/libtorch_cuda.so"
expect "CUDA without headers" "cuda=TRUE headers=[.]" -DTorch_DIR="$good"
headers=$work/site/nvidia/cu99/include
mkdir -p "$headers/crt" "$work/site/nvidia/cu99/lib"
touch "$headers/cusparse.h" "$headers/crt/host_defines.h"
echo "#define CUDART_VERSION  98000" >"$headers/cuda_runtime_api.h"
expect "headers of another CUDA do not count" "cuda=TRUE headers=[.]" -DTorch_DIR="$good"
echo "#define CUDART_VERSION  99010" >"$headers/cuda_runtime_api.h"
expect "CUDA with headers from its wheels" "cuda=TRUE headers=$headers[.]" -DTorch_DIR="$good"
