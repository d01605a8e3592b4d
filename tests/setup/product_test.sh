#!/usr/bin/env bash
# The target `product`, which setup.sh builds, has every program and library that is installed.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work" >/dev/null
built=$(ninja -C "$build" -t query product)
count=0
while read -r file; do
  grep -q "[ /]$file\$" <<<"$built" || { echo "FAILED: $file is installed, but \`product\` does not build it"; exit 1; }
  count=$((count + 1))
done < <(find "$work/bin" "$work/lib/monge" -type f ! -name '*.json' -printf '%f\n')
((count > 40)) || { echo "FAILED: only $count files are installed"; exit 1; }
echo "ok: $count files"
