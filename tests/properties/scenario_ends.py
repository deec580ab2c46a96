# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Ends of runs with scenarios (specification, section 9): a precision reached or not, too little memory or disk, a signal in
the middle of every stage; and what is said on the way.

    TOPHEAVY_PROGRAM=... python scenario_ends.py
"""

import json
import math
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from outside import FILES, SCENARIO_FILES, Outside  # noqa: E402
from program import Data, program, summary_of, topheavy  # noqa: E402

CPU_SECONDS_LEFT = 5.0  # that a stopped run may still compute: some 0.3 on an idle machine, and its stage of paths takes 13
SECONDS = 60            # of a clock, until a run is taken to hang
PLAIN = {"name": "month", "count": 1000, "horizon": 5, "seed": 3, "history_error": {"replicates": 0}}
STILL = {"name": "down", "shocks": [{"groups": {"sector": {"Technology": -0.1}}}]}
FEW_REPLICATES = 'correlation: {bootstrap: {replicates: 100}}\n'  # the history is not what is looked at


class Ends(Outside):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.base / "scenarios", 60, 320, 3)
        (cls.base / "down.yaml").write_text(json.dumps(STILL))

    def write(self, *sets):
        return self.data.config(self.base / "sets.yaml", extra=FEW_REPLICATES + f"scenarios: {json.dumps(sets)}\n")


class Precision(Ends):
    GOAL = 0.03

    def test_count_grows_until_precise(self):
        config = self.write(PLAIN | {"precision": {"es_relative_error": self.GOAL, "level": 0.95, "max_count": 200000}})
        done = self.run_here("--threads", 1, config=config)
        self.assertIn("going on to", done.stderr)
        self.run_here("--threads", 2, config=config, name="again")
        one, again = (summary_of(self.place / name) for name in ("run", "again"))
        self.assertEqual(one["digest"], again["digest"])
        found = one["scenarios"][0]
        self.assertTrue(found["precision_reached"])
        self.assertTrue(1000 < found["count"] < 200000, found["count"])
        risk = found["risk"][0]
        self.assertLessEqual(risk["simulation_error"] / risk["es"], self.GOAL)
        # those that were added are what they would have been at once
        self.run_here(config=self.write(PLAIN | {"count": found["count"]}), name="at_once")
        for name in SCENARIO_FILES:
            self.assertEqual((self.place / "run" / name).read_bytes(), (self.place / "at_once" / name).read_bytes(), name)
        print(f"ES to {100 * self.GOAL:.0f} % of itself: {found['count']} scenarios")

    def test_not_reached(self):
        config = self.write(PLAIN | {"precision": {"es_relative_error": 0.001, "max_count": 3000}},
                            PLAIN | {"name": "other"})
        done = self.run_here(config=config, expect=5)
        run = self.place / "run"
        self.assertEqual(self.left(), ["run"])
        self.assertEqual({p.name for p in run.iterdir()}, FILES | SCENARIO_FILES)
        imprecise, other = summary_of(run)["scenarios"]
        self.assertEqual((imprecise["count"], imprecise["precision_reached"]), (3000, False))
        self.assertEqual((other["count"], other["precision_reached"]), (1000, True))
        self.assertEqual(pq.read_metadata(run / "scenarios.parquet").num_rows, 4000)
        self.assertIn("precision", done.stdout)
        print("\n".join(line for line in done.stdout.splitlines() if "precision" in line))
        self.run_here("--force", "--quiet", config=config, expect=5)
        self.assertEqual(self.left(), ["run"])

    def test_goal_is_met_at_once(self):
        config = self.write(PLAIN | {"precision": {"es_relative_error": 0.5, "max_count": 1000}})
        self.run_here(config=config)
        self.assertEqual(summary_of(self.place / "run")["scenarios"][0]["count"], 1000)


class Limits(Ends):
    TOP, ES = "concentration.constituent.top.10", "scenarios.month.es.0.975"

    def with_limits(self, *limits, **more):
        extra = FEW_REPLICATES + f"scenarios: {json.dumps([PLAIN | more])}\nlimits: {json.dumps(limits)}\n"
        return self.data.config(self.base / "limits.yaml", extra=extra)

    def test_kept(self):
        done = self.run_here(config=self.with_limits({"name": "top ten", "metric": self.TOP, "max": 1},
                                                     {"name": "ES", "metric": self.ES, "min": -1}))
        summary = summary_of(self.place / "run")
        self.assertEqual([one["breached"] for one in summary["limits"]], [False, False])
        self.assertEqual(summary["limits"][0]["value"], summary["concentration"]["constituent"]["top"]["10"])
        self.assertEqual(summary["limits"][1]["value"], summary["scenarios"][0]["risk"][1]["es"])
        self.assertEqual(summary["scenarios"][0]["probability"], {"top ten": 0.0})
        self.assertIn("\nlimits\n", done.stdout)
        self.assertNotIn("BREACHED", done.stdout)

    def test_breached(self):
        """Also where a precision is not reached; the folder is whole."""
        limits = ({"name": "ES", "metric": self.ES, "min": -1}, {"name": "top ten", "metric": self.TOP, "max": 0.01})
        vague = {"precision": {"es_relative_error": 0.001, "max_count": 1000}}
        for name, more in (("run", {}), ("vague", vague)):
            done = self.run_here(config=self.with_limits(*limits, **more), name=name, expect=4)
            self.assertEqual({p.name for p in (self.place / name).iterdir()}, FILES | SCENARIO_FILES)
            summary = summary_of(self.place / name)
            self.assertEqual([one["breached"] for one in summary["limits"]], [False, True])
            self.assertEqual(summary["scenarios"][0]["probability"], {"top ten": 1.0})
            broken, kept = done.stdout.split("\nlimits\n")[1].splitlines()[:2]
            self.assertTrue(broken.startswith("  top ten ") and "BREACHED" in broken, broken)
            self.assertTrue(kept.startswith("  ES "), kept)

    def test_not_known(self):
        """No replicates, no history error."""
        done = self.run_here(config=self.with_limits(
            {"name": "history", "metric": "scenarios.month.history_error.0.975", "max": 1}), expect=4)
        (limit,) = summary_of(self.place / "run")["limits"]
        self.assertEqual((limit["value"], limit["breached"]), (None, None))
        self.assertTrue(limit["reason"])
        self.assertIn("NOT KNOWN", done.stdout)

    def test_refused(self):
        config = self.with_limits({"name": "ES", "metric": "scenarios.month.es.0.9", "max": 1})
        for command in (["validate", config], ["run", config, "--out", self.place / "run"]):
            said = topheavy(*command, expect=2).stderr
            self.assertIn("limit `ES` asks for the metric `scenarios.month.es.0.9`, which does not exist", said)
            self.assertRegex(said, r"limits.yaml:\d+:\d+: ")
        self.assertEqual(self.left(), [])


def available_memory():
    text = Path("/proc/meminfo").read_text()
    return int(re.search(r"MemAvailable:\s+(\d+)", text)[1]) << 10


class Resources(Ends):
    def test_too_many_for_the_memory(self):
        """Refused before any is computed, though an earlier set would fit."""
        if available_memory() > 25e9:
            self.skipTest(f"NOTHING TESTED: 100,000,000 scenarios fit into {available_memory() >> 30} GiB")
        free = os.statvfs(self.place)
        if free.f_bavail * free.f_frsize < 20e9:
            self.skipTest("NOTHING TESTED: the disk is what refuses so many")
        large = PLAIN | {"name": "large", "count": 100_000_000}
        grows = PLAIN | {"name": "large", "precision": {"es_relative_error": 0.01, "max_count": 100_000_000}}
        for set_, key in ((large, "`count`"), (grows, "`precision.max_count`")):
            began = time.monotonic()
            said = self.run_here("--quiet", config=self.write(PLAIN | {"count": 1000}, set_), expect=6).stderr
            print(said.strip())
            self.assertLess(time.monotonic() - began, 20)
            self.assertRegex(said, r"sets\.yaml:\d+:\d+: scenarios `large` need some [\d.]+ GiB: .*; [\d.]+ GiB are available; ")
            self.assertIn(f"set {key} or ", said)
            self.assertEqual(self.left(), [])

    def mounted(self, size):
        """A file system of so many bytes, or none where the test may not mount one."""
        place = Path(tempfile.mkdtemp(dir=self.base))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, text=True)
        if done.returncode:
            self.skipTest(f"NOTHING TESTED: no small file system can be mounted: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        return place

    def test_too_many_for_the_disk(self):
        place = self.mounted(4 << 20)
        grows = {"precision": {"es_relative_error": 0.01, "max_count": 300_000}}
        for settings, key in (({"count": 300_000}, "`count`"), (grows, "`count` or `precision.max_count`")):
            said = topheavy("run", self.write(PLAIN | settings), "--out", place / "run", "--quiet", expect=6).stderr
            print(said.strip())
            self.assertRegex(said, r"scenarios\.parquet: 300000 rows of scenarios take some [\d.]+ MiB, and the disk has [\d.]+ "
                                   "MiB left; write the results elsewhere by `--out`, or set " + key + " lower")
            self.assertEqual(list(place.iterdir()), [])

    def test_disk_full_while_rows_are_written(self):
        """Room for all but the rows: as on a disk that fills up meanwhile."""
        limit = 4_000_000

        def limited():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        self.run_here(config=self.write(PLAIN), name="small", preexec_fn=limited)
        done = self.run_here("--quiet", config=self.write(PLAIN | {"count": 100_000}), expect=6, preexec_fn=limited)
        print(done.stderr.strip())
        self.assertIn("scenarios.parquet", done.stderr)
        self.assertEqual(self.left(), ["small"])


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Refused(Ends):
    def test_later_sets_are_looked_at_first(self):
        """Nobody is to wait for a set to hear of what is wrong with the next."""
        long = PLAIN | {"count": 3_000_000, "horizon": 21}
        for wrong, said in (({"horizon": 400}, "a horizon of 400 days"),
                            ({"events": [{"name": "e", "metric": "group_return.sector.Tehc", "above": 0}]}, "sector.Tehc"),
                            ({"generator": {"kind": "volatility_path", "path": 200}, "stresses": ["mars.yaml"]}, "Mars")):
            (self.base / "mars.yaml").write_text(json.dumps(STILL | {"shocks": [{"groups": {"sector": {"Mars": -0.1}}}]}))
            done = self.run_here("--json-log", config=self.write(long, PLAIN | {"name": "later"} | wrong), expect=2)
            self.assertIn(said, done.stderr)
            self.assertNotIn("month::paths", done.stderr)
            self.assertEqual(self.left(), [])


class Stopped(Ends):
    """In the middle of each stage, which the end of the one before tells in a JSON log."""

    # stage: (the one before, a set in which the stage takes some seconds and those before it little)
    STAGES = {
        "paths": ("returns", {"count": 3_000_000, "horizon": 21}),
        "tail": ("paths", {"count": 700_000, "horizon": 1, "levels": [0.51], "dimensions": []}),
        "history_error": ("tail", {"history_error": {"replicates": 20000, "count": 10000}}),
        "stresses": ("history_error", {"count": 60_000, "horizon": 21, "stresses": [f"down{i}.yaml" for i in range(60)],
                                       "history_error": {"replicates": 200, "count": 1024}}),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for i in range(60):
            (cls.base / f"down{i}.yaml").write_text(json.dumps(STILL | {"name": f"down{i}"}))

    def start(self, config, *options, **more):
        command = [program(), "run", str(config), "--out", str(self.place / "run"), "--threads", "1", *options]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        watch = threading.Timer(SECONDS, process.kill)  # what hangs ends, and fails by its exit status
        watch.start()
        self.addCleanup(watch.cancel)
        return process

    def wait_for(self, process, text):
        for line in process.stderr:
            if text in line:
                return line
        self.fail(f"ended without a line with {text!r}")

    def stop(self, process, number):
        """(exit status, CPU seconds from the signal on, clock seconds)."""
        spent, began = cpu_seconds(process), time.monotonic()
        process.send_signal(number)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, used.ru_utime + used.ru_stime - spent, time.monotonic() - began

    def test_signals(self):
        for stage, (before, settings) in self.STAGES.items():
            config = self.write(PLAIN | {"history_error": {"replicates": 0}} | settings)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
                with self.subTest(stage, signal=number.name):
                    process = self.start(config, "--json-log", stderr=subprocess.PIPE, text=True)
                    after = stage if before == "history_error" and "history_error" not in settings else before
                    self.wait_for(process, f"scenarios::month::{after} took")
                    time.sleep(0.1)
                    self.assertTrue(self.left(), "a temporary folder while rows are computed")
                    status, cpu, clock = self.stop(process, number)
                    said = process.stderr.read()
                    process.stderr.close()
                    self.assertEqual(status, 75, said)
                    self.assertIn(f"stopped by {number.name}", said)
                    self.assertIn("start the same command again", said)
                    self.assertIn(f"scenarios::month::{stage} took", said, "the signal came in another stage")
                    self.assertEqual(self.left(), [])
                    self.assertLess(cpu, CPU_SECONDS_LEFT, f"{clock:.2f} s of a clock")
                    print(f"{stage:14} {number.name:8} 75 after {clock:.2f} s, {cpu:.2f} s of computing")

    def test_starts_again(self):
        """What a stop took away the same command gives."""
        config = self.write(PLAIN | {"count": 100_000, "horizon": 21})
        process = self.start(config, "--json-log", stderr=subprocess.PIPE, text=True)
        self.wait_for(process, "returns took")
        self.assertEqual(self.stop(process, signal.SIGTERM)[0], 75)
        process.stderr.close()
        self.run_here(config=config)
        self.assertEqual(self.left(), ["run"])
        self.assertEqual(summary_of(self.place / "run")["scenarios"][0]["count"], 100_000)

    PROGRESS = r"month::paths +\d+ % +\d+ s, \d+ s left, [\d.e+-]+ Gcells/s"

    def test_progress_lines(self):
        """A plain line now and then where there is no terminal."""
        process = self.start(self.write(PLAIN | self.STAGES["paths"][1]), stderr=subprocess.PIPE, text=True)
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "Gcells/s" in line:
                break
        print(lines[-1].strip())
        self.assertRegex(lines[-1], self.PROGRESS)
        self.assertNotIn("\r", "".join(lines))
        self.assertLess(len(lines), 10)
        self.assertEqual(self.stop(process, signal.SIGTERM)[0], 75)
        process.stderr.close()

    def test_progress_on_a_terminal(self):
        """One line, written anew."""
        mine, its = pty.openpty()
        process = self.start(self.write(PLAIN | self.STAGES["paths"][1]), stderr=its)
        os.close(its)
        text = ""
        while "Gcells/s" not in text:
            text += os.read(mine, 4096).decode()
        self.assertIn("\r", text)
        self.assertRegex(text, self.PROGRESS)
        self.assertEqual(self.stop(process, signal.SIGINT)[0], 75)
        os.close(mine)


if __name__ == "__main__":
    unittest.main(verbosity=2)
