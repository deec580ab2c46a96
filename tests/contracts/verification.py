# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What scripts/gpu_verify.py makes of its tools, where neither device nor tools are: a made-up sanitizer that finds nothing,
refuses the device, finds an error or takes too long, and made-up measurements whose shares one can work out on paper."""

import os
import sys
import tempfile
import time
import types
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import gpu_report  # noqa: E402
import gpu_verify  # noqa: E402

CTEST = """#!/bin/sh
echo '{"tests": [
 {"name": "quick_on_cuda", "command": ["quick"], "properties": [{"name": "ENVIRONMENT", "value": ["GTEST_FILTER=cuda/*"]}]},
 {"name": "slow_on_cuda", "command": ["slow"], "properties": [{"name": "ENVIRONMENT", "value": ["GTEST_FILTER=-cpu/*"]}]}]}'
"""
SANITIZER = """#!/bin/sh
echo "filter $GTEST_FILTER of $*"
case $CASE in
  refuses) echo '========= Error: Device not supported'; exit 1 ;;
  finds) echo '========= Invalid __global__ read of size 4 bytes'; exit 66 ;;
  takes_long) case "$*" in *slow) exec sleep 60 ;; esac ;;
esac
"""
EXPECTED = {"clean": ("ok", "memcheck: 2 tests without an error"),
            "refuses": ("NotAvailable", "memcheck: Error: Device not supported"),
            "finds": ("Failed", "memcheck: quick_on_cuda (66) slow_on_cuda (66): Invalid __global__ read of size 4 bytes"),
            "takes_long": ("NotAvailable", "memcheck: 1 of 2 tests without an error; stopped for time: slow_on_cuda")}


def outcome(folder, case):
    """(how it ended, what it said, the log) of the step memcheck."""
    options = types.SimpleNamespace(seconds=60, no_device=False)
    os.environ["CASE"] = case
    run = gpu_verify.Verification(options)
    with open(folder / "log", "w") as run.log:
        run.step_end = time.monotonic() + 2
        try:
            how, said = "ok", gpu_verify.memcheck(run)
        except (gpu_verify.NotAvailable, gpu_verify.Failed) as error:
            how, said = type(error).__name__, str(error)
    return how, said, (folder / "log").read_text()


def expect(what, found, wanted):
    if wanted not in found:
        sys.exit(f"FAILED: {what}: {found!r} without {wanted!r}")


def check_sanitizer():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for tool, text in (("ctest", CTEST), ("compute-sanitizer", SANITIZER)):
            (folder / tool).write_text(text)
            (folder / tool).chmod(0o755)
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
        for case, (how, said) in EXPECTED.items():
            ended, told, log = outcome(folder, case)
            expect(case, ended, how)
            expect(case, told, said)
            expect(f"{case}: large cases left out", log, f"filter cuda/*-{gpu_verify.NOT_SMALL} of --tool memcheck")
            expect(f"{case}: large cases left out", log, f"filter -cpu/*:{gpu_verify.NOT_SMALL} of")


def check_report():
    limits = {"copy_bytes": 4e12, "host_to_device_bytes": 5e10, "device_to_host_bytes": 5e10, "fma_instructions": 4.84e13 / 2,
              "shared_bytes": 4e13, "cache_bytes": 1e13}
    timed = {"bench_paths_cuda": {"benchmarks": [{"name": "scenario_pass/cuda/returns/iterations:5/manual_time", "cells/s": 3e12,
                                                  "real_time": 8.4, "time_unit": "ms"}]}}
    times = {"scenarios": 1000, "seconds": [1.0]}
    entry = {"work": "sums", "form": "eager", "sums": "shape", "at_a_time": 10, "scenarios": 1000, "hot": [4.0], "cold": [5.0]}
    rivals = {"task": {"horizon": 1000, "constituents": 4000}, "machine": {"path_engine": "cuda"}, "program": {"sums": times},
              "rivals": [entry], "ratios": {"sums": {"eager": 4.0}}, "left_out": ["one"]}
    runs = [{"name": "demo", "backend": name, "device": None, "digest": "d" * 64, "wall_seconds": seconds,
             "stages": {"topheavy::data::panel": 0.5, "topheavy::none": 0.0}}
            for name, seconds in (("cpu", 9.0), ("cuda", 3.0))]
    record = {"verdict": "verified", "commit": "c", "dirty": False, "date": "today", "steps": [
        {"name": "s", "status": "failed", "seconds": 1.0, "note": "a | b"}], "limits": limits, "benchmarks": timed,
        "rivals": rivals, "runs": runs}
    # 24.2e12 instructions a second at 4.84 a cell are 5e12 cells a second, of which 3e12 are 60 %.
    expect("words", gpu_report.path_engine_in_words(record), "3,000.0 Gcells/s, 60 % of what issue of instructions allows")
    text = gpu_report.markdown(record)
    for row in ("| s | failed | 1.0 | a / b |", "| issue of instructions | 5,000.0 | 60 % |", "| shared memory | 10,000.0 | 30 % |",
                "| memory | 16,000.0 | 19 % |", "| demo | cuda |  | 3.000 | 3.00 |", "| demo | data::panel | 0.500 | 0.500 | 1.00 |",
                "| sums | eager, sums by shape, 10 at a time | 1.00 | 0.80 | 4.0 |", "Left out: one"):
        expect("markdown", text, row)


if __name__ == "__main__":
    check_sanitizer()
    check_report()
    print(f"verification: {len(EXPECTED)} ends of a sanitizer, a report")
