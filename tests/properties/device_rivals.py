# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The rivals of a device (bench/pipeline/rivals/device_paths.py) do the work they are said to do: their text, run with numpy
here, against the same figures in float64, for every form of sums, chunk and figure."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "bench" / "pipeline" / "rivals"))
import device_paths  # noqa: E402
import paths  # noqa: E402

SAME = 1e-5  # sums of float32


def made_up():
    draw = np.random.default_rng(3)
    sizes, days, scenarios, horizon = [1, 40, 17, 25], 50, 37, 21
    count = sum(sizes)
    ret = draw.normal(0.0, 0.05, (days, count)).astype(np.float32)
    ret[7, 3], ret[9, 60] = -1.0, -1.5  # one is worth nothing from then on
    return paths.Task(np.cumsum([0, *sizes]), (1e4 / np.arange(1, count + 1)).astype(np.float32), ret,
                      draw.integers(0, days, (scenarios, horizon)).astype(np.uint32),
                      draw.uniform(0.5, 2.0, (scenarios, horizon)).astype(np.float32))


def main():
    task, library, worst = made_up(), device_paths.Numpy(), 0.0
    for days in (1, 21):
        for hhi, top in ((False, False), (True, False), (True, True)):
            asked = paths.Asked(days, 37, hhi, top)
            want = device_paths.truth(task, asked)
            for sums in device_paths.SUMS:
                placed = device_paths.place(library, task, asked, sums)
                day = device_paths.make_day(library, device_paths.plain_step, placed, asked)
                for size in (10, 37, 64):
                    got = device_paths.host(library, device_paths.walk(library, day, placed, asked, size))
                    worst = max(worst, device_paths.off(got, want))
                    if not device_paths.off(got, want) <= SAME:
                        print(f"FAILED: {days} days, sums by {sums}, {size} at a time: {device_paths.off(got, want)} away")
                        return 1
    # A comparison that notices nothing would pass as well.
    got[0][5] += 1e-3
    if device_paths.off(got, want) < 9e-4:
        print("FAILED: a wrong return went unnoticed")
        return 1
    print(f"device rivals: figures within {worst:.1e} of float64")
    return 0


if __name__ == "__main__":
    sys.exit(main())
