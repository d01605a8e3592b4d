#!/usr/bin/env bash
# setup.sh where it must not change anything: help, mistakes, missing rights, waiting, a damaged Python environment.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MONGE_CACHE=$work/cache

expect() {  # WHAT STATUS PATTERN COMMAND...
  local what=$1 status=$2 pattern=$3 output got=0
  shift 3
  output=$("$@" 2>&1) || got=$?
  if ((got != status)) || ! grep -qE -- "$pattern" <<<"$output"; then
    printf 'FAILED: %s\nwanted: status %s, %s\ngot: status %s\n%s\n' "$what" "$status" "$pattern" "$got" "$output"
    exit 1
  fi
  echo "ok: $what"
}

expect "--help" 0 "^usage: ./setup.sh" "$root/setup.sh" --help
expect "an unknown argument" 2 "unknown argument '--fast'" "$root/setup.sh" --fast
MONGE_CACHE=/proc/none expect "a cache that cannot be written" 1 "name another folder with MONGE_CACHE" "$root/setup.sh"

# A machine without packages and without rights.
mkdir "$work/bin"
printf '#!/bin/sh\necho "installed=g++ "\n' >"$work/bin/dpkg-query"
printf '#!/bin/sh\necho 1000\n' >"$work/bin/id"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/sudo"
chmod +x "$work"/bin/*
PATH=$work/bin:$PATH expect "neither root nor sudo" 1 "^  apt-get update && apt-get install -y .*cmake .*patchelf" \
  "$root/setup.sh" </dev/null
if PATH=$work/bin:$PATH "$root/setup.sh" </dev/null 2>&1 | grep -q ' g++ '; then
  echo "FAILED: an installed package was asked for"
  exit 1
fi

# The Python environment: what is pinned, what is damaged.
site=$work/site
mkdir -p "$site/alpha" "$site/alpha-1.0.dist-info"
echo "x = 1" >"$site/alpha/__init__.py"
printf 'Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n' >"$site/alpha-1.0.dist-info/METADATA"
printf 'alpha/__init__.py,,6\nalpha-1.0.dist-info/METADATA,,\n' >"$site/alpha-1.0.dist-info/RECORD"
echo "alpha==1.0  # a comment" >"$work/good.txt"
printf 'alpha==2.0\nbeta==1.0\n' >"$work/bad.txt"
check=(env PYTHONPATH="$site" "${MONGE_TEST_PYTHON:-python3}" -S "$root/cmake/check_python.py")
expect "an interrupted installation" 1 "^alpha==1.0 is half installed" "${check[@]}" "$work/good.txt"
echo pip >"$site/alpha-1.0.dist-info/INSTALLER"
expect "a complete environment" 0 "^$" "${check[@]}" "$work/good.txt"
expect "another version" 1 "^alpha is 1.0, not 2.0" "${check[@]}" "$work/bad.txt"
expect "a missing package" 1 "^beta 1.0 is missing" "${check[@]}" "$work/bad.txt"
echo "x = 10" >"$site/alpha/__init__.py"
expect "a damaged file" 1 "^alpha==1.0 has a damaged alpha/__init__.py" "${check[@]}" "$work/good.txt"
rm "$site/alpha/__init__.py"
expect "a lost file" 1 "^alpha==1.0 has lost alpha/__init__.py" "${check[@]}" "$work/good.txt"

# Two at once: the second says that it waits, and for what.
mkdir -p "$MONGE_CACHE"
exec 7>"$MONGE_CACHE/lock"
flock 7
expect "a second setup.sh waits" 124 "another setup.sh is at work .*lock.*waiting" \
  timeout 2 "$root/setup.sh" --no-packages --no-build
