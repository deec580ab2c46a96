#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/nightly.sh CONFIG [OPTION]... [-- OPTION OF topheavy run]...
#
# The job of every night: runs CONFIG into a folder named by the date of the results and points the link `latest` at it.
# Meant for a timer (scripts/systemd/), and for a person who wants the same by hand. One configuration a DIR.
#   --root DIR       where results go; default: topheavy-nightly/NAME OF THE CONFIGURATION'S FILE
#                      DIR/2026-07-22/   results of a date, whole or not there
#                      DIR/latest        link to the newest of them
#                      DIR/log/          a file a night
#   --program FILE   the program; default: TOPHEAVY_PROGRAM, build/cpu/topheavy of the project, topheavy on the PATH
#   --keep N         of result folders and of log files keep the newest N each; default: all
#   --retries N      start again up to N times where a run ends with 75; default: 3
#   --wait SECONDS   between these; default: 300
#   --metrics FILE   write how the night went in Prometheus' text format
# Of the options of `topheavy run`, --out, --force, --if-changed and --quiet are the job's own.
#
# A night without new data, configuration or program computes nothing and ends with 0, unless an exit code 4 or 5 of the
# results that are there was not told yet. Where one of them is other than
# in the date's folder (data restated), the run is made again and replaces it. A date older than `latest` leaves the link.
# Nothing but dated folders of runs is ever deleted, and none that a link in DIR points to.
#
# Exit code: that of the run (0 done, 4 a limit is breached, 5 not as precise as asked: whole results, and `latest` is theirs;
# 1, 2, 3, 6: see the log, `latest` stays). 75: stopped, or stopped again after all retries, or another night is
# running in DIR; start it again.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

wrong_usage() {
  printf 'error: %s (see scripts/nightly.sh --help)\n' "$*" >&2
  exit 2
}

# whole_number OPTION VALUE LEAST: prints the value.
whole_number() {
  if [[ ! $2 =~ ^[0-9]{1,9}$ ]] || ((10#$2 < $3)); then wrong_usage "$1 is '$2'; must be a whole number of at least $3"; fi
  echo $((10#$2))
}

config='' place='' program='' metrics='' keep=0 retries=3 wait_seconds=300
run_options=()
while (($#)); do
  case $1 in
    --help | -h) usage && exit ;;
    --root | --program | --keep | --retries | --wait | --metrics)
      (($# > 1)) || wrong_usage "$1 needs a value"
      case $1 in
        --root) place=$2 ;;
        --program) program=$2 ;;
        --metrics) metrics=$2 ;;
        --keep) keep=$(whole_number "$1" "$2" 1) ;;
        --retries) retries=$(whole_number "$1" "$2" 0) ;;
        --wait) wait_seconds=$(whole_number "$1" "$2" 0) ;;
      esac
      shift 2
      ;;
    --) shift && run_options=("$@") && break ;;
    -*) wrong_usage "unknown option '$1'; options of topheavy run come after --" ;;
    *)
      [[ -z $config ]] || wrong_usage "two configurations, '$config' and '$1'"
      config=$1 && shift
      ;;
  esac
done
[[ $config ]] || wrong_usage "no configuration given"
for option in "${run_options[@]}"; do
  case $option in
    --out | --out=* | --force | --if-changed | --quiet) wrong_usage "$option is the job's own" ;;
  esac
done

name=$(basename "$config")
name=${name%.*}
if [[ -z $place ]]; then place=topheavy-nightly/$name; fi
if [[ -z $program ]]; then program=${TOPHEAVY_PROGRAM-}; fi
if [[ -z $program && -x $root/build/cpu/topheavy ]]; then program=$root/build/cpu/topheavy; fi
if [[ -z $program ]]; then program=$(command -v topheavy) || wrong_usage "no program: run scripts/build.sh, or give --program"; fi
[[ -f $program && -x $program ]] || wrong_usage "no program '$program'"
if [[ $metrics ]]; then
  metrics_folder=$(dirname "$metrics")
  [[ -d $metrics_folder && -w $metrics_folder && ! -d $metrics ]] ||
    wrong_usage "--metrics $metrics: cannot be written; its folder must exist and be writable"
fi
mkdir -p "$place/log" || wrong_usage "--root $place: cannot be made"
place=$(cd "$place" && pwd)

# Held by the night and by the run it starts, so that a run whose night was killed still keeps the next one away.
exec {lock}> "$place/.lock"
if ! flock --nonblock "$lock"; then
  printf 'nightly %s: another night is running in %s; nothing was done, exit 75\n' "$name" "$place" >&2
  exit 75
fi

is_date() { [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]]; }
linked_date() { basename "$(readlink "$place/latest" || true)"; }

started=$(date +%s)
log=$place/log/$(date --utc +%Y-%m-%dT%H%M%S.%3NZ).log
summary=$place/.summary  # of the last attempt
told=$place/.told  # the results whose exit code a night has told last
attempts=0
child=''
signals=0

# Into the log, and to whoever looks on; that nobody does is no reason to stop.
note() { printf '%s %s\n' "$(date --utc +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$log" || true; }

# shellcheck disable=SC2317,SC2329  # by the trap
# write_metrics STATUS: beside, then renamed. Of a failed night the file goes on telling when the last good one was.
write_metrics() {
  local status=$1 now label last_success partial
  now=$(date +%s)
  label=${name//\\/\\\\}
  label="{config=\"${label//\"/\\\"}\"}"
  last_success=0
  if ((status == 0 || status == 4 || status == 5)); then
    last_success=$now
  elif [[ -f $metrics ]]; then
    last_success=$(sample="topheavy_nightly_last_success_timestamp_seconds$label " awk \
      'index($0, ENVIRON["sample"]) == 1 { found = $NF } END { print found + 0 }' "$metrics")
  fi
  partial=$metrics.partial  # which collectors, who read *.prom, pass over; one name, so that a killed night leaves no second
  {
    gauge() { printf '# HELP topheavy_nightly_%s %s\n# TYPE topheavy_nightly_%s gauge\ntopheavy_nightly_%s%s %s\n' "$1" "$2" "$1" "$1" "$label" "$3"; }
    gauge exit_code 'Exit code of the last night: 0, 4 and 5 are whole results.' "$status"
    gauge last_run_timestamp_seconds 'When the last night ended.' "$now"
    gauge last_success_timestamp_seconds 'When the last night with whole results ended, 0 for never.' "$last_success"
    gauge duration_seconds 'How long the last night took.' $((now - started))
    gauge attempts 'How often the last night started the program.' "$attempts"
  } > "$partial" && chmod 0644 "$partial" && mv -T "$partial" "$metrics" && return 0
  rm -f "$partial"
  return 1
}

# shellcheck disable=SC2317,SC2329  # by the trap
finish() {
  local status=$?
  trap - EXIT
  rm -f "$summary"
  if [[ $metrics ]]; then write_metrics "$status" || note "the metrics could not be written to $metrics"; fi
  exit "$status"
}
trap finish EXIT

# The night ends when the run has ended: it leaves nothing half done.
# shellcheck disable=SC2317,SC2329  # by the trap
stop() {
  signals=$((signals + 1))
  if [[ $child ]]; then kill -TERM "$child" 2> /dev/null || true; fi
}
trap stop TERM INT HUP

# Exit status of what was started last in the background. A signal ends `wait` before the child has ended, so that it is
# waited for again; one that came before there was a child is handed on now.
child_status() {
  local status=0 signals_before=-1
  child=$!
  if ((signals)); then kill -TERM "$child" 2> /dev/null || true; fi
  while ((signals_before != signals)); do
    signals_before=$signals status=0
    wait "$child" || status=$?
  done
  child=''
  return "$status"
}

# results_of DATE: these and no others, however often they are made.
results_of() { printf '%s %s\n' "$1" "$(sha256sum < "$place/$1/manifest.json")"; }

# What a killed night left.
clean_up() { find "$place" -mindepth 1 -maxdepth 1 \( -name '.removed.*' -o -name '.latest.*' -o -name '.summary' -o -name '.told.*' \) -exec rm -rf {} +; }

# The link names what is whole at every moment: a new one takes the place of the old in one step.
point_latest_at() {
  local date=$1 now
  now=$(linked_date)
  if is_date "$now" && [[ -d $place/$now && $date < $now ]]; then
    note "latest stays $now, which is newer"
    return
  fi
  ln -s "$date" "$place/.latest.$$"
  mv -T "$place/.latest.$$" "$place/latest"
}

# Deletes dated folders of runs but the newest, and log files likewise. A folder gets a hidden name first, so that a kill
# leaves no half of it under a finished one.
retire() {
  local this=$1 folder date link foreign
  local -A linked=()
  ((keep > 0)) || return 0
  for link in "$place"/*; do
    if [[ -L $link ]]; then linked[$(basename "$(readlink "$link")")]=yes; fi
  done
  while read -r date; do
    folder=$place/$date
    if [[ $date == "$this" || ${linked[$date]-} ]]; then continue; fi
    if ! grep -qs '"schema": "topheavy.manifest/' "$folder/manifest.json"; then
      note "$folder is not the folder of a run, so it is kept"
      continue
    fi
    if foreign=$(foreign_file "$folder"); then
      note "$folder holds $foreign, which no run has written, so it is kept"
      continue
    fi
    mv -T "$folder" "$place/.removed.$date"
    rm -rf "$place/.removed.$date"
    note "removed $date, to keep $keep"
  done < <(dated_folders | head -n "-$keep")
  find "$place/log" -maxdepth 1 -type f -name '????-??-??T*.log' | LC_ALL=C sort | head -n "-$keep" | xargs -r -d '\n' rm -f
}

# foreign_file FOLDER: prints the first thing in it that its run has not written; fails where there is none.
foreign_file() {
  local file
  while read -r file; do
    case $file in manifest.json | report.html | summary.md | report.pdf) continue ;; esac
    grep -qF "\"file\": \"$file\"" "$1/manifest.json" && continue
    echo "$file"
    return 0
  done < <(find "$1" -mindepth 1 -printf '%P\n')
  return 1
}

dated_folders() {
  local folder
  for folder in "$place"/????-??-??; do
    if is_date "$(basename "$folder")" && [[ -d $folder && ! -L $folder ]]; then basename "$folder"; fi
  done
}

clean_up
note "nightly $name: $program run $config ${run_options[*]}, results in $place"
while true; do
  attempts=$((attempts + 1))
  lines_before=$(wc -l < "$log")
  status=0
  "$program" run "$config" "${run_options[@]}" --out "$place/{as_of}" --force --if-changed > "$summary" 2>> "$log" < /dev/null &
  child_status || status=$?
  cat "$summary" >> "$log"
  if ((signals && status > 128)); then status=75; fi  # before the program could tell it from a kill
  if ((status != 75 || signals || attempts > retries)); then break; fi
  note "stopped, exit 75; attempt $((attempts + 1)) of $((retries + 1)) in $wait_seconds s"
  sleep "$wait_seconds" {lock}>&- &
  child_status || true
  if ((signals)); then break; fi
done

date=$(sed -n 's|^  results  *.*/\([^/]*\)$|\1|p' "$summary" | tail -n 1)
case $status in
  0 | 4 | 5)
    is_date "$date" || fail "the program did not say where its results are; see $log"
    outcome='done'
    if ((status == 4)); then outcome='done, a limit is BREACHED or not known'; fi
    if ((status == 5)); then outcome='done, not as precise as asked'; fi
    if grep -q '^nothing new:' "$summary"; then
      outcome='nothing new'
      # What these results say of limits and precision was told by an earlier night, if that one came to its end.
      if [[ -f $told && $(< "$told") == "$(results_of "$date")" ]]; then status=0; fi
    fi
    point_latest_at "$date"
    results_of "$date" > "$told.$$" && mv -T "$told.$$" "$told"
    retire "$date"
    ;;
  75) outcome='STOPPED, start it again' ;;
  *)
    outcome='FAILED'
    # What the program said but for its summary, of the last attempt.
    tail -n "+$((lines_before + 1))" "$log" | head -n "-$(wc -l < "$summary")" | tail -n 20 >&2
    ;;
esac
now=$(linked_date)
note "nightly $name: $outcome, exit $status, $(($(date +%s) - started)) s, ${date:-no results}; latest is ${now:-none}; log $log"
exit "$status"
