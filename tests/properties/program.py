# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The program seen from outside, for every Python test: where it is, how it is run, what it generates."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

SKIP = 77  # exit status that ctest reports as skipped
PROJECT = Path(__file__).resolve().parents[2]
REAL_DATA = PROJECT.parent / "shared" / "data" / "nasdaq"


def program():
    found = os.environ.get("TOPHEAVY_PROGRAM")
    if not found or not Path(found).exists():
        sys.exit("set TOPHEAVY_PROGRAM to the built program `topheavy`")
    return str(Path(found).resolve())


def need_real_data():
    """Ends the test as skipped, loudly, where the market data beside the project are absent."""
    if not (REAL_DATA / "panel.parquet").exists():
        print(f"SKIPPED: no market data in {REAL_DATA}: nothing was compared")
        sys.exit(SKIP)


def topheavy(*arguments, expect=0, timeout=600, **options):
    """Runs `topheavy arguments...`; any exit status but `expect` fails with all the program said."""
    command = [program(), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, **options)
    if expect is not None and done.returncode != expect:
        said = " ".join(command) + "\n" + done.stdout + done.stderr
        raise AssertionError(f"exit {done.returncode}, expected {expect}: {said}")
    return done


class Data:
    """A generated data set in a folder: panel, constituents and volatility as frames, and their files."""

    def __init__(self, folder, constituents, days, seed):
        self.folder = Path(folder)
        topheavy("generate", "--constituents", constituents, "--days", days, "--seed", seed, "--out", self.folder)
        self.panel_file = self.folder / "panel.parquet"
        self.constituents_file = self.folder / "constituents.csv"
        self.volatility_file = self.folder / "volatility.csv"
        self.panel = pq.read_table(self.panel_file).to_pandas()
        self.constituents = pd.read_csv(self.constituents_file, dtype=str, keep_default_na=False, na_filter=False)
        self.dates = sorted(self.panel.date.unique())

    def config(self, path, panel=None, extra="", data_extra="", constituents=None):
        """Writes a configuration beside which paths are absolute; JSON text is YAML text."""
        lines = ["name: test", "data:", f"  panel: {json.dumps(str(panel or self.panel_file))}",
                 f"  constituents: {json.dumps(str(constituents or self.constituents_file))}",
                 f"  volatility: {json.dumps(str(self.volatility_file))}"]
        lines += [f"  {line}" for line in data_extra.splitlines()]
        Path(path).write_text("\n".join(lines) + "\n" + extra, encoding="utf-8")
        return Path(path)


def summary_of(run):
    return json.loads((Path(run) / "summary.json").read_text(encoding="utf-8"))


class Placed(unittest.TestCase):
    """Has a temporary folder, `base`, for all its tests."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.base = Path(temporary.name)


class Runs(Placed):
    """Runs by number in one temporary folder."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.base
        cls.count = 0

    @classmethod
    def run_config(cls, config, *options):
        cls.count += 1
        out = cls.folder / f"run{cls.count}"
        topheavy("run", config, "--out", out, "--quiet", *options)
        return out

    def digest(self, config, *options):
        found = summary_of(self.run_config(config, *options))["digest"]
        self.assertRegex(found, r"[0-9a-f]{16,}")
        return found
