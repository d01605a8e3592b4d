#!/usr/bin/env bash
# Every C++ file is formatted as .clang-format says. To mend: clang-format-14 -i FILE.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed; run ./setup.sh"; exit 1; }

if printf 'int  x ;\n' | clang-format-14 --dry-run -Werror --assume-filename=x.cpp 2>/dev/null; then
  echo "clang-format-14 accepts anything: this test could not fail"
  exit 1
fi
if [[ -e .git ]]; then
  mapfile -t files < <(git ls-files --cached '*.h' '*.cpp')
else
  mapfile -t files < <(find framework plugins tests -name '*.h' -o -name '*.cpp')
fi
((${#files[@]} > 0))
clang-format-14 --dry-run -Werror "${files[@]}"
echo "${#files[@]} files are formatted"
