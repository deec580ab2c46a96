# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What every measurement of whole runs needs: the machine, the program as a process with its time and memory, generated
universes. Standard library only: a child's largest resident set begins with that of the process that starts it, so the
one that measures has to stay small."""

import datetime
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def machine():
    """Where and when; stands on top of every result."""
    def git(*arguments):
        done = subprocess.run(["git", "-C", PROJECT, *arguments], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else "unknown"

    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "cpu": model,
            "cores": len(os.sched_getaffinity(0)), "memory_gib": round(memory / 2**30, 1),
            "load_average": list(os.getloadavg()), "system": platform.platform(),
            "python": platform.python_version(), "commit": git("rev-parse", "--short", "HEAD") + changed}


def print_machine(head):
    for key, value in head.items():
        print(f"{key:14} {value}")


class Failed(Exception):
    """A process ended otherwise than with 0; the text holds what it said."""


def end_with(main):
    """Ends the process with what main() returns; what failed on the way is told in a line."""
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"error: {failure}")


SKIPPED = 77


def require_packages(names):
    """Ends the process as skipped where rivals' packages are missing."""
    absent = [name for name in names if importlib.util.find_spec(name) is None]
    if absent:
        print(f"SKIPPED: {sys.executable} lacks {', '.join(absent)}: no rival was run; scripts/setup.sh --bench")
        sys.exit(SKIPPED)


def run_process(command):
    """(seconds, largest resident set in bytes, seconds of all cores) of a process from its start to its end."""
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit {child.returncode}\n{said.decode(errors='replace')}")
    return seconds, 1024 * usage.ru_maxrss, usage.ru_utime + usage.ru_stime


# What the rivals do not do is left out: no regime has so many days, no window fits into the panel.
SECTIONS_2_AND_3 = ["--set", "correlation.min_days=1000000", "--set", "correlation.absorption.window=1000000"]


def run_program(program, config, out):
    """One `topheavy run` of sections 2 and 3: seconds of the process, its peak memory, and `run` and the sizes of its
    summary."""
    seconds, peak, cpu = run_process([program, "run", config, "--out", out, "--force", "--quiet", *SECTIONS_2_AND_3])
    summary = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))
    record, quality = summary["run"], summary["data_quality"]
    report = sum(s for name, s in record["stages"].items() if name.startswith("topheavy::report::"))
    return {"process": seconds, "cpu": cpu, "computing": record["wall_seconds"] - report, "peak_rss": peak,
            "stages": record["stages"], "version": record["version"], "backend": record["backend"],
            "threads": record["threads"], "days": quality["days"], "constituents": quality["constituents"],
            "rows": quality["rows"]}


def generate(program, folder, constituents, days):
    """A synthetic universe with its configuration: (configuration, seconds, peak memory, bytes on disk)."""
    folder = Path(folder)
    seconds, peak, _ = run_process([program, "generate", "--constituents", constituents, "--days", days, "--seed", 7,
                                 "--out", folder, "--quiet"])
    return folder / "config.yaml", seconds, peak, sum(file.stat().st_size for file in folder.iterdir())


def median(values):
    return statistics.median(values)


def columns(seconds):
    """Median and smallest in milliseconds, and the spread: largest less smallest, as a share of the median."""
    spread = f"{100.0 * (max(seconds) - min(seconds)) / median(seconds):6.0f} %" if len(seconds) > 1 else f"{'-':>8}"
    return f"{1e3 * median(seconds):9.1f} ms {1e3 * min(seconds):9.1f} ms {spread}"


def find_program(given, name="topheavy", presets=("cpu", "bench")):
    """A built program: the one given, else that of the first preset that has it."""
    places = [Path(given)] if given else [PROJECT / "build" / preset / folder / name
                                          for preset in presets for folder in (".", "bench")]
    for place in places:
        if place.is_file() and os.access(place, os.X_OK):
            return place.resolve()
    sys.exit(f"error: no program {name} in {', '.join(map(str, places))}; build it: scripts/build.sh {presets[0]}")


def write_json(path, result):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"\nwritten: {path}")
