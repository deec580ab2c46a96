# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 of a whole night at random moments: what stands under a finished name is whole, and the next night is as any other.

    TOPHEAVY_PROGRAM=... python killed.py [SEED]
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from folders import stand_in, what_is_wrong
from program import PROJECT, program, summary_of, topheavy

MOMENTS = 50
# A night of some tenths of a second. The windows of the configuration end after some of the days.
SMALLER = ["windows=[]", "scenarios.0.count=1000", "scenarios.0.history_error.replicates=0",
           "correlation.bootstrap.replicates=100", "correlation.absorption.window=100000"]


class Nights:
    """Nights of a small universe in one folder, each with a page, 5 results kept."""

    def __init__(self, base):
        self.base, self.place = base, base / "nightly"
        topheavy("generate", "--constituents", 40, "--days", 260, "--seed", 7, "--out", base / "data")
        rows = (base / "data" / "volatility.csv").read_text(encoding="utf-8").splitlines()
        self.days = [row.split(",")[0] for row in rows[-100:]]
        self.config = base / "data" / "config.yaml"
        self.config.write_text(self.config.read_text(encoding="utf-8") + "report: {page: true}\n"
                               f"metrics: {{prometheus: {base / 'run.prom'}}}\n", encoding="utf-8")
        self.command = [str(PROJECT / "scripts" / "nightly.sh"), str(self.config), "--root", str(self.place),
                        "--program", program(), "--keep", "5", "--retries", "0", "--metrics", str(base / "job.prom"), "--"]
        self.environment = {**os.environ, **stand_in(base)}

    def start(self, number):
        """A new day every other time; else the same again with another seed, which replaces what stands there."""
        values = [f"as_of={self.days[number // 2]}", f"scenarios.0.seed={number}", *SMALLER]
        options = [word for value in values for word in ("--set", value)]
        return subprocess.Popen([*self.command, *options], env=self.environment, start_new_session=True, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def whole(self, number):
        night = self.start(number)
        said, _ = night.communicate(timeout=120)
        return night.returncode, said

    def dated(self):
        return sorted(p for p in self.place.glob("????-??-??") if not p.is_symlink())

    def fault(self):
        """What is wrong under a finished name."""
        latest = self.place / "latest"
        if latest.is_symlink() and not (latest / "manifest.json").exists():
            return f"latest points to {os.readlink(latest)}, which is not there"
        faults = [what_is_wrong(folder) for folder in self.dated()]
        faults += [f"{folder} holds another day" for folder in self.dated() if summary_of(folder)["as_of"] != folder.name]
        for name in ("run.prom", "job.prom"):
            file = self.base / name
            if file.exists() and not file.read_text().endswith("\n"):
                faults.append(f"{file} is cut off")
        return "\n".join(filter(None, faults))


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(10**9)
    print(f"seed {seed}: python tests/nightly/killed.py {seed} draws the same moments")
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as temporary:
        nights = Nights(Path(temporary))
        began = time.monotonic()
        code, said = nights.whole(0)
        length = time.monotonic() - began
        if code != 0:
            sys.exit(said)
        killed = finished = left_over = 0
        start = time.monotonic()
        while killed < MOMENTS:
            began = time.monotonic()
            night = nights.start(killed + finished)
            delay = draw.uniform(0, length)
            try:
                said, _ = night.communicate(timeout=delay)
            except subprocess.TimeoutExpired:
                os.killpg(night.pid, signal.SIGKILL)
                said, _ = night.communicate(timeout=60)
            if night.returncode == -signal.SIGKILL:
                killed += 1
            elif night.returncode == 0:  # not one of the moments; and the machine is faster than it was
                finished += 1
                length = time.monotonic() - began
            else:
                sys.exit(f"after {killed} kills a night ended with {night.returncode}: {said}")
            if fault := nights.fault():
                sys.exit(f"kill {killed}, after {delay:.3f} s of {length:.3f} s: {fault}")
            left_over += any(nights.place.glob(".*.partial-*"))
        seconds = time.monotonic() - start
        code, said = nights.whole(2 * len(nights.days) - 2)
        print(said.strip().splitlines()[-1])
        hidden = sorted(p.name for p in nights.place.iterdir() if p.name.startswith("."))
        wrong = [
            said if code != 0 else "",
            nights.fault(),
            "" if os.readlink(nights.place / "latest") == nights.days[-1] else "latest is not the last night's",
            "" if hidden == [".lock", ".told"] else f"left behind: {hidden}",
            "" if left_over else "no killed night left half a run beside: the moments prove nothing",
        ]
        if any(wrong):
            sys.exit("\n".join(filter(None, wrong)))
        print(f"{killed} kills in {seconds:.0f} s, a night being {length:.2f} s; {finished} nights more ended before theirs. "
              f"{left_over} times half a run was left beside, never was anything wrong under a name")


if __name__ == "__main__":
    main()
