# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the batch scripts beside it: one run of the program inside a Slurm job, its signals and its end.
# shellcheck shell=bash

: "${root:?the batch script says where the project is}"

say() { printf '== %s %s\n' "$(date -u +%FT%TZ)" "$*"; }
fail_usage() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

is_date() { [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] && date -d "$1" > /dev/null 2>&1; }

# list_dates FILE|FIRST:LAST: a date a line; of a range the weekdays.
list_dates() {
  local first=${1%%:*} last=${1##*:} day
  if [[ -f $1 ]]; then
    sed 's/#.*//; s/[[:space:]]//g; /^$/d' "$1"
  elif [[ $1 == *:* ]] && is_date "$first" && is_date "$last"; then
    for ((day = 0; day <= 3660; day++)); do
      read -r date weekday < <(date -u -d "$first +$day day" '+%F %u')
      [[ $date > $last ]] && break
      ((weekday > 5)) || echo "$date"
    done
  fi
}

# The program: TOPHEAVY_PROGRAM, else the project's own build, with CUDA before without, else the one on the PATH.
find_program() {
  local candidate
  for candidate in "${TOPHEAVY_PROGRAM:-}" "$root/build/cuda/topheavy" "$root/build/cpu/topheavy"; do
    if [[ -n $candidate && -x $candidate ]]; then
      echo "$candidate"
      return
    fi
  done
  command -v topheavy || fail_usage "no program: scripts/build.sh cuda, or set TOPHEAVY_PROGRAM"
}

# requeue: starts this job, or this task of an array, again where it may be; says why not where it may not. Slurm does
# so itself on preemption, and a job that somebody cancels must stay cancelled: only one that still counts as running
# is for the job to start again.
requeue() {
  # Of an array the job's own number may stand for all its tasks.
  local job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
  job=${job:-$SLURM_JOB_ID}
  local starts=${SLURM_RESTART_COUNT:-0} most=${TOPHEAVY_MAX_RESTARTS:-5} state
  state=$(scontrol show job --oneliner "$job" | sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p') || state=
  state=${state:-unknown}
  if [[ $state != RUNNING ]]; then
    say "stopped; the job is $state, so what comes next is Slurm's to say"
  elif ((starts >= most)); then
    say "stopped; not started again: that were restart $((starts + 1)) of at most $most (TOPHEAVY_MAX_RESTARTS)"
  else
    say "stopped; starting again, restart $((starts + 1)) of at most $most"
    scontrol requeue "$job" || say "the job could not be queued again"
  fi
}

# run_topheavy OPTION...: `topheavy run` with these, as a child, so that signals reach it at once; ends the job with the
# program's exit status.
run_topheavy() {
  local program status=0 child
  program=$(find_program)
  say "job $SLURM_JOB_ID on $(hostname), start $((${SLURM_RESTART_COUNT:-0} + 1)), GPUs ${SLURM_JOB_GPUS:-none}"
  say "$program run $* --threads ${SLURM_CPUS_PER_TASK:-1}"
  "$program" run "$@" --threads "${SLURM_CPUS_PER_TASK:-1}" &
  child=$!
  trap 'kill -USR1 "$child" 2> /dev/null || true' USR1
  trap 'kill -TERM "$child" 2> /dev/null || true' TERM INT
  # A signal ends `wait` before the program ends: wait until it is the program's own status.
  wait "$child" || status=$?
  while kill -0 "$child" 2> /dev/null; do
    status=0
    wait "$child" || status=$?
  done
  trap '' USR1 TERM INT
  case $status in
    0) say "done" ;;
    4) say "done: a limit is breached, or its value not known; the results are whole (exit 4)" ;;
    5) say "done: not as precise as asked; the results are whole (exit 5)" ;;
    75) requeue ;;
    1) say "failed: exit 1; the log says whether results are whole and only their page or metrics are missing" ;;
    *) say "failed: exit $status; there are no results" ;;
  esac
  exit "$status"
}
