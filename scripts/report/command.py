# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The command: reads its words, checks all that is needed, then writes each file aside and renames it."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .page import report_html, summary_md
from .run_folder import read_json, refused, run_folder

PROJECT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DIFF_SCHEMA = "topheavy.diff/1"


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="report.py",
        description="Makes report.html and summary.md of a finished run folder.",
        epilog="Exit codes: 0 done, 2 usage, not a finished run folder or something missing, 1 anything else.",
    )
    parser.add_argument("run", type=Path, metavar="RUN", nargs="?", help="folder of a finished run")
    parser.add_argument(
        "--check", action="store_true", help="makes nothing: ends with 0 where all Python packages are there"
    )
    since = parser.add_mutually_exclusive_group()
    since.add_argument(
        "--previous",
        type=Path,
        metavar="RUN",
        help="folder of an earlier run: says what changed since, by `topheavy diff`",
    )
    since.add_argument("--diff", type=Path, metavar="FILE", help="what `topheavy diff --json FILE` wrote")
    parser.add_argument(
        "--program",
        type=Path,
        metavar="FILE",
        help="the program for --previous (default: TOPHEAVY_PROGRAM, build/cpu/topheavy, topheavy on the PATH)",
    )
    parser.add_argument("--pdf", action="store_true", help="writes report.pdf too; needs Chromium")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: RUN)")
    asked = parser.parse_args(words)
    if asked.run is None and not asked.check:
        parser.error("which RUN? the folder of a finished run is expected")
    return asked


def find_program(asked: Path | None) -> str:
    named = os.environ.get("TOPHEAVY_PROGRAM")
    for told, file in (("--program ", asked), ("TOPHEAVY_PROGRAM=", Path(named) if named else None)):
        if file is not None:
            if not os.access(file, os.X_OK) or file.is_dir():
                raise refused(f"{told}{file}: not a program that can be run; the built topheavy is expected")
            return str(file.resolve())
    built = PROJECT / "build" / "cpu" / "topheavy"
    found = str(built) if os.access(built, os.X_OK) else shutil.which("topheavy")
    if not found:
        raise refused(
            f"--previous needs the program: no {built} and no topheavy on the PATH; build it (scripts/build.sh cpu) "
            "or name it with --program"
        )
    return found


def difference(asked: argparse.Namespace, run: run_folder) -> dict[str, Any] | None:
    """The JSON of `topheavy diff`, made here where a previous run is given."""
    if asked.diff is not None:
        return read_diff(asked.diff, run)
    if asked.previous is None:
        return None
    run_folder(asked.previous)
    program = find_program(asked.program)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "diff.json"
        done = subprocess.run(
            [program, "diff", str(asked.previous), str(asked.run), "--json", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            kind = refused if done.returncode == 2 else RuntimeError
            raise kind(f"{program} diff ended with exit code {done.returncode}: {done.stderr.strip()}")
        return read_diff(file, run)


def read_diff(file: Path, run: run_folder) -> dict[str, Any]:
    """A diff of other runs would put wrong numbers on the page."""
    diff = read_json(file, DIFF_SCHEMA, "what `topheavy diff --json` writes")
    if diff["b"]["digest"] != run.summary["digest"]:
        raise refused(
            f"{file}: speaks of a run with digest {diff['b']['digest']}, {run.path} has {run.summary['digest']}; "
            "make it anew with `topheavy diff`"
        )
    return diff


def find_browser() -> str:
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise refused(
        f"--pdf needs one of {', '.join(BROWSERS)} on the PATH, and there is none: install chromium, or print "
        "report.html from any browser"
    )


def print_pdf(browser: str, page: Path, pdf: Path) -> None:
    with tempfile.TemporaryDirectory() as profile:
        options = [
            "--headless",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
        ]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium's sandbox refuses to start as root
        done = subprocess.run(
            [browser, *options, page.resolve().as_uri()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
    if done.returncode or not pdf.exists():
        raise RuntimeError(f"{browser} wrote no PDF, exit code {done.returncode}: {done.stderr.strip()[-1000:]}")


def write(asked: argparse.Namespace) -> list[Path]:
    """All files or none: they are made beside their places, then renamed."""
    browser = find_browser() if asked.pdf else None
    run = run_folder(asked.run)
    diff = difference(asked, run)
    out = asked.out or asked.run
    texts = {"report.html": report_html(run, diff), "summary.md": summary_md(run, diff)}
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise refused(f"--out {out}: {why.strerror}; a folder that can be written is expected") from None
    with tempfile.TemporaryDirectory(prefix=".report-", dir=out) as aside:
        made = [Path(aside) / name for name in texts]
        for file in made:
            file.write_text(texts[file.name], encoding="utf-8")
        if browser:
            made.append(Path(aside) / "report.pdf")
            print_pdf(browser, made[0], made[-1])
        for file in made:
            file.replace(out / file.name)
    return [out / file.name for file in made]


def main(words: list[str]) -> int:
    asked = arguments(words)
    if asked.check:
        return 0
    try:
        for file in write(asked):
            print(file)
        return 0
    except refused as why:
        print(f"report.py: error: {why}", file=sys.stderr)
        return 2
    except Exception as why:
        print(f"report.py: error: {type(why).__name__}: {why}", file=sys.stderr)
        if os.environ.get("TOPHEAVY_TRACE"):
            raise
        return 1
