# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""scripts/nightly.sh: one night after the other, and what goes wrong in them.

    TOPHEAVY_PROGRAM=... python night.py
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import pyarrow.parquet as pq

from folders import manifest_of, stand_in, what_is_wrong
from program import PROJECT, Data, Placed, program, summary_of
from prometheus_client.parser import text_string_to_metric_families

# Ends with 75 as often as the file beside it says, then is the program; with WAIT it waits for SIGTERM first.
STOPPED = '''#!/usr/bin/env bash
left=$(cat "$0.left")
if [[ $left == wait ]]; then
  trap 'exit 75' TERM
  echo waiting > "$0.waits"
  while true; do sleep 0.1; done
fi
if ((left > 0)); then
  echo $((left - 1)) > "$0.left"
  exit 75
fi
exec "{program}" "$@"
'''


class Night(Placed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.base / "data", 40, 60, 5)
        cls.days = [str(day) for day in cls.data.dates]

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.base))
        self.place = self.folder / "a place" / "nightly"
        self.panel = self.folder / "panel.parquet"
        self.rows_until(self.days[-3])
        self.config = self.data.config(self.folder / "small.yaml", panel=self.panel)

    def rows_until(self, day, factor=1.0):
        table = self.data.panel[self.data.panel.date.astype(str) <= day]
        pq.write_table(pq.read_table(self.data.panel_file).slice(0, 0).from_pandas(
            table.assign(market_cap=table.market_cap * factor), preserve_index=False), self.panel)

    def command(self, *options):
        return [str(PROJECT / "scripts" / "nightly.sh"), str(self.config), "--root", str(self.place),
                "--program", program(), "--wait", "0", *map(str, options)]

    def night(self, *options, expect=0, **environment):
        done = subprocess.run(self.command(*options), capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, env={**os.environ, **environment})
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        for folder in self.dated():
            self.assertEqual(what_is_wrong(self.place / folder), "")
        return done

    def dated(self):
        return sorted(p.name for p in self.place.glob("????-??-??") if not p.is_symlink())

    def latest(self):
        return os.readlink(self.place / "latest")

    def log(self):
        return max((self.place / "log").iterdir()).read_text()

    def last_line(self, done):
        return done.stdout.splitlines()[-1]

    def metrics(self, file):
        found = {}
        for family in text_string_to_metric_families(file.read_text()):
            (sample,) = family.samples
            self.assertEqual(sample.labels, {"config": "small"})
            found[sample.name.removeprefix("topheavy_nightly_")] = sample.value
        return found

    def test_help(self):
        said = subprocess.run([PROJECT / "scripts" / "nightly.sh", "--help"], capture_output=True, text=True, check=True)
        self.assertTrue(said.stdout.startswith("Usage: "))
        self.assertNotIn("set -e", said.stdout)

    def test_usage(self):
        for options in (["--keep", "0"], ["--keep", "many"], ["--keep"], ["--nonsense"], ["more.yaml"],
                        ["--", "--force"], ["--", "--out=x"], ["--program", "/no/such"],
                        ["--metrics", self.folder / "no" / "such.prom"]):
            with self.subTest(options):
                self.assertIn("error: ", self.night(*options, expect=2).stderr)
                self.assertFalse(self.place.exists())

    def test_night_after_night(self):
        first = self.night()
        self.assertEqual((self.dated(), self.latest()), ([self.days[-3]], self.days[-3]))
        self.assertIn("done, exit 0", self.last_line(first))
        self.assertIn("how concentrated", self.log())  # the summary
        made = manifest_of(self.place / "latest")

        same = self.night()
        self.assertIn("nothing new, exit 0", self.last_line(same))
        self.assertEqual(manifest_of(self.place / "latest"), made)

        self.rows_until(self.days[-2])
        self.night()
        self.assertEqual((self.dated(), self.latest()), (self.days[-3:-1], self.days[-2]))

        self.rows_until(self.days[-2], factor=2.0)  # restated
        self.assertIn("done, exit 0", self.last_line(self.night()))
        restated = manifest_of(self.place / "latest")

        self.config.write_text(self.config.read_text() + "volatility: {lag: 1}\n")
        self.assertIn("done, exit 0", self.last_line(self.night()))
        self.assertNotEqual(manifest_of(self.place / "latest")["config"], restated["config"])
        self.assertEqual(self.dated(), self.days[-3:-1])

        # An older date by hand: its folder, and the link stays.
        self.assertIn("latest is " + self.days[-2],
                      self.last_line(self.night("--", "--set", f"as_of={self.days[-5]}")))
        self.assertEqual((self.dated(), self.latest()), ([self.days[-5], *self.days[-3:-1]], self.days[-2]))
        self.assertEqual(len(list((self.place / "log").iterdir())), 6)

    def test_page_compares_with_the_night_before(self):
        self.config.write_text(self.config.read_text() + "report: {page: true}\n")
        environment = stand_in(self.folder)
        self.night(**environment)
        self.rows_until(self.days[-2])
        self.night(**environment)
        self.assertIn(f'"--previous", "{self.place / self.days[-3]}"', (self.place / "latest/report.html").read_text())
        # Without its page a night is not done: the link stays, and the next night makes it anew.
        self.rows_until(self.days[-1])
        failed = self.night(expect=1, STAND_IN="fail", **environment)
        self.assertIn("no ink", failed.stderr)
        self.assertEqual((self.dated(), self.latest()), (self.days[-3:], self.days[-2]))
        self.night(**environment)
        self.assertTrue((self.place / "latest" / "report.html").exists())
        self.assertEqual(self.latest(), self.days[-1])

    def test_a_night_that_fails_leaves_latest(self):
        metrics = self.folder / "night.prom"
        self.night("--metrics", metrics)
        good = self.metrics(metrics)
        self.assertEqual((good["exit_code"], good["attempts"]), (0, 1))
        self.assertEqual(good["last_success_timestamp_seconds"], good["last_run_timestamp_seconds"])
        time.sleep(1.1)
        self.panel.write_bytes(self.panel.read_bytes()[:1000])
        failed = self.night("--metrics", metrics, expect=3)
        self.assertIn("FAILED, exit 3", self.last_line(failed))
        self.assertIn("panel.parquet", failed.stderr)  # why, without a look into the log
        self.assertEqual(self.latest(), self.days[-3])
        bad = self.metrics(metrics)
        self.assertEqual((bad["exit_code"], bad["last_success_timestamp_seconds"]),
                         (3, good["last_success_timestamp_seconds"]))
        self.assertGreater(bad["last_run_timestamp_seconds"], good["last_run_timestamp_seconds"])
        self.config.write_text("nonsense: [\n")
        self.night("--metrics", metrics, expect=2)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()),
                         ["a place", "night.prom", "panel.parquet", "small.yaml"])

    def test_never_a_good_night(self):
        metrics = self.folder / "night.prom"
        self.panel.unlink()
        self.night("--metrics", metrics, expect=2)
        self.assertEqual(self.metrics(metrics)["last_success_timestamp_seconds"], 0)
        self.assertEqual(list(self.place.glob("latest")), [])

    def test_a_breached_limit_is_whole(self):
        limit = "limits: [{name: all, metric: concentration.constituent.top.50, max: 0.01}]\n"
        self.config.write_text(self.config.read_text() + limit)
        self.assertIn("BREACHED", self.last_line(self.night(expect=4)))
        self.assertEqual(self.latest(), self.days[-3])
        self.night(expect=0)  # nothing new, and the breach was told of
        for gone in ("latest", ".told"):  # as a night killed just before the link leaves it
            (self.place / gone).unlink()
        self.assertIn("nothing new, exit 4", self.last_line(self.night(expect=4)))
        self.assertEqual(self.latest(), self.days[-3])
        # As one leaves it that was killed when it had replaced results of which another exit code was told.
        self.config.write_text(self.config.read_text().replace("max: 0.01", "max: 0.02"))
        subprocess.run([program(), "run", self.config, "--out", self.place / "{as_of}", "--force", "--quiet"],
                       stderr=subprocess.DEVNULL)
        self.assertIn("nothing new, exit 4", self.last_line(self.night(expect=4)))
        self.night(expect=0)

    def test_damaged_results_are_made_again(self):
        self.night()
        folder = self.place / "latest"
        whole = (folder / "daily.parquet").read_bytes()
        for spoil in (lambda: (folder / "daily.parquet").unlink(),
                      lambda: (folder / "summary.json").write_text("{"),
                      lambda: (folder / "summary.json").write_text((folder / "summary.json").read_text() + " ")):
            spoil()
            self.assertNotIn("nothing new", self.last_line(self.night()))
            self.assertEqual((folder / "daily.parquet").read_bytes(), whole)

    def test_a_file_of_somebody_is_kept(self):
        for day in self.days[-6:-4]:
            self.night("--", "--set", f"as_of={day}")
        (self.place / self.days[-6] / "notes.txt").write_text("mine\n")
        subprocess.run(self.command("--keep", 1, "--", "--set", f"as_of={self.days[-4]}"), check=True,
                       capture_output=True)
        self.assertEqual(self.dated(), [self.days[-6], self.days[-4]])
        self.assertIn("holds notes.txt, which no run has written, so it is kept", self.log())

    def stopped_program(self, left):
        script = self.folder / "stopped.sh"
        script.write_text(STOPPED.replace("{program}", program()))
        script.chmod(0o755)
        Path(f"{script}.left").write_text(f"{left}\n")
        return script

    def test_starts_again_after_75(self):
        metrics = self.folder / "night.prom"
        self.night("--program", self.stopped_program(2), "--metrics", metrics)
        self.assertEqual(self.log().count("attempt "), 2)
        self.assertEqual(self.metrics(metrics)["attempts"], 3)
        self.assertEqual(self.latest(), self.days[-3])
        done = self.night("--program", self.stopped_program(9), "--retries", 2, expect=75)
        self.assertIn("STOPPED, start it again, exit 75", self.last_line(done))
        self.assertEqual(self.log().count("attempt "), 2)

    def start(self, *options):
        return subprocess.Popen(self.command(*options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def wait_for(self, file):
        last_moment = time.monotonic() + 60
        while not file.exists():
            self.assertLess(time.monotonic(), last_moment, file)
            time.sleep(0.02)

    def test_stopped(self):
        """SIGTERM to the job alone, as systemd sends it: handed on, and not tried again."""
        script = self.stopped_program("wait")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number):
                Path(f"{script}.waits").unlink(missing_ok=True)
                running = self.start("--program", script)
                self.wait_for(Path(f"{script}.waits"))
                os.kill(running.pid, number)
                said, _ = running.communicate(timeout=30)
                self.assertEqual(running.returncode, 75, said)
                self.assertIn("STOPPED", said.splitlines()[-1])
                self.assertEqual(self.dated(), [])

    def test_stopped_between_attempts(self):
        running = self.start("--program", self.stopped_program(9), "--wait", 600)
        line = ""
        while "attempt 2" not in line:
            line = running.stdout.readline()
            self.assertTrue(line, "ended by itself")
        os.kill(running.pid, signal.SIGTERM)
        said, _ = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 75, said)

    def test_a_second_start_ends_at_once(self):
        metrics = self.folder / "night.prom"
        script = self.stopped_program("wait")
        running = self.start("--program", script)
        self.wait_for(Path(f"{script}.waits"))
        self.assertIn("another night is running", self.night("--metrics", metrics, expect=75).stderr)
        self.assertFalse(metrics.exists())  # the night that runs will tell
        self.assertEqual(len(list((self.place / "log").iterdir())), 1)
        # Whoever kills the job alone has not ended the run: it still keeps others away.
        os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=30)
        self.night(expect=75)
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
        last_moment = time.monotonic() + 10
        while subprocess.run(["flock", "--nonblock", self.place / ".lock", "true"]).returncode:
            self.assertLess(time.monotonic(), last_moment, "the lock sticks")
        self.night()

    def test_keeps_as_many_as_asked_and_what_is_not_its_own(self):
        for day in self.days[-9:-4]:
            self.night("--", "--set", f"as_of={day}")
        kept = self.days[-9]
        (self.place / "audit").symlink_to(kept)
        shutil.copytree(self.place / self.days[-8], self.place / "2026-13-45 copy")
        (self.place / "1999-01-01").mkdir()
        (self.place / "1999-01-01" / "notes.txt").write_text("mine")
        (self.place / "1998-01-01").symlink_to(self.base / "data")
        (self.place / ".removed.2001-01-01").mkdir()
        (self.place / ".latest.77").symlink_to("2001-01-01")
        self.assert_only = lambda expected: self.assertEqual(
            sorted(p.name for p in self.place.glob("????-??-??") if (p / "manifest.json").exists()), expected)
        done = subprocess.run(self.command("--keep", 2), capture_output=True, text=True, check=True)
        self.assert_only([kept, self.days[-5], self.days[-3]])
        self.assertIn("1999-01-01 is not the folder of a run", done.stdout)
        self.assertTrue((self.place / "1999-01-01" / "notes.txt").exists())
        self.assertTrue((self.place / "2026-13-45 copy").exists())
        self.assertTrue((self.base / "data" / "panel.parquet").exists())
        self.assertEqual([p.name for p in self.place.iterdir() if p.name.startswith(".") and p.name != ".told"], [".lock"])
        self.assertEqual(len(list((self.place / "log").iterdir())), 2)
        # An old date made by hand is not deleted by the night that made it, nor is what latest points to.
        subprocess.run(self.command("--keep", 1, "--", "--set", f"as_of={self.days[-20]}"), check=True,
                       capture_output=True)
        self.assert_only([self.days[-20], kept, self.days[-3]])
        self.assertEqual(self.latest(), self.days[-3])

    def test_default_place_is_named_by_the_configuration(self):
        done = subprocess.run([PROJECT / "scripts" / "nightly.sh", self.config.name, "--program", program()],
                              cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(summary_of(self.folder / "topheavy-nightly" / "small" / "latest")["as_of"], self.days[-3])


if __name__ == "__main__":
    unittest.main(verbosity=2)
