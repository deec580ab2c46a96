# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""How time and memory of a run grow with constituents N and days T, over universes that `topheavy generate` makes.

    scaling.py [--repetitions 3] [--out FILE.json] [--skip-large] [--quick]

Four sizes of each, a slope of log time against log size (1 is linear), the time a cell; then the large case, 10,000 x
5,000: seconds and peak memory of generating and of running, which ends with 1 where one of them needs more than 8 GiB.
--quick: sizes of a tenth, once, no large case. --program PATH: the built topheavy. Universes lie in the temporary
folder (TMPDIR; the large one takes about a gigabyte) one after the other and are removed."""

import argparse
import math
import tempfile
from pathlib import Path

import measure
from measure import median

BY_CONSTITUENTS = [(n, 1000) for n in (1250, 2500, 5000, 10000)]
BY_DAYS = [(2500, t) for t in (625, 1250, 2500, 5000)]
LARGE = (10000, 5000)
MEMORY_LIMIT = 8 * 2**30
READING, PASSES = "topheavy::data::panel", "topheavy::history::"


def slope(sizes, seconds):
    """Of the least-squares line through (log size, log seconds)."""
    x, y = [math.log(s) for s in sizes], [math.log(s) for s in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)


def one_size(program, constituents, days, repetitions):
    with tempfile.TemporaryDirectory(prefix="topheavy-bench-") as folder:
        config, seconds, peak, disk = measure.generate(program, Path(folder) / "data", constituents, days)
        measure.run_program(program, config, Path(folder) / "run")  # fills the page cache
        runs = [measure.run_program(program, config, Path(folder) / "run") for _ in range(repetitions)]
    times = {"whole process": [r["process"] for r in runs], "reading": [r["stages"][READING] for r in runs],
             "history": [sum(s for name, s in r["stages"].items() if name.startswith(PASSES)) for r in runs]}
    return {"constituents": constituents, "days": days, "rows": runs[0]["rows"], "disk_bytes": disk,
            "generate": {"seconds": seconds, "peak_rss": peak}, "seconds": times,
            "stages": {name: median([r["stages"][name] for r in runs]) for name in runs[0]["stages"]},
            "peak_rss": max(r["peak_rss"] for r in runs), "threads": runs[0]["threads"]}


def print_sizes(title, sizes, of):
    print(f"\n{title}\n{'N':>7} {'T':>6} {'disk MB':>8} {'generate':>11} {'peak MiB':>9} | {'process':>10} "
          f"{'reading':>10} {'history':>10} {'peak MiB':>9} | ns a cell: {'process':>8} {'reading':>8} {'history':>8}")
    for s in sizes:
        cells = s["constituents"] * s["days"]
        middle = [median(values) for values in s["seconds"].values()]
        print(f"{s['constituents']:7} {s['days']:6} {s['disk_bytes'] / 1e6:8.1f} {s['generate']['seconds']:9.2f} s "
              f"{s['generate']['peak_rss'] / 2**20:9.0f} | " + " ".join(f"{1e3 * m:7.1f} ms" for m in middle)
              + f" {s['peak_rss'] / 2**20:9.0f} | {'':11}" + " ".join(f"{1e9 * m / cells:8.2f}" for m in middle))
    if len(sizes) == 1:
        return None
    slopes = {name: slope([s[of] for s in sizes], [median(s["seconds"][name]) for s in sizes])
              for name in sizes[0]["seconds"]}
    print("slope of log time: " + ", ".join(f"{name} {value:.2f}" for name, value in slopes.items()))
    return slopes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--program")
    parser.add_argument("--skip-large", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.repetitions < 1:
        parser.error("--repetitions: at least 1")
    tenth = 10 if options.quick else 1
    repetitions = 1 if options.quick else options.repetitions
    program = measure.find_program(options.program)
    result = {"machine": measure.machine(), "repetitions": repetitions}
    measure.print_machine(result["machine"])

    result["by_constituents"] = [one_size(program, n // tenth, t // tenth, repetitions) for n, t in BY_CONSTITUENTS]
    result["slopes_by_constituents"] = print_sizes("constituents grow", result["by_constituents"], "constituents")
    result["by_days"] = [one_size(program, n // tenth, t // tenth, repetitions) for n, t in BY_DAYS]
    result["slopes_by_days"] = print_sizes("days grow", result["by_days"], "days")

    status = 0
    if not options.skip_large and not options.quick:
        large = result["large"] = one_size(program, *LARGE, repetitions)
        print_sizes("the large case", [large], None)
        for name, seconds in large["stages"].items():
            print(f"  {name:34} {1e3 * seconds:9.1f} ms")
        for what, peak in (("generate", large["generate"]["peak_rss"]), ("run", large["peak_rss"])):
            if peak > MEMORY_LIMIT:
                print(f"error: topheavy {what} needs {peak / 2**30:.2f} GiB, more than {MEMORY_LIMIT / 2**30:.0f} GiB")
                status = 1
    if options.out:
        measure.write_json(options.out, result)
    return status


if __name__ == "__main__":
    measure.end_with(main)
