# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts beside it: the project's root, messages, and steps with a name, a status and a time.
# shellcheck shell=bash

# shellcheck disable=SC2034
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Prints the comment block under the licence lines of the calling script: its usage text.
usage() { awk 'NR > 4 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

# Compilations that may run at once: one a processor, at most one for each 2 GiB of memory free now, at least one.
build_jobs() {
  local processors gigabytes
  processors=$(nproc)
  gigabytes=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
  local by_memory=$((gigabytes / 2))
  ((by_memory < processors)) && processors=$by_memory
  ((processors < 1)) && processors=1
  echo "$processors"
}

# Prints the path of nvcc, also where it is installed but not on the PATH; 1 where there is none.
find_nvcc() { command -v nvcc || { [[ -x /usr/local/cuda/bin/nvcc ]] && echo /usr/local/cuda/bin/nvcc; }; }

step_lines=()
steps_failed=0
last_words=()

# run_step NAME COMMAND...: runs the command, notes how it ended and how long it took, and goes on in any case. Of a step
# that failed the last lines are kept: step_table says them again where somebody reads the end of the output only.
run_step() {
  local name=$1 start=$SECONDS status=ok log out writer
  shift
  say "$name"
  log=$(mktemp)
  exec {out}> >(tee "$log")  # not a pipe: what a function sets is to stay
  writer=$!
  "$@" >&"$out" 2>&1 || status=FAILED
  exec {out}>&-
  wait "$writer"
  if [[ $status != ok ]]; then
    steps_failed=$((steps_failed + 1))
    last_words+=("$(printf '== %s said last:\n' "$name" && tail -n 12 "$log" | cut -c 1-2000)")
  fi
  rm -f "$log"
  step_lines+=("$(printf '%-8s %-28s %4d s' "$status" "$name" $((SECONDS - start)))")
  [[ $status == ok ]]
}

# skip_step NAME REASON: notes loudly that a step did not run.
skip_step() {
  say "SKIPPED: $1: $2"
  step_lines+=("$(printf '%-8s %-28s        %s' skipped "$1" "$2")")
}

step_table() {
  printf '%s\n' "${step_lines[@]}"
  if ((${#last_words[@]})); then printf '%s\n' "${last_words[@]}"; fi
}
