# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The path engine of scenarios beside what others write for the same work, in turns on the same machine: numpy, numba, and C++
that may add in any order. First everyone's figures are compared, then times are taken, then what the machine allows at most
is measured, then how cost grows with scenarios, days and constituents.

    scenarios.py [--constituents 4000] [--days 1300] [--scenarios 8192] [--repetitions 9] [--out FILE.json]
    scenarios.py --quick        small and once: proves that all of this still works

The work: caps of all constituents along every scenario, each day the sums of twelve sectors, at the end the index return and the
maximum drawdown; with daily HHI and its maximum; with the daily weight of the ten largest and its maximum as well. The
program's time holds the making of plans, rivals are given them. --passes and --limits: the built programs (default: in
build/bench; paths_free_order stands beside the former). Ends with 1 where figures differ, with 77 where numpy or numba are not installed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import measure
from measure import median
from scaling import slope

HORIZONS = (21, 63)
WORK = {"sums": (False, False), "with daily HHI": (True, False), "with daily HHI and top 10": (True, True)}
PROGRAM, WALK, NUMPY, THREADED, NUMBA, FREE = (
    "topheavy, plans to figures", "topheavy, walk of tiles alone", "numpy, best chunk", "numpy, a thread a core",
    "numba, parallel fastmath", "C++, free order, rows")
WHOLE = "topheavy, all that a run asks"
SAME = 1e-5  # float32 in any order


class Server:
    """A built program that waits for its turn."""

    def __init__(self, path, *arguments):
        self.process = subprocess.Popen([path, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.about = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise measure.Failed(f"{self.process.args[0]} ended with {self.process.wait()}")
        return json.loads(line)

    def __call__(self, *words):
        self.process.stdin.write(" ".join(str(int(w) if isinstance(w, bool) else w) for w in words) + "\n")
        self.process.stdin.flush()
        return self.answer()["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Rivals:
    def __init__(self, folder, options):
        import paths
        self.paths, self.folder = paths, Path(folder)
        self.task = paths.read_task(folder, max(HORIZONS))
        self.numba = paths.make_numba_loops()
        self.free = [Server(path, folder, max(HORIZONS)) for path in options.free_order]
        self.scenarios, self.few = options.scenarios, min(options.scenarios, 512)
        self.chunk = {}

    def timed(self, work):
        import time
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    def best_chunk(self, asked, cores):
        """The fastest at this work, looked for once."""
        key = (asked.days, asked.hhi, asked.top, cores)
        if key not in self.chunk:
            seconds = {size: self.timed(lambda size=size: self.paths.numpy_chunks(self.task, asked, size, cores))
                       for size in self.paths.CHUNKS}
            self.chunk[key] = min(seconds, key=seconds.get)
        return self.chunk[key]

    def best_free(self, days, hhi, top):
        """The faster one of the builds for wider and narrower vectors."""
        return min(self.free, key=lambda server: min(server(days, self.scenarios, hhi, top, "-") for _ in range(3)))

    def ways(self, days, hhi, top):
        """{name: (scenarios, work() -> seconds)}; numpy, whose time a cell does not depend on how many there are, walks
        few."""
        few = self.paths.Asked(days, self.few, hhi, top)
        whole = self.paths.Asked(days, self.scenarios, hhi, top)
        ways = {}
        for name, cores in ((NUMPY, 1), (THREADED, self.paths.CORES)):
            size = self.best_chunk(few, cores)
            ways[name] = (self.few, lambda size=size, cores=cores: self.timed(
                lambda: self.paths.numpy_chunks(self.task, few, size, cores)))
        self.numba(self.task, self.paths.Asked(days, 2, hhi, top))  # compiles
        ways[NUMBA] = (self.scenarios, lambda: self.timed(lambda: self.numba(self.task, whole)))
        free = self.best_free(days, hhi, top)
        ways[FREE] = (self.scenarios, lambda: free(days, self.scenarios, hhi, top, "-"))
        return ways

    def figures(self, days, scenarios, hhi, top):
        """{name: [index_return, max_drawdown, max_hhi, max_top_10, returns of sectors]}, [S] each, [S, sectors] the last."""
        import numpy as np
        asked = self.paths.Asked(days, scenarios, hhi, top)
        start = np.add.reduceat(self.task.start.astype(float), self.task.sector[:-1])

        def of(found):
            return [found.index_return, found.max_drawdown, found.max_hhi, found.max_top, found.sector[:, -1] / start - 1]

        found = {NUMPY: of(self.paths.numpy_chunks(self.task, asked, 32, 1)), NUMBA: of(self.numba(self.task, asked))}
        for server in self.free:
            file = self.folder / "free_order.f32"
            server(days, scenarios, hhi, top, file)
            flat = np.fromfile(file, np.float32)
            found[Path(server.process.args[0]).name] = [
                *flat[:4 * scenarios].reshape(4, -1), flat[4 * scenarios:].reshape(scenarios, -1) / start - 1]
        return found

    def close(self):
        for server in self.free:
            server.close()


def require_same(program, rivals, folder, scenarios):
    """Every figure of some scenarios, for all work, against the program's."""
    import numpy as np
    file, worst = Path(folder) / "passes.f64", {}
    for days in HORIZONS:
        for hhi, top in WORK.values():
            program("pass", days, scenarios, hhi, top, file)
            flat = np.fromfile(file)
            should = [*flat[:4 * scenarios].reshape(4, -1), flat[4 * scenarios:].reshape(-1, scenarios).T]
            for name, figures in rivals.figures(days, scenarios, hhi, top).items():
                off = max(float(np.abs(got - want).max()) for got, want in zip(figures, should))
                worst[name] = max(worst.get(name, 0.0), off)
    for name, off in worst.items():
        print(f"{name}: figures of {scenarios} scenarios are the program's within {off:.1e}")
        if not off <= SAME:
            raise measure.Failed(f"{name} did other work: {off} away, allowed {SAME}")


def side_by_side(program, rivals, options):
    """{days: {work: {name: {scenarios, seconds [..]}}}}"""
    result = {}
    for days in HORIZONS:
        ways = {}
        for work, (hhi, top) in WORK.items():
            other, what = (WHOLE, "whole") if top else (WALK, "walk")
            own = {name: (options.scenarios, lambda what=what, hhi=hhi, top=top: program(
                what, days, options.scenarios, hhi, top, "-")) for name, what in ((PROGRAM, "pass"), (other, what))}
            ways |= {(work, name): way for name, way in (own | rivals.ways(days, hhi, top)).items()}
        result[days] = {work: {} for work in WORK}
        for (work, name), (scenarios, _) in ways.items():
            result[days][work][name] = {"scenarios": scenarios, "seconds": []}
        for _ in range(options.repetitions):
            for (work, name), (_, once) in ways.items():
                once()  # what ran before has left its data in the caches and the other's threads asleep
                result[days][work][name]["seconds"].append(once())
    return result


def rate(entry, days, constituents):
    return entry["scenarios"] * days * constituents / median(entry["seconds"])


def limit_of(work, limits):
    """(name, cells a second) of what binds a walk of tiles: its arithmetic, or reading rows."""
    arithmetic = "arithmetic_with_squares" if WORK[work][0] else "arithmetic"
    return min(((name, limits[name]) for name in (arithmetic, "random_rows")), key=lambda limit: limit[1])


def ratio(entry, other):
    """How many times the cells a second of another: the median over rounds, each of which the machine serves both alike."""
    return median([(entry["scenarios"] / mine) / (other["scenarios"] / its)
                   for mine, its in zip(entry["seconds"], other["seconds"])])


def print_side_by_side(result, limits, constituents):
    """The table; returns its ratios. A limit is the best of several, and so is what is held against it."""
    ratios = {}
    for days, by_work in result.items():
        for work, times in by_work.items():
            binds, most = limit_of(work, limits)
            print(f"\n{f'{days} days, {work}':34} {'Gcells/s':>9} {'spread':>8} {'x numpy':>8} {'x C++':>7} "
                  f"{'of its limit':>13}")
            for name, entry in times.items():
                seconds, speed = entry["seconds"], rate(entry, days, constituents)
                spread = 100 * (max(seconds) - min(seconds)) / median(seconds)
                best = speed * median(seconds) / min(seconds)
                row = {"cells_per_second": speed, "to_numpy": ratio(entry, times[NUMPY]),
                       "to_free_order": ratio(entry, times[FREE]), "of_limit": best / most, "limit": binds}
                ratios.setdefault(str(days), {}).setdefault(work, {})[name] = row
                print(f"{name:34} {speed / 1e9:9.2f} {spread:6.0f} % {row['to_numpy']:8.2f} {row['to_free_order']:7.2f} "
                      f"{100 * row['of_limit']:11.1f} %")
            print(f"{'at most':34} {most / 1e9:9.2f}   by {binds.replace('_', ' ')}")
        more = ratio(by_work[list(WORK)[0]][PROGRAM], by_work[list(WORK)[-1]][PROGRAM])
        print(f"{days} days: daily HHI and top 10 together take {100 * (more - 1):.0f} % more time")
    return ratios


def sizes_of(options):
    """Four sizes each. Few constituents would show what a scenario costs without any."""
    n, s = options.constituents, options.scenarios
    return {"scenarios": [(s // k, 21, n) for k in (8, 4, 2, 1)], "days": [(s // 4, h, n) for h in (16, 32, 63, 126)],
            "constituents": [(s // 4, 21, n * k // 2) for k in (1, 2, 4, 8)]}


def growth(options):
    """{what: [{scenarios, days, constituents, seconds}]} of the program's whole pass."""
    result = {}
    for what, sizes in sizes_of(options).items():
        result[what] = []
        for scenarios, days, constituents in sizes:
            program = Server(options.passes, "-", constituents, options.days, scenarios, days, "cpu")
            seconds = [program("pass", days, scenarios, False, False, "-") for _ in range(options.repetitions + 1)][1:]
            program.close()
            result[what].append({"scenarios": scenarios, "days": days, "constituents": constituents, "seconds": seconds})
    return result


def print_growth(result):
    for what, rows in result.items():
        exponent = slope([row[what] for row in rows], [median(row["seconds"]) for row in rows])
        print(f"\ncost by {what}, plans to figures: time grows with exponent {exponent:.2f}")
        for row in rows:
            cells = row["scenarios"] * row["days"] * row["constituents"]
            print(f"  {row['scenarios']:8} x {row['days']:4} x {row['constituents']:6} {1e3 * median(row['seconds']):9.2f} ms "
                  f"{cells / median(row['seconds']) / 1e9:8.2f} Gcells/s")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("constituents", 4000), ("days", 1300), ("scenarios", 8192), ("repetitions", 9)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--out", type=Path)
    for name in ("passes", "limits"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.constituents, options.days, options.scenarios, options.repetitions = 480, 300, 256, 1
    if options.scenarios < 8 or options.constituents < 8 * 12 or options.repetitions < 1:
        parser.error("at least 8 scenarios, 96 constituents, 1 repetition")
    return options


def main():
    options = parse()
    measure.require_packages(("numpy", "numba"))
    sys.path.insert(0, str(Path(__file__).parent / "rivals"))
    options.passes = measure.find_program(options.passes, "scenario_passes", ("bench",))
    options.limits = measure.find_program(options.limits, "path_limits", ("bench",))
    options.free_order = sorted(options.passes.parent.glob("paths_free_order*"))
    if not options.free_order:
        raise measure.Failed(f"no program paths_free_order beside {options.passes}; build it: scripts/build.sh bench")
    with tempfile.TemporaryDirectory(prefix="topheavy-bench-") as folder:
        program = Server(options.passes, folder, options.constituents, options.days, options.scenarios, max(HORIZONS), "cpu")
        rivals = Rivals(folder, options)
        try:
            require_same(program, rivals, folder, min(200, options.scenarios))
            times = side_by_side(program, rivals, options)
        finally:
            program.close()
            rivals.close()
        said = subprocess.run([options.limits, str(options.days), str(options.constituents)], check=True, capture_output=True,
                              text=True)
    limits = json.loads(said.stdout)
    from importlib.metadata import version
    head = measure.machine() | program.about | {"versions": {name: version(name) for name in ("numpy", "numba")}}
    measure.print_machine(head)
    print(f"\n{options.constituents} constituents, {options.days} days of history, {options.scenarios} scenarios; numpy walks "
          f"{rivals.few} of them, in chunks of " + ", ".join(sorted({str(size) for size in rivals.chunk.values()}, key=int)))
    ratios = print_side_by_side(times, limits, options.constituents)
    print("\nat most, Gcells/s: " + ", ".join(f"{name.replace('_', ' ')} {limits[name] / 1e9:.1f}" for name in (
        "arithmetic", "arithmetic_with_squares", "random_rows", "last_level", "memory")))
    grown = growth(options)
    print_growth(grown)
    if options.out:
        measure.write_json(options.out, {
            "machine": head, "task": {key: getattr(options, key) for key in ("constituents", "days", "scenarios", "repetitions")},
            "limits": limits, "times": times, "ratios": ratios, "growth": grown})
    return 0


if __name__ == "__main__":
    measure.end_with(main)
