# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The most memory that a million scenarios of 21 days take, beyond what the same run takes without them: of a generated
universe, and of the market data beside the project where they are.

    TOPHEAVY_PROGRAM=... python scenario_memory.py
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from program import PROJECT, REAL_DATA, program, topheavy  # noqa: E402

COUNT = 1_000_000
MOST = 1 << 30  # bytes
SETS = [{"name": "month", "count": COUNT, "horizon": 21, "seed": 1, "daily": {"top_10": True, "hhi": True},
         "history_error": {"replicates": 200, "count": 1024}}]
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def peak(config, out, *options):
    """(bytes resident at most, stderr) of a run; no daily absorption ratio, which takes time and no memory."""
    command = [program(), "run", str(config), "--out", str(out), "--set", "correlation.absorption.window=100000", *options]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode:
        sys.exit(f"exit {process.returncode}: {text}")
    return used.ru_maxrss << 10, text


def compare(name, config, folder):
    plain, _ = peak(config, folder / "plain", "--set", "scenarios=[]")
    with_stress = [SETS[0] | {"stresses": [str(folder / "down.yaml")]}]
    full, said = peak(config, folder / "full", "--set", "scenarios=" + json.dumps(with_stress))
    rows = pq.read_metadata(folder / "full" / "scenarios.parquet").num_rows
    told = re.search(r"scenarios `month`: .* cells with all passes, ([\d.]+) (\w+)\n", said)
    foretold = float(told[1]) * UNITS[told[2]]
    more = full - plain
    print(f"{name}: {plain >> 20} MiB without scenarios, {full >> 20} MiB with {rows} of them: {more >> 20} MiB more, "
          f"foretold {foretold / (1 << 20):.0f} MiB")
    if rows != COUNT:
        sys.exit(f"{name}: {rows} rows")
    # What is foretold decides whether a run is refused: it must not be much less than what is taken.
    return [f"{name}: {what}" for what, wrong in ((f"{more} bytes more, {MOST} are allowed", more > MOST),
                                                  ("half as much again as was foretold", more > 1.5 * foretold)) if wrong]


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "down.yaml").write_text(json.dumps({"name": "down", "shocks": [{"groups": {"sector": {"Technology": -0.1}}}]}))
        topheavy("generate", "--constituents", 1000, "--days", 500, "--seed", 1, "--out", folder / "data")
        wrong = compare("generated", folder / "data" / "config.yaml", folder)
        if (REAL_DATA / "panel.parquet").exists():
            (folder / "real").mkdir()
            (folder / "real" / "down.yaml").write_bytes((folder / "down.yaml").read_bytes())
            wrong += compare("market", PROJECT / "configs" / "examples" / "nasdaq.yaml", folder / "real")
        else:
            print(f"no market data in {REAL_DATA}: only the generated universe was measured")
    for line in wrong:
        print("FAILED", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
