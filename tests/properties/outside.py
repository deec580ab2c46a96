# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The program from outside (specification, section 9): exit codes, and what is left on disk after every end.

    TOPHEAVY_PROGRAM=... python outside.py
"""

import hashlib
import json
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from program import Data, Placed, program, summary_of, topheavy  # noqa: E402

FILES = {"summary.json", "daily.parquet", "groups.parquet", "attribution.parquet", "constituents.parquet",
         "correlation.parquet", "manifest.json"}
SCENARIO_FILES = {"scenarios.parquet", "components.parquet"}  # beside, where there are sets
DEVICE = any(Path("/dev").glob("nvidia[0-9]*"))


def contents(folder):
    """Relative path -> bytes of everything in a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(Path(folder).rglob("*")) if p.is_file()}


class Outside(Placed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.base / "data", 100, 300, 5)
        cls.config = cls.data.config(cls.base / "good.yaml")

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(dir=self.base))  # where runs go; nothing else may be left in it

    def left(self):
        return sorted(p.name for p in self.place.iterdir())

    def run_here(self, *options, name="run", config=None, expect=0, **more):
        return topheavy("run", config or self.config, "--out", self.place / name, *options, expect=expect, **more)

    def panel(self, change):
        """The generated panel with a change, as a file of its own, and its configuration."""
        file = self.place.with_suffix(".parquet")
        table = pa.Table.from_pandas(change(self.data.panel), preserve_index=False)
        pq.write_table(table, file)
        return self.data.config(self.place.with_suffix(".yaml"), panel=file)


class Ends(Outside):
    def test_done(self):
        done = self.run_here()
        self.assertEqual(self.left(), ["run"])
        self.assertEqual({p.name for p in (self.place / "run").iterdir()}, FILES)
        lines = done.stdout.splitlines()
        self.assertTrue(0 < len(lines) <= 60, len(lines))
        print(done.stdout)
        self.assertEqual([line for line in lines if len(line) > 100], [])

    def test_a_universe_of_any_size_runs_as_it_is_written(self):
        for constituents, days in ((20, 30), (20, 252), (40, 252)):
            with self.subTest(constituents=constituents, days=days):
                folder = self.place / f"{constituents}_{days}"
                topheavy("generate", "--constituents", constituents, "--days", days, "--out", folder)
                done = self.run_here(config=folder / "config.yaml", name=folder.name + "_run")
                self.assertEqual("scenarios" in done.stdout, days >= 252, done.stdout)

    def test_help_and_listings(self):
        for command in (["--help"], ["run", "--help"], ["validate", "--help"], ["info"], ["schema"], ["--version"]):
            self.assertTrue(topheavy(*command).stdout.strip(), command)
        schema = json.loads(topheavy("schema").stdout)
        self.assertIn("properties", schema)
        topheavy("validate", self.config)

    def test_usage(self):
        for command in ([], ["nonsense"], ["run"], ["run", self.config, "--nonsense"], ["run", self.config, "extra"],
                        ["run", self.config, "--backend", "abacus"], ["run", self.config, "--threads", "-1"],
                        ["run", self.config, "--threads", "many"], ["run", self.config, "--devices", "-1"],
                        ["run", self.config, "--devices", "0,one"], ["run", self.config, "--devices", "0,,1"], ["run", self.config, "--devices"], ["run", self.config, "--set", "nonsense"],
                        ["generate", "--constituents", "0", "--days", "5", "--seed", "1", "--out", "x"]):
            with self.subTest(command):
                done = topheavy(*command, expect=2, cwd=self.place)
                self.assertTrue(done.stderr.strip())
                self.assertEqual(self.left(), [])

    def test_bad_configuration(self):
        early, later = self.data.dates[5], self.data.dates[9]
        bad = {
            "unknown key": "windowss: []\n",
            "wrong type": "volatility: {max_staleness_days: soon}\n",
            "window ends before it starts": f"windows: [{{name: w, start: {later}, end: {early}}}]\n",
            "reserved name": f"windows: [{{name: last_21, start: {early}, end: {later}}}]\n",
            "thresholds fall": "volatility: {thresholds: [30, 20]}\n",
            "not YAML": "groups: {tier: [\n",
            "unquoted null among tickers": "groups: {tier: {few: {symbols: [NULL]}}}\n",
            "unknown label column": "groups: {tier: {few: {where: {planet: Mars}}}}\n",
            "date that does not exist": "windows: [{name: w, start: 2024-02-30, end: 2024-03-05}]\n",
        }
        for name, extra in bad.items():
            with self.subTest(name):
                config = self.data.config(self.base / "bad.yaml", extra=extra)
                done = self.run_here(config=config, expect=2)
                print(f"{name:32} {done.stderr.strip().splitlines()[0][-110:]}")
                self.assertRegex(done.stderr, r"bad\.yaml:\d+")
                self.assertEqual(self.left(), [])
        for options in (["--set", "data.panel=absent.parquet"], ["--set", "data.max_abs_return=-1"],
                        ["--set", "as_of=2001-01-01"]):
            with self.subTest(options):
                self.run_here(*options, expect=2)
                self.assertEqual(self.left(), [])
        topheavy("run", self.base / "absent.yaml", "--out", self.place / "run", expect=2)
        topheavy("validate", self.base / "bad.yaml", expect=2)
        self.assertEqual(self.left(), [])

    def test_all_problems_are_listed(self):
        config = self.data.config(self.base / "two.yaml", extra="windowss: []\nvolatility: {thresholds: high}\n")
        said = topheavy("validate", config, expect=2).stderr
        self.assertIn("windowss", said)
        self.assertIn("thresholds", said)

    def test_data_refused(self):
        def clash(panel):
            row = panel.iloc[[50]].assign(market_cap=panel.market_cap.iloc[50] * 2)
            return pd.concat([panel, row])

        def text(panel):
            return panel.assign(market_cap="much")

        bad = {
            "no market_cap": lambda p: p.drop(columns="market_cap"),
            "neither return nor close": lambda p: p.drop(columns=[c for c in ("return", "close") if c in p]),
            "no rows": lambda p: p.iloc[:0],
            "text for caps": text,
            "different rows of one date and symbol": clash,
            "dates before 1900": lambda p: p.assign(date=p.date.astype(str).str.replace("20", "18", n=1)),
            "not a date": lambda p: p.assign(date=p.date.astype(str).where(p.index != 77, "2024-13-01")),
            "dates in the future": lambda p: p.assign(date=p.date.astype(str).str.replace("20", "21", n=1)),
            "too many bad caps": lambda p: p.assign(market_cap=p.market_cap.where(p.index % 15 != 0, 0)),
        }
        for name, change in bad.items():
            with self.subTest(name):
                done = self.run_here(config=self.panel(change), expect=3)
                print(f"{name:38} {done.stderr.strip().splitlines()[-1][-110:]}")
                self.assertEqual(self.left(), [])

    def test_broken_files(self):
        whole = self.data.panel_file.read_bytes()
        csv = self.base / "panel.csv.gz"
        self.data.panel.to_csv(csv, index=False)
        for name, content in {"half.parquet": whole[:len(whole) // 2], "empty.parquet": b"",
                              "text.parquet": b"a,b\n1,2\n",
                              "half.csv.gz": csv.read_bytes()[:5000], "empty.csv": b"",
                              "ragged.csv": b"date,symbol,market_cap,return\n2024-01-02,A,1\n",
                              "header.csv": b"date,symbol,market_cap,return\n"}.items():
            with self.subTest(name):
                file = self.base / name
                file.write_bytes(content)
                done = self.run_here("--set", f"data.panel={file}", expect=3)
                print(f"{name:38} {done.stderr.strip().splitlines()[-1][-110:]}")
                self.assertIn(name, done.stderr)
                self.assertEqual(self.left(), [])
        file = self.base / "no_symbol.csv"
        file.write_text("ticker,sector\nA,B\n")
        self.run_here("--set", f"data.constituents={file}", expect=3)
        file.write_text("date,close\n1999-01-01,20\nyesterday,20\n")
        self.run_here("--set", f"data.volatility={file}", expect=3)
        self.assertEqual(self.left(), [])

    def test_full_disk(self):
        """No file may grow past a few bytes: as on a full disk, every write fails."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

        done = self.run_here(expect=6, preexec_fn=limit)
        print(done.stderr.strip())
        self.assertEqual(self.left(), [])


class Folders(Outside):
    def test_existing_without_force(self):
        self.run_here()
        before = contents(self.place)
        self.run_here(expect=2)
        self.assertEqual(contents(self.place), before)

    def test_force_replaces_a_run(self):
        self.run_here()
        self.run_here("--force", "--set", f"as_of={self.data.dates[-2]}")
        self.assertEqual(self.left(), ["run"])
        self.assertEqual(summary_of(self.place / "run")["as_of"], str(self.data.dates[-2]))

    def test_failed_force_keeps_the_old_run(self):
        self.run_here()
        before = contents(self.place)
        self.run_here("--force", config=self.panel(lambda p: p.drop(columns="market_cap")), expect=3)
        self.assertEqual(contents(self.place), before)

    def test_force_never_deletes_what_is_no_run(self):
        (self.place / "run").mkdir()
        (self.place / "run" / "thesis.txt").write_text("years of work")
        self.run_here("--force", expect=2)
        self.assertEqual(contents(self.place), {"run/thesis.txt": b"years of work"})
        # a summary alone, or one beside something else, does not make a run of it either
        (self.place / "run" / "summary.json").write_text("{}")
        self.run_here("--force", expect=2)
        self.assertIn("run/thesis.txt", contents(self.place))
        # many programs call a file manifest.json
        (self.place / "run" / "manifest.json").write_text('{"manifest_version": 3, "name": "an extension"}')
        self.run_here("--force", expect=2)
        self.assertIn("run/thesis.txt", contents(self.place))
        (self.place / "file").write_text("years of work")
        self.run_here("--force", name="file", expect=2)
        self.assertEqual((self.place / "file").read_text(), "years of work")

    def test_two_runs_into_one_folder(self):
        """One of them wins, the other is told that the folder exists; with --force the later replaces the earlier."""
        for options, ends in (([], {0, 2}), (["--force"], {0})):
            command = [program(), "run", str(self.config), "--out", str(self.place / "run"), "--quiet", *options]
            runs = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
            statuses = [run.wait(timeout=60) for run in runs]
            self.assertIn(0, statuses)
            self.assertLessEqual(set(statuses), ends, statuses)
            self.assertEqual(self.left(), ["run"])
            self.assertEqual({p.name for p in (self.place / "run").iterdir()}, FILES)

    def test_default_folder(self):
        topheavy("run", self.config, cwd=self.place)
        name = f"test-{self.data.dates[-1]}"
        self.assertEqual({p.name for p in (self.place / "topheavy-runs" / name).iterdir()}, FILES)
        self.assertEqual([p.name for p in (self.place / "topheavy-runs").iterdir()], [name])

    def test_demo(self):
        topheavy("demo", cwd=self.place)
        demo = self.place / "topheavy-demo"
        self.assertEqual({p.name for p in (demo / "run").iterdir()}, FILES | SCENARIO_FILES)
        topheavy("demo", cwd=self.place, expect=2)
        topheavy("demo", "--force", cwd=self.place)
        self.assertEqual(self.left(), ["topheavy-demo"])
        topheavy("run", demo / "config.yaml", "--out", self.place / "again")
        self.assertEqual(summary_of(self.place / "again")["digest"], summary_of(demo / "run")["digest"])


class Record(Outside):
    def test_manifest_sums_are_true(self):
        self.run_here()
        run = self.place / "run"
        manifest = (run / "manifest.json").read_text()
        stated = set(re.findall(r"\b[0-9a-f]{64}\b", manifest))
        files = [run / name for name in FILES - {"manifest.json"}]
        files += [self.config, self.data.panel_file, self.data.constituents_file, self.data.volatility_file]
        true = {hashlib.sha256(f.read_bytes()).hexdigest(): f.name for f in files}
        for value, name in true.items():
            with self.subTest(name):
                self.assertIn(value, stated)
        digest = summary_of(run)["digest"]
        self.assertEqual([v for v in stated if v not in true and v != digest], [], "sums of no known file")
        print("manifest: true sums of", ", ".join(sorted(true.values())))

    def test_logs(self):
        self.assertEqual(self.run_here("--quiet").stderr, "")
        log = self.run_here("--json-log", name="json").stderr
        for line in log.splitlines():
            self.assertIsInstance(json.loads(line), dict, line)
        refused = self.run_here("--json-log", name="bad", config=self.panel(lambda p: p.iloc[:0]), expect=3).stderr
        self.assertTrue(refused.strip())
        for line in refused.splitlines():
            self.assertIsInstance(json.loads(line), dict, line)
        refused = self.run_here("--quiet", name="bad", config=self.panel(lambda p: p.iloc[:0]), expect=3)
        self.assertTrue(refused.stderr.strip(), "--quiet hides progress, not errors")

    def test_backend(self):
        self.run_here("--backend", "cpu")
        self.assertEqual(summary_of(self.place / "run")["run"]["backend"], "cpu")
        self.run_here("--backend", "auto", name="auto")
        record = summary_of(self.place / "auto")["run"]
        self.assertIn(record["backend"], ("cpu", "cuda"))
        self.assertTrue(record["backend_reason"])
        self.assertEqual(self.run_here("--threads", 2, name="two") and
                         summary_of(self.place / "two")["run"]["threads"], 2)

    @unittest.skipIf(DEVICE, "there is a GPU")
    def test_cuda_without_a_device(self):
        for arguments in (["--backend", "cuda"], ["--devices", "0,1"]):
            done = self.run_here(*arguments, expect=6)
            print(done.stderr.strip())
            self.assertRegex(done.stderr, r"(?i)cuda")
            self.assertEqual(self.left(), [])


class Interrupted(Outside):
    """On a panel large enough to be caught in the middle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = Data(cls.base / "large", 2000, 1500, 9)
        cls.slow = cls.large.config(cls.base / "slow.yaml")

    def start(self, name):
        command = [program(), "run", str(self.slow), "--out", str(self.place / name), "--threads", "1"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def interrupt(self, number, delay):
        """Exit status of a run that gets a signal after a delay, and what it said."""
        process = self.start("run")
        time.sleep(delay)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
        return process.returncode, said

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            caught = 0
            for delay in (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 4, 8):
                if caught and delay > 0.5:
                    break  # longer ones are for machines so slow that the program had not begun
                status, said = self.interrupt(number, delay)
                if status == 0:  # it had finished
                    shutil.rmtree(self.place / "run")
                elif status != -number:  # that would be one that had not begun
                    self.assertEqual(status, 75, said)
                    caught += 1
                self.assertEqual(self.left(), [], (number, delay))
            print(f"{number.name}: 75 for {caught} delays")
            self.assertGreater(caught, 0)

    def test_input_that_changes_while_it_is_read(self):
        """Its sum in the manifest would be that of a file whose figures nobody has computed."""
        labels = self.large.constituents_file
        before = labels.read_bytes()
        self.addCleanup(labels.write_bytes, before)
        for delay in (0.1, 0.2, 0.4, 0.8, 1.6, 0.05, 0.02):
            labels.write_bytes(before)
            process = self.start("run")
            time.sleep(delay)
            labels.write_bytes(before + b"\n")
            said = process.communicate(timeout=60)[1]
            if process.returncode == 75:
                self.assertIn(f"{labels}: was changed while it was read; start again", said)
                self.assertEqual(self.left(), [])
                return
            self.assertEqual(process.returncode, 0, said)  # before the first look at it, or after the last
            shutil.rmtree(self.place / "run")
        self.fail("no run was caught reading")

    def test_next_run_removes_what_a_kill_left(self):
        """Killed as soon as anything appears beside the folder to be: the temporary stays, until the next run."""
        process = self.start("run")
        while process.poll() is None and not self.left():
            pass
        process.kill()
        process.communicate()
        stale = self.left()
        print("left by kill -9:", stale)
        self.assertTrue(stale, "nothing was seen: the kill came too late")
        self.assertNotIn("run", stale)
        self.run_here(name="run")
        self.assertEqual(self.left(), ["run"])

    def test_another_run_keeps_its_temporaries(self):
        """A run that is still writing beside is not stale."""
        running = self.start("one")
        while running.poll() is None:
            self.run_here("--force", "--quiet", name="other")
        self.assertEqual(running.wait(), 0, running.communicate()[1])
        self.assertEqual(self.left(), ["one", "other"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
