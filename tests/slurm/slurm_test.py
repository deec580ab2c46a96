# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The batch scripts in a real Slurm: munged, slurmctld and slurmd of Debian's packages, on loopback, in a temporary
folder. Runs that are preempted, queued again or warned of their time limit start again and end in the digest of one
that nobody disturbed.

    TOPHEAVY_PROGRAM=... python slurm_test.py

Needs root and the packages slurmctld, slurmd, slurm-client and munge (scripts/setup.sh --slurm); ends as skipped where
they are absent.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "properties"))
from program import PROJECT, SKIP, program, summary_of, topheavy  # noqa: E402

DAEMONS = ("munged", "slurmctld", "slurmd")
TOOLS = ("sbatch", "scontrol", "scancel", "squeue")
RUN = PROJECT / "scripts" / "slurm" / "run.sbatch"
ARRAY = PROJECT / "scripts" / "slurm" / "array.sbatch"

# The node has a device only by name: what Slurm gives out, not what CUDA would find.
CONFIGURATION = """
ClusterName=topheavy
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
KillWait=30
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} Gres=gpu:1 State=UNKNOWN
PartitionName=night Nodes={host} Default=YES PriorityTier=1 MaxTime=60
PartitionName=urgent Nodes={host} PriorityTier=10 MaxTime=60
"""

MARKET = """
name: night
data: {panel: panel.parquet, constituents: constituents.csv, volatility: volatility.csv}
correlation: {bootstrap: {replicates: 100}}
"""
# Some seconds on two cores: time to be disturbed in.
LONG = (
    MARKET
    + """
scenarios: [{name: month, count: 5000, horizon: 21, history_error: {replicates: 1000, count: 8192}}]
"""
)
SHORT = (
    MARKET
    + """
limits: [{name: top ten, metric: concentration.constituent.top.10, max: 0.01}]
"""
)


def need_slurm():
    search = os.environ["PATH"] + ":/usr/sbin:/sbin"
    absent = [name for name in DAEMONS + TOOLS if not shutil.which(name, path=search)]
    reason = f"no {', '.join(absent)} (scripts/setup.sh --slurm)" if absent else "" if os.geteuid() == 0 else "not root"
    if reason:
        print(f"SKIPPED: {reason}: no batch script ran in Slurm")
        sys.exit(SKIP)
    os.environ["PATH"] = search


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    """Three daemons in the foreground, children of this test, which end with it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.daemons = []
        host = socket.gethostname().split(".")[0]
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir(mode=0o700)
        key = self.folder / "munge" / "key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        values = dict(host=host, folder=folder, controller_port=free_port(), node_port=free_port(), cpus=os.cpu_count())
        configuration = self.folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(**values))
        (self.folder / "gres.conf").write_text("Name=gpu File=/dev/zero\n")
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")  # named, and with the plugins above unused
        os.environ["SLURM_CONF"] = str(configuration)
        for variable in [v for v in os.environ if v.startswith(("SLURM_", "SBATCH_")) and v != "SLURM_CONF"]:
            del os.environ[variable]

    def start(self):
        munge = [f"--{what}={self.folder}/munge/{what}" for what in ("pid-file", "log-file", "seed-file")]
        self.daemon(
            "munged",
            "--foreground",
            "--force",
            f"--key-file={self.folder}/munge/key",
            f"--socket={self.folder}/munge.socket",
            *munge,
        )
        self.until(lambda: (self.folder / "munge.socket").exists(), "munged to listen", 30)
        self.daemon("slurmctld", "-D", "-i")
        self.daemon("slurmd", "-D")
        self.until(lambda: " idle" in said("sinfo", "-h"), "the node to be idle", 90)

    def daemon(self, *command):
        with open(self.folder / f"{command[0]}.log", "w") as log:
            self.daemons.append(subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def stop(self):
        """Jobs first, for slurmd leaves theirs running, then the daemons, the last one started first."""
        if len(self.daemons) == 3:
            subprocess.run(["scancel", "--user=root"], capture_output=True)
            for _ in range(60):
                if not said("squeue", "-h"):
                    break
                time.sleep(0.5)
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(30)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def until(self, condition, what, seconds):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                logs = "\n".join(
                    f"-- {p.name}\n" + p.read_text(errors="replace")[-2000:] for p in sorted(self.folder.glob("*.log"))
                )
                raise AssertionError(f"waited {seconds} s for {what}\n{logs}")
            time.sleep(0.2)


def said(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="topheavy-slurm-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.folder.chmod(0o755)
        cls.cluster = Cluster(cls.folder)
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()
        cls.data = cls.folder / "data"
        topheavy("generate", "--constituents", 200, "--days", 250, "--out", cls.data, "--quiet")
        for name, text in {"long": LONG, "short": SHORT}.items():
            (cls.data / f"{name}.yaml").write_text(text)
        cls.long, cls.short = cls.data / "long.yaml", cls.data / "short.yaml"
        threads = min(2, os.cpu_count())
        cls.options = [f"--cpus-per-task={threads}", "--gres=none", f"--chdir={cls.folder}"]
        topheavy("run", cls.long, "--out", cls.folder / "undisturbed", "--quiet")
        cls.digest = summary_of(cls.folder / "undisturbed")["digest"]

    def setUp(self):
        self.out = self.folder / self._testMethodName
        self.hastened = set()  # (job, restarts)

    def submit(self, script, *arguments, options=(), environment=None):
        """The number of the job."""
        self.log = self.folder / f"{self._testMethodName}.log"
        done = subprocess.run(
            ["sbatch", "--parsable", *self.options, f"--output={self.log}", *options, script, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=os.environ | {"TOPHEAVY_ROOT": str(PROJECT), "TOPHEAVY_PROGRAM": program()} | (environment or {}),
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def job(self, number):
        return dict(re.findall(r"(\S+?)=(\S*)", said("scontrol", "show", "job", "--oneliner", number)))

    def started(self, number, start):
        """Waits until the program computes in this start of the job: its folder is there beside the final one."""
        self.at_once(
            number,
            lambda: (
                f", start {start}," in self.text()
                and list(self.folder.glob(f".{self.out.name}*"))
                and self.job(number)["JobState"] == "RUNNING"
            ),
            f"start {start}",
        )

    def ended(self, number, states=("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT")):
        self.at_once(number, lambda: self.job(number)["JobState"] in states, "its end")
        return self.job(number)

    def at_once(self, number, condition, what):
        def check():
            job = self.job(number)
            if job["JobState"] == "PENDING" and job.get("Reason") == "BeginTime":
                # Slurm waits two minutes. A second has to pass: the node takes a launch in the second of the kill for killed.
                if (number, job["Restarts"]) not in self.hastened:
                    self.hastened.add((number, job["Restarts"]))
                    said("scontrol", "update", f"JobId={number}", "StartTime=now+2")
            return condition()

        try:
            self.cluster.until(check, f"job {number}: {what}", 300)
        except AssertionError as error:
            raise AssertionError(f"{error}\n-- job\n{self.job(number)}\n-- output\n{self.text()}") from None

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def finished_once_more(self, number, restarts=1):
        job = self.ended(number)
        self.assertEqual(
            (job["JobState"], job["ExitCode"], job["Restarts"]), ("COMPLETED", "0:0", str(restarts)), self.text()
        )
        self.assertEqual(summary_of(self.out)["digest"], self.digest)
        self.assertEqual(list(self.folder.glob(f".{self.out.name}*")), [])
        print(f"{self._testMethodName}: start {restarts + 1} ended in the digest of the undisturbed run", flush=True)

    def test_undisturbed(self):
        job = self.ended(self.submit(RUN, self.long, self.out, options=["--gres=gpu:1"]))
        self.assertEqual((job["JobState"], job["Restarts"]), ("COMPLETED", "0"), self.text())
        self.assertEqual(summary_of(self.out)["digest"], self.digest)
        self.assertIn("GPUs 0", self.text())

    def test_warned_of_its_time_limit(self):
        """SIGUSR1 to the batch script alone, as --signal=B:USR1@120 sends it."""
        number = self.submit(RUN, self.long, self.out)
        self.started(number, 1)
        said("scancel", "--signal=USR1", "--batch", number)
        self.finished_once_more(number)
        self.assertIn("starting again, restart 1 of at most 5", self.text())

    def test_queued_again_by_an_operator(self):
        number = self.submit(RUN, self.long, self.out)
        self.started(number, 1)
        said("scontrol", "requeue", number)
        self.finished_once_more(number)

    def test_preempted(self):
        number = self.submit(RUN, self.long, self.out)
        self.started(number, 1)
        urgent = said(
            "sbatch", "--parsable", "--partition=urgent", "--exclusive", "--output=/dev/null", "--wrap=sleep 2"
        )
        self.started(number, 2)
        self.assertEqual(self.job(urgent)["JobState"], "COMPLETED")
        self.finished_once_more(number)

    def test_restarts_are_bounded(self):
        number = self.submit(RUN, self.long, self.out, environment={"TOPHEAVY_MAX_RESTARTS": "1"})
        for start in (1, 2):
            self.started(number, start)
            said("scancel", "--signal=USR1", "--batch", number)
        job = self.ended(number, ("FAILED",))
        self.assertEqual((job["ExitCode"], job["Restarts"]), ("75:0", "1"), self.text())
        self.assertIn("restart 2 of at most 1", self.text())
        self.assertFalse(self.out.exists())

    def test_cancelled_stays_cancelled(self):
        number = self.submit(RUN, self.long, self.out)
        self.started(number, 1)
        said("scancel", number)
        job = self.ended(number, ("CANCELLED",))
        self.cluster.until(lambda: not said("squeue", "-h", "-j", number), "the cancelled job to leave", 60)
        job = self.job(number)
        self.assertEqual((job["JobState"], job["Restarts"]), ("CANCELLED", "0"), self.text())
        self.assertFalse(self.out.exists())

    def test_exit_statuses_are_the_programs(self):
        job = self.ended(self.submit(RUN, self.short, self.out))
        self.assertEqual((job["JobState"], job["ExitCode"]), ("FAILED", "4:0"), self.text())
        self.assertIn("the results are whole (exit 4)", self.text())
        self.assertTrue(summary_of(self.out)["limits"][0]["breached"])
        job = self.ended(self.submit(RUN, self.short, self.out))  # the folder is there already
        self.assertEqual(job["ExitCode"], "2:0", self.text())
        job = self.ended(self.submit(RUN, self.short))
        self.assertEqual(job["ExitCode"], "2:0", self.text())
        self.assertIn("expected CONFIG OUT", self.text())

    def array(self, dates, count):
        """The output of an array over these dates, once all tasks have ended."""
        number = self.submit(
            ARRAY, self.short, self.out, dates, options=[f"--array=1-{count}", f"--output={self.folder}/task-%a.log"]
        )
        self.cluster.until(lambda: not said("squeue", "-h", "-j", number), f"array {number}", 300)
        tasks = said("scontrol", "show", "job", "--oneliner", number).splitlines()
        status = {
            int(t["ArrayTaskId"]): t["ExitCode"] for t in (dict(re.findall(r"(\S+?)=(\S*)", line)) for line in tasks)
        }
        return status, {k: (self.folder / f"task-{k}.log").read_text() for k in range(1, count + 1)}

    def last_days(self, count):
        script = "import sys, json, pyarrow.parquet as pq; print(json.dumps(sorted(map(str, set(" \
                 "pq.read_table(sys.argv[1], columns=['date'])['date'].to_pylist())))))"
        return json.loads(said(sys.executable, "-c", script, str(self.data / "panel.parquet")))[-count:]

    def test_tasks_of_an_array_start_again(self):
        """Each by its own name: the number of the job may be that of one task and of them all."""
        days = self.last_days(2)
        dates = self.folder / "two_dates.txt"
        dates.write_text("\n".join(days) + "\n")
        self.out.mkdir()
        number = self.submit(ARRAY, self.long, self.out, dates, options=["--array=1-2"])
        tasks = {f"{number}_{task}": day for task, day in enumerate(days, 1)}
        for task, day in tasks.items():
            self.at_once(task, lambda: list(self.out.glob(f".{day}*")) and self.job(task)["JobState"] == "RUNNING",
                         "its run")
            said("scancel", "--signal=USR1", "--batch", task)
        for task, day in tasks.items():
            job = self.ended(task)
            self.assertEqual((job["JobState"], job["Restarts"]), ("COMPLETED", "1"), self.text())
            self.assertEqual(summary_of(self.out / day)["as_of"], day)
        self.assertEqual(summary_of(self.out / days[1])["digest"], self.digest)

    def test_array(self):
        days = self.last_days(4)
        dates = self.folder / "dates.txt"
        dates.write_text("# three of the last days\n" + "\n".join(days[:3]) + "\n")
        self.out.mkdir()
        status, logs = self.array(dates, 3)
        self.assertEqual(status, {1: "4:0", 2: "4:0", 3: "4:0"}, logs)
        for day in days[:3]:
            topheavy(
                "run", self.short, "--out", self.folder / f"alone-{day}", "--set", f"as_of={day}", "--quiet", expect=4
            )
            one, other = (summary_of(run) for run in (self.out / day, self.folder / f"alone-{day}"))
            self.assertEqual((one["as_of"], one["digest"]), (day, other["digest"]))
        self.assertEqual(len({summary_of(self.out / day)["digest"] for day in days[:3]}), 3)
        # a day more, by a range: what is there is left alone, and a task without a date says so
        before = {day: (self.out / day / "manifest.json").read_bytes() for day in days[:3]}
        status, logs = self.array(f"{days[0]}:{days[3]}", 5)
        self.assertEqual(status, {1: "0:0", 2: "0:0", 3: "0:0", 4: "4:0", 5: "2:0"}, logs)
        self.assertIn("skipped", logs[1])
        self.assertIn("has 4 dates: sbatch --array=1-4", logs[5])
        self.assertEqual({day: (self.out / day / "manifest.json").read_bytes() for day in days[:3]}, before)
        self.assertEqual(summary_of(self.out / days[3])["as_of"], days[3])


if __name__ == "__main__":
    need_slurm()
    unittest.main(verbosity=2)
