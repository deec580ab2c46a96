#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/build.sh [PRESET] [--target NAME] [CMAKE OPTION]...
#
# Configures and builds one preset of CMakePresets.json (default cpu) in build/PRESET, all of it or one target. Further
# arguments go to the configuration, for example -DCMAKE_CUDA_ARCHITECTURES=90. Installs nothing: scripts/setup.sh does.
# CMAKE_BUILD_PARALLEL_LEVEL sets the number of compilations at once; ccache is used where it is installed.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

preset=cpu
if [[ ${1-} && ${1-} != -* ]]; then preset=$1 && shift; fi
target=()
options=()
while (($#)); do
  case $1 in
    --help | -h) usage && exit ;;
    --target) target=(--target "${2:?--target needs a name}") && shift 2 ;;
    -*) options+=("$1") && shift ;;
    *) fail "unknown argument '$1' (see scripts/build.sh --help)" ;;
  esac
done

command -v cmake > /dev/null || fail "no cmake: run scripts/setup.sh"
cd "$root"
if command -v ccache > /dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}
  export CMAKE_CUDA_COMPILER_LAUNCHER=${CMAKE_CUDA_COMPILER_LAUNCHER-ccache}
fi
if nvcc=$(find_nvcc); then export CUDACXX=${CUDACXX-$nvcc}; fi
jobs=${CMAKE_BUILD_PARALLEL_LEVEL:-$(build_jobs)}

say "configure $preset"
cmake --preset "$preset" "${options[@]}"
say "build $preset, $jobs at once"
cmake --build --preset "$preset" --parallel "$jobs" "${target[@]}"
say "build $preset: done, in build/$preset"
