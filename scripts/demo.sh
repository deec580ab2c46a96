#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/demo.sh [--no-setup] [OPTION OF topheavy demo]...
#
# From a fresh machine to a first result: sets the machine up, builds the program and runs `topheavy demo`, which makes
# a small universe, computes everything on it and says where the results are; then makes the report page of them.
# Options go to the program, for example --out DIR with --force to replace what an earlier demo wrote there (in
# topheavy-demo it always does).
#   --no-setup   install and look for nothing
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

setup=yes
options=()
out=topheavy-demo
before=
for argument in "$@"; do
  case $argument in
    --help | -h) usage && exit ;;
    --no-setup) setup=no ;;
    *) options+=("$argument") ;;
  esac
  case $argument in --out=*) out=${argument#--out=} ;; esac
  if [[ $before == --out ]]; then out=$argument; fi
  before=$argument
done

# Run again, the demo replaces its own earlier results; a folder somebody names is theirs to --force.
if [[ " ${options[*]} " != *" --out"* && " ${options[*]} " != *" --force "* ]]; then options+=(--force); fi

if [[ $setup == yes ]]; then "$root/scripts/setup.sh"; fi
"$root/scripts/build.sh" cpu --target topheavy
say "topheavy demo ${options[*]}"
"$root/build/cpu/topheavy" demo "${options[@]}"
if "$root/scripts/report.py" --check; then
  say "report: $("$root/scripts/report.py" "$out/run" | head -n 1)"
else
  say "report: no page, for want of what scripts/setup.sh installs"
fi
say "demo: done"
