# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The steps of scripts/gpu_verify.sh, whose head says what they prove and how to call it."""

import argparse
import concurrent.futures
import contextlib
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree

import gpu_report

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "gpu_verify"
BUILD = ROOT / "build" / "cuda"
PROGRAM = BUILD / "topheavy"
NAMED_ARCHITECTURES = ["80-real", "90"]  # as in CMakeLists.txt: what every build carries
TOOL_PLACES = ["/usr/local/cuda/bin", "/usr/local/cuda/compute-sanitizer"]  # where tools may be that are not on the PATH
SECONDS = 570
OUTPUT_END = 11000  # characters that the summary may take: some see no more than the end of the output


class NotAvailable(Exception):
    """The step cannot run on this machine; its text says why."""


class Failed(Exception):
    """The step ran and did not hold; its text says what. out_of_time: it was stopped before it could."""

    out_of_time = False

    def __init__(self, text, status=None):
        super().__init__(text)
        self.status = status  # of the command, where one ended by itself


class Verification:
    """What the steps know of each other: options, the environment of commands, findings for the record."""

    def __init__(self, options):
        self.options = options
        self.deadline = time.monotonic() + options.seconds
        self.environment = os.environ | {"TOPHEAVY_PYTHON": sys.executable}
        self.prefix = None  # of the unpacked dependencies; None: the system's own packages
        self.architectures = list(NAMED_ARCHITECTURES)
        self.backends = ["cpu", "cpu"] if options.no_device else ["cpu", "cuda"]
        self.machine = {}
        self.digests = {}  # of runs, by name
        self.log = None  # of the step that runs
        self.step_end = self.deadline

    def left(self):
        """Seconds that the step still has."""
        return min(self.deadline, self.step_end) - time.monotonic()

    def command(self, *arguments, output=None):
        """Runs a command with its output in the step's log, standard output in a file where one is given; raises Failed where
        it ends with another status than 0."""
        arguments = [str(argument) for argument in arguments]
        self.log.write("$ " + " ".join(arguments) + "\n")
        self.log.flush()
        with open(output, "w") if output else contextlib.nullcontext(self.log) as out:
            try:
                process = subprocess.Popen(arguments, cwd=ROOT, env=self.environment, stdout=out, stderr=self.log
                                           if output else subprocess.STDOUT, start_new_session=True)
            except FileNotFoundError:
                raise NotAvailable(f"no {arguments[0]}")
            try:
                status = process.wait(timeout=max(1.0, self.left()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with all it started
                process.wait()
                stopped = Failed(f"{arguments[0]} was stopped: no time left, of the step or of all")
                stopped.out_of_time = True
                raise stopped
        if status != 0:
            raise Failed(f"{' '.join(arguments[:3])} ended with status {status}", status)

    def last_line(self):
        self.log.flush()
        lines = pathlib.Path(self.log.name).read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def answer_of(*arguments, pattern=r"(.*)"):
    """The first match of a pattern in what a command prints, or None where there is no such command or match."""
    try:
        text = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(pattern, text)
    return found.group(1).strip() if found else None


def environment(run):
    """Names the tools; all of them are needed."""
    run.environment["PATH"] = os.environ["PATH"] = ":".join([run.environment["PATH"], *TOOL_PLACES])
    import pyarrow  # scripts/gpu_verify.sh chose a Python that has it

    tools = {
        "nvcc": answer_of("nvcc", "--version", pattern=r"V(\d+\.\d+\.\d+)"),
        "cxx": answer_of(os.environ.get("CXX", "c++"), "--version"),
        "cmake": answer_of("cmake", "--version", pattern=r"version (\S+)"),
        "python": platform.python_version(),
        "pyarrow": pyarrow.__version__,
    }
    system = answer_of("cat", "/etc/os-release", pattern=r'PRETTY_NAME="(.*)"')
    processor = answer_of("cat", "/proc/cpuinfo", pattern=r"model name\s*: (.*)")
    run.machine |= {"system": system, "processor": processor, "processors": len(os.sched_getaffinity(0)), "tools": tools}
    missing = [name for name, version in tools.items() if not version]
    if missing:
        raise NotAvailable("no " + ", no ".join(missing))
    return ", ".join(f"{name} {version}" for name, version in tools.items())


def device(run):
    """Names the device and adds its own architecture to the build."""
    if run.options.no_device:
        raise NotAvailable("asked for with --no-device")
    try:
        text = subprocess.run(
            ["nvidia-smi", "--query-gpu=name,driver_version,compute_cap,memory.total", "--format=csv,noheader"],
            capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAvailable(f"nvidia-smi: {error}")
    rows = text.stdout.strip().splitlines()
    if text.returncode != 0 or not rows:
        raise NotAvailable(f"nvidia-smi: {(text.stdout + text.stderr).strip()}")
    name, driver, capability, memory = [cell.strip() for cell in rows[0].split(",")]
    run.machine["device"] = {"name": name, "driver": driver, "compute_capability": capability, "memory": memory,
                             "count": len(rows)}
    architecture = capability.replace(".", "")
    if not any(named.split("-")[0] == architecture for named in NAMED_ARCHITECTURES):
        run.architectures.insert(0, f"{architecture}-real")
    return f"{name}, driver {driver}, compute capability {capability}, {memory}"


def dependencies(run):
    """Unpacks the pack and lets CMake look there first."""
    folder = run.options.deps
    if not folder.is_dir():
        raise NotAvailable(f"no folder {folder}: the system's own packages are used")
    prefix = WORK / "prefix"
    run.command("scripts/pack_deps.sh", "--unpack", folder, prefix)
    run.prefix = prefix / "usr"
    run.environment["PATH"] += f":{run.prefix}/bin"  # ninja, where the machine has none
    run.environment["PYTHONPATH"] = f"{prefix}/python"
    # Where linker and loader look for the libraries of a library: OpenBLAS's Fortran, and nothing else of the pack.
    before = run.environment.get("LD_LIBRARY_PATH", "")
    run.environment["LD_LIBRARY_PATH"] = f"{prefix}/fortran:{before}".rstrip(":")
    return f"from {folder}"


def build(run):
    """Configures and builds everything, then looks where the packages were found."""
    options = ["--fresh", f"-DTOPHEAVY_PYTHON={sys.executable}",
               f"-DCMAKE_CUDA_ARCHITECTURES={';'.join(run.architectures)}"]
    if not run.options.no_device:
        # Warnings of a compiler that nobody has tried must not keep the answers from being verified.
        options.append("-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF")
    if run.prefix:
        options.append(f"-DCMAKE_PREFIX_PATH={run.prefix}")
        options.append(f"-DCMAKE_INSTALL_RPATH={run.prefix}/lib/x86_64-linux-gnu")  # CMake leaves out what lies in here
    if run.prefix or pathlib.Path("/usr/include/benchmark/benchmark.h").exists():
        options.append("-DTOPHEAVY_BENCH=ON")
    run.command("scripts/build.sh", "cuda", *options)
    cache = dict(re.findall(r"^(\S+?):\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE))
    names = ["BLAS_openblas_LIBRARY", "CLI11_DIR", "GTest_DIR", "OPENSSL_CRYPTO_LIBRARY", "OPENSSL_INCLUDE_DIR", "TBB_DIR", "fmt_DIR",
             "nlohmann_json_DIR", "spdlog_DIR", "yaml-cpp_DIR"]
    elsewhere = [f"{name} = {cache.get(name)}" for name in names
                 if run.prefix and not cache.get(name, "").startswith(str(run.prefix))]
    if elsewhere:
        raise Failed("found outside the pack: " + ", ".join(elsewhere))
    return f"architectures {' '.join(run.architectures)}"


def ctest(run, name, *selection):
    """Runs the selected tests; returns how many passed and the names of those that were skipped."""
    junit = WORK / f"{name}.xml"
    run_failed = None
    try:
        run.command("ctest", "--preset", "cuda", *selection, "--parallel", len(os.sched_getaffinity(0)),
                    "--output-junit", junit)
    except Failed as error:
        run_failed = error
    if not junit.exists():
        raise run_failed or Failed("ctest wrote no record")
    cases = xml.etree.ElementTree.parse(junit).getroot().findall("testcase")
    skipped = [case.get("name") for case in cases if case.find("skipped") is not None]
    failed = [case for case in cases if case.get("status") == "fail"]
    for case in failed:  # once more at the end of the log, which the summary quotes
        output = (case.findtext("system-out") or "").splitlines()
        telling = [line for line in output if re.search(r"Failure$|Expected|xception|error|Error|DIFFERENT|FAILED", line)]
        run.log.write("\n".join([f"== {case.get('name')}:", *(telling or output)[-8:]]) + "\n")
    if failed:
        names = " ".join(case.get("name") for case in failed)
        raise Failed(f"{len(failed)} of {len(cases)} tests failed: {names}")
    if run_failed:
        raise run_failed
    return len(cases) - len(skipped), skipped


def device_tests(run):
    if run.options.no_device:
        raise NotAvailable("asked for with --no-device")
    passed, skipped = ctest(run, "device_tests", "--label-regex", "^gpu$")
    if skipped:
        raise Failed(f"{len(skipped)} tests were skipped although there is a device: {' '.join(skipped)}")
    return f"{passed} passed, none skipped"


def other_tests(run):
    # What lies around the program (its page, jobs, feeds) is the same on a machine without a device, and its minutes short here.
    passed, skipped = ctest(run, "other_tests", "--label-exclude", "^(gpu|page|job|feed|slurm)$")
    return f"{passed} passed, {len(skipped)} skipped{': ' if skipped else ''}{' '.join(skipped)}"


def compare_runs(run, name, config, settings):
    """Runs a config on both back ends and compares digests; returns the digest and where the time went."""
    digests, parts = [], []
    for index, backend in enumerate(run.backends):
        folder = WORK / f"{name}_{index}_{backend}"
        options = [item for setting in settings for item in ("--set", setting)]
        run.command(PROGRAM, "run", config, "--backend", backend, "--out", folder, "--quiet", *options)
        summary = json.loads((folder / "summary.json").read_text())
        if summary["run"]["backend"] != backend:
            raise Failed(f"asked for {backend}, ran on {summary['run']['backend']}")
        digests.append(summary["digest"])
        parts.append(f"{backend} {summary['run']['wall_seconds']:.3f} s")
        run.machine.setdefault("runs", []).append(
            {"name": name, "backend": backend, "device": summary["run"].get("device"), "digest": summary["digest"],
             "wall_seconds": summary["run"]["wall_seconds"], "stages": summary["run"]["stages"]})
    run.digests[name] = digests[1]
    if digests[0] != digests[1]:
        raise Failed(f"digests differ: {run.backends[0]} {digests[0]}, {run.backends[1]} {digests[1]}")
    return f"digest {digests[0][:16]} twice; {', '.join(parts)}"


def demo(run):
    run.command(PROGRAM, "demo", "--out", WORK / "demo")
    return compare_runs(run, "demo", WORK / "demo" / "config.yaml", [])


def real_data(run):
    folder = ROOT / ".data" / "nasdaq"
    files = {"data.panel": "panel.parquet", "data.constituents": "constituents.csv", "data.volatility": "vix.csv"}
    missing = [file for file in files.values() if not (folder / file).exists()]
    if missing:
        raise NotAvailable(f"no .data/nasdaq/{missing[0]}")
    settings = [f"{key}={folder / file}" for key, file in files.items()]
    return compare_runs(run, "nasdaq", ROOT / "configs" / "examples" / "nasdaq.yaml", settings)


def generated(run):
    """A made-up universe of the size that goals are stated for, with as many scenarios."""
    folder = WORK / "universe"
    run.command(PROGRAM, "generate", "--constituents", 4000, "--days", 1300, "--seed", 7, "--out", folder, "--quiet")
    return compare_runs(run, "universe", folder / "config.yaml",
                        ["scenarios.0.count=100000", "scenarios.0.horizon=63"])


def device_twice(run):
    """Scenarios dealt to two devices, both of them the first."""
    if run.options.no_device:
        raise NotAvailable("asked for with --no-device")
    if "--devices" not in (answer_of(PROGRAM, "run", "--help", pattern=r"(?s)(.*)") or ""):
        raise NotAvailable("this program has no option --devices")
    if "universe" not in run.digests:
        raise NotAvailable("the larger universe did not run")
    folder = WORK / "universe_twice"
    run.command(PROGRAM, "run", WORK / "universe" / "config.yaml", "--backend", "cuda", "--devices", "0,0", "--out", folder,
                "--quiet", "--set", "scenarios.0.count=100000", "--set", "scenarios.0.horizon=63")
    summary = json.loads((folder / "summary.json").read_text())
    if summary["digest"] != run.digests["universe"]:
        raise Failed(f"digests differ: once {run.digests['universe']}, twice {summary['digest']}")
    return f"the same digest, {summary['run']['wall_seconds']:.3f} s"


# Test cases that ask for what does not fit, or for much: nothing for tools under which a kernel takes 10 to 100 times as long.
NOT_SMALL = "*out_of_memory*:*does_not_fit*:*tiles_are_cut_to_the_rows*"
SANITIZER_ERROR = 66


def sanitize(run, tool):
    """Every test of the label gpu under compute-sanitizer, some at once."""
    if run.options.no_device:
        raise NotAvailable("asked for with --no-device")
    sanitizer = shutil.which("compute-sanitizer")
    if not sanitizer:
        raise NotAvailable("no compute-sanitizer")
    found = subprocess.run(["ctest", "--preset", "cuda", "--label-regex", "^gpu$", "--show-only=json-v1"], cwd=ROOT,
                           env=run.environment, capture_output=True, text=True)
    tests = json.loads(found.stdout)["tests"]

    def under_sanitizer(test):
        """(name, status or None where it was stopped, output)"""
        properties = {one["name"]: one["value"] for one in test["properties"]}
        environment = run.environment | dict(one.split("=", 1) for one in properties.get("ENVIRONMENT", []))
        chosen = environment.get("GTEST_FILTER", "*")
        environment["GTEST_FILTER"] = chosen + (":" if "-" in chosen else "-") + NOT_SMALL
        process = subprocess.Popen(
            [sanitizer, "--tool", tool, "--report-api-errors", "no", "--error-exitcode", str(SANITIZER_ERROR), *test["command"]],
            cwd=properties.get("WORKING_DIRECTORY", ROOT), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True)
        try:
            output, _ = process.communicate(timeout=max(1.0, run.left()))
            return test["name"], process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return test["name"], None, process.communicate()[0]

    with concurrent.futures.ThreadPoolExecutor(min(8, len(os.sched_getaffinity(0)))) as some:
        results = list(some.map(under_sanitizer, tests))
    for name, status, output in results:
        run.log.write(f"== {name}: {'stopped' if status is None else f'status {status}'}\n{output[-4000:]}\n")
    refused = [line for _, status, output in results if status for line in output.splitlines()
               if line.startswith("=========") and "Device not supported" in line]
    if refused:
        raise NotAvailable(f"{tool}: {refused[0].strip('= ')}")
    bad = [f"{name} ({status})" for name, status, _ in results if status]
    if bad:
        errors = [line.strip("= ") for _, status, output in results if status for line in output.splitlines()
                  if line.startswith("=========") and re.search(r"rror|nvalid|azard|ninitialized", line)]
        raise Failed(f"{tool}: {' '.join(bad)}: {'; '.join(errors[:2])}")
    clean = sum(status == 0 for _, status, _ in results)
    if clean < len(results):
        slow = " ".join(name for name, status, _ in results if status is None)
        raise NotAvailable(f"{tool}: {clean} of {len(results)} tests without an error; stopped for time: {slow}")
    return f"{tool}: {clean} tests without an error"


def memcheck(run):
    return sanitize(run, "memcheck")


def racecheck(run):
    return sanitize(run, "racecheck")


def initcheck(run):
    return sanitize(run, "initcheck")


def limits(run):
    """What the device allows at most."""
    program = BUILD / "bench" / "device_limits"
    if not program.exists():
        raise NotAvailable("no benchmark was built")
    result = WORK / "device_limits.json"
    try:
        run.command(program, output=result)
    except Failed as error:
        raise NotAvailable(run.last_line()) if error.status == 77 else error
    run.machine["limits"] = json.loads(result.read_text())
    return gpu_report.limits_in_words(run.machine["limits"])


def benchmarks(run):
    """What is timed by events of the device; of other programs what runs on it."""
    programs = sorted(path for path in (BUILD / "bench").glob("bench_*") if path.is_file() and os.access(path, os.X_OK))
    if not programs:
        raise NotAvailable("no benchmark was built")
    counts = []
    for program in programs:
        result = WORK / f"{program.name}.json"
        # Without a device: once and little, to see that they run.
        time_and_choice = (["--benchmark_min_time=0.001", "--benchmark_filter=/759x|/21_days_sums"] if run.options.no_device else
                           ["--benchmark_min_time=0.1"] if program.name.endswith("_cuda") else
                           ["--benchmark_min_time=0.1", "--benchmark_filter=cuda"])
        run.command(program, *time_and_choice, f"--benchmark_out={result}", "--benchmark_out_format=json")
        text = result.read_text() if result.exists() else ""
        timed = json.loads(text) if text.strip() else {"context": {}, "benchmarks": []}
        of_device = program.name.endswith("_cuda")
        if not timed["benchmarks"] and of_device != run.options.no_device:
            raise Failed(f"{program.name} timed nothing: {run.last_line()}")
        run.machine.setdefault("benchmarks", {})[program.name] = timed
        counts.append(f"{program.name} {len(timed['benchmarks'])}")
    return "timed: " + ", ".join(counts) + gpu_report.path_engine_in_words(run.machine)


def rivals(run):
    """CuPy and PyTorch on the same device."""
    script, result = ROOT / "bench" / "pipeline" / "device_scenarios.py", WORK / "rivals.json"
    options = ["--passes", BUILD / "bench" / "scenario_passes", "--out", result]
    if run.options.no_device:
        options += ["--quick", "--libraries", "numpy", "--backend", "cpu"]
    else:
        options += ["--seconds", max(10, int(run.left()) - 30)]
    try:
        run.command(sys.executable, script, *options)
    except Failed as error:
        raise NotAvailable(run.last_line()) if error.status == 77 else error
    run.machine["rivals"] = json.loads(result.read_text())
    return gpu_report.rivals_in_words(run.machine["rivals"])


# Name, function, whether the verdict rests on it (those that may be missing say so and no more), and the seconds it may take
# where all steps together have SECONDS.
STEPS = [("environment", environment, True, 60), ("device", device, True, 60), ("dependencies", dependencies, False, 60),
         ("build", build, True, 300), ("device tests", device_tests, True, 90), ("demo, both back ends", demo, True, 90),
         ("real data, both back ends", real_data, False, 60), ("larger universe, both", generated, True, 120),
         ("one device listed twice", device_twice, True, 60), ("other tests", other_tests, True, 120),
         ("sanitizer, memcheck", memcheck, False, 40), ("sanitizer, racecheck", racecheck, False, 40),
         ("sanitizer, initcheck", initcheck, False, 40), ("limits of the device", limits, False, 30),
         ("benchmarks", benchmarks, False, 60), ("rivals on the device", rivals, False, 150)]
NEED_A_DEVICE = {device, device_tests, device_twice}  # and the verdict rests on them


def run_steps(run):
    """Runs the steps in order; returns their records. Nothing is built where there is no device to verify."""
    records = []
    for number, (name, function, required, seconds) in enumerate(STEPS):
        print(f"== {name}", flush=True)
        log_path = WORK / f"{number:02}_{function.__name__}.log"
        start = time.monotonic()
        run.step_end = start + seconds * max(1.0, run.options.seconds / SECONDS)
        with open(log_path, "w") as run.log:
            try:
                if start > run.deadline:
                    raise NotAvailable(f"the limit of {run.options.seconds} s for all steps was reached")
                if function not in (environment, device, dependencies, build) and not PROGRAM.exists():
                    raise NotAvailable("nothing was built")
                status, note = "ok", function(run)
            except NotAvailable as reason:
                status, note = "not available", str(reason)
            except Failed as reason:
                status, note = "failed" if required or not reason.out_of_time else "not available", str(reason)
            except Exception as error:  # a step that breaks has not proved anything
                status, note = "failed", f"{type(error).__name__}: {error}"
        excused = run.options.no_device and function in NEED_A_DEVICE
        records.append({"name": name, "status": status, "note": note, "required": required and not excused,
                        "seconds": round(time.monotonic() - start, 1), "log": str(log_path.relative_to(ROOT))})
        print(f"   {status}: {note}", flush=True)
        write_record(run, records, None)
        if function is device and status != "ok" and not run.options.no_device:
            break
    return records


def write_record(run, records, verdict):
    commit = run.options.commit or answer_of("git", "rev-parse", "HEAD") or "unknown"
    changes = answer_of("git", "status", "--porcelain") if (ROOT / ".git").exists() else None
    record = {"schema": "topheavy.gpu_verify/2", "date": datetime.datetime.now(datetime.timezone.utc).isoformat("T", "seconds"),
              "commit": commit, "dirty": None if changes is None else changes != "", "rehearsal": run.options.no_device,
              **run.machine, "steps": records, "verdict": verdict}
    run.options.out.write_text(json.dumps(record, indent=1) + "\n")
    try:
        text = gpu_report.markdown(record)
    except Exception as error:  # the JSON holds everything, and the verdict must still be told
        text = f"the table could not be made: {type(error).__name__}: {error}\n"
    run.options.out.with_suffix(".md").write_text(text)


def main():
    parser = argparse.ArgumentParser(usage="see scripts/gpu_verify.sh --help", add_help=False)
    parser.add_argument("--deps", default=ROOT / ".deps" / "pack", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--out", default=WORK / "gpu_verify.json", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--commit")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--no-device", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)

    run = Verification(options)
    records = run_steps(run)
    failed = [record for record in records if record["status"] == "failed"]
    missing = [record for record in records if record["status"] == "not available"]
    unproved = [record for record in missing if record["required"]]
    verdict = "failed" if failed else "not verified" if unproved else "rehearsed" if options.no_device else "verified"
    write_record(run, records, verdict)
    print_summary(records, failed, missing, verdict, options.out)
    return 1 if failed or unproved else 0


def print_summary(records, failed, missing, verdict, out):
    """The ends of what failed, all steps, then what failed or is missing with its reason, and the verdict as the last line."""
    lines = []
    for record in records:
        lines.append(f"{record['status']:14}{record['name']:28}{record['seconds']:7.1f} s  {record['note'][:160]}")
    for record in missing:
        needed = "" if record["required"] else ", and the verdict does not rest on it"
        lines.append(f"== not available{needed}: {record['name']}: {record['note'][:300]}")
    for record in failed:
        lines.append(f"== failed: {record['name']}: {record['note'][:500]}")
    lines.append(f"== written: {out} and {out.with_suffix('.md').name}; logs of the steps: {WORK.relative_to(ROOT)}")
    lines.append(f"== gpu_verify: {verdict}, {sum(record['seconds'] for record in records):.0f} s")
    summary = "\n".join(lines)
    room = (OUTPUT_END - len(summary)) // max(1, len(failed))
    print("== summary")
    for record in failed:
        end = (ROOT / record["log"]).read_text(errors="replace")[-max(400, min(3000, room)):]
        print(f"== end of {record['log']}\n{end.rstrip()}")
    print(summary, flush=True)


if __name__ == "__main__":
    sys.exit(main())
