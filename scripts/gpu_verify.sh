#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/gpu_verify.sh [--deps FOLDER] [--out FILE] [--commit ID] [--seconds N] [--no-device]
#
# Proves the CUDA back end on a machine with an NVIDIA device, nvcc, a C++ compiler, CMake and a Python with pyarrow; it
# needs no network. Builds the preset cuda for the device and for the named architectures and runs every test (one that
# needs the device and is skipped counts as failed); compares the digests of CPU and CUDA runs of the demo, of a made-up
# universe of 4,000 x 1,300 with 100,000 scenarios, and of real data where .data/nasdaq holds panel.parquet,
# constituents.csv and vix.csv; runs with the device listed twice. Where the tools are there: compute-sanitizer (memcheck,
# racecheck, initcheck) over the device's tests, what the device allows at most, benchmarks, and CuPy and PyTorch at equal
# work. Ends with a table, the reason of each step that failed or could not run, and the verdict as the last line.
#   --deps FOLDER   a pack of scripts/pack_deps.sh (default .deps/pack); without one, the system's own packages are used
#   --out FILE      the JSON file (default build/gpu_verify/gpu_verify.json), with a table in markdown beside it; the logs
#                   of the steps lie in that default's folder
#   --commit ID     what to record where the source is no git checkout
#   --seconds N     begin no step and let none run after N seconds (default 570); with more, each step may take longer too
#   --no-device     rehearse without a device: build and test all else, compare two CPU runs, run rivals as far as numpy can
# Exit status 0 only where every step that the verdict rests on ran and none failed.
# The Python is TOPHEAVY_PYTHON, else the first of .venv/bin/python and python3 that has pyarrow.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

case " $* " in *" --help "* | *" -h "*) usage && exit ;; esac

for python in "${TOPHEAVY_PYTHON:-$root/.venv/bin/python}" python3; do
  if "$python" -c 'import pyarrow' 2> /dev/null; then
    PYTHONDONTWRITEBYTECODE=1 exec "$python" "$root/scripts/gpu_verify.py" "$@"
  fi
done
fail "no Python with pyarrow: set TOPHEAVY_PYTHON, or run scripts/setup.sh where there is a network"
