#!/usr/bin/env bash
# .ci/run fails where setup.sh does, or a test, and goes on where neither does: all else that it checks comes after them.
set -uo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/.ci" "$folder/bin"
cp "$source/.ci/run" "$folder/.ci/run"

# PROGRAM STATUS: a stand-in that ends with it.
stand_in() {
  printf '#!/bin/sh\nexit %s\n' "$2" >"$1"
  chmod +x "$1"
}

for fault in setup ctest none; do
  stand_in "$folder/setup.sh" "$([[ $fault == setup ]] && echo 1 || echo 0)"
  stand_in "$folder/bin/ctest" "$([[ $fault == ctest ]] && echo 8 || echo 0)"
  went_on=no
  output=$(PATH=$folder/bin:$PATH "$folder/.ci/run" 2>&1) && went_on=yes
  [[ $output == *clang-tidy* ]] && went_on=yes
  if [[ $went_on == $([[ $fault == none ]] && echo no || echo yes) ]]; then
    printf 'what fails: %s; does .ci/run go on? %s\n%s\n' "$fault" "$went_on" "$output"
    exit 1
  fi
done
