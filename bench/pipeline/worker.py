# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""One rival in a process of its own: reads commands from stdin, a JSON text a line, and answers each with one line.
Imports are over before the first command, so that no time holds them.

    worker.py MODULE CONFIG

    {"do": "history"}              -> {"seconds": .., "cpu": seconds of all cores}
    {"do": "check", "run": DIR}    -> {"values": how many agree} or {"differences": text}
    {"do": "read", "way": NAME}    -> the same           (MODULE reading)
    {"do": "about"}                -> versions, largest resident set so far, sizes of the last answer
"""

import importlib
import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "rivals"), str(HERE.parents[1] / "tests" / "oracle")]
import tables  # noqa: E402


def timed(work, config):
    """What a call took, and its answer; cpu: seconds of all cores."""
    start, cpu = time.perf_counter(), time.process_time()
    answer = work(config)
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}, answer


def panel_bytes(path):
    """Bytes of the file that hold the four columns that are read."""
    import pyarrow.parquet as pq
    meta = pq.ParquetFile(path).metadata
    groups = (meta.row_group(i).column(j) for i in range(meta.num_row_groups) for j in range(meta.num_columns))
    return sum(c.total_compressed_size for c in groups
               if c.path_in_schema in ("date", "symbol", "market_cap", "return"))


def sizes_of(answer):
    return {"days": len(answer["dates"]), "constituents": len(answer["symbols"]), "windows": len(answer["windows"]),
            "groups": 1 + sum(len(names) for names, *_ in answer["groups"].values()),
            "regimes": len(answer["concentration"]["risk"]["by_regime"])}


def main():
    module, config = importlib.import_module(sys.argv[1]), tables.read_config(sys.argv[2])
    answer = None
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "history":
            answer = None  # its memory is not held twice
            said, answer = timed(module.history, config)
        elif command["do"] == "check":
            import equality
            try:
                said = {"values": equality.require_same(module.history(config), command["run"])}
            except equality.Differences as wrong:
                said = {"differences": str(wrong)}
        elif command["do"] == "read":
            said, table = timed(module.WAYS[command["way"]], config)
            del table
        else:
            said = {"peak_rss": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                    "versions": {name: version(name) for name in ("numpy", "pandas", "polars", "pyarrow")},
                    "panel_bytes": panel_bytes(config["data"]["panel"]), "sizes": answer and sizes_of(answer)}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
