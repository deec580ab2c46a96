#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: keep_ptxas.sh OBJECT COMMAND...
#
# Runs a compiler's command. What the assembler of device code says with -Xptxas=-v goes to OBJECT.ptxas, all else that
# the command says stays where it is. A cache of compilations repeats the assembler's words with the object.
set -euo pipefail

object=$1
shift
said=$(mktemp)
trap 'rm -f "$said"' EXIT
rm -f "$object.ptxas"
status=0
"$@" 2> "$said" || status=$?
awk -v kept="$object.ptxas" '
  /^ptxas info/ { of_ptxas = 1; print > kept; next }
  of_ptxas && /^    [0-9]/ { print > kept; next }
  { of_ptxas = 0; print > "/dev/stderr" }' "$said"
exit "$status"
