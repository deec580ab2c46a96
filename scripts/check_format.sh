#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/check_format.sh [--fix]
#
# Checks that every C++ and CUDA file is laid out as .clang-format says, that every source file begins with the two
# SPDX lines, and that the shell scripts pass shellcheck. With --fix it lays the C++ and CUDA files out.
# The tools are the pinned ones that scripts/setup.sh puts into .venv.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

fix=no
for argument in "$@"; do
  case $argument in
    --fix) fix=yes ;;
    --help | -h) usage && exit ;;
    *) fail "unknown argument '$argument' (see scripts/check_format.sh --help)" ;;
  esac
done

cd "$root"
clang_format=.venv/bin/clang-format
[[ -x $clang_format ]] || fail "no $clang_format: run scripts/setup.sh"
folders=()
for folder in kernels host tests bench; do [[ -d $folder ]] && folders+=("$folder"); done
mapfile -t cpp < <(find "${folders[@]}" -name '*.h' -o -name '*.cpp' -o -name '*.cuh' -o -name '*.cu' | sort)
mapfile -t shell < <(find scripts .ci -type f \( -name '*.sh' -o -name '*.sbatch' -o -path '.ci/*' \) | sort)
mapfile -t others < <(find CMakeLists.txt "${folders[@]}" scripts -name 'CMakeLists.txt' -o -name '*.cmake' -o -name '*.py' | sort)
wrong=0

if [[ $fix == yes ]]; then "$clang_format" -i "${cpp[@]}"; fi
for file in "${cpp[@]}"; do
  if ! "$clang_format" --dry-run -Werror "$file" 2> /dev/null; then
    printf '%s:1: is not laid out as .clang-format says\n' "$file" >&2
    wrong=1
  fi
done

# A file opens with both lines, after #! where it has one.
spdx='SPDX-FileCopyrightText: 2026 The topheavy authors'
for file in "${cpp[@]}" "${shell[@]}" "${others[@]}"; do
  head=$(head -n 3 "$file" | grep -v '^#!' | head -n 2)
  if [[ $head != *"$spdx"*$'\n'*"SPDX-License-Identifier: Apache-2.0"* ]]; then
    printf '%s:1: does not begin with the two SPDX lines\n' "$file" >&2
    wrong=1
  fi
done

.venv/bin/shellcheck --external-sources --source-path=SCRIPTDIR/.. "${shell[@]}" || wrong=1

((wrong == 0)) || fail "format: see above; scripts/check_format.sh --fix lays C++ and CUDA out"
say "format: ${#cpp[@]} C++ and CUDA files, ${#shell[@]} shell scripts, ${#others[@]} others are as they should be"
