# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Percentile intervals of the correlations of groups in each regime, by stationary bootstrap of days, from the first draw to
the last percentile: topheavy's kernels and host code beside numpy and numba, in turns on the same machine. First the
numbers: on the same draws numpy must give the same intervals, and everyone's own draws like ones. Then times.

    bootstrap.py [--days 759] [--groups 12] [--replicates 10000] [--block 5] [--repetitions 9] [--out FILE.json]
    bootstrap.py --quick        small and once: proves that all of this still works

--intervals PATH: the built bootstrap_intervals (default: in build/bench). The returns are made up: a common factor whose
variance rises from regime to regime, and noise. Ends with 1 where numbers differ, with 77 where numpy or numba are not
installed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import measure
from measure import columns, median

CELLS, SEED = 4, 7


def made_up(options):
    """Spells of regimes with shares as the volatility index has had since 1990, and returns of groups."""
    import numpy as np
    sys.path.insert(0, str(Path(__file__).parent / "rivals"))
    import bootstrap as rivals
    rng = np.random.default_rng(SEED)
    cell = np.repeat(rng.choice(CELLS, options.days, p=[0.628, 0.198, 0.094, 0.080]), 10)[:options.days].astype(np.int32)
    scale = np.array([0.5, 0.8, 1.2, 2.5])[cell]
    ret = 0.01 * (scale * rng.standard_normal(options.days))[:, None] + 0.007 * rng.standard_normal((options.days, options.groups))
    return rivals, rivals.Task(ret, cell, CELLS, options.replicates, options.block, SEED)


class Program:
    """bootstrap_intervals as a process that waits for its turn."""

    def __init__(self, path, task, folder):
        file = Path(folder) / "task.bin"
        file.write_bytes(task.ret.tobytes() + task.cell.tobytes())
        sizes = [*task.ret.shape, task.cells, task.replicates, task.block, task.seed]
        self.process = subprocess.Popen([path, file, *map(str, sizes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.about = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise measure.Failed(f"bootstrap_intervals ended with {self.process.wait()}")
        return json.loads(line)

    def __call__(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def require_same(rivals, task, program, ways, checked):
    """The program's intervals on its own draws against numpy on the same, and the rivals' on theirs: as two bootstraps of
    B replicates may differ."""
    import numpy as np
    is_ = np.array(program("intervals")["intervals"]).reshape(task.cells, -1, 2)
    small = rivals.Task(task.ret, task.cell, task.cells, checked, task.block, task.seed)
    with tempfile.TemporaryDirectory(prefix="topheavy-bench-") as folder:
        one = Program(program.process.args[0], small, folder)
        of_small = np.array(one("intervals")["intervals"]).reshape(task.cells, -1, 2)
        one.close()
    counts_of = rivals.counts_by_philox(small)
    for name, should in (("corrcoef", rivals.corrcoef(small, counts_of)),
                         ("products", rivals.intervals_of_counts(small, counts_of))):
        worst = np.abs(of_small - should).max()
        print(f"{name} of numpy on the same {checked} replicates: {should.size} ends of intervals, worst deviation {worst:.1e}")
        if not worst <= 1e-7:
            raise measure.Failed(f"intervals differ from numpy's {name} by {worst} on the same draws")
    width = is_[..., 1] - is_[..., 0]
    for name, way in ways.items():
        apart = (np.abs(way(task) - is_) / width[..., None]).max()
        allowed = 12 / task.replicates ** 0.5  # an end's standard error is some 0.7 widths over the root of B
        print(f"{name}: with draws of its own at most {apart:.3f} widths away (allowed {allowed:.3f})")
        if not apart <= allowed:
            raise measure.Failed(f"{name} did other work: {apart} widths away")


def timed(work):
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("days", 759), ("groups", 12), ("replicates", 10_000), ("block", 5), ("repetitions", 9)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--intervals")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.replicates, options.repetitions = 400, 1
    return options


def main():
    options = parse()
    measure.require_packages(("numpy", "numba"))
    path = measure.find_program(options.intervals, "bootstrap_intervals", ("bench",))
    rivals, task = made_up(options)
    ways = rivals.ways()
    times = {"topheavy": []} | {name: [] for name in ways}
    with tempfile.TemporaryDirectory(prefix="topheavy-bench-") as folder:
        program = Program(path, task, folder)
        try:
            require_same(rivals, task, program, ways, min(300, options.replicates))
            for repetition in range(options.repetitions):
                times["topheavy"].append(program("run"))
                for name, way in ways.items():
                    if way is not rivals.corrcoef or repetition < 2:  # seconds, and steady
                        times[name].append(timed(lambda way=way: way(task)))
        finally:
            program.close()
    from importlib.metadata import version
    head = measure.machine() | program.about | {"versions": {name: version(name) for name in ("numpy", "numba")}}
    measure.print_machine(head)
    print(f"\n{options.replicates} replicates of {options.days} days, {options.groups} groups, {CELLS} regimes, blocks of "
          f"{options.block} days\n{'':32} {'median':>12} {'smallest':>12} {'spread':>8} {'all cores':>11} {'/ topheavy':>11}")
    ours = median([run["seconds"] for run in times["topheavy"]])
    for name, runs in times.items():
        seconds = [run["seconds"] for run in runs]
        print(f"{name:32} {columns(seconds)} {1e3 * median([run['cpu'] for run in runs]):8.1f} ms "
              f"{median(seconds) / ours:11.2f}")
    if options.out:
        measure.write_json(options.out, {"machine": head, "task": {key: getattr(options, key) for key in (
            "days", "groups", "replicates", "block")}, "times": times})
    return 0


if __name__ == "__main__":
    measure.end_with(main)
