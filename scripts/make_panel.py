#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Turns daily listing snapshots and a volatility index into the three tables that topheavy reads.

SOURCE is a folder of files named by their trading day (2026-07-22.json, 20260722.json.gz, 2026/07/22.json), or with
--path a git repository one file of which is a day's listing in each commit. A snapshot is JSON, a list of rows with
symbol, name, lastsale ("$123.45"), pctchange ("-1.23%"), marketCap ("" or 0 where unknown), and sector, industry,
country, ipoyear where known; or {"data": {"rows": [...]}} as the exchange's screener gives it.

DIR gets panel.parquet, constituents.csv and volatility.csv, and what was done: import.json, import.txt. It appears
whole or not at all, and replaces an earlier import in one step. The same snapshots give the same bytes.

How days are found, what is left out, how classes of one company share its cap: scripts/README.md, "From snapshots to a
panel".

exit status: 0 done, 1 internal error, 2 usage or a Python package missing, 3 data refused, 6 memory or disk
"""

import argparse
import datetime
import os
import re
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "scripts"))
try:
    from feed import snapshots
    from feed.days import SHRUNK
    from feed.folder import FILES, write
    from feed.import_report import headline
    from feed.importing import build
    from feed.inputs import read_holidays
    from feed.snapshots import Refused, Usage
except ImportError as missing:
    own = PROJECT / ".venv" / "bin" / "python"
    if own.exists() and Path(sys.prefix) != own.parents[1]:
        os.execv(own, [str(own), *sys.argv])
    print(f"error: no Python package {missing.name}: scripts/setup.sh installs it into .venv", file=sys.stderr)
    sys.exit(2)


def named(names: list[str]) -> str:
    """The first names of a list, for one line."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")


def clock(text: str) -> datetime.time:
    if not re.fullmatch(r"\d{2}:\d{2}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no time such as 16:15")
    try:
        return datetime.time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no time of a day") from None


def share(text: str) -> float:
    try:
        if 0 <= float(text) < 1:
            return float(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"'{text}' is no share from 0 to below 1, such as 0.02")


def arguments_of(command_line: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make_panel.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "source", metavar="SOURCE", type=Path, help="folder of snapshots, or with --path a git repository"
    )
    parser.add_argument(
        "--volatility",
        metavar="FILE",
        type=Path,
        required=True,
        help="CSV with date and close (2026-07-22 or 07/22/2026), in points",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder to write, or an earlier import to replace"
    )
    parser.add_argument(
        "--path", metavar="PATH", help="the listing's path in the repository, such as nasdaq/nasdaq_full_tickers.json"
    )
    parser.add_argument(
        "--after-close",
        metavar="HH:MM",
        type=clock,
        default=datetime.time(16, 15),
        help="from when on a commit shows the day's close, by the exchange's clock (default 16:15)",
    )
    parser.add_argument("--holidays", metavar="FILE", type=Path, help="weekdays without trading, a date a line")
    parser.add_argument(
        "--corrections",
        metavar="FILE",
        type=Path,
        help="CSV: symbol, and any of take (yes, no), issuer, name, sector, industry, country, ipo_year, "
        "which replace what snapshots and rules say",
    )
    parser.add_argument(
        "--class-tolerance",
        metavar="SHARE",
        type=share,
        default=0.02,
        help="how far counts of shares, or caps, of two classes may differ that are both the whole company's "
        "(default 0.02)",
    )
    parser.add_argument(
        "--skip",
        metavar="NAME",
        action="append",
        default=[],
        help="leave a snapshot out: a file, a commit or a date; repeatable",
    )
    arguments = parser.parse_args(command_line)
    for name in ("volatility", "holidays", "corrections"):
        if (path := getattr(arguments, name)) and not path.is_file():
            parser.error(f"--{name} {path}: no such file")
    if not arguments.source.is_dir():
        parser.error(f"{arguments.source}: no such folder")
    if arguments.path and not shutil.which("git"):
        parser.error("--path: no program git on PATH; install git, or give a folder of snapshots without --path")
    arguments.out = Path(os.path.realpath(arguments.out))  # of a link the folder that it leads to is replaced
    if arguments.out.exists():
        there = list(arguments.out.iterdir()) if arguments.out.is_dir() else []
        if not arguments.out.is_dir() or (there and not (arguments.out / "import.json").is_file()):
            parser.error(f"--out {arguments.out}: is there and no earlier import; name another folder")
        if foreign := sorted(path.name for path in there if path.name not in FILES or not path.is_file()):
            parser.error(
                f"--out {arguments.out}: holds {named(foreign)} beside an earlier import, which would be lost when it "
                "is replaced; move it elsewhere, or name another folder"
            )
    return arguments


def not_of_this_import(names: list[str], arguments: argparse.Namespace) -> list[str]:
    """Files of SOURCE less those that the command line names: other input, and what lies in DIR."""
    given = (arguments.volatility, arguments.holidays, arguments.corrections)
    known = {arguments.out, *(path.resolve() for path in given if path)}
    paths = {name: (arguments.source / name).resolve() for name in names}
    return [name for name, path in paths.items() if known.isdisjoint((path, *path.parents))]


def main(command_line: list[str]) -> int:
    arguments = arguments_of(command_line)
    try:
        holidays = read_holidays(arguments.holidays)
        if arguments.path:
            source = snapshots.in_history(arguments.source, arguments.path, arguments.after_close, holidays)
        else:
            of_days, others = snapshots.in_folder(arguments.source)
            source = nullcontext((of_days, [], not_of_this_import(others, arguments)))
        with source as (found, left_out, others):
            imported = build(found, left_out, others, arguments, holidays)
        write(arguments.out, imported)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except Usage as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (OSError, MemoryError) as error:
        print(f"error: {error or 'out of memory'}", file=sys.stderr)
        return 6
    days = imported.content["days"]
    print("\n".join(headline(imported.content)))
    if others:
        print(
            f"warning: not read, as no trading day is their name: {named(others)}; rename snapshots among them such as "
            "2026-07-22.json",
            file=sys.stderr,
        )
    for one in days["suspect"]:
        print(
            f"warning: {one['day']}: {one['link']:.1%} of its changes follow from the prices of the trading day "
            "before; see import.txt",
            file=sys.stderr,
        )
    for one in days["shrunk"]:
        print(
            f"warning: {one['day']}: {one['rows']:,} rows after {one['rows_before']:,}, the {SHRUNK}th snapshot "
            "of that size; kept from here on. If the listing is not whole, leave these days out: --skip",
            file=sys.stderr,
        )
    print(f"in            {arguments.out}: {imported.panel.num_rows:,} rows; import.txt has every list")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
