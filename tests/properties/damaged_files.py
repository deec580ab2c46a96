# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""A small panel with one bit flipped, or cut short, at places spread over the file, one run each.

Whatever the damage, the program ends by itself with 0 (a flipped digit may be a number too) or 3; it says which file it
refuses and leaves nothing behind, and it does not ask for memory by what a damaged length says. A cut file is always
refused.
"""

import collections
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from program import program
from recipes import BASE, make_file

FLIPS = 300
CUTS = 100
SECONDS = 20
MOST_MEMORY = 2 << 20  # KiB, of the largest run; a sanitizer takes its share


def spread(length, count):
    """`count` places in [0, length), the first and the last among them."""
    return sorted({i * (length - 1) // (count - 1) for i in range(count)})


class damage_test:
    def __init__(self, folder):
        self.folder = folder
        for table in BASE:
            make_file(folder / f"{table}.csv", table, {}, "csv")
        self.ends = collections.Counter()
        self.wrong = []

    def try_bytes(self, name, raw, what, threads, allowed):
        panel = self.folder / name
        panel.write_bytes(raw)
        (self.folder / "config.yaml").write_text(
            f"data: {{panel: {name}, constituents: constituents.csv, volatility: volatility.csv}}\n")
        before = sorted(os.listdir(self.folder))
        command = [program(), "run", "config.yaml", "--out", "out", "--quiet", "--threads", str(threads)]
        try:
            done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=SECONDS)
            code, said = done.returncode, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, said = "hangs", ""
        if code == 0:
            shutil.rmtree(self.folder / "out")
        left = sorted(set(os.listdir(self.folder)) - set(before))
        self.ends[name, code] += 1
        told = name in said if code else said == ""
        if code not in allowed or not told or left:
            self.wrong.append(f"{name}, {what}: exit {code}, left {left}, said {said!r}")
        panel.unlink()

    def run_all(self, name, raw):
        for i, place in enumerate(spread(len(raw), FLIPS)):
            changed = bytearray(raw)
            changed[place] ^= 1 << (i % 8)
            self.try_bytes(name, bytes(changed), f"bit {i % 8} of byte {place} of {len(raw)} flipped", 1 + i % 2, (0, 3))
        for i, length in enumerate(spread(len(raw), CUTS)):
            self.try_bytes(name, raw[:length], f"cut to {length} of {len(raw)} bytes", 1 + i % 2, (3,))


def main():
    folder = Path(tempfile.mkdtemp(prefix="topheavy_damaged_")).resolve()
    try:
        test = damage_test(folder)
        for form, recipe in (("parquet", {"row_group": 25}), ("csv.gz", {})):
            make_file(folder / "whole", "panel", recipe, form)
            raw = (folder / "whole").read_bytes()
            (folder / "whole").unlink()
            test.run_all(f"panel.{form}", raw)
    finally:
        shutil.rmtree(folder)
    for line in test.wrong:
        print("FAILED", line)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"damaged files: {sum(test.ends.values())} runs,",
          ", ".join(f"{count} x {name} exit {code}" for (name, code), count in sorted(test.ends.items(), key=str)),
          f"; {len(test.wrong)} wrong; largest run {memory >> 10} MiB")
    if memory > MOST_MEMORY:
        sys.exit("a run took more memory than any of these files can need")
    sys.exit(1 if test.wrong else 0)


if __name__ == "__main__":
    main()
