#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/test.sh [--all] [--no-setup]
#
# Sets the machine up, builds the preset cpu and runs all its tests; where nvcc is found, also builds the preset
# cuda-compile and runs the tests that need a CUDA build but no device. Tests on a device: scripts/gpu_verify.sh.
#   --all        also the batch scripts in a Slurm of their own, the presets asan and tsan, every benchmark once, half a
#                minute of fuzzing for each target, and the format check
#   --no-setup   install and look for nothing
# A step that fails does not stop the others. Exit status 0 only where none failed.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

all=no
setup=yes
for argument in "$@"; do
  case $argument in
    --all) all=yes ;;
    --no-setup) setup=no ;;
    --help | -h) usage && exit ;;
    *) fail "unknown argument '$argument' (see scripts/test.sh --help)" ;;
  esac
done
cd "$root"

# The summary repeats what ctest says last, so that the end of the output holds the counts of every preset.
closing_lines=()
run_ctest() {
  local preset=$1 log=build/$1/ctest.log status=0
  ctest --preset "$preset" --parallel "$(nproc)" 2>&1 | tee "$log" || status=1
  closing_lines+=("$(sed -n '/tests passed/,$p' "$log" | sed "/^ *$/d;s/^/[$preset] /")")
  return "$status"
}

# build_and_test PRESET [OPTION...]
build_and_test() {
  run_step "build $1" scripts/build.sh "$@" && run_step "test $1" run_ctest "$1"
}

# Proves that every benchmark runs and that its own comparison with the CPU body holds; the times mean nothing here.
run_benchmarks_once() {
  local program count=0
  while read -r program; do
    "$program" --benchmark_min_time=0.001 || return 1
    count=$((count + 1))
  done < <(find build/bench/bench -type f -name 'bench_*' -perm -u+x | sort)
  say "benchmarks: $count programs ran"
}

# Proves that whole runs can be measured: the rivals' numbers against the program's on a small universe, then times that
# mean nothing here.
run_whole_runs_once() {
  "$1" bench/pipeline/side_by_side.py --quick --program build/bench/topheavy &&
    "$1" bench/pipeline/scaling.py --quick --program build/bench/topheavy &&
    "$1" bench/pipeline/bootstrap.py --quick &&
    "$1" bench/pipeline/scenarios.py --quick
}

if [[ $setup == yes ]]; then
  setup_options=(--page)
  if [[ $all == yes ]]; then setup_options+=(--bench --fuzz --slurm); fi
  run_step setup scripts/setup.sh "${setup_options[@]}" || fail "without its tools nothing can be built"
fi

build_and_test cpu || true
if find_nvcc > /dev/null; then
  # Benchmarks of a device are built nowhere else; they need a package that only --all installs.
  if [[ $all == yes ]]; then bench=ON; else bench=OFF; fi
  build_and_test cuda-compile --target cuda_checks "-DTOPHEAVY_BENCH=$bench" || true
else
  skip_step "cuda-compile" "no nvcc on this machine: no CUDA source was compiled"
fi
if [[ $all == yes ]]; then
  if PATH=$PATH:/usr/sbin command -v slurmctld > /dev/null; then
    run_step "test slurm" ctest --test-dir build/cpu --label-regex slurm --output-on-failure --no-tests=error || true
  else
    skip_step "test slurm" "no slurmctld on this machine (scripts/setup.sh --slurm): no batch script ran"
  fi
  build_and_test asan || true
  build_and_test tsan --target thread_checks || true
  if run_step "build bench" scripts/build.sh bench; then
    run_step "run bench" run_benchmarks_once || true
    python=$root/.venv/bin/python
    [[ -x $python ]] || python=python3
    if "$python" -c 'import numba, numpy, pandas, polars, pyarrow, yaml' 2> /dev/null; then
      run_step "run bench, whole runs" run_whole_runs_once "$python" || true
    else
      skip_step "run bench, whole runs" "$python lacks the rivals' packages: scripts/setup.sh --bench"
    fi
  fi
  if command -v clang++-14 > /dev/null; then
    run_step fuzz scripts/fuzz.sh --seconds 30 || true
  else
    skip_step fuzz "no clang++-14 on this machine (scripts/setup.sh --fuzz): only the seeds ran"
  fi
  run_step format scripts/check_format.sh || true
fi

say "summary"
if ((${#closing_lines[@]})); then printf '%s\n' "${closing_lines[@]}"; fi
step_table
((steps_failed == 0)) || fail "$steps_failed steps failed"
say "test: every step passed, in $SECONDS s"
