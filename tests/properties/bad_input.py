# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The cases of tests/golden/data: input that is wrong, and what the program says and does of it.

Every case runs in each of its formats with one thread and with two, through `topheavy run` and `topheavy validate`:
exit code, the exact text on stderr, and that a refused run leaves nothing behind. With --update the texts of
refused cases are written anew, the exit codes never; every one of them must then be read as its user would.

  bad_input.py [--update] [--only TEXT] [--show]
"""

import argparse
import datetime
import json
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from program import PROJECT, program
from recipes import BASE, file_name, formats_of, make_file

CASES = PROJECT / "tests" / "golden" / "data"
SECONDS = 20  # a run that takes longer hangs
NOBODY = 65534


class loader(yaml.SafeLoader):
    """YAML whose dates are text, as in the tables."""

    yaml_implicit_resolvers = {first: [r for r in found if not r[0].endswith(":timestamp")]
                               for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def load(text):
    return yaml.load(text, loader) or {}


class unavailable(Exception):
    """This machine cannot make what the case needs."""


def read_cases(file):
    """[name, recipe as text, exit code as text, expected as text] of every case; see README.md there."""
    pattern = r"^==== case (\S+)\n(.*?)^==== exit (\S+)\n(.*?)(?=^==== case |\Z)"
    text = file.read_text(encoding="utf-8")
    found = [list(groups) for groups in re.findall(pattern, text, re.M | re.S)]
    assert len(found) == text.count("==== case "), f"{file}: a case without an exit"
    return found


def write_cases(file, cases):
    file.write_text("".join(f"==== case {name}\n{recipe}==== exit {code}\n{expected}"
                            for name, recipe, code, expected in cases), encoding="utf-8")


def contents(folder):
    """What lies in a folder, hidden files included."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def write_config(folder, recipe, files):
    path = folder / "config.yaml"
    config = {"name": "bad_input", **recipe.get("config", {})}
    data = dict(config.pop("data", {}))
    for table in ("constituents", "volatility", "panel"):  # the panel last: the length of its name differs by format
        if files[table] is not None:
            data[table] = files[table]
    config["data"] = data
    path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    return path


def prepare(folder, recipe, form):
    """Makes the files of a case; the arguments of `run` and how it is to be started."""
    files = {}
    for table in BASE:
        edits = recipe.get(table, {})
        if edits is None:  # the case does without
            files[table] = None
            continue
        files[table] = file_name(table, edits, form if table == "panel" else formats_of(table, edits)[0])
        make_file(folder / files[table], table, edits, form if table == "panel" else formats_of(table, edits)[0])
    for name, content in recipe.get("files", {}).items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    config = write_config(folder, recipe, files)
    replaced = recipe.get("config_file", {})
    if replaced:
        config.unlink()
        make_file(config, "config", replaced, "csv")
    out = prepare_out(folder, recipe.get("out", ""))
    if recipe.get("unprivileged") and os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    limited = "file_size_limit" in recipe or "unprivileged" in recipe
    return config, out, (lambda: limit_process(recipe)) if limited else None  # a process without limits starts faster


def limit_process(recipe):
    """In the process that becomes the program: what the machine refuses it."""
    limit = recipe.get("file_size_limit")
    if limit is not None:  # as on a full disk: no file grows past so many bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if recipe.get("unprivileged") and os.geteuid() == 0:  # root may do what is forbidden to others
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def prepare_out(folder, kind):
    out = folder / "out"
    if isinstance(kind, dict):  # files by name
        out.mkdir()
        for name, text in kind.items():
            (out / name).write_text(text)
    elif kind == "folder":
        out.mkdir()
        (out / "notes.txt").write_text("years of work")
    elif kind == "empty folder":
        out.mkdir()
    elif kind == "file":
        out.write_text("years of work")
    elif kind == "dangling link":
        out.symlink_to("gone")
    elif kind == "below a file":
        (folder / "notes.txt").write_text("years of work")
        out = folder / "notes.txt" / "out"
    elif kind == "below missing folders":
        out = folder / "new" / "results" / "out"
    elif kind == "in a read-only folder":
        (folder / "locked").mkdir(mode=0o555)
        out = folder / "locked" / "out"
    elif kind == "in /proc":
        out = Path("/proc/out")
        if not Path("/proc").is_dir():
            raise unavailable("no /proc")
    elif kind == "too long":
        out = folder / ("n" * 300)
    else:
        assert kind == "", f"out: {kind}"
    return out


def start(arguments, folder, limits=None):
    command = [program(), *map(str, arguments)]
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
                              preexec_fn=limits)
    except PermissionError as e:
        raise unavailable(f"an unprivileged process cannot start the program: {e}") from e
    except subprocess.TimeoutExpired:
        return None, f"still running after {SECONDS} s\n"
    return done.returncode, done.stderr.decode("utf-8", "replace")


def in_general(text, folder, panel):
    """The text with what differs from run to run as placeholders."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    text = re.sub(r"\.partial-\w{6}", ".partial-{random}", text)
    return (text.replace(str(folder / panel), "{panel}").replace(str(folder), "{folder}")
            .replace(f"today is {today}", "today is {today}"))


def same_text(expected, found):
    """`{*}` stands for words of a library, which differ by its version."""
    return re.fullmatch(re.escape(expected).replace(re.escape("{*}"), "[^\n]+"), found) is not None


def close_to(a, b):
    if isinstance(a, float) and isinstance(b, (int, float)) and not isinstance(b, bool):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-15)
    return a == b


def results_of(out):
    """All that was computed: tables and headline numbers, without the account of the data."""
    tables = {t: pq.read_table(out / f"{t}.parquet").to_pydict() for t in ("daily", "groups", "attribution", "constituents")}
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return {**tables, **{key: summary[key] for key in ("as_of", "index", "windows")}}, summary


def plain(value):
    """Results with NaN as a word, so that equal ones are equal."""
    return json.dumps(value, default=str)


def wrong_results(expected, out):
    """What differs from the expected account and results of a run that was accepted."""
    results, summary = results_of(out)
    quality = summary["data_quality"]
    wrong = []
    for key, value in expected.items():
        if key == "rows_dropped":
            found = {reason: count for reason, count in quality[key].items() if count}
        elif key == "daily":
            found = {}
            days = [str(d) for d in results["daily"]["date"]]
            for day, cells in value.items():
                for column, cell in cells.items():
                    seen = results["daily"][column][days.index(str(day))] if str(day) in days else "no such day"
                    seen = None if isinstance(seen, float) and math.isnan(seen) else seen
                    if not close_to(seen, cell):
                        wrong.append(f"{day} {column}: expected {cell}, found {seen}")
            continue
        elif key == "groups":
            found = {}
            for g, group in enumerate(results["groups"]["group"]):
                found.setdefault(results["groups"]["dimension"][g], set()).add(group)
            found = {dimension: sorted(found.get(dimension, ())) for dimension in value}
        elif key == "like":
            continue
        else:
            found = quality[key]
        if str(found) != str(value):
            wrong.append(f"{key}: expected {value}, found {found}")
    if "rows_dropped" not in expected and any(quality["rows_dropped"].values()):
        wrong.append(f"rows_dropped: {quality['rows_dropped']}, expected none")
    return wrong


class runner:
    def __init__(self, base):
        self.base = base
        self.count = 0
        self.known = {}

    def folder(self):
        self.count += 1
        folder = self.base / str(self.count)
        folder.mkdir()
        return folder

    def results_like(self, recipe_text, form):
        """Results of the recipe that a case must agree with, which is run once."""
        if (recipe_text, form) not in self.known:
            folder = self.folder()
            recipe = load(recipe_text)
            config, out, limits = prepare(folder, recipe, form)
            code, said = start(["run", config, "--out", out, "--quiet"], folder, limits)
            assert code == 0, said
            self.known[recipe_text, form] = plain(results_of(out)[0])
        return self.known[recipe_text, form]

    def run(self, recipe, form, threads):
        """(exit code, stderr in general, complaints, folder of results) of one run."""
        folder = self.folder()
        config, out, limits = prepare(folder, recipe, form)
        before = contents(folder)
        arguments = recipe.get("arguments", [])
        code, said = start(["run", config, "--out", out, "--quiet", "--threads", threads, *arguments], folder, limits)
        panel = file_name("panel", recipe.get("panel") or {}, form)
        complaints = []
        left = [name for name in contents(folder) if name not in before]
        if code != 0 and left:
            complaints.append(f"left behind: {left}")
        if code == 0 and (said or any(Path(name).name.startswith(".") for name in left)):
            complaints.append(f"accepted, with stderr {said!r} and new files {left}")
        if threads == 1 and form == formats_of("panel", recipe.get("panel") or {})[0]:
            overrides = [a for pair in zip(arguments, arguments[1:]) if pair[0] == "--set" for a in pair]  # all it takes
            checked, told = start(["validate", config, *overrides], folder, limits)
            expected = recipe.get("validate", 2 if code == 2 else 0)  # it does not read the tables
            if checked != expected or (code == 2 and expected == 2 and told != said):
                complaints.append(f"validate: exit {checked}, {told!r}")
        return code, in_general(said, folder, panel), complaints, out


def try_case(runs, recipe_text, code, expected):
    """(stderr, complaints, whether the text is as expected) of a case in all its formats and numbers of threads."""
    recipe = load(recipe_text)
    answers, complaints = [], []
    for form in formats_of("panel", recipe.get("panel") or {}):
        for threads in (1, 2):
            status, said, wrong, out = runs.run(recipe, form, threads)
            answers.append((status, said))
            complaints += [f"[{form}, {threads} threads] {w}" for w in wrong]
            if status == 0 and code == "0":  # what was computed
                values = load(expected)
                differences = wrong_results(values, out)
                if "like" in values and runs.results_like(json.dumps(values["like"]), form) != plain(
                        results_of(out)[0]):
                    differences.append("results differ from those of `like`")
                complaints += [f"[{form}, {threads} threads] {w}" for w in differences]
    status, said = answers[0]
    if any(answer != answers[0] for answer in answers):
        complaints.append(f"answers differ: {answers}")
    due = recipe.get("exits_now", code)
    if str(status) != str(due):
        complaints.append(f"exit {status}, expected {due}: {said}")
    text_is_right = str(status) == code and (code == "0" or same_text(expected, said))
    if "pending" not in recipe and not text_is_right:
        complaints.append(f"expected\n{expected}found\n{said}")
    return said, complaints, text_is_right


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="topheavy_bad_input_")).resolve()
    base.chmod(0o755)
    passed, failed, pending, skipped = 0, [], [], []
    try:
        runs = runner(base)
        for file in sorted(CASES.glob("*.cases")):
            cases = read_cases(file)
            for case in cases:
                name, recipe_text, code, expected = case
                full_name = f"{file.stem}/{name}"
                if options.only not in full_name:
                    continue
                try:
                    said, complaints, text_is_right = try_case(runs, recipe_text, code, expected)
                except unavailable as why:
                    skipped.append(f"{full_name}: {why}")
                    continue
                if options.show:
                    print(f"-- {full_name}\n{said}", end="")
                reason = load(recipe_text).get("pending")
                if options.update and not reason and code != "0" and "{*}" not in expected:
                    case[3] = said
                if complaints:
                    failed.append(f"{full_name}: " + "\n  ".join(complaints))
                elif reason:
                    pending.append(f"{full_name}: {reason}" + ("; IS RIGHT NOW: take the mark away" if text_is_right else ""))
                else:
                    passed += 1
            if options.update:
                write_cases(file, cases)
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", str(base)], check=False)
        shutil.rmtree(base)
    for label, lines in (("FAILED", failed), ("PENDING", pending), ("SKIPPED", skipped)):
        for line in lines:
            print(f"{label} {line}")
    print(f"bad input: {passed} cases passed, {len(failed)} failed, {len(pending)} pending, {len(skipped)} skipped")
    if not options.only and passed + len(failed) + len(pending) < 60:
        sys.exit("fewer than 60 cases ran")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
