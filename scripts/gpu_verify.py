# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The steps of scripts/gpu_verify.sh, whose head says what they prove and how to call it."""

import argparse
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

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "gpu_verify"
BUILD = ROOT / "build" / "cuda"
PROGRAM = BUILD / "topheavy"
NAMED_ARCHITECTURES = ["80-real", "90"]  # as in CMakeLists.txt: what every build carries


class NotAvailable(Exception):
    """The step cannot run on this machine; its text says why."""


class Failed(Exception):
    """The step ran and did not hold; its text says what."""


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
        self.log = None  # of the step that runs

    def command(self, *arguments):
        """Runs a command with its output in the step's log; raises Failed where it ends with another status than 0."""
        arguments = [str(argument) for argument in arguments]
        self.log.write("$ " + " ".join(arguments) + "\n")
        self.log.flush()
        try:
            process = subprocess.Popen(arguments, cwd=ROOT, env=self.environment, stdout=self.log,
                                       stderr=subprocess.STDOUT, start_new_session=True)
        except FileNotFoundError:
            raise NotAvailable(f"no {arguments[0]}")
        try:
            status = process.wait(timeout=max(1.0, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with all it started
            process.wait()
            raise Failed(f"{arguments[0]} was stopped at the limit of {self.options.seconds} s for all steps")
        if status != 0:
            raise Failed(f"{' '.join(arguments[:3])} ended with status {status}")


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
    if not shutil.which("nvcc") and os.access("/usr/local/cuda/bin/nvcc", os.X_OK):
        run.environment["PATH"] += ":/usr/local/cuda/bin"
        os.environ["PATH"] = run.environment["PATH"]
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
    # Warnings of a compiler that nobody has tried must not keep the answers from being verified.
    options = ["--fresh", "-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF", f"-DTOPHEAVY_PYTHON={sys.executable}",
               f"-DCMAKE_CUDA_ARCHITECTURES={';'.join(run.architectures)}"]
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
    passed, skipped = ctest(run, "other_tests", "--label-exclude", "^gpu$")
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


def benchmarks(run):
    programs = sorted(path for path in (BUILD / "bench").rglob("bench_*") if path.is_file() and os.access(path, os.X_OK))
    if not programs:
        raise NotAvailable("no benchmark was built")
    for program in programs:
        result = WORK / f"{program.name}.json"
        run.command(program, "--benchmark_min_time=0.2", f"--benchmark_out={result}", "--benchmark_out_format=json")
    return f"{len(programs)} programs"


# Name, function, and whether the verdict rests on it: those that may be missing say so and no more.
STEPS = [("environment", environment, True), ("device", device, True), ("dependencies", dependencies, False),
         ("build", build, True), ("device tests", device_tests, True), ("other tests", other_tests, True),
         ("demo, both back ends", demo, True), ("real data, both back ends", real_data, False),
         ("benchmarks", benchmarks, False)]


def run_steps(run):
    """Runs the steps in order; returns their records. Nothing is built where there is no device to verify."""
    records = []
    for number, (name, function, required) in enumerate(STEPS):
        print(f"== {name}", flush=True)
        log_path = WORK / f"{number}_{function.__name__}.log"
        start = time.monotonic()
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
                status, note = "failed", str(reason)
            except Exception as error:  # a step that breaks has not proved anything
                status, note = "failed", f"{type(error).__name__}: {error}"
        records.append({"name": name, "status": status, "note": note, "required": required,
                        "seconds": round(time.monotonic() - start, 1), "log": str(log_path.relative_to(ROOT))})
        print(f"   {status}: {note}", flush=True)
        write_record(run, records, None)
        if function is device and status != "ok" and not run.options.no_device:
            break
    return records


def write_record(run, records, verdict):
    commit = run.options.commit or answer_of("git", "rev-parse", "HEAD") or "unknown"
    changes = answer_of("git", "status", "--porcelain") if (ROOT / ".git").exists() else None
    record = {"schema": "topheavy.gpu_verify/1", "date": datetime.datetime.now(datetime.timezone.utc).isoformat("T", "seconds"),
              "commit": commit, "dirty": None if changes is None else changes != "", "rehearsal": run.options.no_device,
              **run.machine, "steps": records, "verdict": verdict}
    pathlib.Path(run.options.out).write_text(json.dumps(record, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(usage="see scripts/gpu_verify.sh --help", add_help=False)
    parser.add_argument("--deps", default=ROOT / ".deps" / "pack", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--out", default=WORK / "gpu_verify.json", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--commit")
    parser.add_argument("--seconds", type=float, default=570)
    parser.add_argument("--no-device", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)

    run = Verification(options)
    records = run_steps(run)
    failed = [record for record in records if record["status"] == "failed"]
    excused = {"device", "device tests"} if options.no_device else set()
    unproved = [record for record in records
                if record["status"] == "not available" and record["required"] and record["name"] not in excused]
    verdict = "failed" if failed else "not verified" if unproved else "rehearsed" if options.no_device else "verified"
    write_record(run, records, verdict)

    print("== summary")
    for record in records:
        print(f"{record['status']:14}{record['name']:28}{record['seconds']:7.1f} s  {record['note']}")
    for record in failed:
        print(f"== end of {record['log']}")
        print("\n".join((ROOT / record["log"]).read_text(errors="replace").splitlines()[-40:]))
        print(f"== {record['name']}: {record['note']}")
    print(f"== gpu_verify: {verdict}, {sum(record['seconds'] for record in records):.0f} s; {options.out}")
    for record in unproved:
        print(f"== not available: {record['name']}: {record['note']}")
    return 1 if failed or unproved else 0


if __name__ == "__main__":
    sys.exit(main())
