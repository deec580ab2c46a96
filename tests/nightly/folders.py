# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""For the tests of the job: run folders seen from outside, and a stand-in for scripts/report.py."""

import hashlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "properties"))

# Does what STAND_IN says: `check` fails in --check, `fail` after half a page, `half` makes half a page and ends well,
# `wait` never ends, nor does a child of it, `break` removes the folder STAND_IN_REMOVES.
STAND_IN = '''
import json, os, shutil, subprocess, sys, time
from pathlib import Path
how = os.environ.get("STAND_IN", "")
if "--check" in sys.argv:
    if how == "check":
        print("no module named 'jinja2': run scripts/setup.sh", file=sys.stderr)
        sys.exit(2)
    sys.exit(0)
folder = Path(sys.argv[1])
seen = sorted(p.name for p in folder.iterdir())
(folder / "report.html").write_text(json.dumps({"arguments": sys.argv[1:], "seen": seen}))
if how == "wait":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["STAND_IN_PIDS"]).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)
if how == "fail":
    (folder / "report.html.partial").write_text("half")
    print("the page has no ink", file=sys.stderr)
    sys.exit(1)
if how == "break":
    shutil.rmtree(os.environ["STAND_IN_REMOVES"])
if how != "half":
    (folder / "summary.md").write_text("in short")
'''


def stand_in(folder):
    """The environment in which `topheavy run` makes its page by the stand-in."""
    script = Path(folder) / "stand_in.py"
    script.write_text(STAND_IN, encoding="utf-8")
    return {"TOPHEAVY_REPORT": str(script), "TOPHEAVY_PYTHON": sys.executable}


def manifest_of(run):
    return json.loads((Path(run) / "manifest.json").read_text(encoding="utf-8"))


def what_is_wrong(run):
    """Why a folder is not the whole result of a run; empty where it is: its files are those of its manifest, to the byte."""
    run = Path(run)
    try:
        manifest = manifest_of(run)
    except (OSError, ValueError) as fault:
        return f"{run}: {fault}"
    listed = {output["file"]: output["sha256"] for output in manifest["outputs"]}
    there = {p.name for p in run.iterdir()} - {"manifest.json"}
    if there != set(listed):
        return f"{run}: holds {sorted(there)}, listed are {sorted(listed)}"
    for file, sha256 in listed.items():
        if hashlib.sha256((run / file).read_bytes()).hexdigest() != sha256:
            return f"{run / file}: is not what the manifest lists"
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    return "" if summary["digest"] == manifest["digest"] else f"{run}: two digests"
