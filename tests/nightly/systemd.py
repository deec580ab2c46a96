# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The units of scripts/systemd as systemd reads them. Nothing is started.

    python systemd.py
"""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "properties"))
from program import PROJECT, SKIP  # noqa: E402

UNITS = PROJECT / "scripts" / "systemd"
HOME = "/opt/topheavy"  # where the units look for the project


def verify(folder, *units):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *(str(folder / unit) for unit in units)],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


class Units(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for unit in UNITS.iterdir():
            text = unit.read_text(encoding="utf-8")
            (self.folder / unit.name).write_text(text.replace(HOME, str(PROJECT)), encoding="utf-8")

    def test_are_well_formed(self):
        self.assertEqual(sorted(p.name for p in UNITS.iterdir()),
                         ["topheavy-nightly@.service", "topheavy-nightly@.timer"])
        units = ("topheavy-nightly@nasdaq.service", "topheavy-nightly@nasdaq.timer")
        self.assertEqual(verify(self.folder, *units), (0, ""))

    def test_a_mistake_is_found(self):
        """The check itself: a key that systemd does not know, and a program that is not there."""
        service = self.folder / "topheavy-nightly@.service"
        text = service.read_text(encoding="utf-8")
        service.write_text(text.replace("TimeoutStopSec=", "TimeoutStopsSec="), encoding="utf-8")
        self.assertIn("TimeoutStopsSec", verify(self.folder, "topheavy-nightly@nasdaq.service")[1])
        service.write_text(text.replace("nightly.sh", "nightlies.sh"), encoding="utf-8")
        self.assertNotEqual(verify(self.folder, "topheavy-nightly@nasdaq.service")[0], 0)

    def test_the_command_is_one_that_the_job_takes(self):
        """Every option of ExecStart stands in the job's own help."""
        service = (UNITS / "topheavy-nightly@.service").read_text(encoding="utf-8")
        command = next(line for line in service.splitlines() if line.startswith("ExecStart=")).split()
        said = subprocess.run([PROJECT / "scripts" / "nightly.sh", "--help"], capture_output=True, text=True).stdout
        options = [word for word in command if word.startswith("--")]
        self.assertTrue(options)
        for option in options:
            self.assertIn(f"\n  {option} ", said)


if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        print("SKIPPED: no systemd-analyze on this machine: no unit was checked")
        sys.exit(SKIP)
    unittest.main(verbosity=2)
