# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Whole runs side by side, reading included: the program, pandas, polars, and numpy as an expert writes it by hand, in
turns on the same machine with the files in the page cache; first everyone's numbers are compared, then times are taken.

    side_by_side.py [--config FILE | --generate NxT] [--repetitions 9] [--out FILE.json]
    side_by_side.py --quick        a small generated universe once: proves that all of this still works

--program PATH and --traffic PATH: the built topheavy and stage_traffic (default: in build/cpu, build/bench).
Ends with 1 where a rival's numbers are not the program's, with 77 where the rivals' packages are not installed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import measure
from measure import columns, median

LIBRARIES = {"pandas": "pandas_wide", "polars": "polars_long"}
EXPERT = "numpy, by hand, in blocks"
RIVALS = LIBRARIES | {EXPERT: "numpy_blocks"}
WAYS = ["pandas_table", "pandas_dictionary_table", "pyarrow_table", "pyarrow_dictionary_table", "polars_table",
        "polars_streaming_table", "pandas_wide_dense", "polars_dense", "pyarrow_numpy_dense"]
PACKAGES = ("numpy", "pandas", "polars", "pyarrow", "yaml")


class Worker:
    """A rival's process: it waits, without a core, while others are measured."""

    def __init__(self, module, config):
        self.process = subprocess.Popen([sys.executable, Path(__file__).with_name("worker.py"), module, config],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise measure.Failed(f"a rival ended with {self.process.wait()}: {self.process.args}")
        return json.loads(line)

    def __call__(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def keep(into, said):
    for key in ("seconds", "cpu"):
        into[key].append(said[key])


def whole_runs(program, config, folder, repetitions):
    """Program and rivals in turns. A rival's first call warms its process and is kept apart; the program, which starts
    anew each time, gets one unmeasured run for the page cache."""
    run = Path(folder) / "run"
    measure.run_program(program, config, run)
    workers = {name: Worker(module, config) for name, module in RIVALS.items()}
    result = {"program": [], "rivals": {}}
    try:
        for name, worker in workers.items():
            first = worker(do="history")["seconds"]
            about = worker(do="about")
            said = worker(do="check", run=str(run))
            if "differences" in said:
                raise measure.Failed(f"{name} did other work than the program:\n{said['differences']}")
            print(f"{name}: {said['values']} numbers equal those of the program")
            result["rivals"][name] = {"values_equal": said["values"], "first_call": first, "seconds": [],
                                       "cpu": [], **about}
        for _ in range(repetitions):
            result["program"].append(measure.run_program(program, config, run))
            for name, worker in workers.items():
                keep(result["rivals"][name], worker(do="history"))
    finally:
        for worker in workers.values():
            worker.close()
    result["output_bytes"] = {file.name: file.stat().st_size for file in run.iterdir()}
    return result


def reading_alone(config, repetitions):
    workers = {way: Worker("reading", config) for way in WAYS}
    times = {way: {"seconds": [], "cpu": []} for way in WAYS}
    try:
        for way, worker in workers.items():
            times[way]["rss_of_imports"] = worker(do="about")["peak_rss"]
            worker(do="read", way=way)
            times[way]["peak_rss"] = worker(do="about")["peak_rss"]
        for _ in range(repetitions):
            for way, worker in workers.items():
                keep(times[way], worker(do="read", way=way))
    finally:
        for worker in workers.values():
            worker.close()
    return times


def stage_bytes(traffic, config, result):
    """(traffic program's answer, {stage: bytes}); a stage that nobody counts is not in it."""
    about = next(iter(result["rivals"].values()))
    size, one = about["sizes"], result["program"][0]
    asked = [size[key] for key in ("days", "constituents", "groups", "windows", "regimes")]
    said = subprocess.run([traffic, *map(str, asked)], check=True, capture_output=True, text=True)
    said = json.loads(said.stdout)
    moved = {name: stage["read"] + stage["written"] for name, stage in said["stages"].items()}
    moved["topheavy::data::panel"] = about["panel_bytes"] + 16.0 * one["days"] * one["constituents"]
    outputs = sum(size for name, size in result["output_bytes"].items() if name.endswith(".parquet"))
    inputs = sum(path.stat().st_size for path in input_files(config) if path.exists())
    moved["topheavy::report::files"] = inputs + 2 * outputs  # written, and everything hashed
    return said, moved


def input_files(config):
    """The tables a configuration names, and itself; read with as little of YAML as its own examples use."""
    files = [Path(config)]
    for line in Path(config).read_text(encoding="utf-8").splitlines():
        key, _, value = line.strip().partition(":")
        if key in ("panel", "constituents", "volatility") and value.strip():
            files.append(Path(config).parent / value.split("#")[0].strip().strip("\"'"))
    return files


HEADINGS = f"{'median':>12} {'smallest':>12} {'spread':>8}"


def print_runs(result):
    """Times of all, and how many times faster each line is than the best of pandas and polars and than the expert."""
    program, rivals = result["program"], result["rivals"]
    of_rival = {name: median(rival["seconds"]) for name, rival in rivals.items()}
    best = min(LIBRARIES, key=of_rival.get)
    peak = program[0]["peak_rss"]
    rows = [("topheavy, whole process", [r["process"] for r in program], [r["cpu"] for r in program], peak),
            ("topheavy, reading and computing", [r["computing"] for r in program], None, peak)]
    rows += [(f"{name}, function alone", rival["seconds"], rival["cpu"], rival["peak_rss"])
             for name, rival in rivals.items()]
    print(f"\n{'whole run':42} {HEADINGS} {'all cores':>11} {'peak memory':>12} {best + ' / this':>15} "
          f"{'numpy / this':>13}")
    for name, seconds, cpu, peak in rows:
        of_cores = f"{1e3 * median(cpu):8.1f} ms" if cpu else f"{'-':>11}"
        print(f"{name:42} {columns(seconds)} {of_cores} {peak / 2**20:8.0f} MiB "
              f"{of_rival[best] / median(seconds):15.2f} {of_rival[EXPERT] / median(seconds):13.2f}")
    for name, rival in rivals.items():
        print(f"{name + ', its first call':42} {1e3 * rival['first_call']:9.1f} ms")
    ratios = {"best_library": best}
    print()
    for key, (name, seconds, *_) in zip(("whole_process", "computing"), rows):
        ratios[key] = {"to_best_library": of_rival[best] / median(seconds),
                       "to_numpy_by_hand": of_rival[EXPERT] / median(seconds)}
        print(f"{name}: {ratios[key]['to_best_library']:.2f} times as fast as the best of pandas and polars ({best}), "
              f"{ratios[key]['to_numpy_by_hand']:.2f} times as fast as {EXPERT}")
    return ratios


def print_reading(result):
    panel = [r["stages"]["topheavy::data::panel"] for r in result["program"]]
    print(f"\n{'reading alone':34} {HEADINGS} {'all cores':>11} {'peak memory':>12}  this / topheavy")
    print(f"{'topheavy::data::panel (to [T, N])':34} {columns(panel)} {'-':>11} {'':12}  {1.0:8.2f}")
    for way, timed in result["reading"].items():
        print(f"{way:34} {columns(timed['seconds'])} {1e3 * median(timed['cpu']):8.1f} ms "
              f"{timed['peak_rss'] / 2**20:8.0f} MiB  {median(timed['seconds']) / median(panel):8.2f}")
    print("pandas_table to polars_streaming_table stop at the library's own table; the last three end with [T, N], "
          "rules applied.\n"
          "Peak memory of a library holds its imports.")


def print_stages(result):
    program, bandwidth = result["program"], result["traffic"]["copy_bandwidth"]
    whole = median([r["process"] for r in program])
    print(f"\n{'stage':34} {HEADINGS} {'of process':>11} {'MB moved':>9} {'GB/s':>7} {'of copy':>8}")
    staged = []
    for name in program[0]["stages"]:
        seconds = [r["stages"][name] for r in program]
        staged.append(median(seconds))
        moved = result["stage_bytes"].get(name)
        rate = moved / median(seconds) if moved and median(seconds) > 0 else None
        figures = f"{'-':>9} {'-':>7} {'-':>8}"
        if rate:
            figures = f"{moved / 1e6:9.1f} {rate / 1e9:7.2f} {rate / bandwidth:8.3f}"
        print(f"{name:34} {columns(seconds)} {100 * median(seconds) / whole:9.1f} % {figures}")
    print(f"{'start, summary, end (in no stage)':34} {1e3 * (whole - sum(staged)):9.1f} ms {'':21} "
          f"{100 * (whole - sum(staged)) / whole:9.1f} %")
    print(f"copy bandwidth, measured now: {bandwidth / 1e9:.1f} GB/s. data::panel: compressed bytes of the four "
          "columns, plus the panel written.")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--generate", metavar="NxT", help="a generated universe of N constituents and T days")
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--program")
    parser.add_argument("--traffic")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.config and (options.generate or options.quick):
        parser.error("--config and a generated universe exclude each other")
    if options.quick:
        options.generate, options.repetitions = options.generate or "400x320", 1
    if options.repetitions < 1:
        parser.error("--repetitions: at least 1")
    return options


def main():
    options = parse()
    measure.require_packages(PACKAGES)
    program = measure.find_program(options.program)
    traffic = measure.find_program(options.traffic, "stage_traffic", ("bench",))
    result = {"machine": measure.machine(), "repetitions": options.repetitions}
    with tempfile.TemporaryDirectory(prefix="topheavy-bench-") as folder:
        config = options.config or measure.PROJECT / "configs" / "examples" / "nasdaq.yaml"
        if options.generate:
            constituents, days = (int(text) for text in options.generate.split("x"))
            config, *_ = measure.generate(program, Path(folder) / "data", constituents, days)
        result |= whole_runs(program, config, folder, options.repetitions)
        result["reading"] = reading_alone(config, options.repetitions)
        result["traffic"], result["stage_bytes"] = stage_bytes(traffic, config, result)
    one = result["program"][0]
    universe = f"{Path(config).name}: {one['constituents']} constituents, {one['days']} days, {one['rows']} rows"
    head = result["machine"] | {"versions": result["rivals"]["polars"]["versions"], "universe": universe,
                                "compiler": result["traffic"]["compiler"], "flags": result["traffic"]["flags"],
                                "program": os.path.relpath(program, measure.PROJECT), "threads": one["threads"]}
    result["machine"] = {key: str(value) if isinstance(value, Path) else value for key, value in head.items()}
    measure.print_machine(result["machine"])
    result["ratios"] = print_runs(result)
    print_reading(result)
    print_stages(result)
    if options.out:
        measure.write_json(options.out, result)
    return 0


if __name__ == "__main__":
    measure.end_with(main)
