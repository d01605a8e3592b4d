#!/usr/bin/env bash
# monge_add_plugin's mistakes are told while configuring, each with what is allowed.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work"/{hinge,Hinge,my.loss}.cpp

expect() {  # PATTERN LINES
  cat >"$work/CMakeLists.txt" <<TEXT
cmake_minimum_required(VERSION 3.25)
project(add_plugin LANGUAGES CXX)
add_library(Monge::sdk INTERFACE IMPORTED)
include($root/cmake/MongePlugin.cmake)
$2
TEXT
  local output
  output=$(cmake -G Ninja -S "$work" -B "$work/build" 2>&1) || true
  if ! tr '\n' ' ' <<<"$output" | tr -s ' ' | grep -qF -- "$1"; then
    printf 'FAILED: %s\nwanted: %s\n%s\n' "$2" "$1" "$output"
    exit 1
  fi
  echo "ok: $2"
}

expect "'lose' is not a kind of plugin; use one of loss, enforcer, architecture, dataset, metric" \
  "monge_add_plugin(lose hinge.cpp)"
expect "'Hinge' is no name: use small letters, digits and underscores only" "monge_add_plugin(loss Hinge.cpp)"
expect "'my.loss' is no name" "monge_add_plugin(loss my.loss.cpp)"
expect "there is a loss 'hinge' already" "monge_add_plugin(loss hinge.cpp)
monge_add_plugin(loss hinge.cpp)"
expect "Generating done" "monge_add_plugin(loss hinge.cpp)
monge_add_plugin(metric hinge.cpp)"
