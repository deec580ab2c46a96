# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""One answer (specification, section 8): the digest of a run depends on the data and the settings, and on nothing else.

    TOPHEAVY_PROGRAM=... python digest.py [generated | real | devices]
"""

import hashlib
import sys
import unittest
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from program import PROJECT, REAL_DATA, SKIP, Data, Runs, need_real_data, summary_of, topheavy  # noqa: E402

OUTPUTS = ("daily.parquet", "groups.parquet", "attribution.parquet", "correlation.parquet", "constituents.parquet",
           "scenarios.parquet", "components.parquet")
SCENARIOS = """scenarios:
  - name: month
    count: 3000
    horizon: 10
    seed: 1
    daily: {top_10: true, hhi: true}
    history_error: {replicates: 200, count: 1024}
    stresses: [down.yaml]
"""
STRESS = "name: down\ndays: 3\nshocks: [{groups: {sector: {Technology: -0.2}}}, {beta: {to: volatility, move: 5}}]\n"


def sha256(file):
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def shuffled(table, seed):
    return table.take(pa.array(np.random.Generator(np.random.PCG64(seed)).permutation(table.num_rows)))


def with_column(table, name, make):
    return table.set_column(table.column_names.index(name), name, make(table[name]))


def as_text(column):
    return column.cast(pa.string())


# The same panel in other clothes: name -> (file name, table -> table, options of the Parquet writer)
VARIANTS = {
    "rows shuffled": ("shuffled.parquet", lambda t: shuffled(t, 1), {}),
    "rows reversed": ("reversed.parquet", lambda t: t.take(pa.array(np.arange(t.num_rows)[::-1])), {}),
    "row groups of 1,000": ("small_groups.parquet", lambda t: t, {"row_group_size": 1_000}),
    "row groups of 1,000,000": ("large_groups.parquet", lambda t: t, {"row_group_size": 1_000_000}),
    "symbols dictionary-encoded": ("dictionary.parquet",
                                   lambda t: with_column(t, "symbol", lambda c: c.dictionary_encode()),
                                   {"row_group_size": 7_000}),
    "symbols as large strings": ("large_string.parquet",
                                 lambda t: with_column(t, "symbol", lambda c: c.cast(pa.large_string())), {}),
    "dates as timestamps": ("timestamps.parquet",
                            lambda t: with_column(t, "date", lambda c: c.cast(pa.timestamp("us"))), {}),
    "dates as timestamps in ns": ("nanoseconds.parquet",
                                  lambda t: with_column(t, "date", lambda c: c.cast(pa.timestamp("ns"))), {}),
    "dates as ISO text": ("text.parquet", lambda t: with_column(t, "date", as_text), {}),
    "caps as whole numbers": ("integers.parquet",
                              lambda t: with_column(t, "market_cap", lambda c: c.cast(pa.int64())), {}),
    "columns reordered, one more": ("columns.parquet",
                                    lambda t: t.select(t.column_names[::-1]).append_column(
                                        "remark", pa.array(["-"] * t.num_rows)), {}),
    "CSV": ("panel.csv", lambda t: t, None),
    "CSV, shuffled, gzip": ("panel.csv.gz", lambda t: shuffled(t, 2), None),
    "zstd, no dictionary": ("zstd.parquet", lambda t: t, {"compression": "zstd", "use_dictionary": False}),
}


def write(folder, name, table, options):
    file = Path(folder) / name
    if options is None:
        table.to_pandas().to_csv(file, index=False)  # floats in the shortest form that reads back as the same number
    else:
        pq.write_table(table, file, **options)
    return file


class Generated(Runs):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.folder / "data", 200, 300, 3)
        panel = cls.data.panel
        cls.table = pa.table({
            "date": pa.array(panel.date, pa.date32()),
            "symbol": pa.array(panel.symbol, pa.string()),
            "market_cap": pa.array(panel.market_cap.astype(float).round()),
            "return": pa.array(panel["return"].astype(float), from_pandas=True),
        })
        cls.windows = f"windows: [{{name: half, start: {cls.data.dates[99]}, end: {cls.data.dates[200]}}}]\n" + SCENARIOS
        (cls.folder / "down.yaml").write_text(STRESS)
        cls.plain = cls.config("plain", cls.table)

    @classmethod
    def config(cls, name, table, options=None, extra="", file=None):
        file = write(cls.folder, file or f"{name}.parquet", table, {} if file is None else options)
        return cls.data.config(cls.folder / f"{name}.yaml", panel=file, extra=cls.windows + extra)

    def test_threads(self):
        digests = {n: self.digest(self.plain, "--threads", n) for n in (1, 2, 3, 7)}
        print("threads:", digests)
        self.assertEqual(len(set(digests.values())), 1)

    def test_form_of_the_input(self):
        plain = self.run_config(self.plain)
        want, bytes_of = summary_of(plain)["digest"], {name: sha256(plain / name) for name in OUTPUTS}
        for number, (name, (file, change, options)) in enumerate(VARIANTS.items()):
            with self.subTest(name):
                run = self.run_config(self.config(f"variant{number}", change(self.table), options, file=file))
                got = summary_of(run)["digest"]
                print(f"{name:30} {got}")
                self.assertEqual(got, want)
                for output in OUTPUTS:
                    self.assertEqual(sha256(run / output), bytes_of[output], output)

    def test_form_of_the_other_tables(self):
        """Rows of constituents and volatility reversed, a stranger among the constituents, another name of the run."""
        want = self.digest(self.plain)
        labels, levels = self.folder / "labels.csv", self.folder / "levels.parquet"
        stranger = self.data.constituents.iloc[[0]].assign(symbol="STRANGER", issuer="Stranger")
        pd.concat([self.data.constituents.iloc[::-1], stranger]).to_csv(labels, index=False)
        volatility = pd.read_csv(self.data.volatility_file).iloc[::-1]
        pq.write_table(pa.Table.from_pandas(volatility, preserve_index=False), levels)
        for name, options in {
            "constituents": ["--set", f"data.constituents={labels}"],
            "volatility": ["--set", f"data.volatility={levels}"],
            "name": ["--set", "name=another"],
            "what is the default": ["--set", "scenarios.0.generator={kind: bootstrap, regimes: true, block: auto}",
                                    "--set", "scenarios.0.levels=[0.95, 0.975, 0.99]"],
        }.items():
            with self.subTest(name):
                self.assertEqual(self.digest(self.plain, *options), want)

    def test_changes_with_the_data(self):
        want = self.digest(self.plain)
        row = int(np.argmax(self.table["market_cap"].to_numpy() * (
            self.table["date"].to_numpy() == np.datetime64(self.data.dates[150]))))
        for name, column in (("one return by 1e-12 of itself", "return"), ("one cap by 1e-12 of itself", "market_cap")):
            values = self.table[column].to_numpy().copy()
            values[row] *= 1 + 1e-12
            changed = self.table.set_column(self.table.column_names.index(column), column, pa.array(values))
            got = self.digest(self.config(f"changed_{column}", changed))
            print(f"{name:30} {got} against {want}")
            self.assertNotEqual(got, want)

    def test_changes_with_the_settings(self):
        digests = {"plain": self.digest(self.plain)}
        file = self.folder / "plain.parquet"
        for name, extra in {
            "window's end": self.windows.replace(str(self.data.dates[200]), str(self.data.dates[201])),
            "no window": SCENARIOS,
            "a tier": self.windows + f"groups: {{tier: {{few: {{symbols: [{self.data.panel.symbol.iloc[0]}]}}}}}}\n",
            "as of an earlier day": self.windows + f"as_of: {self.data.dates[-2]}\n",
            "a threshold": self.windows + "volatility: {thresholds: [20, 25, 31]}\n",
            "a regime's name": self.windows + "volatility: {names: [calm, recovering, stressed, fear]}\n",
            "hysteresis": self.windows + "volatility: {hysteresis: 2}\n",
            "lag": self.windows + "volatility: {lag: 1}\n",
        }.items():
            digests[name] = self.digest(self.data.config(self.folder / "settings.yaml", panel=file, extra=extra))
        for name, setting in {
            "lookback": "data.lookback_days=280",
            "no scenarios": "scenarios=[]",
            "seed": "scenarios.0.seed=2",
            "count": "scenarios.0.count=3001",
            "horizon": "scenarios.0.horizon=11",
            "set's name": "scenarios.0.name=months",
            "dimensions": "scenarios.0.dimensions=[]",
            "levels": "scenarios.0.levels=[0.95]",
            "daily figures": "scenarios.0.daily={}",
            "missing history": "scenarios.0.missing_history=zero",
            "days of correlations": "scenarios.0.min_days=9",
            "regimes": "scenarios.0.generator.regimes=false",
            "block": "scenarios.0.generator.block=3",
            "error by history": "scenarios.0.history_error.count=1025",
            "no stress": "scenarios.0.stresses=[]",
            "an event": "scenarios.0.events=[{name: high, metric: index_new_high}]",
            "precision": "scenarios.0.precision={es_relative_error: 0.03, max_count: 100000}",
        }.items():
            digests[name] = self.digest(self.plain, "--set", setting)
        print("settings:", digests)
        self.assertEqual(len(set(digests.values())), len(digests))

    def test_files_are_the_same_to_the_byte(self):
        first, second = self.run_config(self.plain, "--threads", 1), self.run_config(self.plain, "--threads", 2)
        for name in OUTPUTS:
            self.assertEqual(sha256(first / name), sha256(second / name), name)
        one, other = summary_of(first), summary_of(second)
        one.pop("run"), other.pop("run")
        for summary in (one, other):
            for figures in summary["scenarios"]:
                figures.pop("seconds"), figures.pop("cells_per_second")
        self.assertEqual(one, other)
        print("two runs: the same bytes in", ", ".join(OUTPUTS), "and in summary.json but for times")


class Devices(Runs):
    def test_lists(self):
        """One device, the same listed twice and three times, and all: the answer of the CPU."""
        data = Data(self.folder / "data", 200, 300, 3)
        (self.folder / "down.yaml").write_text(STRESS)
        config = data.config(self.folder / "plain.yaml", panel=data.panel_file, extra=SCENARIOS)
        want = self.digest(config, "--backend", "cpu")
        print(f"{'cpu':30} {want}")
        for options in ("--devices 0", "--devices 0,0", "--devices 0,0,0", "--backend cuda"):
            with self.subTest(options):
                run = self.run_config(config, *options.split())
                got, record = summary_of(run)["digest"], summary_of(run)["run"]
                print(f"{options:30} {got} on {record['device']}")
                self.assertEqual(record["backend"], "cuda")
                self.assertEqual("listed" in record["device"], options.count("0") > 1)
                self.assertEqual(got, want)

    def test_one_that_is_not_there(self):
        data = Data(self.folder / "few", 30, 60, 3)
        done = topheavy("run", data.config(self.folder / "few.yaml", panel=data.panel_file), "--out",
                        self.folder / "none", "--devices", "0,4096", expect=2)
        print(done.stderr.strip())
        self.assertRegex(done.stderr, r"--devices: no device 4096; there (is|are) 0 \(")


class Real(Runs):
    def test_market_data(self):
        need = pq.read_table(REAL_DATA / "panel.parquet").select(["date", "symbol", "market_cap", "return"])
        example = PROJECT / "configs" / "examples" / "nasdaq.yaml"
        # The daily absorption ratio is in no digest and costs ten times all else: with a window beyond the panel there is none.
        # What takes longest is held by the generated universe.
        short = ["--set", "correlation.absorption.window=100000"]
        for set_ in (0, 1):
            short += ["--set", f"scenarios.{set_}.history_error={{replicates: 0}}"]
        want = self.digest(example, *short, "--threads", 1)
        print(f"{'1 thread':30} {want}")
        for threads in (2, 3):
            self.assertEqual(self.digest(example, *short, "--threads", threads), want)
        for name in ("rows shuffled", "row groups of 1,000", "symbols dictionary-encoded", "dates as timestamps",
                     "CSV, shuffled, gzip"):
            file, change, options = VARIANTS[name]
            with self.subTest(name):
                file = write(self.folder, file, change(need), options)
                got = self.digest(example, *short, "--set", f"data.panel={file}")
                file.unlink()
                print(f"{name:30} {got}")
                self.assertEqual(got, want)


if __name__ == "__main__":
    classes = {"generated": "Generated", "real": "Real", "devices": "Devices"}
    case = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in classes else "generated"
    if case == "real":
        need_real_data()
    if case == "devices" and "backend   cuda: not available" in topheavy("info").stdout:
        print("SKIPPED: no CUDA device: nothing was compared")
        sys.exit(SKIP)
    unittest.main(defaultTest=classes[case], verbosity=2)
