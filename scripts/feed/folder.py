# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The folder of an import, which appears whole or not at all."""

import csv
import ctypes
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from .import_report import report_lines
from .importing import Imported
from .inputs import LABELS

FILES = ("panel.parquet", "constituents.csv", "volatility.csv", "import.json", "import.txt")


def write_csv(path: Path, header: list[str], rows: list[list]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def put_in_place(fresh: Path, out: Path) -> None:
    """Gives the folder its name in one step, also where an earlier import has it."""
    if not out.exists():
        os.rename(fresh, out)
        return
    exchange, here = 2, -100  # RENAME_EXCHANGE, AT_FDCWD
    if ctypes.CDLL(None, use_errno=True).renameat2(here, os.fsencode(fresh), here, os.fsencode(out), exchange) == 0:
        shutil.rmtree(fresh)
        return
    old = fresh.with_name(fresh.name + ".old")  # a file system that cannot exchange: two steps
    os.rename(out, old)
    os.rename(fresh, out)
    shutil.rmtree(old)


def remove_stale(out: Path) -> None:
    """What an import that was killed left beside: its folder's name ends with its process."""
    for path in out.parent.glob(f".{out.name}.import-*"):
        process = re.search(r"\.import-(\d+)", path.name)
        if process and not Path(f"/proc/{process[1]}").exists():
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)


def write(out: Path, found: Imported) -> None:
    """All files or none: they are made in a folder beside, which then takes the name."""
    out.parent.mkdir(parents=True, exist_ok=True)
    remove_stale(out)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.import-{os.getpid()}-", dir=out.parent))
    try:
        fresh.chmod(0o777 & ~umask())
        pq.write_table(found.panel, fresh / "panel.parquet", row_group_size=500_000)
        write_csv(fresh / "constituents.csv", ["symbol", "issuer", *LABELS], found.constituents)
        write_csv(
            fresh / "volatility.csv", ["date", "close"], [[d.isoformat(), repr(x)] for d, x in found.volatility.items()]
        )
        (fresh / "import.json").write_text(
            json.dumps(found.content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        (fresh / "import.txt").write_text("\n".join(report_lines(found.content)) + "\n", encoding="utf-8")
        put_in_place(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
