# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What scripts/gpu_verify.py found, in words and as a table in markdown: figures beside what the device allows at most."""

import statistics

# A cell of the tile walk for sm_90, counted in its machine code: instructions of a thread, and bytes read from shared memory.
INSTRUCTIONS_A_CELL = 4.84
SHARED_BYTES_A_CELL = 4.0
# Sums of a tile of 32 constituents, 4 bytes a step, are written and read once.
MEMORY_BYTES_A_CELL = 8.0 / 32.0


def giga(value):
    return f"{1e-9 * value:,.1f}"


def limits_in_words(limits):
    return (f"copy {giga(limits['copy_bytes'])} GB/s, from host {giga(limits['host_to_device_bytes'])}, to host "
            f"{giga(limits['device_to_host_bytes'])}; float32 fma {2e-12 * limits['fma_instructions']:.1f} TFLOP/s, shared memory "
            f"{1e-12 * limits['shared_bytes']:.1f} TB/s, cache {1e-12 * limits['cache_bytes']:.1f} TB/s")


def path_limits(limits):
    """{what: cells a second} that each part of the device allows the tile walk; the least binds."""
    return {"issue of instructions": limits["fma_instructions"] / INSTRUCTIONS_A_CELL,
            "shared memory": limits["shared_bytes"] / SHARED_BYTES_A_CELL,
            "memory": limits["copy_bytes"] / MEMORY_BYTES_A_CELL}


def path_rates(found):
    """{name: cells a second of the tile walk} as the benchmarks of the device timed it."""
    return {one["name"]: one["cells/s"] for program, timed in found.get("benchmarks", {}).items()
            if program.endswith("_cuda") for one in timed["benchmarks"] if "cells/s" in one}


def path_engine_in_words(found):
    """Of the plainest walk; nothing where it was not timed or the limits are not known."""
    plain = {name: rate for name, rate in path_rates(found).items() if "returns" in name.split("/")}
    if not plain or "limits" not in found:
        return ""
    binds, most = min(path_limits(found["limits"]).items(), key=lambda limit: limit[1])
    rate = next(iter(plain.values()))
    return f"; walk of tiles {giga(rate)} Gcells/s, {100 * rate / most:.0f} % of what {binds} allows"


def rivals_in_words(rivals):
    of_sums = next(iter(rivals["ratios"].values()), {})
    if not of_sums:
        return "no ratio"
    return (f"path engine on {rivals['machine']['path_engine']}: " +
            ", ".join(f"{ratio:.1f} x {name}" for name, ratio in of_sums.items()))


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |" for line in lines) + "\n"


def runs_table(runs):
    rows = []
    for one in runs:
        first = next(other for other in runs if other["name"] == one["name"])
        rows.append([one["name"], one["backend"], one["device"] or "", f"{one['wall_seconds']:.3f}",
                     f"{first['wall_seconds'] / one['wall_seconds']:.2f}", one["digest"][:16]])
    return table(["run", "back end", "device", "seconds", "times the first", "digest"], rows)


def stage_rows(runs):
    """Stages that take a hundredth of a run on the first back end, or on the second."""
    pairs = {}
    for one in runs:
        pairs.setdefault(one["name"], []).append(one)
    for first, second in (both for both in pairs.values() if len(both) == 2):
        for stage in first["stages"]:
            pair = [one["stages"].get(stage, 0.0) for one in (first, second)]
            if any(100 * seconds > one["wall_seconds"] for seconds, one in zip(pair, (first, second))):
                yield [first["name"], stage.removeprefix("topheavy::"), *(f"{seconds:.3f}" for seconds in pair),
                       f"{pair[0] / pair[1]:.2f}" if pair[1] > 0 else ""]


def benchmark_rows(found):
    for program, timed in found["benchmarks"].items():
        for one in timed["benchmarks"]:
            counters = [f"{key} {one[key]:.4g}" for key in ("cells/s", "device_cells/s", "call_cells/s", "scenario_steps/s",
                                                           "items/s", "GB/s", "of_copy") if key in one]
            yield [program, one["name"], f"{one['real_time']:.4g} {one['time_unit']}", ", ".join(counters)]


def rivals_rows(rivals):
    task = rivals["task"]

    def rate(scenarios, seconds):
        return 1e-9 * scenarios * task["horizon"] * task["constituents"] / statistics.median(seconds)

    for work, own in rivals["program"].items():
        yield [work, f"topheavy on {rivals['machine']['path_engine']}, plans to figures, call",
               f"{rate(own['scenarios'], own['seconds']):.2f}", "", ""]
        for name, ratio in rivals["ratios"].get(work, {}).items():
            best = min((e for e in rivals["rivals"] if e["work"] == work and e["form"] == name),
                       key=lambda e: statistics.median(e["hot"]))
            hot, cold = (rate(best["scenarios"], best[key]) for key in ("hot", "cold"))
            yield [work, f"{name}, sums by {best['sums']}, {best['at_a_time']} at a time", f"{hot:.2f}", f"{cold:.2f}",
                   f"{ratio:.1f}"]


def markdown(record):
    device = record.get("device", {})
    changes = {None: "", True: " with changes", False: ""}[record["dirty"]]
    parts = [f"# gpu_verify: {record['verdict'] or 'running'}\n",
             f"{device.get('name', 'no device')}, driver {device.get('driver', '-')}, {record.get('processor', '')}, "
             f"{record.get('processors', '-')} cores, {record.get('system', '')}. Commit {record['commit']}{changes}, "
             f"{record['date']}.\n",
             table(["step", "", "seconds", "what it found"],
                   [[s["name"], s["status"], s["seconds"], s["note"]] for s in record["steps"]])]
    if "runs" in record:
        parts += ["## Whole runs\n", runs_table(record["runs"]),
                  table(["run", "stage", "seconds, first back end", "second", "times the first"], stage_rows(record["runs"]))]
    if "limits" in record:
        parts += ["## What the device allows\n", limits_in_words(record["limits"]) + ".\n"]
        rates = path_rates(record)
        parts.append(table(["the tile walk at most, by", "Gcells/s", *rates],
                           [[name, giga(most), *(f"{100 * rate / most:.0f} %" for rate in rates.values())]
                            for name, most in path_limits(record["limits"]).items()]))
        parts.append(f"By issue: {INSTRUCTIONS_A_CELL} instructions a cell, those of the walk without squares and counts.\n")
    if "rivals" in record:
        parts += ["## Path engine and rivals, equal work\n",
                  table(["work", "who", "Gcells/s hot", "cold", "topheavy is"], rivals_rows(record["rivals"])),
                  *(f"Left out: {text}\n" for text in record["rivals"]["left_out"])]
    if "benchmarks" in record:
        parts += ["## Benchmarks\n", table(["program", "name", "time", ""], benchmark_rows(record))]
    return "\n".join(parts)
