# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""`report.page`: how a run makes its page. What is on the page is tested in tests/report.

    TOPHEAVY_PROGRAM=... python page.py
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from folders import manifest_of, stand_in, what_is_wrong
from program import Data, Placed, program, topheavy


def is_alive(pid):
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Page(Placed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.base / "data", 40, 60, 5)
        cls.config = cls.data.config(cls.base / "page.yaml", extra="report: {page: true}\n")
        cls.environment = stand_in(cls.base)

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(dir=self.base))

    def left(self):
        return sorted(p.name for p in self.place.iterdir())

    def run_here(self, *options, name="run", expect=0, how="", **environment):
        return topheavy("run", self.config, "--out", self.place / name, *options, expect=expect,
                        env={**os.environ, **self.environment, "STAND_IN": how, **environment})

    def page(self, name="run"):
        return json.loads((self.place / name / "report.html").read_text())

    def test_appears_with_the_results(self):
        self.run_here()
        self.assertEqual(self.left(), ["run"])
        self.assertEqual(what_is_wrong(self.place / "run"), "")
        self.assertLessEqual({"report.html", "summary.md"},
                             {o["file"] for o in manifest_of(self.place / "run")["outputs"]})
        page = self.page()
        folder, *rest = page["arguments"]
        self.assertRegex(folder, r"/\.run\.partial-\w{6}$")  # before the folder has its name
        self.assertLessEqual({"manifest.json", "summary.json", "daily.parquet"}, set(page["seen"]))
        self.assertEqual(rest, ["--program", program()])  # there is no earlier run

    def previous(self, *options, name="run"):
        self.run_here(*options, name=name)
        arguments = self.page(name)["arguments"]
        return arguments[arguments.index("--previous") + 1] if "--previous" in arguments else None

    def test_previous_is_the_newest_of_an_earlier_day(self):
        days = [str(d) for d in self.data.dates[-4:]]
        plain = ["--set", "report.page=false"]
        self.run_here(*plain, "--set", f"as_of={days[0]}", name="first")
        self.run_here(*plain, "--set", f"as_of={days[1]}", name="zz_second")
        time.sleep(1.1)  # the record of a run tells its end to the second
        self.run_here(*plain, "--set", f"as_of={days[1]}", name="second")
        self.run_here(*plain, "--set", f"as_of={days[3]}", name="later")
        self.run_here(*plain, "--set", f"as_of={days[1]}", "--set", "name=other", name="other")
        (self.place / "latest").symlink_to("first")
        shutil.copytree(self.place / "second", self.place / "zz_cut")
        (self.place / "zz_cut" / "summary.json").write_text('{"schema": "topheavy.summary/1", "as_of": ')
        shutil.copytree(self.place / "second", self.place / ".zz.partial-x7Gq2b")
        (self.place / "zz_folder").mkdir()
        self.assertEqual(self.previous("--set", f"as_of={days[2]}", name="third"), str(self.place / "second"))
        self.assertEqual(self.previous("--set", f"as_of={days[1]}", name="again"), str(self.place / "first"))
        self.assertIsNone(self.previous("--set", f"as_of={days[0]}", name="oldest"))
        self.assertIsNone(self.previous("--set", "report.previous=null", name="none"))
        self.assertEqual(self.previous("--set", f"report.previous={self.place / 'first'}", name="named"),
                         str(self.place / "first"))

    def test_previous_that_is_no_run_is_refused(self):
        (self.place / "folder").mkdir()
        said = self.run_here("--set", f"report.previous={self.place / 'folder'}", expect=2).stderr
        self.assertIn("must be the folder of a finished run", said)
        self.assertEqual(self.left(), ["folder"])

    def test_cannot_be_made_is_said_before_anything_is_computed(self):
        cases = {"no module named 'jinja2'": {"how": "check"},
                 "set TOPHEAVY_REPORT": {"TOPHEAVY_REPORT": str(self.base / "gone.py")},
                 "cannot be started: No such file": {"TOPHEAVY_PYTHON": str(self.base / "no_python")}}
        for expected, changed in cases.items():
            with self.subTest(expected):
                done = self.run_here(expect=2, **changed)
                print(done.stderr)
                self.assertIn(expected, done.stderr)
                self.assertIn("`report.page`", done.stderr)
                self.assertEqual((done.stdout, self.left()), ("", []))
        environment = {**os.environ, **self.environment, "STAND_IN": "check"}
        self.assertIn("jinja2", topheavy("validate", self.config, expect=2, env=environment).stderr)
        topheavy("validate", self.config, env={**environment, "STAND_IN": ""})

    def test_fails_and_the_results_stand_without_it(self):
        for how in ("fail", "half"):
            with self.subTest(how):
                done = self.run_here(name=how, how=how, expect=1)
                folder = self.place / how
                self.assertEqual(what_is_wrong(folder), "")
                self.assertFalse((folder / "report.html").exists())
                self.assertIn(f"results      {folder}", done.stdout)
                self.assertIn("no ink" if how == "fail" else "not both there", done.stderr)
                command = done.stderr.strip().splitlines()[-1].partition("make it by: ")[2]
                subprocess.run(shlex.split(command), check=True, timeout=60)  # the stand-in is well again
                self.assertTrue((folder / "summary.md").exists())
                self.run_here("--force", name=how)  # a page made by hand is no stranger's file
                self.assertEqual(what_is_wrong(folder), "")

    def test_fails_in_one_line_of_a_log_of_json(self):
        lines = self.run_here("--json-log", how="fail", expect=1).stderr.splitlines()
        self.assertTrue(any("no ink" in json.loads(line)["message"] for line in lines), lines)

    def test_a_breached_limit_is_told_beside(self):
        limit = 'limits=[{name: all, metric: concentration.constituent.top.50, max: 0.01}]'
        self.run_here("--set", limit, name="breached", expect=4)
        self.assertIn("breached", self.run_here("--set", limit, how="fail", expect=1).stderr)

    def test_stopped_while_it_is_made(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                pids = self.place.with_suffix(".pids")
                pids.unlink(missing_ok=True)
                running = subprocess.Popen(
                    [program(), "run", str(self.config), "--out", str(self.place / "run")], text=True,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    env={**os.environ, **self.environment, "STAND_IN": "wait", "STAND_IN_PIDS": str(pids)})
                last_moment = time.monotonic() + 60
                while not (pids.exists() and len(pids.read_text().split()) == 2):
                    self.assertLess(time.monotonic(), last_moment)
                    self.assertIsNone(running.poll())
                    time.sleep(0.02)
                running.send_signal(number)
                _, said = running.communicate(timeout=30)
                self.assertEqual(running.returncode, 75, said)
                self.assertEqual(self.left(), [])
                last_moment = time.monotonic() + 10
                while any(is_alive(pid) for pid in pids.read_text().split()):
                    self.assertLess(time.monotonic(), last_moment, "what the page had started is still there")
                    time.sleep(0.02)


if __name__ == "__main__":
    print(sys.version.split()[0])
    unittest.main(verbosity=2)
