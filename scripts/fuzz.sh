#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/fuzz.sh [--seconds N] [--target NAME] [--corpus DIR] [--minimise]
#
# Builds the preset fuzz (clang; scripts/setup.sh --fuzz) and lets libFuzzer try each target of tests/fuzz, one after the
# other on one core. Inputs that reach new code stay in DIR/NAME, and the next run goes on from there.
#   --seconds N    for each target (default 60)
#   --target NAME  only this one: settings, panel, rules or stress
#   --corpus DIR   where inputs are kept (default build/fuzz/corpus)
#   --minimise     before that, keep of the corpus only what its coverage needs
# Exit status 1 where an input broke a promise; the input and how to run it again are printed. 1 too where a target was
# stopped before its time.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

seconds=60
targets=(settings panel rules stress)
corpus=$root/build/fuzz/corpus
minimise=no
while (($#)); do
  case $1 in
    --help | -h) usage && exit ;;
    --seconds) seconds=${2:?--seconds needs a number} && shift 2 ;;
    --target) targets=("${2:?--target needs a name}") && shift 2 ;;
    --corpus) corpus=$(realpath -m "${2:?--corpus needs a folder}") && shift 2 ;;
    --minimise) minimise=yes && shift ;;
    *) fail "unknown argument '$1' (see scripts/fuzz.sh --help)" ;;
  esac
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "--seconds is '$seconds'; must be a whole number above 0"
for target in "${targets[@]}"; do
  [[ -f $root/tests/fuzz/fuzz_$target.cpp ]] || fail "no target '$target'; there are settings, panel, rules and stress"
done
command -v clang++-14 > /dev/null || fail "no clang++-14: run scripts/setup.sh --fuzz"

cd "$root"
scripts/build.sh fuzz --target fuzz_targets
programs=$root/build/fuzz/tests/fuzz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
export UBSAN_OPTIONS=print_stacktrace=1

# The seeds of a target, in a folder: those of the tree, and for settings the golden cases without their answers.
gather_seeds() {
  local target=$1 seeds=$2 file
  mkdir -p "$seeds"
  cp tests/fuzz/seeds/"$target"/* "$seeds"
  if [[ $target == rules || $target == stress ]]; then
    cp configs/"$target"/*.yaml "$seeds"
    for file in tests/golden/"$target"/*.case; do sed '/^==== /,$d' "$file" > "$seeds/$(basename "$file")"; done
  fi
  [[ $target == settings ]] || return 0
  cp configs/examples/*.yaml "$seeds"
  for file in tests/golden/config/*.case; do
    sed -E '/^==== (error|settings)$/,$d' "$file" > "$seeds/$(basename "$file")"
  done
}

# Prints the numbers of a finished run, or what was found. 1 where something was.
tell() {
  local target=$1 log=$2 kept=$3 status=$4 input
  if ((status == 0)); then
    awk -v target="$target" '/DONE/ { for (i = 1; i < NF; ++i) if ($i == "cov:") coverage = $(i + 1) }
      /number_of_executed_units/ { runs = $2 } /peak_rss_mb/ { memory = $2 }
      END { printf "%s: %d runs, coverage %d, %d MB", target, runs, coverage, memory }' "$log"
    printf ', %d inputs in %s\n' "$(find "$kept" -type f | wc -l)" "$kept"
    return
  fi
  sed -n '/broken promise\|runtime error\|^==[0-9]*==\|SUMMARY/,$p' "$log" | head -n 40
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  if [[ -z $input ]]; then
    tail -n 5 "$log"
    printf '\n%s: no finding, but it did not run to its end (status %d); see %s\n' "$target" "$status" "$log"
    return 1
  fi
  printf '\n%s: %s\n' "$target" "$(grep -m 1 'broken promise\|runtime error\|^SUMMARY' "$log")"
  if (($(stat --format=%s "$input") <= 1024)); then printf 'the input in base64: %s\n' "$(base64 --wrap=0 "$input")"; fi
  printf 'run it again: build/fuzz/tests/fuzz/fuzz_%s %s\n' "$target" "$input"
  return 1
}

fuzz() {
  local target=$1 kept=$corpus/$1 seeds=$work/seeds/$1 log=$root/build/fuzz/$1.log
  local findings=$root/build/fuzz/findings/$1 dictionary=tests/fuzz/$1.dict status=0
  mkdir -p "$kept" "$findings"
  gather_seeds "$target" "$seeds"
  if [[ $target == settings ]]; then
    dictionary=$work/settings.dict
    "$programs/yaml_dictionary" > "$dictionary"
  fi
  local options=(-dict="$dictionary" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_funcs=0
    -artifact_prefix="$findings/")
  if [[ $minimise == yes ]]; then
    mkdir "$work/least"
    if "$programs/fuzz_$target" -merge=1 "${options[@]}" "$work/least" "$kept" > "$log" 2>&1; then
      say "$target: of $(find "$kept" -type f | wc -l) inputs $(find "$work/least" -type f | wc -l) are kept"
      rm -rf "$kept" && mv "$work/least" "$kept"
    else
      status=1
    fi
  fi
  say "fuzz $target for $seconds s; what libFuzzer says is in ${log#"$root"/}"
  if ((status == 0)); then
    "$programs/fuzz_$target" -max_total_time="$seconds" -print_final_stats=1 "${options[@]}" "$kept" "$seeds" \
      > "$log" 2>&1 || status=$?
  fi
  tell "$target" "$log" "$kept" "$status"
}

found=0
for target in "${targets[@]}"; do fuzz "$target" || found=$((found + 1)); done
((found == 0)) || fail "$found of ${#targets[@]} targets did not end well: see above"
say "fuzz: ${targets[*]}: nothing found"
