# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The path engine beside CuPy and PyTorch on the same device, equal work: caps along every scenario, each day the sums of
twelve sectors, index return and maximum drawdown; with daily HHI and the ten largest too. First everyone's figures are compared
with the program's, then times are taken.

    device_scenarios.py [--constituents 4000] [--days 1300] [--horizon 63] [--scenarios 100000] [--of-rivals 16384]
                        [--libraries cupy,torch] [--backend cuda] [--repetitions 7] [--seconds 150] [--out FILE.json]
    device_scenarios.py --quick --libraries numpy --backend cpu     without a device: does all of this still work?

Rivals are timed by events of the device with task and results on it, hot and cold (256 MiB written before each time, so that
no cache holds anything of theirs); of the forms in rivals/device_paths.py and of chunks of scenarios the best counts. The
program's time is that of the whole call, by the host's clock: it makes the plans, which rivals are given, and its figures come
back to the host. Forms that --seconds leaves no time for are named. Ends with 1 where figures differ, with 77 where none of the
libraries is installed or sees a device. --passes: the built program scenario_passes.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import measure
from measure import SKIPPED, median
from scenarios import SAME, Server

WORK = {"sums": (False, False), "with daily HHI": (True, False), "with daily HHI and top 10": (True, True)}
LONG = 3.0  # seconds after which a form is repeated no more than twice
SIZES = (1024, 4096, 16384)  # scenarios at a time
SIZES_COMPILED = (1024, 16384)  # each is compiled anew


def libraries_of(names):
    """([library], {name: why not})"""
    import device_paths
    found, absent = [], {}
    for name in names:
        try:
            if name == "cupy":
                library = device_paths.Cupy()
            elif name.startswith("torch"):
                library = device_paths.Torch("cpu" if name == "torch-cpu" else "cuda")
            else:
                library = device_paths.Numpy()
            found.append(library)
        except Exception as error:  # of any kind: a library without its driver may raise what it likes
            absent[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    return found, absent


class Rivals:
    def __init__(self, program, task, folder, options):
        self.program, self.task, self.folder, self.options = program, task, Path(folder), options
        self.end = time.monotonic() + options.seconds
        self.entries, self.left_out = [], []
        self.wanted = {}

    def sizes(self, form):
        s = self.options.of_rivals
        return sorted({min(size, s) for size in (SIZES_COMPILED if "compiled" in form else SIZES)})

    def want(self, work):
        """The program's figures, made once."""
        import numpy as np
        if work not in self.wanted:
            s, file = self.options.of_rivals, self.folder / "pass.f64"
            self.program("pass", self.options.horizon, s, *WORK[work], file)
            flat = np.fromfile(file)
            start = np.add.reduceat(self.task.start.astype(float), self.task.sector[:-1])
            self.wanted[work] = [*flat[:4 * s].reshape(4, s), (flat[4 * s:].reshape(-1, s).T + 1) * start]
        return self.wanted[work]

    def measure(self, library, work, form, sums, size):
        """Proves one form with one size of chunks, then times it."""
        import device_paths
        import paths
        label = f"{form}, sums by {sums}, {size} at a time"
        if time.monotonic() > self.end:
            self.left_out.append(f"{work}: {label}: no time left")
            return
        asked = paths.Asked(self.options.horizon, self.options.of_rivals, *WORK[work])
        try:
            placed = device_paths.place(library, self.task, asked, sums)
            day = library.compiled(form, device_paths.make_day(library, library.forms[form], placed, asked))

            def once():
                return device_paths.walk(library, day, placed, asked, size)

            began = time.monotonic()
            off = device_paths.off(device_paths.host(library, once()), self.want(work))
            first = time.monotonic() - began
        except Exception as error:  # a form that this release of the library cannot do is no failure of ours
            self.left_out.append(f"{work}: {label}: {type(error).__name__}: {error}".splitlines()[0][:300])
            return
        if not off <= SAME:
            raise measure.Failed(f"{work}: {label}: other work: {off} away from the program's figures, allowed {SAME}")
        hot, cold, began = [], [], time.monotonic()
        while len(hot) < self.options.repetitions and (len(hot) < 2 or time.monotonic() - began < LONG):
            library.flush()
            cold.append(library.seconds(once))
            hot.append(library.seconds(once))
        self.entries.append({"library": library.name, "work": work, "form": form, "sums": sums, "at_a_time": size, "off": off,
                             "first_call": first, "scenarios": asked.scenarios, "hot": hot, "cold": cold})

    def best(self, name, work, like=""):
        mine = [e for e in self.entries if e["library"] == name and e["work"] == work and like in e["form"]]
        return min(mine, key=lambda entry: median(entry["hot"]), default=None)

    def run(self, library):
        import device_paths
        first = list(WORK)[0]
        tuned = [form for form in library.forms if "max-autotune" in form]
        for form in library.forms:
            if form not in tuned:
                for sums in device_paths.SUMS:
                    for size in self.sizes(form):
                        self.measure(library, first, form, sums, size)
        for form in tuned:  # takes long to compile: the best of what was compiled without it
            if plain := self.best(library.name, first, "compiled"):
                self.measure(library, first, form, plain["sums"], plain["at_a_time"])
        for work in list(WORK)[1:]:
            for like in ("eager", "compiled") if library.name == "torch" else ("",):
                if best := self.best(library.name, first, like):
                    self.measure(library, work, best["form"], best["sums"], best["at_a_time"])


def times_of_program(program, options):
    """{work: {scenarios, seconds}} of whole calls, plans to figures on the host."""
    times = {}
    for work, (hhi, top) in WORK.items():
        seconds = [program("pass", options.horizon, options.scenarios, hhi, top, "-") for _ in range(options.repetitions + 1)]
        times[work] = {"scenarios": options.scenarios, "seconds": seconds[1:]}
    return times


def rate(scenarios, seconds, options):
    return scenarios * options.horizon * options.constituents / median(seconds)


def print_table(about, times, rivals, options):
    """Returns {work: {name: ratio}}: how many times a rival's cells a second the program does."""
    ratios = {}
    for work in WORK:
        own = rate(times[work]["scenarios"], times[work]["seconds"], options)
        print(f"\n{work:46} {'Gcells/s':>9} {'cold':>9} {'program is':>11}")
        print(f"{'topheavy on ' + about['path_engine'] + ', plans to figures, call':46} {own / 1e9:9.2f}")
        for name in dict.fromkeys(entry["form"] for entry in rivals.entries if entry["work"] == work):
            mine = [e for e in rivals.entries if e["work"] == work and e["form"] == name]
            entry = min(mine, key=lambda e: median(e["hot"]))
            hot, cold = (rate(entry["scenarios"], entry[key], options) for key in ("hot", "cold"))
            ratios.setdefault(work, {})[name] = own / hot
            print(f"{name:46} {hot / 1e9:9.2f} {cold / 1e9:9.2f} {own / hot:9.1f} x   sums by {entry['sums']}, "
                  f"{entry['at_a_time']} at a time")
    for text in rivals.left_out:
        print(f"left out: {text}")
    return ratios


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("constituents", 4000), ("days", 1300), ("horizon", 63), ("scenarios", 100000), ("of-rivals", 16384),
                        ("repetitions", 7), ("seconds", 150)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--libraries", default="cupy,torch", help="of cupy, torch, torch-cpu, numpy")
    parser.add_argument("--backend", default="cuda")
    parser.add_argument("--passes")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.constituents, options.days, options.horizon = 480, 300, 21
        options.scenarios, options.of_rivals, options.repetitions = 256, 64, 1
    if not 0 < options.of_rivals <= options.scenarios or options.constituents < 8 * 12 or options.repetitions < 1:
        parser.error("at least 96 constituents, 1 repetition, 1 scenario of rivals and no more than of the program")
    return options


def main():
    options = parse()
    sys.path.insert(0, str(Path(__file__).parent / "rivals"))
    try:
        import paths
        libraries, absent = libraries_of(options.libraries.split(","))
    except ImportError as error:
        libraries, absent = [], {"numpy": str(error)}
    for name, why in absent.items():
        print(f"not available: {name}: {why}")
    if not libraries:
        print("SKIPPED: no library is there to be measured")
        return SKIPPED
    options.passes = measure.find_program(options.passes, "scenario_passes", ("bench",))
    with tempfile.TemporaryDirectory(prefix="topheavy-bench-") as folder:
        program = Server(options.passes, folder, options.constituents, options.days, options.scenarios, options.horizon,
                         options.backend)
        try:
            rivals = Rivals(program, paths.read_task(folder, options.horizon), folder, options)
            times = times_of_program(program, options)
            for library in libraries:
                rivals.run(library)
        finally:
            program.close()
    head = measure.machine() | program.about | {"versions": {library.name: library.version() for library in libraries}}
    measure.print_machine(head)
    print(f"\n{options.constituents} constituents, {options.days} days of history, {options.horizon} days ahead, "
          f"{options.scenarios} scenarios; rivals walk {options.of_rivals} of them")
    worst = max((entry["off"] for entry in rivals.entries), default=None)
    print(f"figures of rivals are the program's within {worst:.1e}" if rivals.entries else "no rival ran")
    ratios = print_table(program.about, times, rivals, options)
    if options.out:
        measure.write_json(options.out, {
            "machine": head, "task": {key: getattr(options, key) for key in (
                "constituents", "days", "horizon", "scenarios", "of_rivals", "repetitions")},
            "program": times, "rivals": rivals.entries, "left_out": rivals.left_out, "not_available": absent,
            "ratios": ratios})
    return 0 if rivals.entries else 1


if __name__ == "__main__":
    measure.end_with(main)
